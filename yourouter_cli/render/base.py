"""What every renderer is: it is shown the events of one turn and tells the user about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, assert_never

from yourouter_cli.errors import Interrupted, YourouterError
from yourouter_cli.events import (
    Finished,
    Notice,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolResult,
    Usage,
)

if TYPE_CHECKING:
    from types import TracebackType

    from yourouter_cli.events import Answer, Event
    from yourouter_cli.render.aside import Aside


class Renderer:
    """Shows one turn; use it as a context manager, so that the terminal is left sane.

    Leaving the context ends a partial answer with a newline and gives the cursor back; an error
    that passes through is told to `fail` first. This class alone shows what goes to standard
    error and swallows the answer, for callers that present it themselves.
    """

    def __init__(self, aside: Aside) -> None:
        self.aside = aside

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if isinstance(error, KeyboardInterrupt):
                self.fail(Interrupted("interrupted"))
            elif isinstance(error, YourouterError):
                self.fail(error)
            self.close()
        except YourouterError:
            # Where the terminal is gone, that is the news, not that nothing can be written to it.
            if error is None:
                raise

    def show(self, event: Event) -> None:
        """Tell the user about *event*, at once or at the next `pause`."""
        match event:
            case TextDelta(text):
                self.text(text)
            case ReasoningDelta(text):
                self.reasoning(text)
            case ToolCallDelta():
                self.tool_call(event)
            case ToolResult():
                self.tool_result(event)
            case Usage():
                self.usage(event)
            case Notice():
                self.notice(event)
            case Started():
                self.started(event)
            case Finished():
                self.finished(event)
            case _:
                assert_never(event)

    def text(self, text: str) -> None:
        """Take the next piece of the answer."""

    def reasoning(self, text: str) -> None:
        """Take the next piece of the reasoning."""
        self.aside.reasoning(text)

    def tool_call(self, delta: ToolCallDelta) -> None:
        """Take a fragment of a tool call."""

    def tool_result(self, result: ToolResult) -> None:  # noqa: ARG002 - renderers override it
        """Take what a tool gave; the model is asked again with it."""
        self.settle()
        self.aside.await_answer()

    def usage(self, usage: Usage) -> None:
        """Take what the gateway counted."""

    def notice(self, notice: Notice) -> None:
        """Take something the user should know."""
        self.aside.notice(notice)

    def started(self, started: Started) -> None:
        """Take the news that the gateway began to answer."""

    def finished(self, finished: Finished) -> None:
        """Take the news that this answer is complete."""

    def pause(self) -> None:
        """Show what is pending: the network is about to be waited for, or still is."""
        self.aside.animate()

    def settle(self) -> None:
        """Show all there is and leave the cursor at the start of a line, for others to write."""
        self.aside.end_line()

    def fail(self, error: YourouterError) -> None:
        """Take the error that ended the turn; saying it in words is the caller's part."""

    def receipt(self, answer: Answer) -> None:
        """Show what *answer* cost, after the turn."""
        self.settle()
        self.aside.receipt(answer)

    def close(self) -> None:
        """Finish the answer, complete or not; calling it again does nothing."""
        self.settle()
        self.aside.stop_waiting()
