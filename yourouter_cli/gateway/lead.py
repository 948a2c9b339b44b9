"""How far the network may run ahead of a reader that is slow to take the answer."""

from __future__ import annotations

import threading

MAX_AHEAD_BYTES = 4 * 1024 * 1024


class Lead:
    """What has arrived and was not taken yet, in bytes; at *most* so much, give or take a block."""

    def __init__(self, most: int = MAX_AHEAD_BYTES) -> None:
        self._most = most
        self._arrived = 0
        self._taken = 0
        self._is_over = False
        self._room = threading.Event()

    def grow(self, size: int) -> None:
        """Take note of an arrival; returns once there is room for the next."""
        self._arrived += size
        while self._is_too_long():
            self._room.clear()
            if self._is_too_long():
                self._room.wait()

    def shrink(self, size: int) -> None:
        """Take note that the reader took so much."""
        self._taken += size
        self._room.set()

    def end(self) -> None:
        """Hold nobody back any more: the reader is gone."""
        self._is_over = True
        self._room.set()

    def _is_too_long(self) -> bool:
        return self._arrived - self._taken > self._most and not self._is_over
