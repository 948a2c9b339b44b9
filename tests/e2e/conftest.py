"""What the tests of real processes share."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


@pytest.fixture
def user(run: Program, tmp_path: Path) -> Program:
    """Return the program as `yourouter` on the PATH of a user who has used it before.

    The working directory of shells is `work` in the home directory.
    """
    programs, work = tmp_path / "bin", tmp_path / "work"
    programs.mkdir()
    work.mkdir()
    program = programs / "yourouter"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m yourouter_cli "$@"\n')
    program.chmod(0o755)
    for name in ("notes of mine.md", "photo.png"):
        (work / name).write_text("x")
    for name in ("team:blue", "my own"):
        run("config", "set", "-p", name, "model", "m")
    run("chat", "-p", "sandbox", "why is the sky blue")
    run("video", "create", "-p", "sandbox", "a paper boat")
    return run.having(PATH=f"{programs}{os.pathsep}{os.environ['PATH']}", INPUTRC="/dev/null")


@pytest.fixture
def talk_at(run_at: Callable[[Sandbox | str], Program], sandbox: Sandbox) -> Program:
    """Return the program set up for a sandbox whose requests can be looked at."""
    return run_at(sandbox).having(YOUROUTER_MODEL="sandbox/echo")
