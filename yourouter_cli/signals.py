"""Ctrl-C, SIGTERM and SIGHUP as exceptions in the main thread, whatever it is doing."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from yourouter_cli.errors import HungUp, Terminated

if TYPE_CHECKING:
    from types import FrameType

# The half of the import system that holds locks.
_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"
_FIRST_SECONDS = 0.005
_AGAIN_SECONDS = 0.05
# The signal that waits for an import to end, if one does.
_owed: list[int] = []


def take_over() -> None:
    """Have the signals that end a process raise from now on; an ignored Ctrl-C stays ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
        signal.signal(signal.SIGINT, raise_for)
    signal.signal(signal.SIGTERM, raise_for)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, raise_for)


def raise_for(number: int, frame: FrameType | None) -> None:
    """Raise what the signal *number* stands for.

    Inside the import system that waits for a moment: there an exception can get lost, or leave a
    lock behind that every later import waits for.
    """
    if frame is not None and frame.f_code.co_filename == _IMPORT_SYSTEM:
        _raise_later(number)
        return
    _owed.clear()
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise (HungUp() if number == getattr(signal, "SIGHUP", None) else Terminated("terminated"))


def _raise_later(number: int) -> None:
    if not hasattr(signal, "setitimer"):  # Windows
        import _thread  # there alone

        # The other thread's turn comes some milliseconds later.
        _thread.start_new_thread(_thread.interrupt_main, (signal.Signals(number),))
        return
    _owed[:] = [number]
    signal.signal(signal.SIGALRM, _remind)
    # A timer comes again until it was heard. A signal sent but once can come just before the main
    # thread begins to wait for something, and would not end that.
    signal.setitimer(signal.ITIMER_REAL, _FIRST_SECONDS, _AGAIN_SECONDS)


def _remind(_number: int, frame: FrameType | None) -> None:
    if _owed:
        raise_for(_owed[0], frame)
    else:
        signal.setitimer(signal.ITIMER_REAL, 0)
