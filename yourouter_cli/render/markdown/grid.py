"""Tables of an answer: columns whose widths are settled by the header and the first rows."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from yourouter_cli.render.markdown.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.render.markdown.look import Look

Align = Literal["left", "center", "right"]

SETTLING_ROWS = 20  # a later cell that is wider still wraps, so that rows can be shown for good
_ROOM_TO_GROW = 4  # columns at least that a longer table gets: its numbers may get longer
_GAP = 2
_NARROWEST = 5  # below this, a column is no longer readable: rows become lists of their cells


class Grid(NamedTuple):
    """A table: its header, the alignment and natural width of each column."""

    header: Sequence[Text]
    aligns: Sequence[Align]
    natural: Sequence[int]

    @classmethod
    def settled(
        cls, header: Sequence[Text], aligns: Sequence[Align], rows: Sequence[Sequence[Text]]
    ) -> Grid:
        """Return the table whose columns are as wide as *header* and the first *rows* ask for."""
        columns = zip_longest(header, *rows[:SETTLING_ROWS], fillvalue=Text())
        natural = [max(map(_cells, column)) for column in columns]
        if len(rows) > SETTLING_ROWS:
            natural = [size + max(_ROOM_TO_GROW, size // 2) for size in natural]
        return cls(header, aligns, natural)

    def fitted(self, width: int) -> list[int]:
        """Return the widths of the columns on a screen; none where it is too narrow for them."""
        room = width - _GAP * (len(self.natural) - 1)
        if room < sum(min(_NARROWEST, natural) for natural in self.natural):
            return []
        # The widest columns give way first: find the highest limit under which all fit.
        limit = min(room, max(self.natural))
        while sum(min(limit, natural) for natural in self.natural) > room:
            limit -= 1
        widths = [min(limit, natural) for natural in self.natural]
        for index, natural in enumerate(self.natural):
            if natural > limit and sum(widths) < room:
                widths[index] += 1
        return widths

    def head(self, widths: Sequence[int], look: Look) -> Iterator[Text]:
        """Yield the rows of the screen for the header, in columns of such *widths*."""
        if widths:
            yield from self._line(self.header, widths, bold=look)
            rule = (" " * _GAP).join("─" * size for size in widths)
            yield Text(rule, look["rule"], end="")

    def row(
        self, cells: Sequence[Text], widths: Sequence[int], look: Look, width: int
    ) -> Iterator[Text]:
        """Yield the rows of the screen, *width* wide, for one row of the table."""
        if widths:
            yield from self._line(cells, widths)
            return
        for name, cell in zip(self.header, cells, strict=False):
            item = Text(f"{name.plain}: ", look["table_head"], end="")
            yield from wrap(item.append_text(cell), width)
        yield Text("─" * min(width, _NARROWEST), look["rule"], end="")

    def _line(
        self, cells: Sequence[Text], widths: Sequence[int], bold: Look | None = None
    ) -> Iterator[Text]:
        wrapped = [
            [_stripped(row) for row in wrap(cell, size)]
            for cell, size in zip(cells, widths, strict=False)
        ]
        for parts in zip_longest(*wrapped, fillvalue=None):
            line = Text(end="")
            for part, size, align in zip(parts, widths, self.aligns, strict=False):
                if line:
                    line.append(" " * _GAP)
                _place(line, part or Text(), size, align)
            if bold:
                line.stylize(bold["table_head"])
            yield line


def _place(line: Text, cell: Text, size: int, align: Align) -> None:
    spare = max(0, size - cell_len(cell.plain))
    before = {"left": 0, "right": spare, "center": spare // 2}[align]
    line.append(" " * before).append_text(cell).append(" " * (spare - before))


def _cells(text: Text) -> int:
    return max(1, *map(cell_len, text.plain.split("\n")), 0)


def _stripped(row: Text) -> Text:
    row.rstrip()
    return row
