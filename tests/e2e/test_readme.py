"""Every command of README.md does what it says, against the sandbox."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.driver import SOURCES
from tests.junit import faults_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

README = (SOURCES / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
# These two make an environment from a clone: .ci/run runs the second, and the wheel's tests what
# the first installs.
SET_UP = [block for block in BLOCKS if "-m venv" in block]
# The page speaks of models that people use; the sandbox has its own.
MODELS = {
    "gpt-4o": "sandbox/echo",
    "gemini-2.5-flash": "sandbox/echo",
    "claude-sonnet-4-20250514": "sandbox/think",
}


def _for_the_sandbox(block: str) -> str:
    """Return *block* with the sandbox's models where models are asked, and with any free port."""
    lines = []
    for line in block.splitlines():
        named = line
        if "models list" not in line and "models show" not in line and "config" not in line:
            for model, ours in MODELS.items():
                named = named.replace(model, ours)
        for option, model in (("--schema", "json"), ("--tools", "tool")):
            if option in named:
                named += f" -m sandbox/{model}"
        lines.append(named.replace("--port 8899", "--port 0"))
    return "\n".join(lines)


def test_there_are_commands() -> None:
    """The page has the two commands of its first screen, and many more."""
    assert 2 == len(SET_UP)
    assert len(BLOCKS) > 10


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block not in SET_UP],
    ids=lambda block: block.split("\n", 1)[0][:40],
)
def test_commands_work(run: Program, sandbox: Sandbox, tmp_path: Path, block: str) -> None:
    """Each block of commands, pasted into a shell, ends without an error."""
    program = run.at(sandbox).having(
        YOUROUTER_MODEL="sandbox/echo",
        YOUROUTER_FALLBACK_MODEL="sandbox/echo",
        YOUROUTER_EMBEDDING_MODEL="sandbox/embed",
        YOUROUTER_VIDEO_MODEL="sandbox/video:0",
    )
    # A file, not a function: what runs in the background is to be one process.
    command = tmp_path / "bin" / "yourouter"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m yourouter_cli "$@"\n', "utf-8")
    command.chmod(0o755)
    prologue = f"unset -f yourouter; PATH={command.parent}:$PATH\n"
    prologue += f"set -eu; cp {SOURCES}/README.md {tmp_path}; cd {tmp_path}; git init -q\n"
    prologue += "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first\n"

    result = program.shell(prologue + _for_the_sandbox(block))

    assert 0 == result.code, result.stderr
    # In the middle of a pipe a failure is seen here alone; what is killed says so.
    assert "yourouter: " not in result.stderr.replace("yourouter: terminated\n", "")


def test_the_workflow_runs_what_there_is(run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """The commands of the workflow for CI work, and leave the report that it keeps."""
    (workflow,) = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (command,) = re.findall(r"- run: yourouter (.*)", workflow)
    (report,) = re.findall(r"path: (\S+) }", workflow)
    program = run.at(sandbox).having(
        YOUROUTER_MODEL="sandbox/echo",
        YOUROUTER_FALLBACK_MODEL="sandbox/echo",
        YOUROUTER_EMBEDDING_MODEL="sandbox/embed",
    )

    assert report in command.split()
    result = program(*command.replace(report, str(tmp_path / report)).split())

    assert 0 == result.code, result.stderr
    assert [] == faults_of((tmp_path / report).read_text("utf-8"))
