"""One question to `chat`, and what was sent for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program, Result
    from yourouter_cli.sandbox.server import Sandbox


def echo(run: Program, sandbox: Sandbox, *argv: str, **how: Any) -> Result:
    """Ask the model that repeats the prompt."""
    return run.at(sandbox)("chat", "-m", "sandbox/echo", *argv, **how)


def sent(run: Program, sandbox: Sandbox, *argv: str) -> Any:
    """Return the body that `chat hi` with these options sends."""
    result = echo(run, sandbox, "hi", *argv)
    assert ExitCode.DONE == result.code, result.stderr
    return sandbox.requests[-1].json
