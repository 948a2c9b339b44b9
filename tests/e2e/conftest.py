"""What the tests of real processes share."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program, Result
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


@pytest.fixture
def mounted(run: Program, home: Path) -> Callable[[str, str], Result]:
    """Return a function that runs a script where disks were prepared before, unseen by others.

    The first argument prepares them, by mounts; `$STATE` is the state directory. The second is a
    script in which `yourouter` is the program.
    """
    probe = ["unshare", "--map-root-user", "--mount", "true"]
    try:
        subprocess.run(probe, check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("this system lets no one have mounts of their own (unshare)")

    def run_there(prepare: str, script: str) -> Result:
        program = 'yourouter() { "$PROGRAM" -m yourouter_cli "$@"; }'
        whole = f"set -e\n{prepare}\nset +e\n{program}\n{script}"
        command = ["unshare", "--map-root-user", "--mount", "bash", "-c", whole]
        environ = {"PROGRAM": sys.executable, "STATE": str(home / "state")}
        return run.shell(shlex.join(command), environ=environ)

    return run_there
