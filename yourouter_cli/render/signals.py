"""Signals while an answer is drawn: frames stay whole, and Ctrl-Z leaves a clean terminal."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# Windows lacks some.
_NUMBERS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGTSTP")
    if hasattr(signal, name)
]


class Signals:
    """Holds back, as a context manager, what would end or stop the program inside a frame.

    So neither an escape sequence nor the text of the answer is cut in two. A signal that comes a
    second time goes through at once. Until `close`, Ctrl-Z calls *leave* before the program is
    stopped. In a thread, where Python delivers no signals, nothing of this happens.
    """

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._held: list[int] = []
        self._handlers: dict[int, Any] = {}
        self._stops = False
        if self._is_default("SIGTSTP"):
            self._stops = _set(signal.SIGTSTP, self._stop)

    def __enter__(self) -> Self:
        for number in _NUMBERS:
            handler = signal.getsignal(number)
            # What is ignored, as under nohup, stays ignored.
            if callable(handler) and _set(number, self._hold):
                self._handlers[number] = handler
        return self

    def __exit__(self, *_: object) -> None:
        self._release()
        for number in self._held[:]:
            self._held.remove(number)
            signal.raise_signal(number)

    def close(self) -> None:
        """Give Ctrl-Z its ordinary meaning again."""
        if self._stops:
            self._stops = False
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)

    def _release(self) -> None:
        while self._handlers:
            number, handler = self._handlers.popitem()
            signal.signal(number, handler)

    def _hold(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - how handlers are called
        if number in self._held:
            self._held.clear()
            self._release()
            signal.raise_signal(number)
        self._held.append(number)

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - how handlers are called
        self._leave()
        signal.signal(number, signal.SIG_DFL)
        # Here the process sleeps until someone continues it.
        os.kill(os.getpid(), number)
        self._stops = self._stops and _set(number, self._stop)

    @staticmethod
    def _is_default(name: str) -> bool:
        return hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL


def _set(number: int, handler: Callable[[int, FrameType | None], None]) -> bool:
    try:
        signal.signal(number, handler)
    except ValueError:  # only the main thread may
        return False
    return True
