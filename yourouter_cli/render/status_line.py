"""One line on standard error that changes in place, where a person is looking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.render.tables import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.clock import Clock
    from yourouter_cli.streams import Streams

FRAME_SECONDS = 0.1
_ERASE_LINE = "\r\x1b[K"
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_BAR = " ▏▎▍▌▋▊▉█"
_BAR_COLUMNS = 20


class StatusLine:
    """A line that is drawn over itself; whoever draws it clears it in the end.

    *words* returns what it says now. It is drawn at most ten times a second, and only on a
    terminal that can erase; otherwise nothing is written at all.
    """

    def __init__(
        self, streams: Streams, clock: Clock, words: Callable[[], str], *, quiet: bool
    ) -> None:
        self.is_live = streams.stderr_is_terminal and not streams.dumb and not quiet
        self._streams = streams
        self._clock = clock
        self._words = words
        self._next = clock.monotonic()
        self._frame = 0
        self._is_drawn = False

    @property
    def tick(self) -> float | None:
        """The seconds between two calls of `draw`; None where there is nothing to draw."""
        return FRAME_SECONDS if self.is_live else None

    def draw(self) -> None:
        """Draw the line when it is due; cheap to call often."""
        now = self._clock.monotonic()
        if not self.is_live or now < self._next:
            return
        self._next = now + FRAME_SECONDS
        self._frame += 1
        line = f"{_SPINNER[self._frame % len(_SPINNER)]} {clean_line(self._words())}"
        # A full line would wrap, and then could not be erased; so would one with `^C` behind it.
        columns = max(1, self._streams.size[0] - 3)
        # First the note: Ctrl-C may come right after the writing.
        self._is_drawn = True
        self._streams.write_error(_ERASE_LINE + fit(line, columns).rstrip())

    def clear(self) -> None:
        """Erase the line, so that something else can be written."""
        if self._is_drawn:
            self._streams.write_error(_ERASE_LINE)
            self._is_drawn = False


def bar(share: float) -> str:
    """Return a bar that is filled to *share*, from 0 to 1."""
    eighths = round(min(max(share, 0.0), 1.0) * _BAR_COLUMNS * 8)
    full, rest = divmod(eighths, 8)
    return (_BAR[8] * full + (_BAR[rest] if rest else "")).ljust(_BAR_COLUMNS)
