"""The end of a terminal's screen, where finished rows stay and open ones are drawn again.

The only place that moves the cursor. Between two frames it waits, hidden, at the first open row:
whatever a resize did to the rows below, drawing begins at the right place and nothing above it is
touched. Frames are wrapped in the marks of synchronised output, so that terminals which know them
show each at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.streams import Streams

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_WRAP_OFF, _WRAP_ON = "\x1b[?7l", "\x1b[?7h"
_ERASE_LINE = "\x1b[K"
# Not from the first cell of the row on: at the top of the screen tmux takes that for clearing it,
# and keeps what was there in its scrollback.
_ERASE_BELOW = f" \x1b[J\r{_ERASE_LINE}"
_NEXT = "\n"


class Screen:
    """Draws rows, which are strings with their styles in them, at the end of the screen."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._is_drawn = False
        self._open: list[str] = []
        self._size = (0, 0)

    @property
    def lines(self) -> int:
        """How many open rows fit."""
        return max(1, self._streams.size[1] - 1)

    @property
    def is_stale(self) -> bool:
        """Whether the terminal changed its size, or others wrote to it, since the last frame."""
        return self._size != self._streams.size

    def draw(self, final: Sequence[str], open_rows: Sequence[str] = ()) -> None:
        """Put *final* rows where they stay, and below them as many of *open_rows* as fit."""
        shown = list(open_rows[-self.lines :])
        if not final and shown == self._open and not self.is_stale:
            return
        self._size = self._streams.size
        parts = [_BEGIN]
        if not self._is_drawn:
            parts.append(_HIDE_CURSOR)
        parts.append("\r")
        parts += [f"{_ERASE_LINE}{row}{_NEXT}" for row in final]
        if shown:
            # A terminal may count the cells of a character differently: an open row that is
            # longer than thought is cut rather than wrapped, or rows could not be counted.
            parts.append(_WRAP_OFF)
            parts += [f"{_ERASE_LINE}{row}{_NEXT}" for row in shown[:-1]]
            parts += [_ERASE_BELOW, shown[-1], _WRAP_ON, "\r"]
            if len(shown) > 1:
                parts.append(f"\x1b[{len(shown) - 1}A")
        else:
            parts.append(_ERASE_BELOW)
        parts.append(_END)
        self._is_drawn, self._open = True, shown
        self._streams.write("".join(parts))

    def leave(self) -> None:
        """Erase the open rows and give the cursor back, so that others can write."""
        if self._is_drawn:
            self._streams.write(f"\r{_ERASE_BELOW}{_WRAP_ON}{_SHOW_CURSOR}{_END}")
            self._is_drawn, self._open, self._size = False, [], (0, 0)
