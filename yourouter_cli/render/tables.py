"""Rows of a listing: aligned for a person, tab-separated for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from yourouter_cli.streams import Streams

_GAP = "  "
# A column cut to less than this tells nothing: then each row becomes a block of lines.
_NARROWEST = 8
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def table(
    streams: Streams,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    flexible: int | tuple[int, ...] = -1,
    paint: Mapping[int, Callable[[str], str]] | None = None,
) -> None:
    """Write *rows* to standard output under the names in *columns*.

    On a terminal the columns are aligned under a heading and control characters are made visible.
    Where the rows are wider than the screen the columns at the indices *flexible* are cut with an
    ellipsis, in that order; where that is not enough, each row is a block of lines. *paint* gives,
    by column, the escape sequence that colours a cell; empty for none.
    In a pipe each row is one line, its cells whole and separated by tabs, without heading.
    None is an empty cell.
    """
    safe = clean_line if streams.stdout_is_terminal else one_line
    cells = [[safe("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not streams.stdout_is_terminal:
        streams.write("".join("\t".join(row) + "\n" for row in cells))
        return
    colors = (paint or {}) if streams.stdout_color else {}
    widths = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    surplus = sum(widths) + len(_GAP) * (len(widths) - 1) - streams.size[0]
    for index in (flexible,) if isinstance(flexible, int) else flexible:
        cut = max(0, min(surplus, widths[index] - _NARROWEST))
        widths[index] -= cut
        surplus -= cut
    if surplus > 0:
        lines = _blocks(columns, cells, colors)
    else:
        heading = _line(columns, widths, {})
        bold = f"{_BOLD}{heading}{_PLAIN}" if streams.stdout_color else heading
        lines = (bold, *(_line(row, widths, colors) for row in cells))
    streams.write("".join(f"{line}\n" for line in lines))


def _line(
    row: Sequence[str], widths: Sequence[int], colors: Mapping[int, Callable[[str], str]]
) -> str:
    """Return the cells of *row* side by side, each in its width."""
    last = max((index for index, cell in enumerate(row) if cell), default=0)
    fitted = [fit(cell, size) for cell, size in zip(row, widths, strict=True)][: last + 1]
    fitted[-1] = fitted[-1].rstrip()
    if not colors:
        return _GAP.join(fitted)
    return _GAP.join(
        painted(text, colors[index](row[index]) if index in colors else "")
        for index, text in enumerate(fitted)
    )


def _blocks(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    colors: Mapping[int, Callable[[str], str]],
) -> Iterable[str]:
    """Yield each row as lines: what it is called, and below it its cells, each after its name."""
    named = next((index for index, column in enumerate(columns) if column), 0) + 1
    size = max(map(width, columns[named:]), default=0)
    for row in rows:
        yield " ".join(filter(None, row[:named]))
        for index, cell in enumerate(row[named:], named):
            if cell:
                color = colors[index](cell) if index in colors else ""
                yield f"{_GAP}{fit(columns[index].lower(), size)}{_GAP}{painted(cell, color)}"


def painted(text: str, color: str) -> str:
    """Return *text* in *color*, an escape sequence; as it is where that is empty."""
    return f"{color}{text}{_PLAIN}" if color else text


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
