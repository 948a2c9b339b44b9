"""The answer as it is: exact bytes for a pipe, clean lines for a plain terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.base import Renderer
from yourouter_cli.render.sanitize import Sanitizer

if TYPE_CHECKING:
    from yourouter_cli.events import Finished
    from yourouter_cli.render.aside import Aside
    from yourouter_cli.streams import Streams

_ENOUGH = 65_536  # characters that are written without waiting for a pause of the network


class PlainRenderer(Renderer):
    """Writes the text once per pause of the network, unchanged unless it has to be sanitised.

    The answer ends in one newline: its own, or one that is added; an empty answer writes nothing.
    """

    def __init__(self, streams: Streams, aside: Aside, *, sanitize: bool = False) -> None:
        super().__init__(aside)
        self._streams = streams
        self._sanitizer = Sanitizer() if sanitize else None
        self._pending: list[str] = []
        self._size = 0
        self._last = "\n"
        aside.before_writing = self._make_room

    def text(self, text: str) -> None:
        """Keep the next piece until the network pauses."""
        self._pending.append(text)
        self._size += len(text)
        if self._size > _ENOUGH:
            self._flush()

    def reasoning(self, text: str) -> None:
        """Show the next piece of the reasoning after the text that came before it."""
        self._flush()
        super().reasoning(text)

    def finished(self, finished: Finished) -> None:  # noqa: ARG002 - only that it ended matters
        """End the answer's last line."""
        self._end_answer()

    def pause(self) -> None:
        """Write what is pending, or show that there is nothing yet."""
        if self._size:
            self._flush()
        else:
            super().pause()

    def settle(self) -> None:
        """Write all there is and end the line."""
        self._end_answer()
        super().settle()

    def _flush(self) -> None:
        if not self._size:
            return
        text = "".join(self._pending)
        self._pending.clear()
        self._size = 0
        self._write(self._sanitizer.feed(text) if self._sanitizer else text)

    def _write(self, text: str) -> None:
        if text:
            self.aside.answer_begins()
            self._last = text[-1]  # before it is written: Ctrl-C may come in between
            self._streams.write(text)

    def _end_answer(self) -> None:
        self._flush()
        if self._sanitizer:
            self._write(self._sanitizer.finish())
        if self._last != "\n":
            self._write("\n")

    def _make_room(self) -> None:
        self._flush()
        # On a shared terminal a line of standard error must not begin in the middle of the answer.
        if self._last != "\n" and self._streams.stdout_is_terminal:
            self._write("\n")
