"""What is said beside the answer, on standard error: waiting, reasoning, notices, the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import Sanitizer, clean_line
from yourouter_cli.render.status_line import StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.clock import Clock
    from yourouter_cli.events import Answer, Notice
    from yourouter_cli.streams import Streams

# What comes sooner than this was not waited for.
_PATIENCE_SECONDS = 0.15
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


class Aside:
    """The voice on standard error during one turn.

    *label* names who is waited for. *before_writing* is called before anything is written: the
    answer's renderer makes room where both share a terminal. `None` for *show_reasoning* means:
    where a person is looking. *sanitize* cleans the reasoning in a pipe too.
    """

    def __init__(
        self,
        streams: Streams,
        clock: Clock,
        *,
        label: str = "",
        quiet: bool = False,
        speaks_json: bool = False,
        show_reasoning: bool | None = None,
        sanitize: bool = False,
    ) -> None:
        self._streams = streams
        self._clock = clock
        self._label = clean_line(label)
        self._quiet = quiet
        self._speaks_json = speaks_json
        shown = streams.stderr_is_terminal if show_reasoning is None else show_reasoning
        self._shows_reasoning = shown and not quiet and not speaks_json
        self._waiting_since: float | None = clock.monotonic()
        self._spinner = StatusLine(streams, clock, self._waiting_words, quiet=quiet)
        self._mid_line = False
        self._has_reasoned = False
        self._sanitizer = Sanitizer() if sanitize or streams.stderr_is_terminal else None
        self.before_writing: Callable[[], None] = _nothing

    def await_answer(self) -> None:
        """Begin to wait for an answer anew, as after a tool has run."""
        self._waiting_since = self._clock.monotonic()

    def animate(self) -> None:
        """Draw the spinner while nothing of the answer is there; cheap to call often."""
        if self._waiting_since is not None and self._waited() >= _PATIENCE_SECONDS:
            self._spinner.draw()

    def stop_waiting(self) -> None:
        """Stop waiting, whether an answer came or not."""
        self._waiting_since = None
        self.end_line()

    def answer_begins(self) -> None:
        """Stop waiting: the answer is there, and the line is free for it."""
        self.stop_waiting()
        if self._has_reasoned:
            self._has_reasoned = False
            if self._streams.stdout_is_terminal and self._streams.stderr_is_terminal:
                self._streams.write_error("\n")  # colour alone would not tell one from the other

    def end_line(self) -> None:
        """Erase the spinner or end the line of reasoning."""
        self._spinner.clear()
        if self._mid_line:
            self._mid_line = False
            rest = self._sanitizer.finish() if self._sanitizer else ""
            self._streams.write_error(rest + "\n")

    def reasoning(self, text: str) -> None:
        """Show the next piece of the reasoning, dim, where it is wanted."""
        if not self._shows_reasoning:
            return
        if self._sanitizer:
            text = self._sanitizer.feed(text)
        if not text:
            return
        self._waiting_since = None
        self._has_reasoned = True
        if not self._mid_line:
            self.end_line()
            self.before_writing()
        self._mid_line = not text.endswith("\n")
        self._streams.write_error(self._dim(text))

    def notice(self, notice: Notice) -> None:
        """Tell the user one thing in one line."""
        if self._quiet:
            return
        if self._speaks_json:
            # 1 ms that words do without.
            from yourouter_cli.render.answer import notice_line

            line = notice_line(notice, visible=self._streams.stderr_is_terminal)
        else:
            word = "warning" if notice.kind == "warning" else "note"
            line = f"{word}: {clean_line(notice.message)}\n"
        self._say(line)

    def receipt(self, answer: Answer) -> None:
        """Show what *answer* cost; programs find it in the JSON."""
        if self._quiet or self._speaks_json:
            return
        # 1 ms that JSON and --quiet do without.
        from yourouter_cli.render.receipt import receipt_line

        self._say(self._dim(receipt_line(answer)) + "\n")

    def _waiting_words(self) -> str:
        return f"{self._label} {self._waited():.0f} s".lstrip()

    def _waited(self) -> float:
        return self._clock.monotonic() - (self._waiting_since or 0.0)

    def _say(self, line: str) -> None:
        self.end_line()
        self.before_writing()
        self._streams.write_error(line)

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self._streams.stderr_color else text


def _nothing() -> None:
    return
