"""How far a download is, and how fast."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from yourouter_cli.render.status_line import bar
from yourouter_cli.wording import duration, size

if TYPE_CHECKING:
    from yourouter_cli.clock import Clock

# The speed is that of the last seconds: what was long ago says nothing about what is to come.
_WINDOW_SECONDS = 3.0
_SHORTEST_SECONDS = 0.2


class Progress:
    """The progress of the download of *name*, in words for a line of status."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._there = 0
        self._total: int | None = None
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, there: int, total: int | None) -> None:
        """Take the bytes that are there now, and the size of the whole where it is known."""
        now = self._clock.monotonic()
        if there < self._there:
            self._seen.clear()  # begun again
        self._there, self._total = there, total
        self._seen.append((now, there))
        while self._seen[0][0] < now - _WINDOW_SECONDS:
            self._seen.popleft()

    def words(self) -> str:
        """Return the name, a bar, the sizes, the speed and the time that is left."""
        parts = [self._name]
        if self._total:
            share = self._there / self._total
            parts += [f"▕{bar(share)}▏", f"{share:4.0%}", f"{size(self._there)} of"]
            parts.append(size(self._total))
        else:
            parts.append(size(self._there))
        if speed := self._speed():
            parts.append(f"{size(speed)}/s")
            if self._total:
                parts.append(f"{duration((self._total - self._there) / speed)} left")
        return " ".join(parts)

    def _speed(self) -> float | None:
        """Return the bytes a second, None while nothing can be said."""
        if not self._seen:
            return None
        began, first = self._seen[0]
        seconds = self._clock.monotonic() - began
        return (self._there - first) / seconds if seconds >= _SHORTEST_SECONDS else None
