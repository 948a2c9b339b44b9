"""What a command does not import: exact, where a clock would be noisy."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.driver import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

REPORT = "import sys; sys.stderr.write('\\n'.join(['', '--', *sys.modules]))"
COMMAND = f"""
import sys
from yourouter_cli.cli import main
from yourouter_cli.session import Session
code = main(sys.argv[1:], Session())
{REPORT}
sys.exit(code)
"""
# What only one command needs, or only a terminal.
RARE = {
    "prompt_toolkit", "numpy", "pyarrow", "orjson", "jsonschema", "keyring", "asyncio", "tomli_w",
    "pydantic", "multiprocessing", "concurrent.futures", "unittest", "xml", "getpass",
}  # fmt: skip
NETWORK = {"httpx", "httpcore", "ssl", "socket", "http", "email", "urllib.request"}
DRAWING = {"rich", "markdown_it", "pygments"}


def modules_of(run: Program, script: str, *argv: str, **environ: str) -> set[str]:
    """Return the modules that a process has imported after running *argv*."""
    done = subprocess.run(
        [sys.executable, "-c", script, *argv],
        env=run.process_environ(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    said, _, modules = done.stderr.partition("\n--\n")
    assert 0 == done.returncode, said
    return set(modules.split())


def test_the_version(run: Program) -> None:
    """`--version` is answered before typer, or anything else that costs, is imported."""
    entry = "import sys; from yourouter_cli.__main__ import run; run()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", entry, "--version"],
        env=run.process_environ(),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    imported = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]

    assert ["yourouter_cli", "yourouter_cli.__main__"] == imported[imported.index("site") + 1 :]


@pytest.mark.parametrize("argv", [["--help"], ["chat", "--help"]])
def test_help(run: Program, argv: list[str]) -> None:
    """Help needs neither network nor rich, which would double its time."""
    assert set() == modules_of(run, COMMAND, *argv) & (
        RARE | NETWORK | DRAWING | {"json", "sqlite3"}
    )


@pytest.mark.parametrize(
    "argv",
    [
        ["config", "get", "model"],
        ["config", "list"],
        ["config", "path"],
        ["config", "profiles"],
        ["--version", "-q"],
    ],
)
def test_what_stays_on_this_machine(run: Program, home: Path, argv: list[str]) -> None:
    """Looking at the configuration needs neither network nor rich."""
    run("config", "set", "model", "some-model")
    assert (home / "config" / "config.toml").exists()

    assert set() == modules_of(run, COMMAND, *argv) & (RARE | NETWORK | DRAWING | {"sqlite3"})


@pytest.mark.parametrize(
    "argv",
    [
        ["history", "list"],
        ["history", "list", "--json"],
        ["history", "search", "hi"],
        ["history", "path"],
    ],
)
def test_what_was_said(run: Program, argv: list[str]) -> None:
    """Looking for a conversation needs neither network nor rich, nor whole conversations."""
    run("chat", "-p", "sandbox", "hi")

    modules = modules_of(run, COMMAND, *argv)

    assert set() == modules & (RARE | NETWORK | DRAWING)
    assert set() == modules & {"yourouter_cli.conversation", "yourouter_cli.transcripts.records"}
    assert "sqlite3" in modules or argv == ["history", "path"]


@pytest.mark.parametrize("argv", [["models", "list"], ["models", "show", "sandbox/echo"]])
def test_models_that_are_kept(run: Program, sandbox: Sandbox, argv: list[str]) -> None:
    """A list of models that is kept is shown without network and rich."""
    program = run.at(sandbox)
    assert 0 == program.execute("models", "list").code

    modules = modules_of(program, COMMAND, *argv)

    assert set() == modules & (RARE | NETWORK | DRAWING | {"sqlite3"})
    assert "yourouter_cli.gateway.transport" not in modules


def test_a_piped_chat(run: Program, sandbox: Sandbox) -> None:
    """A chat in a pipe draws nothing, and loads the code of one dialect."""
    modules = modules_of(
        run,
        COMMAND,
        "chat",
        "hi",
        "-m",
        "sandbox/echo",
        YOUROUTER_BASE_URL=sandbox.base_url,
        YOUROUTER_API_KEY=KEY,
    )

    assert set() == modules & (RARE | DRAWING)
    assert "httpx" in modules
    assert "yourouter_cli.dialects.anthropic" not in modules
    assert "yourouter_cli.dialects.gemini" not in modules
    assert set() == {module for module in modules if module.startswith("yourouter_cli.sandbox")}


def test_a_chat_with_the_sandbox(run: Program) -> None:
    """The sandbox inside the process loads the code of one wire."""
    modules = modules_of(run, COMMAND, "chat", "-p", "sandbox", "hi")

    assert set() == modules & (RARE | DRAWING)
    assert {"yourouter_cli.sandbox.openai_wire"} == {
        module
        for module in modules
        if module.startswith("yourouter_cli.sandbox.") and module.endswith("_wire")
    }


def test_a_request_on_paper(run: Program) -> None:
    """`--dry-run` needs no network."""
    modules = modules_of(run, COMMAND, "chat", "hi", "--dry-run")

    assert set() == modules & (RARE | NETWORK | DRAWING)
