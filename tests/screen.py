"""A terminal emulator that keeps what scrolls away, and what it should show in the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyte

from tests.driver import FakeClock
from yourouter_cli.events import TextDelta
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable

# All that drawing needs besides text and newlines: styles, modes, moving and erasing.
ALLOWED = re.compile(r"\x1b\[(?:[0-9;]*m|\?(?:25|7|2026)[hl]|[0-9]*[AJK])")

_HISTORY_LINES = 100_000
_WITHOUT_WIDTH = re.compile("([\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]+)")


class Screen(pyte.HistoryScreen):
    """What a terminal of so many columns and lines shows.

    It says by *reply* where its cursor is, when it is asked.
    """

    def __init__(
        self, columns: int, lines: int, reply: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(columns, lines, history=_HISTORY_LINES, ratio=0.5)
        self._reply = reply

    def write_process_input(self, data: str) -> None:
        """Send *data* to the program, as if it were typed."""
        if self._reply:
            self._reply(data)

    def draw(self, data: str) -> None:
        """Draw *data*; what has no width, such as a joiner, stays with the character before it.

        Left alone, pyte forgets all that follows such a character.
        """
        for part in _WITHOUT_WIDTH.split(data):
            if not _WITHOUT_WIDTH.fullmatch(part):
                super().draw(part)
            elif self.cursor.x:
                line = self.buffer[self.cursor.y]
                at = self.cursor.x - 1
                at -= at > 0 and not line[at].data  # the second half of a wide character
                line[at] = line[at]._replace(data=line[at].data + part)

    def erase_in_display(self, how: int = 0, *arguments: Any, **options: Any) -> None:
        """Erase; what goes from the first cell on is kept in the scrollback, as tmux keeps it."""
        used = [line for line in range(self.lines) if any(self.buffer[line].values())]
        if how == 0 and (self.cursor.x, self.cursor.y) == (0, 0) and used:
            self.history.top.extend(self.buffer.pop(line) for line in range(used[-1] + 1))
        super().erase_in_display(how, *arguments, **options)

    @property
    def text_lines(self) -> list[str]:
        """Every line from the beginning of the scrollback to the last one with text."""
        rows = [*self.history.top, *(self.buffer[line] for line in range(self.lines))]
        columns = range(self.columns)
        lines = ["".join(row[column].data for column in columns).rstrip() for row in rows]
        while lines and not lines[-1]:
            lines.pop()
        return lines


def rendered(text: str, columns: int) -> list[str]:
    """Return the lines of the answer *text* rendered at once, without colour."""
    streams = Streams.memory(size=(columns, 24))
    with renderer_for(streams, FakeClock(), format="markdown") as renderer:
        renderer.show(TextDelta(text))
    assert streams.stdout is not None
    streams.stdout.seek(0)
    return streams.stdout.read().decode().split("\n")[:-1]
