"""What a sandbox remembers from one request to the next."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Memory:
    """The clock, how often things were asked, and which video tasks were made or deleted here.

    `tasks` are ids in the order of their creation; `cancelled` says when some were taken out of the
    queue, `removed` are those whose record was deleted.
    """

    def __init__(self, clock: Callable[[], float], tasks: Sequence[str] = ()) -> None:
        self.clock = clock
        self.tasks = list(tasks)
        self.cancelled: dict[str, float] = {}
        self.removed: set[str] = set()
        self.lock = Lock()
        self._counts: Counter[str] = Counter()

    def count(self, name: str) -> int:
        """Return how many times *name* was counted, this time included."""
        with self.lock:
            self._counts[name] += 1
            return self._counts[name]
