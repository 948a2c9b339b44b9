"""The ordered map over threads, and the pace that its workers keep."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from yourouter_cli.services.pace import Pace, Stopping
from yourouter_cli.services.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 10.0


def test_results_keep_the_order_of_their_items() -> None:
    """However long each takes, results come as their items did."""

    def work(number: int) -> int:
        time.sleep(0.002 * (number % 5))
        return number * number

    with Pool(work, range(40), size=8) as pool:
        assert [number * number for number in range(40)] == list(pool.results())


def test_as_many_work_at_a_time_as_allowed() -> None:
    """All threads are busy when there is work for them, and there are no more."""
    together = threading.Barrier(4)

    def work(_: int) -> int:
        together.wait(PATIENCE_SECONDS)
        return threading.active_count()

    before = threading.active_count()
    with Pool(work, range(12), size=4) as pool:
        # The workers, and the one that draws the items.
        assert max(pool.results()) <= before + 5


def test_one_item_needs_one_thread() -> None:
    """Threads are made for work that is there."""
    before = threading.active_count()
    with Pool(lambda _: threading.active_count(), [0], size=64) as pool:
        assert next(pool.results()) <= before + 2


def test_items_are_drawn_as_there_is_room() -> None:
    """An endless source is not read further than results are taken."""
    drawn: list[int] = []

    def endless() -> Iterator[int]:
        number = 0
        while True:
            drawn.append(number)
            yield number
            number += 1

    with Pool(lambda number: number, endless(), size=2, ahead=5) as pool:
        results = pool.results()
        assert [0, 1, 2] == [next(results) for _ in range(3)]
        time.sleep(0.05)
        # Five are out, and one more has been drawn and waits for room.
        assert len(drawn) <= 3 + 5 + 1


def test_an_error_of_the_work_is_raised_at_once() -> None:
    """What goes wrong is told although earlier items are still being worked on."""
    forever = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            forever.wait(PATIENCE_SECONDS)
        if number == 2:
            raise ValueError("two")
        return number

    began = time.monotonic()
    with Pool(work, range(4), size=4) as pool, pytest.raises(ValueError, match="two"):
        list(pool.results())
    assert time.monotonic() - began < 2
    forever.set()


def test_an_error_of_the_source_is_raised_in_its_place() -> None:
    """What came before the error is given first."""

    def broken() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("gone")

    with Pool(lambda number: number, broken(), size=2) as pool:
        results = pool.results()
        assert [1, 2] == [next(results), next(results)]
        with pytest.raises(OSError, match="gone"):
            next(results)


def test_ticks_while_waiting() -> None:
    """Whoever waits for a result is called back."""
    patience = threading.Event()
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(0)
        if len(ticks) == 3:
            patience.set()

    with Pool(lambda _: patience.wait(PATIENCE_SECONDS), [0], size=1) as pool:
        assert [True] == list(pool.results(tick, every=0.01))
    assert len(ticks) >= 3


def test_leaving_waits_for_nobody() -> None:
    """Work under way is left alone; with patience, what ends in time is waited for and given."""
    begun, patience = threading.Event(), threading.Event()
    done: list[int] = []

    def work(number: int) -> int:
        begun.set()
        patience.wait(PATIENCE_SECONDS)
        done.append(number)
        return number

    with Pool(work, range(9), size=1) as pool:
        begun.wait(PATIENCE_SECONDS)
        began = time.monotonic()
        pool.stop()
        assert time.monotonic() - began < 1
        assert [] == done
        threading.Timer(0.05, patience.set).start()
        pool.stop(PATIENCE_SECONDS)
        assert [0] == done
        assert [0] == list(pool.results())


class TestPace:
    def test_no_more_at_a_time_than_the_size(self) -> None:
        """Who comes when all places are taken waits for one to be given back."""
        pace = Pace(2, 10, FakeClock())
        pace.begin()
        pace.begin()
        third = threading.Thread(target=pace.begin, daemon=True)
        third.start()
        third.join(0.05)
        assert third.is_alive()
        assert 2 == pace.active

        pace.end()
        third.join(PATIENCE_SECONDS)
        assert not third.is_alive()
        assert 2 == pace.active

    def test_a_complaint_halves_both_and_everybody_waits(self) -> None:
        """After a 429, fewer and smaller requests follow, none before the time asked for."""
        clock = FakeClock()
        pace = Pace(8, 256, clock)
        mark = pace.begin()
        pace.end()
        assert pace.slow_down(mark, 7.0)

        assert (4, 128) == (pace.limit, pace.batch)
        began = clock.monotonic()
        pace.begin()
        assert 7.0 == pytest.approx(clock.monotonic() - began)

    def test_complaints_that_were_under_way_together_count_once(self) -> None:
        """Eight refusals of eight requests sent at once are one piece of news."""
        pace = Pace(8, 256, FakeClock())
        marks = [pace.begin() for _ in range(8)]
        assert [True, *[False] * 7] == [pace.slow_down(mark, 1.0) for mark in marks]
        assert 4 == pace.limit

    def test_it_recovers(self) -> None:
        """Successes bring back, step by step, what complaints took, and no more."""
        pace = Pace(8, 256, FakeClock())
        for _ in range(5):
            mark = pace.begin()
            pace.end()
            pace.slow_down(mark, 0.01)
        assert (1, 8) == (pace.limit, pace.batch)
        limits = []
        for _ in range(60):
            pace.speed_up()
            limits.append(pace.limit)
        assert sorted(limits) == limits
        assert (8, 256) == (pace.limit, pace.batch)

    def test_a_bound_is_for_good(self) -> None:
        """What a gateway said is too large is never sent again."""
        pace = Pace(8, 256, FakeClock())
        pace.allow(100)
        pace.allow(200)
        for _ in range(60):
            pace.speed_up()
        assert 100 == pace.batch

    def test_stopping(self) -> None:
        """When the work is stopped, whoever waits is sent home, and nobody begins."""
        clock = FakeClock()
        pace = Pace(1, 1, clock)
        pace.begin()
        told: list[bool] = []

        def wait() -> None:
            try:
                pace.begin()
            except Stopping:
                told.append(True)

        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        pace.stop()
        waiting.join(PATIENCE_SECONDS)
        assert [True] == told
        with pytest.raises(Stopping):
            pace.sleep(100.0)
        assert clock.monotonic() < 1
