"""An interactive session on a terminal, as one who types there sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

# The line editor asks for pastes in brackets whenever it begins to read.
_READS = b"\x1b[?2004h"
UP, ALT_ENTER, CTRL_C, CTRL_D, CTRL_J = "\x1b[A", "\x1b\r", "\x03", "\x04", "\n"


class Talking(Terminal):
    """A session of `yourouter chat` that has come to its first prompt."""

    def __init__(
        self,
        program: Program,
        *argv: str,
        size: tuple[int, int] = (100, 40),
        environ: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(program, "chat", *argv, size=size, environ=environ, **more)
        self._prompts = 0

    def __enter__(self) -> Self:
        self.wait_for_prompt()
        return self

    def wait_for_prompt(self) -> None:
        """Wait until the next prompt can be typed at."""
        self._prompts += 1
        self.wait_for(lambda: self.raw.count(_READS) >= self._prompts and self.status != "")

    def say(self, text: str, end: str = "\r") -> list[str]:
        """Type *text*, send it by *end*, and return the lines shown until the next prompt."""
        before = len(self.lines_above)
        self.type(text + end)
        self.wait_for_prompt()
        return self.lines_above[before:]

    def begin(self, text: str, until: str) -> None:
        """Type *text*, send it, and return once *until* is seen in what comes then."""
        seen = "\n".join([*self.lines_above, text]).count(until)
        self.type(f"{text}\r")
        self.wait_for(lambda: self.status == "" and self.text.count(until) > seen)

    def complete(self, text: str, until: str) -> None:
        """Type *text*, press Tab, and return once *until* stands at the prompt."""
        self.type(text)
        self.wait_for(lambda: self._typed.endswith(text.rstrip()))
        self.type("\t")
        self.wait_for(lambda: until in self._typed)

    @property
    def _typed(self) -> str:
        prompts = [line for line in self.lines if line.startswith(">")]
        return prompts[-1] if prompts else ""

    def leave(self) -> int:
        """Press Ctrl-D and return the exit code."""
        self.type(CTRL_D)
        return self.wait()

    @property
    def lines_above(self) -> list[str]:
        """Every line above the prompt."""
        lines = self.lines
        prompts = [number for number, line in enumerate(lines) if line.startswith(">")]
        return lines[: prompts[-1]] if prompts and self.status else lines

    @property
    def status(self) -> str:
        """The line below the prompt; empty when there is no prompt."""
        lines = self.lines
        return lines[-1] if lines and lines[-1].endswith(("tokens", "leaves")) else ""


def sent(sandbox: Sandbox) -> list[tuple[str, Any]]:
    """Return the messages of the last request: role and content of each."""
    return [(one["role"], one["content"]) for one in sandbox.requests[-1].json["messages"]]
