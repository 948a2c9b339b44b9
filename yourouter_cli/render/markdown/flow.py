"""Markdown that arrives in pieces, as rows: those that are final, and those that may still change.

The source that is still open is parsed for each frame; as soon as a block can no longer change,
its rows are final and it is dropped. Long code, lists, tables and paragraphs are parted inside. So
the cost of a frame does not depend on how long the answer is.

What is final equals what laying out the whole answer at once gives, but for this:
* a link whose definition comes later stays as it is written; the definition is shown either way;
* a paragraph of more than 2,000 characters that turns out to be a heading stays a paragraph, and
  emphasis, code or a link of more than 8,000 characters is shown as it is written;
* colours of a comment or string of more than 10 lines, in languages where only its end shows it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import reference

from yourouter_cli.render.markdown.blocks import lay_out
from yourouter_cli.render.markdown.containers import reopened
from yourouter_cli.render.markdown.page import Page, Start

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token
    from rich.text import Text

    from yourouter_cli.render.markdown.look import Look
    from yourouter_cli.render.markdown.page import Leaf

_TAB = 4
_DEEPEST = 100  # blocks within blocks; what is deeper is dropped by the parser


class Flow:
    """Lays out one answer; `feed` it clean text and take the rows."""

    def __init__(self, look: Look) -> None:
        self.look = look
        # Blocks and their text are parsed apart: the text of a long paragraph in pieces.
        self._blocks = _parser()
        self._blocks.core.ruler.disable(["inline", "text_join"])
        self._blocks.block.ruler.at("reference", _definition)
        self._inlines = _parser()
        self._references: dict[str, Any] = {}
        self._lines: list[str] = []
        self._partial = ""
        self._start = Start()

    def feed(self, text: str) -> None:
        """Append the next piece of the answer."""
        first, *others = text.split("\n")
        self._partial += first
        for line in others:
            self._lines.append(_expanded(self._partial))
            self._partial = line

    def take(self, width: int) -> tuple[Sequence[Text], Sequence[Text]]:
        """Return the rows that became final since the last call, and those that are open."""
        lines = [*self._lines, _expanded(self._partial)]
        page, references = self._page(lines, len(self._lines), width)
        final = self._part(page, lines, references)
        return page.rows[:final], page.rows[final:]

    def finish(self, width: int) -> Sequence[Text]:
        """Return the remaining rows; nothing more comes."""
        lines = [*self._lines, _expanded(self._partial)]
        self._lines, self._partial, start = [], "", self._start
        self._start = Start()
        page, _ = self._page(lines, 0, width, start)
        return page.rows

    def _page(
        self, lines: Sequence[str], complete: int, width: int, start: Start | None = None
    ) -> tuple[Page, dict[str, Any]]:
        # What is open may define a link only in part: each parse gets its own definitions.
        environment: dict[str, Any] = {"references": dict(self._references)}
        tokens = self._blocks.parse("\n".join(lines), environment)
        page = Page(
            lines,
            complete,
            start or self._start,
            look=self.look,
            width=width,
            parse_inline=lambda source: self._inline(source, environment),
        )
        lay_out(page, tokens)
        return page, environment["references"]

    def _inline(self, source: str, environment: dict[str, Any]) -> Iterable[Token]:
        return self._inlines.parseInline(source, environment)[0].children or ()

    def _part(self, page: Page, lines: Sequence[str], references: dict[str, Any]) -> int:
        """Drop what can no longer change; return how many rows of *page* are final."""
        # A block is over when another begins, but only whole lines say where one begins.
        sure = [leaf for leaf in page.leaves if leaf.line + leaf.asks <= page.complete]
        leaf = sure[-1] if sure else None
        if page.leaves and page.leaves[-1].settled_rows:
            leaf = page.leaves[-1]
        if leaf is None or (leaf is page.leaves[0] and not leaf.settled_rows):
            return 0
        for earlier in page.leaves:
            if earlier is leaf:
                break
            self._references.update({label: references[label] for label in earlier.labels})
        if leaf.settled_rows:
            self._begin_inside(leaf, lines)
            return leaf.settled_rows
        self._begin_at(leaf, lines)
        return leaf.row

    def _begin_at(self, leaf: Leaf, lines: Sequence[str]) -> None:
        chain = [container for container in leaf.around if container.start < leaf.line]
        number = leaf.around[len(chain)].number if len(leaf.around) > len(chain) else None
        self._start = Start(chain, number, leaf.owes_blank)
        *self._lines, self._partial = [*reopened(chain), *lines[leaf.line :]]

    def _begin_inside(self, leaf: Leaf, lines: Sequence[str]) -> None:
        chain = [replace(container, is_drawn=True) for container in leaf.around]
        indent = "".join(container.continuation for container in chain)
        inside = [indent + line for line in leaf.lines]
        self._start = replace(leaf.inside, chain=chain)
        *self._lines, self._partial = [
            *reopened(chain),
            *inside,
            *lines[leaf.line + leaf.consumed :],
        ]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    return parser.enable(["strikethrough", "table"])


def _expanded(line: str) -> str:
    return line.expandtabs(_TAB) if "\t" in line else line


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a link definition as the parser does, and keep it as a block to be shown."""
    known = set(state.env["references"])
    if not reference(state, start, end, silent):
        return False
    if not silent:
        token = state.push("definition", "", 0)
        token.map = [start, state.line]
        token.content = state.getLines(start, state.line, state.blkIndent, False).strip()
        token.meta["labels"] = [label for label in state.env["references"] if label not in known]
    return True
