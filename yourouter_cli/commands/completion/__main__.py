"""Write the completions and the manual pages: `python -m yourouter_cli.commands.completion [DIR]`.

DIR is `completions` unless given.
"""

from __future__ import annotations

import sys
from pathlib import Path

from typer.main import get_command

from yourouter_cli.cli import app
from yourouter_cli.commands.completion.files import all_files


def write(directory: Path) -> None:
    """Write every file below *directory*, in place of those that are there."""
    root = get_command(app)
    context = root.make_context("yourouter", [], resilient_parsing=True)
    for name, text in all_files(root, context).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(*sys.argv[1:2] or ["completions"]))
