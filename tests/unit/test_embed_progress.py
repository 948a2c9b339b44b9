"""How far a job is, in words, and where they are shown."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from yourouter_cli.render.progress import Progress, ProgressLine, progress_line
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable


def said(streams: Streams) -> str:
    """Return what was written to standard error."""
    assert isinstance(streams.stderr, BytesIO)
    return streams.stderr.getvalue().decode()


@pytest.mark.parametrize(
    ("progress", "rate", "words"),
    [
        (Progress(), None, "0 rows  0 in flight"),
        (Progress(rows=1200, in_flight=3), 600.4, "1,200 rows  600 rows/s  3 in flight"),
        (
            Progress(rows=500, total=2000, tokens=7000, in_flight=8),
            100.0,
            "500/2,000 rows  100 rows/s  7,000 tokens  8 in flight  ETA 0:15",
        ),
        (Progress(rows=5, total=4), 1.0, "5/4 rows  1 rows/s  0 in flight  ETA 0:00"),
    ],
)
def test_words(progress: Progress, rate: float | None, words: str) -> None:
    """Rows, rate, tokens, requests under way and the time that is left, where they are known."""
    assert words == progress_line(progress, rate)


def test_on_a_terminal() -> None:
    """The line is drawn over itself with a bar, and makes room for other lines."""
    streams, clock = Streams.memory(terminal=True, size=(120, 24)), FakeClock()
    line = ProgressLine(streams, clock)
    for rows in range(10, 110, 10):
        clock.sleep(0.5)
        line.show(Progress(rows=rows, total=100))
    line.say("row", "row 3: bad\x1b[2J")
    line.clear()
    text = said(streams)
    assert 10 == text.count("\r\x1b[K") - 1
    assert "80/100 rows  20 rows/s  0 in flight  ETA 0:01" in text
    assert text.endswith("\r\x1b[Krow 3: bad␛[2J\n")


def test_elsewhere() -> None:
    """Without a terminal it is a line every ten seconds."""
    streams, clock = Streams.memory(), FakeClock()
    line = ProgressLine(streams, clock)
    for second in range(1, 26):
        clock.sleep(1)
        line.show(Progress(rows=10 * second, total=250, in_flight=2))
    assert [
        "100/250 rows  10 rows/s  2 in flight  ETA 0:15",
        "200/250 rows  10 rows/s  2 in flight  ETA 0:05",
    ] == said(streams).splitlines()


def test_for_programs() -> None:
    """As JSON where errors are JSON."""
    streams, clock = Streams.memory(), FakeClock()
    line = ProgressLine(streams, clock, speaks_json=True)
    line.begin_at(100)
    clock.sleep(10)
    line.show(Progress(rows=150, total=200, tokens=5, in_flight=1))
    notice = json.loads(said(streams))["notice"]
    assert "progress" == notice["kind"]
    assert {
        "rows": 150,
        "total": 200,
        "rows_per_second": 5.0,
        "tokens": 5,
        "in_flight": 1,
        "eta_seconds": 10,
    } == notice["details"]


@pytest.mark.parametrize(
    "speak",
    [lambda line: line.say("row", "words"), lambda line: line.show(Progress(rows=5))],
)
def test_quiet(speak: Callable[[ProgressLine], None]) -> None:
    """Whoever wants quiet gets it."""
    streams, clock = Streams.memory(terminal=True), FakeClock()
    line = ProgressLine(streams, clock, quiet=True)
    clock.sleep(60)
    speak(line)
    line.clear()
    assert "" == said(streams)


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """A job that stands still shows it soon."""
    streams, clock = Streams.memory(), FakeClock()
    line = ProgressLine(streams, clock)
    for second in range(60):
        clock.sleep(1)
        line.show(Progress(rows=min(second, 30) * 100, total=6000))
    last = said(streams).splitlines()[-1]
    assert "3,000/6,000 rows  0 in flight" == last
