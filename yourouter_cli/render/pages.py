"""Pages to read: what `--help` and `yourouter help` show, as text for a terminal or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOLD, _NAME, _PLAIN = "\x1b[1m", "\x1b[36m", "\x1b[0m"
_WIDEST = 100
_NARROWEST = 40
# What stands on the left of rows is rarely longer; what is gets a line of its own.
_LONGEST_NAME = 26
_GAP = 2
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; it is not broken at U+00A0."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that are kept as they are, such as examples."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Names, and what is to be said about each."""

    title: str
    rows: tuple[tuple[str, str], ...]

    @property
    def has_options(self) -> bool:
        """Whether the names are options: those line up on the whole page."""
        return any(name.lstrip().startswith("-") for name, _ in self.rows)

    @property
    def column(self) -> int:
        """How wide the names are."""
        return min(max(len(name) for name, _ in self.rows), _LONGEST_NAME)


Block = Prose | Lines | Rows


@dataclass(frozen=True, slots=True)
class Page:
    """A page: how to type it, if it is about a command, what it is about, and the rest."""

    usage: str
    summary: str
    blocks: tuple[Block, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the page as a JSON object."""
        texts = [block.text for block in self.blocks if isinstance(block, Prose)]
        sections: list[dict[str, Any]] = []
        for block in self.blocks:
            if isinstance(block, Lines):
                sections.append({"title": block.title, "lines": list(block.lines)})
            elif isinstance(block, Rows):
                rows = [{"name": name.strip(), "text": text} for name, text in block.rows]
                sections.append({"title": block.title, "rows": rows})
        usage = self.usage or None
        return {
            "schema": 1,
            "usage": usage,
            "summary": self.summary,
            "notes": [text.replace("\u00a0", " ") for text in texts],
            "sections": sections,
        }


def drawn(page: Page, width: int, *, color: bool) -> str:
    """Return *page* as text for a terminal of *width* columns, ending in a newline."""
    width = max(_NARROWEST, min(width, _WIDEST))
    parts = [_wrapped(page.summary, width)]
    if page.usage:
        head = _styled("Usage:", _BOLD, color=color)
        parts.insert(0, _wrapped(f"Usage: {page.usage}", width, hang=7).replace("Usage:", head, 1))
    options = [block for block in page.blocks if isinstance(block, Rows) and block.has_options]
    column = max((block.column for block in options), default=0)
    for block in page.blocks:
        own = block.column if isinstance(block, Rows) and block not in options else column
        parts.append("\n".join(_block(block, width, own, color=color)))
    return "\n\n".join(parts) + "\n"


def _block(block: Block, width: int, column: int, *, color: bool) -> Iterator[str]:
    if isinstance(block, Prose):
        yield _wrapped(block.text, width)
        return
    if block.title:
        yield _styled(f"{block.title}:", _BOLD, color=color)
    if isinstance(block, Lines):
        yield from (f"{_INDENT}{line}".rstrip() for line in block.lines)
        return
    for name, text in block.rows:
        yield from _row(name, text, width, column, color=color)


def _row(name: str, text: str, width: int, column: int, *, color: bool) -> Iterator[str]:
    left = _INDENT + _styled(name, _NAME, color=color)
    margin = len(_INDENT) + column + _GAP
    lines = _wrapped(text, width - margin).splitlines() or [""]
    if len(name) > column:
        yield left
    else:
        yield f"{left}{' ' * (column - len(name) + _GAP)}{lines.pop(0)}".rstrip()
    yield from (" " * margin + line for line in lines)


def _wrapped(text: str, width: int, *, hang: int = 0) -> str:
    filled = fill(
        text,
        width,
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace("\u00a0", " ")


def _styled(text: str, style: str, *, color: bool) -> str:
    return f"{style}{text}{_PLAIN}" if color else text
