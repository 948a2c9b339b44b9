"""How hard to press a gateway: many requests at once, fewer when it says that they are too many."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yourouter_cli.clock import Clock

# A wait is slept in slices, so that whoever stops is not waited for.
_SLICE_SECONDS = 0.25
_GROWTH = 8


class Stopping(Exception):  # an event, told from one thread to another
    """The work is being stopped; nothing more is to be begun."""


class Pace:
    """Shared by all workers: who may send now, and how many inputs in one request.

    Begins with *size* requests at a time of up to *batch* inputs each. Each complaint halves both
    and makes everybody wait; each success lets them grow again, up to what they were.
    """

    def __init__(self, size: int, batch: int, clock: Clock) -> None:
        self._size = size
        self._most = batch
        self._clock = clock
        self._limit = float(size)
        self._batch = batch
        self._free = threading.Condition()
        self._until = clock.monotonic()
        self._round = 0
        self._is_stopped = False
        self.active = 0
        self.successes = 0

    @property
    def limit(self) -> int:
        """How many requests may be under way at once, for now."""
        return int(self._limit)

    @property
    def batch(self) -> int:
        """How many inputs a request may have, for now."""
        return self._batch

    def begin(self) -> int:
        """Wait until a request may be sent; return a mark to hand back to `slow_down`.

        Raises `Stopping` when nothing may be sent any more.
        """
        while True:
            with self._free:
                while self.active >= self.limit and not self._is_stopped:
                    self._free.wait()
                wait = self._until - self._clock.monotonic()
                if self._is_stopped:
                    raise Stopping
                if wait <= 0:
                    self.active += 1
                    return self._round
            self._clock.sleep(min(wait, _SLICE_SECONDS))

    def end(self) -> None:
        """Give the place of a request back, whatever came of it."""
        with self._free:
            self.active -= 1
            self._free.notify()

    def speed_up(self) -> None:
        """Take note of a request that was answered."""
        with self._free:
            self.successes += 1
            if self._limit < self._size:
                self._limit = min(self._size, self._limit + 1 / self._limit)
                self._free.notify()
            if self._batch < self._most:
                self._batch = min(self._most, self._batch + max(1, self._batch // _GROWTH))

    def slow_down(self, mark: int, seconds: float) -> bool:
        """Have nobody send for so many *seconds*, and then less at once than before.

        *mark* is what `begin` returned for the request that met the complaint: of several that
        were under way together only the first counts. Returns whether less may be sent now.
        """
        with self._free:
            self._until = max(self._until, self._clock.monotonic() + seconds)
            if mark != self._round:
                return False
            self._round += 1
            before = self.limit, self._batch
            self._limit = max(1.0, self._limit / 2)
            self._batch = max(1, self._batch // 2)
            return before != (self.limit, self._batch)

    def allow(self, most: int) -> bool:
        """Never send more than *most* inputs in one request again; return whether that is less."""
        with self._free:
            before = self._most
            self._most = max(1, min(before, most))
            self._batch = min(self._batch, self._most)
            return self._most < before

    def sleep(self, seconds: float) -> None:
        """Wait alone; raises `Stopping` when the work is stopped meanwhile."""
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0:
            if self._is_stopped:
                raise Stopping
            self._clock.sleep(min(left, _SLICE_SECONDS))

    def stop(self) -> None:
        """Let nobody begin any more."""
        with self._free:
            self._is_stopped = True
            self._free.notify_all()
