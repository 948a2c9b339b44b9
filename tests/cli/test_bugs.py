"""What happens when something happens that nobody thought of."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program


class Broken(BytesIO):
    """An input that fails as no input should."""

    def read1(self, size: int | None = -1, /) -> bytes:
        """Fail."""
        raise ZeroDivisionError(f"{size} bytes")


def test_a_bug_is_one_line(run: Program) -> None:
    """Without `--debug` there is no traceback, but the way to get one."""
    result = run("chat", "-p", "sandbox", stdin=Broken())

    assert ExitCode.BUG == result.code
    assert (
        "yourouter: unexpected ZeroDivisionError: 65536 bytes (this is a bug)\n"
        "hint: yourouter chat -p sandbox --debug\n"
    ) == result.stderr


def test_debug_shows_where(run: Program) -> None:
    """With `--debug` the traceback comes before the line."""
    result = run("--debug", "chat", "-p", "sandbox", stdin=Broken())

    assert ExitCode.BUG == result.code
    assert result.stderr.startswith("Traceback (most recent call last):\n")


def test_debug_shows_no_traceback_of_a_plain_mistake(run: Program) -> None:
    """What the user can mend is not a crash."""
    result = run("--debug", "chat", "hi")

    assert ExitCode.CONFIG == result.code
    assert "Traceback" not in result.stderr
