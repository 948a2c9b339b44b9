"""Quotes and list items: what stands around a block, in the source and on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yourouter_cli.render.markdown.look import Look

_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])")
_DEEPEST_PADDING = 4  # more blanks after a marker are the beginning of indented code


@dataclass(slots=True)
class Container:
    """An open quote or list item.

    *marker* is how it begins in the source, *start* the line where it does. *lead* stands before
    its first row on the screen, *rest* before the others; *is_drawn* once the first is there.
    """

    kind: Literal["quote", "item"]
    start: int
    marker: str
    lead: Text
    rest: Text
    number: int | None = None
    is_drawn: bool = False

    @property
    def continuation(self) -> str:
        """How its further lines begin in the source."""
        return self.marker if self.kind == "quote" else " " * len(self.marker)


def quote(start: int, look: Look) -> Container:
    """Return a quote that begins at line *start*."""
    bar = Text("▌ ", look["quote"], end="")
    return Container("quote", start, "> ", bar, bar)


def item(start: int, rest_of_line: str, number: int | None, look: Look) -> Container:
    """Return a list item that begins at line *start* with *rest_of_line*."""
    label = " • " if number is None else f" {number}. "
    return Container(
        "item",
        start,
        _marker(rest_of_line),
        Text(label, look["bullet"], end=""),
        Text(" " * len(label), end=""),
        number,
    )


def peeled(line: str, number: int, containers: Iterable[Container]) -> str:
    """Return source line *number* without what *containers* put before its content."""
    for container in containers:
        if container.kind == "quote":
            line = _QUOTE.sub("", line, count=1)
        elif container.start == number:
            line = line[len(container.marker) :]
        else:
            blanks = len(line) - len(line.lstrip(" "))
            line = line[min(blanks, len(container.marker)) :]
    return line


def reopened(containers: Sequence[Container]) -> list[str]:
    """Return the source lines that open *containers* again, one each, around an empty heading.

    Nothing can continue a heading, so that whatever followed in the source still means the same.
    """
    lines, indent = [], ""
    for container in containers:
        lines.append(f"{indent}{container.marker}#")
        indent += container.continuation
    return lines


def _marker(rest_of_line: str) -> str:
    found = _ITEM.match(rest_of_line)
    if found is None:
        return "- "
    after = rest_of_line[found.end() :]
    padding = len(after) - len(after.lstrip(" "))
    if not after.strip() or padding > _DEEPEST_PADDING:
        padding = 1
    return found[0] + " " * padding
