"""Where lines break: at blanks, between ideographs, and inside a word only when it must be.

The breaks before the last row never change when text is added at the end, so that all rows but the
last can be shown for good.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

if TYPE_CHECKING:
    from rich.text import Text

_IDEOGRAPH = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30fb\u30fd-\u4dbf\u4e00-\u9fff"
_IDEOGRAPH += "\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U00020000-\U0003fffd"
_OPENING = "（「『【《〈［｛〔“‘"  # noqa: RUF001 - the characters are meant
_CLOSING = "、。，．：；！？）」』】》〉］｝〕”’…—ー々〜～\u3099\u309a\ufe00-\ufe0f"  # noqa: RUF001
_UNIT = re.compile(
    rf"\s+"
    rf"|[{_OPENING}]*(?:[{_IDEOGRAPH}][{_CLOSING},.;:!?)\]}}%]*"
    rf"|[^\s{_IDEOGRAPH}{_OPENING}{_CLOSING}]+[{_CLOSING}]*|[{_CLOSING}]+)\s*"
    rf"|[{_OPENING}]+\s*"
)
_WORD = re.compile(r"\s+|\S+\s*")
NARROWEST = 2  # one wide character must fit


def break_points(line: str, width: int) -> list[int]:
    """Return the indices at which *line*, without newlines, continues on a new row."""
    if cell_len(line) <= width:
        return []
    points: list[int] = []
    used = 0
    for match in (_WORD if line.isascii() else _UNIT).finditer(line):
        unit = match[0]
        bare = cell_len(unit.rstrip())
        if used + bare <= width:
            used += cell_len(unit)
            continue
        if used:
            points.append(match.start())
        if bare <= width:
            used = cell_len(unit)
            continue
        pieces = chop_cells(unit, width)
        position = match.start()
        for piece in pieces[:-1]:
            position += len(piece)
            points.append(position)
        used = cell_len(pieces[-1])
    return points


def wrap(text: Text, width: int) -> list[Text]:
    """Return the rows of *text*, whose newlines are kept, in a column of *width* cells.

    Rows may end in blanks, so that more text can be appended to the last one.
    """
    width = max(width, NARROWEST)
    rows: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        points = break_points(line.plain, width)
        rows.extend(line.divide(points) if points else (line,))
    return rows


def fold(text: Text, width: int) -> list[Text]:
    """Return the rows of one line of code: cut at the width, wherever that is."""
    width = max(width, NARROWEST)
    if cell_len(text.plain) <= width:
        return [text]
    points: list[int] = []
    position = 0
    for piece in chop_cells(text.plain, width)[:-1]:
        position += len(piece)
        points.append(position)
    return list(text.divide(points))
