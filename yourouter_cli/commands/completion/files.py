"""Every file in `completions/`, by its name, written from the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.completion import bash, fish, manual, powershell, zsh
from yourouter_cli.commands.surface import read_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.commands.surface import Command

SCRIPTS = {
    "bash": ("yourouter.bash", bash.script),
    "zsh": ("_yourouter", zsh.script),
    "fish": ("yourouter.fish", fish.script),
    "powershell": ("yourouter.ps1", powershell.script),
}


def script_for(shell: str, commands: Sequence[Command]) -> str:
    """Return the completion for *shell*, which is one of `SCRIPTS`."""
    _, write = SCRIPTS[shell]
    return write(commands)


def all_files(root: Any, context: Any) -> dict[str, str]:
    """Return the text of every file by its path below `completions/`.

    *root* is Typer's command for the whole program, *context* one it was made for.
    """
    commands = read_all(root, context)
    scripts = {name: write(commands) for name, write in SCRIPTS.values()}
    return scripts | {f"man/{name}": text for name, text in manual.pages(commands).items()}
