"""What is written about the program, and the commands that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from tests.architecture.sources import PACKAGE
from yourouter_cli.cli import app
from yourouter_cli.commands.surface import read_all

if TYPE_CHECKING:
    from yourouter_cli.commands.surface import Command

ROOT = PACKAGE.parent
README = ROOT / "README.md"
COMPLETIONS = ROOT / "completions"
needs_checkout = pytest.mark.skipif(
    not README.exists(), reason="the installed package has no README.md"
)


def everything() -> list[Command]:
    """Return all commands there are, the root first."""
    root = get_command(app)
    return read_all(root, root.make_context("yourouter", [], resilient_parsing=True))


COMMANDS = everything()
BY_NAME = {command.name: command for command in COMMANDS}
each_command = pytest.mark.parametrize("name", BY_NAME)
