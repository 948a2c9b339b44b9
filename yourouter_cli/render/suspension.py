"""Ctrl-Z while an answer streams: the shell gets a clean terminal, and `fg` draws on."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Suspension:
    """Calls *leave* before the process is stopped from the terminal.

    `begin` and `end` enclose writing: a stop in between waits for its end, so that no sequence is
    cut in two.
    """

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._is_busy = False
        self._is_due = False
        self._is_set = _install(self._stop)

    def begin(self) -> None:
        """Hold a stop back from now on."""
        self._is_busy = True

    def end(self) -> None:
        """Let a stop through, and one that was held back."""
        self._is_busy = False
        if self._is_due:
            self._stop()

    def close(self) -> None:
        """Give the signal its ordinary meaning again."""
        if self._is_set:
            self._is_set = False
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)

    def _stop(self, number: int = 0, frame: FrameType | None = None) -> None:  # noqa: ARG002
        if self._is_busy:
            self._is_due = True
            return
        self._is_due = False
        self._leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # Here the process sleeps until someone continues it.
        os.kill(os.getpid(), signal.SIGTSTP)
        self._is_set = self._is_set and _install(self._stop)


def _install(handler: Callable[[int, FrameType | None], None]) -> bool:
    """Handle a stop from the terminal; where that cannot be, or is ignored, leave it alone."""
    try:
        if signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL:
            return False
        signal.signal(signal.SIGTSTP, handler)
    except (AttributeError, ValueError):  # Windows; not the main thread
        return False
    return True
