"""Listings: aligned for a person, tab-separated for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from yourouter_cli.render.tables import fit, table, width
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS: list[list[object]] = [["alpha", 1, "first"], ["beta\x1b[2J", None, "second\tone\nhere"]]


def listed(
    rows: Sequence[Sequence[object]], *, terminal: bool, columns: int = 80, **options: Any
) -> list[str]:
    """Return the lines of *rows* named NAME, N and NOTE."""
    streams = Streams.memory(terminal=terminal, size=(columns, 24))
    streams.stdout_color = False
    table(streams, ["NAME", "N", "NOTE"], rows, **options)
    assert streams.stdout is not None
    streams.stdout.seek(0)
    return streams.stdout.read().decode().splitlines()


def test_in_a_pipe() -> None:
    """A pipe gets whole cells separated by tabs, one line a row, and no heading."""
    assert ["alpha\t1\tfirst", "beta\x1b[2J\t\tsecond one here"] == listed(ROWS, terminal=False)


def test_on_a_terminal() -> None:
    """A terminal gets aligned columns under a heading, and nothing that steers it."""
    assert [
        "NAME      N  NOTE",
        "alpha     1  first",
        "beta␛[2J     second one here",
    ] == listed(ROWS, terminal=True)


def test_what_does_not_fit_is_cut() -> None:
    """The flexible column is cut with an ellipsis where the screen is too narrow."""
    rows = [["a", 1, "words that go on for long"], ["测试中文", 2, "x"]]

    assert ["NAME      N  NOTE", "a         1  words that…", "测试中文  2  x"] == listed(
        rows, terminal=True, columns=24
    )


def test_nothing_to_list() -> None:
    """A pipe of nothing is empty; a terminal shows what would be listed."""
    assert [] == listed([], terminal=False)
    assert ["NAME  N  NOTE"] == listed([], terminal=True)


@pytest.mark.parametrize(
    ("text", "size", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 5, "abcd…"),
        ("测试中文", 5, "测试…"),
        ("测试中文", 6, "测试… "),
        ("é", 2, "é "),
        ("e\u0301", 2, "e\u0301 "),
    ],
)
def test_fit(text: str, size: int, fitted: str) -> None:
    """Text is padded or cut to exactly so many columns."""
    assert fitted == fit(text, size)
    assert size == width(fitted)
