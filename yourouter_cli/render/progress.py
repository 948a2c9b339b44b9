"""How far a long job is: one line that is redrawn on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.render.status_line import StatusLine, bar
from yourouter_cli.wording import duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.clock import Clock
    from yourouter_cli.streams import Streams

_LINE_SECONDS = 10.0
# The rate is that of so many seconds: a job that was waiting shows it.
_RATE_SECONDS = 15.0
_SAMPLE_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many rows are done, of how many where that is known; tokens where they were reported."""

    rows: int = 0
    total: int | None = None
    tokens: int | None = None
    in_flight: int = 0


class ProgressLine:
    """Shows progress on standard error, and keeps out of the way of other lines there.

    On a terminal the line is redrawn up to ten times a second. Elsewhere it is a line every ten
    seconds, as JSON with *speaks_json*. With *quiet* there is none.
    """

    def __init__(
        self, streams: Streams, clock: Clock, *, quiet: bool = False, speaks_json: bool = False
    ) -> None:
        self._streams = streams
        self._clock = clock
        self._quiet = quiet
        self._speaks_json = speaks_json
        self._now = Progress()
        self._line = StatusLine(streams, clock, self._words, quiet=quiet or speaks_json)
        self._next = clock.monotonic() + _LINE_SECONDS
        self._seen: deque[tuple[float, int]] = deque([(clock.monotonic(), 0)])

    def begin_at(self, rows: int) -> None:
        """Take note that so many rows were done before: the rate does not count them."""
        self._seen = deque([(self._clock.monotonic(), rows)])

    def show(self, progress: Progress) -> None:
        """Show *progress* if it is time to; cheap to call often."""
        self._now = progress
        now = self._clock.monotonic()
        if now - self._seen[-1][0] >= _SAMPLE_SECONDS:
            self._seen.append((now, progress.rows))
        while now - self._seen[0][0] > _RATE_SECONDS and len(self._seen) > 1:
            self._seen.popleft()
        if self._line.is_live:
            self._line.draw()
        elif now >= self._next:
            self._next = now + _LINE_SECONDS
            rate = self._rate()
            self.say("progress", progress_line(progress, rate), _details(progress, rate))

    def say(self, kind: str, message: str, details: Mapping[str, object] | None = None) -> None:
        """Write a line of another kind, the progress making room for it."""
        if self._quiet:
            return
        self.clear()
        if self._speaks_json:
            # 6 ms that words do without.
            from yourouter_cli.events import Notice
            from yourouter_cli.render.answer import notice_line

            notice = Notice(kind=kind, message=message, details=details or {})
            line = notice_line(notice, visible=self._streams.stderr_is_terminal)
        else:
            line = f"{clean_line(message)}\n"
        self._streams.write_error(line)

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()

    def _words(self) -> str:
        return progress_line(self._now, self._rate(), draws=True)

    def _rate(self) -> float | None:
        """Return the rows a second of the last seconds, None while there are none."""
        then, before = self._seen[0]
        seconds, rows = self._clock.monotonic() - then, self._now.rows - before
        return rows / seconds if seconds > 0 and rows > 0 else None


def progress_line(progress: Progress, rate: float | None, *, draws: bool = False) -> str:
    """Return *progress* in words; *rate* is in rows a second, None while nothing is known."""
    rows, total = progress.rows, progress.total
    parts = []
    if total:
        if draws:
            share = min(1.0, rows / total)
            parts.append(f"▕{bar(share)}▏ {share:4.0%}")
        parts.append(f"{rows:,}/{total:,} rows")
    else:
        parts.append(f"{rows:,} rows")
    if rate is not None:
        parts.append(f"{rate:,.0f} rows/s")
    if progress.tokens is not None:
        parts.append(f"{progress.tokens:,} tokens")
    parts.append(f"{progress.in_flight} in flight")
    if (left := _seconds_left(progress, rate)) is not None:
        parts.append(f"ETA {duration(round(left))}")
    return "  ".join(parts)


def _details(progress: Progress, rate: float | None) -> Mapping[str, object]:
    left = _seconds_left(progress, rate)
    return {
        "rows": progress.rows,
        "total": progress.total,
        "rows_per_second": None if rate is None else round(rate, 1),
        "tokens": progress.tokens,
        "in_flight": progress.in_flight,
        "eta_seconds": None if left is None else round(left),
    }


def _seconds_left(progress: Progress, rate: float | None) -> float | None:
    if not rate or progress.total is None:
        return None
    return max(0.0, (progress.total - progress.rows) / rate)
