"""An ordered map over daemon threads: bounded, and left at once when somebody must go."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Slot(Generic[Item, Result]):
    """One item on its way: waiting, being worked on, or done."""

    __slots__ = ("error", "is_done", "item", "result")

    def __init__(self, item: Item | None, error: BaseException | None = None) -> None:
        self.item = item
        self.result: Result | None = None
        self.error = error
        self.is_done = error is not None


class Pool(Generic[Item, Result]):
    """Applies *work* to *items* in up to *size* threads. Use as a context manager.

    *items* are drawn by a thread of their own, as long as fewer than *ahead* are drawn and not yet
    given back by `results`. All threads are daemons: leaving the context waits for nobody.
    """

    def __init__(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        size: int,
        ahead: int | None = None,
    ) -> None:
        self._work = work
        self._items = items
        self._size = size
        self._ahead = max(ahead or 2 * size, size)
        self._lock = threading.Lock()
        self._has_room = threading.Condition(self._lock)
        self._has_work = threading.Condition(self._lock)
        self._has_news = threading.Condition(self._lock)
        self._drawn: deque[_Slot[Item, Result]] = deque()
        self._todo: deque[_Slot[Item, Result]] = deque()
        self._failed: _Slot[Item, Result] | None = None
        self._is_exhausted = False
        self._is_stopped = False
        self._workers = 0
        self._idle = 0
        self._busy = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._draw, name="pool feeder", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def results(
        self, tick: Callable[[], None] | None = None, every: float = 0.1
    ) -> Iterator[Result]:
        """Yield the results in the order of their items.

        *tick* is called every so many seconds while waiting. An error of *work* is raised as soon
        as it happens; one of the iteration over *items* after the results of what came before.
        """
        while (slot := self._next(tick, every)) is not None:
            yield slot.result  # type: ignore[misc] # a slot that is done has its result

    def stop(self, patience: float = 0.0) -> None:
        """Begin no further work; wait up to *patience* seconds for what has begun."""
        with self._lock:
            self._is_stopped = True
            self._todo.clear()
            for condition in (self._has_room, self._has_work, self._has_news):
                condition.notify_all()
            self._has_news.wait_for(lambda: not self._busy, patience)

    def _next(self, tick: Callable[[], None] | None, every: float) -> _Slot[Item, Result] | None:
        """Return the next slot in order, None after the last."""
        while True:
            with self._lock:
                if not self._is_decided():
                    self._has_news.wait(every)
                if self._failed is not None and self._failed.error is not None:
                    raise self._failed.error
                if self._drawn and self._drawn[0].is_done:
                    slot = self._drawn.popleft()
                    if slot.error is not None:
                        raise slot.error
                    self._has_room.notify()
                    return slot
                if self._is_stopped or (self._is_exhausted and not self._drawn):
                    return None
            if tick is not None:
                tick()

    def _is_decided(self) -> bool:
        """Return whether there is something to tell the reader of the results."""
        if self._failed is not None or self._is_stopped:
            return True
        return self._drawn[0].is_done if self._drawn else self._is_exhausted

    def _draw(self) -> None:
        """Draw the items, each when there is room for it."""
        try:
            for item in self._items:
                with self._lock:
                    while len(self._drawn) >= self._ahead and not self._is_stopped:
                        self._has_room.wait()
                    if self._is_stopped:
                        return
                    self._hand_out(_Slot(item))
        except BaseException as error:  # noqa: BLE001 - a thread's error is its reader's error
            with self._lock:
                self._drawn.append(_Slot(None, error))
        with self._lock:
            self._is_exhausted = True
            self._has_news.notify()

    def _hand_out(self, slot: _Slot[Item, Result]) -> None:
        self._drawn.append(slot)
        self._todo.append(slot)
        if self._idle >= len(self._todo):
            self._has_work.notify()
        elif self._workers < self._size:
            self._workers += 1
            threading.Thread(target=self._toil, name="pool worker", daemon=True).start()

    def _toil(self) -> None:
        while (slot := self._take()) is not None:
            try:
                slot.result = self._work(slot.item)  # type: ignore[arg-type] # not done, so there
            except BaseException as error:  # noqa: BLE001 - as above
                slot.error = error
            with self._lock:
                self._busy -= 1
                slot.item, slot.is_done = None, True
                if slot.error is not None and self._failed is None:
                    self._failed = slot
                if slot.error or self._is_stopped or slot is self._drawn[0]:
                    self._has_news.notify()

    def _take(self) -> _Slot[Item, Result] | None:
        """Return the next slot to work on; None when there will be no more."""
        with self._lock:
            self._idle += 1
            while not self._todo and not self._is_stopped:
                self._has_work.wait()
            self._idle -= 1
            # After a failure nothing is given back any more: what began now would be in vain.
            if self._is_stopped or self._failed is not None:
                return None
            self._busy += 1
            return self._todo.popleft()
