"""How hard a gateway is pressed: less after each complaint, more again after each success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yourouter_cli.services.pace import Pace, Stopping

if TYPE_CHECKING:
    from tests.driver import FakeClock


def test_a_complaint_halves_both(clock: FakeClock) -> None:
    """Half as many requests at once, with half as many inputs each."""
    pace = Pace(8, 256, clock)

    assert pace.slow_down(pace.begin(), 1.0)
    assert (4, 128) == (pace.limit, pace.batch)


def test_complaints_about_the_same_moment_count_once(clock: FakeClock) -> None:
    """Of several requests that were under way together only the first complaint slows down."""
    pace = Pace(8, 256, clock)
    marks = [pace.begin() for _ in range(3)]

    assert [True, False, False] == [pace.slow_down(mark, 1.0) for mark in marks]
    assert (4, 128) == (pace.limit, pace.batch)


def test_everybody_waits(clock: FakeClock) -> None:
    """Nobody begins before the longest wait that was asked for is over."""
    pace = Pace(8, 256, clock)
    mark = pace.begin()
    pace.slow_down(mark, 1.0)
    pace.slow_down(mark, 3.0)
    pace.begin()

    assert 3.0 == sum(clock.waits)


def test_it_never_stands_still(clock: FakeClock) -> None:
    """However many complaints there are, one input at a time goes on; no less may be sent then."""
    pace = Pace(2, 2, clock)

    assert [True, False] == [pace.slow_down(mark, 0.0) for mark in range(2)]
    assert (1, 1) == (pace.limit, pace.batch)


def test_successes_let_it_grow_to_what_it_was(clock: FakeClock) -> None:
    """Both come back step by step, and no further than they began."""
    pace = Pace(4, 64, clock)
    pace.slow_down(pace.begin(), 0.0)
    seen = []
    for _ in range(12):
        pace.speed_up()
        seen.append((pace.limit, pace.batch))

    assert (2, 36) == seen[0]
    assert (4, 64) == seen[-1]
    assert sorted(seen) == seen


def test_what_is_too_large_for_the_gateway_is_never_sent_again(clock: FakeClock) -> None:
    """A limit that the gateway has told holds for good, whatever succeeds."""
    pace = Pace(4, 64, clock)
    pace.allow(10)
    for _ in range(20):
        pace.speed_up()

    assert 10 == pace.batch


def test_stopped(clock: FakeClock) -> None:
    """Once it is stopped nobody begins, and nobody goes on waiting."""
    pace = Pace(4, 64, clock)
    pace.stop()

    with pytest.raises(Stopping):
        pace.begin()
    with pytest.raises(Stopping):
        pace.sleep(60.0)
    assert [] == clock.waits
