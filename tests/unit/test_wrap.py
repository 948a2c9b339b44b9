"""Where lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from yourouter_cli.render.markdown.wrap import break_points, fold, wrap

LINE = st.text(
    st.one_of(
        st.sampled_from("ab  中文。，「」한é\u0301👩\u200d👧\ufe0f"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=80,
)


def rows(text: str, width: int) -> list[str]:
    """Return the rows of *text*."""
    return [row.plain for row in wrap(Text(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("a word or two", 6, ["a word", "or two"]),
        ("one two", 80, ["one two"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("a unbreakable", 6, ["a", "unbrea", "kable"]),
        ("two\n\nlines", 10, ["two", "", "lines"]),
        ("测试中文流式", 6, ["测试中", "文流式"]),
        ("ab 测试中文", 6, ["ab 测", "试中文"]),
        ("测试中。文", 6, ["测试", "中。文"]),
        ("他说「好」吧", 6, ["他说", "「好」", "吧"]),
        ("한국어 텍스트", 8, ["한국어", "텍스트"]),
        ("👩\u200d👩\u200d👧👩\u200d👩\u200d👧", 2, ["👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_rows(text: str, width: int, expected: list[str]) -> None:
    """Lines break at blanks and between ideographs, never before a closing mark or in a cluster."""
    assert expected == [row.rstrip() for row in rows(text, width)]


@given(LINE, st.integers(2, 30))
def test_nothing_is_lost_and_everything_fits(text: str, width: int) -> None:
    """The rows together are the text, and none is wider than the column but for blanks."""
    found = rows(text, width)

    assert text == "".join(found)
    assert all(cell_len(row.rstrip()) <= width for row in found)


@given(LINE, LINE, st.integers(2, 30))
def test_more_text_changes_the_last_row_only(text: str, more: str, width: int) -> None:
    """All rows but the last can be shown for good."""
    before, after = rows(text, width), rows(text + more, width)

    assert before[:-1] == after[: len(before) - 1]


def test_no_room_at_all() -> None:
    """A width of nothing still makes progress."""
    assert ["ab", "c"] == rows("abc", 0)
    assert [1] == break_points("中文", 2)


def test_code_is_cut_where_the_column_ends() -> None:
    """A line of code keeps its blanks and is cut at the width."""
    assert ["  x = ", "'a b c", "'"] == [row.plain for row in fold(Text("  x = 'a b c'"), 6)]
