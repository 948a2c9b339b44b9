"""Signals that come while a frame is drawn."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.render.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator

WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in WATCHED}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_frame_is_finished_first() -> None:
    """Ctrl-C inside a frame takes effect when the frame is whole, and only once."""
    signals, done = Signals(lambda: None), []

    def frame() -> None:
        with signals:
            signal.raise_signal(signal.SIGINT)
            done.append("drawn")

    with pytest.raises(KeyboardInterrupt):
        frame()
    assert ["drawn"] == done
    with signals:
        done.append("next")
    assert ["drawn", "next"] == done


def test_impatience_is_heard() -> None:
    """The second of the same signal takes effect at once, as where drawing does not end."""
    done: list[str] = []

    def frame() -> None:
        with Signals(lambda: None):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("drawn")

    with pytest.raises(KeyboardInterrupt):
        frame()
    assert [] == done


def test_what_is_ignored_stays_ignored() -> None:
    """Under `nohup` a hangup inside a frame is no reason to end."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with Signals(lambda: None):
        signal.raise_signal(signal.SIGHUP)

    assert signal.SIG_IGN == signal.getsignal(signal.SIGHUP)


def test_handlers_are_given_back() -> None:
    """After a frame, and after the last, each signal means what it meant before."""
    before = [signal.getsignal(number) for number in WATCHED]
    signals = Signals(lambda: None)
    with signals:
        pass
    signals.close()

    assert before == [signal.getsignal(number) for number in WATCHED]


def test_a_stop_that_others_handle_is_theirs() -> None:
    """Where Ctrl-Z has a handler already, it stays."""

    def theirs(*_: object) -> None: ...

    signal.signal(signal.SIGTSTP, theirs)
    signals = Signals(lambda: None)
    signals.close()

    assert theirs == signal.getsignal(signal.SIGTSTP)
