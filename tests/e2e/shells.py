"""Shells on a terminal in which `yourouter` can be completed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.driver import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from tests.terminal import Terminal

COMPLETIONS = SOURCES / "completions"
SCRIPTS = {"bash": "yourouter.bash", "zsh": "_yourouter", "fish": "yourouter.fish"}
# The options of a shell that reads no start-up files.
BARE = {"bash": ("--norc", "--noprofile", "-i"), "zsh": ("-f", "-i"), "fish": ("--no-config",)}
needs_checkout = pytest.mark.skipif(
    not COMPLETIONS.exists(), reason="needs completions/ of a checkout"
)
needs_bash, needs_zsh, needs_fish = (
    pytest.mark.skipif(shutil.which(shell) is None, reason=f"needs {shell}") for shell in SCRIPTS
)


def command(shell: str, *options: str) -> list[str]:
    """Return what starts *shell*, which the machine has."""
    return [shutil.which(shell) or shell, *options]


class Shell:
    """A shell on a terminal; `press` types a line and says what became of it."""

    def __init__(self, terminal: Terminal, work: Path, *setup: str) -> None:
        self._terminal = terminal
        # In two pieces, so that it is not seen before it is said.
        terminal.type(f"cd {work}; {'; '.join(setup)}; clear; echo READ''Y\r")
        terminal.wait_for("READY")

    def press(self, typed: str, expected: str) -> None:
        """Type *typed*, wait until *expected* is seen, and take the line back."""
        self._terminal.type(typed)
        self._terminal.wait_for(expected)
        self._terminal.type("\x15")

    def type(self, typed: str) -> None:
        """Type *typed*."""
        self._terminal.type(typed)

    def see(self, expected: str) -> None:
        """Wait until *expected* is seen."""
        self._terminal.wait_for(expected)

    @property
    def text(self) -> str:
        """Everything that can be seen."""
        return self._terminal.text


def offered(user: Program, line: str, *, work: Path, setup: str = "") -> list[str]:
    """Return what fish offers for *line*, without what it is about."""
    done = subprocess.run(
        command("fish", *BARE["fish"] * bool(setup), "-c", f"{setup}\ncomplete -C $argv[1]", line),
        env=user.process_environ({"XDG_CONFIG_HOME": str(work.parent / ".config")}),
        cwd=work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    return [row.partition("\t")[0] for row in done.stdout.splitlines()]
