"""Times, durations and sizes in words."""

from __future__ import annotations

import pytest

from yourouter_cli.wording import duration, moment, size, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (59.9, "0:59"),
        (61, "1:01"),
        (3599, "59:59"),
        (3661, "1:01:01"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    """Durations are minutes and seconds, with hours where there are some."""
    assert words == duration(seconds)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (57_915, "57.9 kB"),
        (10**15, "1000.0 TB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    """Sizes are in the unit that suits them."""
    assert words == size(count)


def test_moments() -> None:
    """Times are in UTC."""
    assert "2025-09-06T19:40:36Z" == moment(1_757_187_636)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(None, ""), (0.4, "0 ms"), (999.4, "999 ms"), (1000, "1.0 s"), (61_250, "61.2 s")],
)
def test_spans(milliseconds: float | None, words: str) -> None:
    """What is mostly below a second is in milliseconds; what is unknown is nothing."""
    assert words == span(milliseconds)
