"""Rows of a listing: aligned for a person, tab-separated for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yourouter_cli.streams import Streams

_GAP = "  "
_NARROWEST = 4
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def table(
    streams: Streams,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    flexible: int = -1,
) -> None:
    """Write *rows* to standard output under the names in *columns*.

    On a terminal the columns are aligned under a heading, control characters are made visible and
    the column at index *flexible* is cut with an ellipsis where the rows are wider than the
    screen. In a pipe each row is one line, its cells whole and separated by tabs, without heading.
    None is an empty cell.
    """
    safe = clean_line if streams.stdout_is_terminal else one_line
    cells = [[safe("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not streams.stdout_is_terminal:
        streams.write("".join("\t".join(row) + "\n" for row in cells))
        return
    streams.write("".join(_aligned([list(columns), *cells], streams, flexible)))


def _aligned(rows: list[list[str]], streams: Streams, flexible: int) -> Iterable[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    surplus = sum(widths) + len(_GAP) * (len(widths) - 1) - streams.size[0]
    if surplus > 0:
        widths[flexible] = max(_NARROWEST, widths[flexible] - surplus)
    for number, row in enumerate(rows):
        line = _GAP.join(fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
        if number == 0 and streams.stdout_color:
            line = f"{_BOLD}{line}{_PLAIN}"
        yield line + "\n"


def fit(text: str, size: int) -> str:
    """Return *text* in exactly *size* columns: padded, or cut with an ellipsis."""
    if (there := width(text)) <= size:
        return text + " " * (size - there)
    kept = ""
    for character in text:
        if width(kept + character) > size - 1:
            break
        kept += character
    return kept + "…" + " " * (size - 1 - width(kept))


def width(text: str) -> int:
    """Return how many columns of a terminal *text* fills."""
    if text.isascii():
        return len(text)
    # Imported here because unicodedata is needed only beyond ASCII.
    from unicodedata import combining, east_asian_width

    joined = text.replace("\u200d", "").replace("\ufe0f", "")
    return sum(
        0 if combining(character) else 1 + (east_asian_width(character) in "WF")
        for character in joined
    )
