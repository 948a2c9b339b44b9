"""A thread that has what is done on the disk every second, so that nobody else waits for that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_SECONDS = 1.0
# Who leaves in a hurry does not wait for a slow disk: a system that goes on loses nothing.
_PATIENCE_SECONDS = 0.2


class Syncing:
    """Calls *sync* every second, in a daemon thread. Use as a context manager."""

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        self._is_over = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._keep_on, name="syncing", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._is_over.set()
        self._thread.join(None if kind is None else _PATIENCE_SECONDS)
        if kind is None:
            self.check()

    def check(self) -> None:
        """Raise what went wrong, if anything did."""
        if self._error is not None:
            raise self._error

    def _keep_on(self) -> None:
        try:
            while not self._is_over.wait(EVERY_SECONDS):
                self._sync()
        except Exception as error:  # noqa: BLE001 - a thread's error is its reader's error
            self._error = error
