"""Paragraphs, headings, code, tables, rules: the blocks that hold text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from yourouter_cli.render.markdown.code import context_after, highlight
from yourouter_cli.render.markdown.containers import peeled
from yourouter_cli.render.markdown.grid import SETTLING_ROWS, Grid
from yourouter_cli.render.markdown.inline import Inline
from yourouter_cli.render.markdown.page import Start
from yourouter_cli.render.markdown.paragraph import ENDLESS, PLACEHOLDER, cut_point
from yourouter_cli.render.markdown.wrap import fold, wrap
from yourouter_cli.render.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token
    from rich.style import Style

    from yourouter_cli.render.markdown.grid import Align
    from yourouter_cli.render.markdown.page import Page

HELD_LINES = 10  # of code stay open, since the end of a comment may colour its beginning
_STEP = 8  # lines of code that are worth to be settled at once
_INDENT = "  "
_BOXES = {"[ ] ": " ☐ ", "[x] ": " ☑ ", "[X] ": " ☑ "}
_MARKER_LINES = 2  # the header of a table and the line below it


def lay_out(page: Page, tokens: Iterable[Token]) -> None:
    """Put the blocks in *tokens* on *page*."""
    stream = iter(tokens)
    for token in stream:
        match token.type:
            case "heading_open" if page.is_placeholder(token):
                next(stream), next(stream)
            case "heading_open":
                _heading(page, token, next(stream))
            case "paragraph_open":
                _paragraph(page, token, next(stream))
            case "fence" | "code_block":
                _code(page, token)
            case "table_open":
                _table(page, token, stream)
            case "hr":
                page.leaf(token)
                page.emit(Text("─" * page.room, page.look["rule"], end=""))
            case "definition":
                follows = bool(page.leaves) and page.leaves[-1].kind == "definition"
                page.leaf(token, apart=not follows).labels = token.meta["labels"]
                text = Text(clean(token.content), page.look["definition"], end="")
                page.emit_all(wrap(text, page.room))
            case _:
                page.open_or_close(token)


def _heading(page: Page, token: Token, inline: Token) -> None:
    page.leaf(token)
    text = _text(page, inline.content, page.look[token.tag])
    if not page.look.color:
        text = Text(f"{'#' * int(token.tag[1:])} ", end="").append_text(text)
    page.emit_all(wrap(text, page.room))


def _paragraph(page: Page, token: Token, inline: Token) -> None:
    leaf = page.leaf(token)
    carry = page.going_on.paragraph
    content = inline.content
    while cut := cut_point(content, page.parse_inline):
        carry = _parted(page, content[:cut], carry)
        content = PLACEHOLDER + content[cut:]
    if content is not inline.content:
        first_line = content.partition("\n")[0].rstrip()
        number = inline.content.count("\n") - content.count("\n")
        # Blanks at the end of the last line are no content yet, but may come before a word.
        source = page.lines[leaf.line + number]
        line = first_line + source[len(source.rstrip()) :]
        page.settle(leaf, [line], number + 1, Start(paragraph=carry))
    page.emit_all(wrap(_paragraph_text(page, content, carry), page.room))


def _parted(page: Page, head: str, carry: Text | None) -> Text:
    """Emit the rows that *head* fills, and return the row that is not full."""
    text = _paragraph_text(page, head.rstrip(), carry)
    if head[-1].isspace():
        text.append(" ")
    *rows, last = wrap(text, page.room)
    page.emit_all(rows)
    return last


def _paragraph_text(page: Page, content: str, carry: Text | None) -> Text:
    text = Inline(page.look).add(page.parse_inline(content))
    if carry is not None:
        return carry.copy().append_text(text[len(PLACEHOLDER) :])
    return _task(page, text)


def _text(page: Page, content: str, style: Style | None = None) -> Text:
    """Return *content* with its emphasis; without, where parsing could take for ever."""
    if len(content) > ENDLESS:
        return Text(content, style or "", end="")
    return Inline(page.look, style).add(page.parse_inline(content))


def _task(page: Page, text: Text) -> Text:
    """Turn the brackets of a task into a box in place of the bullet."""
    box = _BOXES.get(text.plain[:4])
    if box is None or not page.around:
        return text
    around = page.around[-1]
    if around.kind != "item" or around.number is not None or around.is_drawn:
        return text
    around.lead = Text(box, page.look["bullet"], end="")
    return text[4:]


def _code(page: Page, token: Token) -> None:
    leaf = page.leaf(token)
    is_fence = token.type == "fence"
    language = token.info.strip().partition(" ")[0] if is_fence else ""
    lines = token.content.removesuffix("\n").split("\n") if token.content else []
    context = page.going_on.code or ()
    settled = min(len(lines), page.complete - leaf.line - is_fence) - HELD_LINES
    while 0 < settled < len(lines) and not is_fence and not lines[settled].strip():
        settled -= 1  # indented code cannot begin with a blank line
    for number, line in enumerate(highlight(language, context, lines, page.look)):
        if number == settled >= _STEP:
            known = context_after(language, context, lines[:settled], lines[settled:])
            opening = [peeled(page.lines[leaf.line], leaf.line, leaf.around)] if is_fence else []
            page.settle(leaf, opening, settled + is_fence, Start(code=known))
        page.emit_all(Text(_INDENT, end="").append_text(row) for row in fold(line, page.room - 2))


def _table(page: Page, token: Token, stream: Iterator[Token]) -> None:
    leaf = page.leaf(token)
    leaf.asks = _MARKER_LINES
    aligns, (header, *body) = _cells(page, stream)
    grid = page.going_on.grid
    settled = min(len(body), page.complete - leaf.line - _MARKER_LINES)
    is_begun = grid is not None
    grid = grid or Grid.settled(header, aligns, body)
    widths = grid.fitted(page.room)
    if not is_begun:
        page.emit_all(grid.head(widths, page.look))
        settled = settled if settled > SETTLING_ROWS else 0
    for number, cells in enumerate(body, start=1):
        page.emit_all(grid.row(cells, widths, page.look, page.room))
        if number == settled:
            lines = [peeled(page.lines[leaf.line + i], leaf.line + i, leaf.around) for i in (0, 1)]
            page.settle(leaf, lines, settled + _MARKER_LINES, Start(grid=grid))


def _cells(page: Page, stream: Iterator[Token]) -> tuple[list[Align], list[Sequence[Text]]]:
    aligns: list[Align] = []
    rows: list[list[Text]] = []
    for token in stream:
        match token.type:
            case "tr_open":
                rows.append([])
            case "th_open":
                aligns.append(_align(str(token.attrs.get("style", ""))))
            case "inline":
                rows[-1].append(_text(page, token.content))
            case "table_close":
                break
    return aligns, [*rows]


def _align(style: str) -> Align:
    if style.endswith("right"):
        return "right"
    return "center" if style.endswith("center") else "left"
