"""Rows of a terminal as blocks are laid out on them, with the places where they may be parted.

Every rule here looks backwards only: a row never depends on blocks that come later. So a list's
numbers are as wide as each needs, and items are apart where a blank line is between those two.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rich.text import Text

from yourouter_cli.render.markdown import containers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markdown_it.token import Token

    from yourouter_cli.render.markdown.containers import Container
    from yourouter_cli.render.markdown.grid import Grid
    from yourouter_cli.render.markdown.look import Look


@dataclass(slots=True)
class Start:
    """Where a page begins: what is already on the screen and still open.

    *chain* are the open containers, outermost first; the source then begins with lines that
    reopen them. *number* is that of a list item which begins right after. *owes_blank* is whether
    a blank row is due. The others tell how the first leaf goes on: a row of a *paragraph* that is
    not full yet, lines of *code* that give meaning to the next, or the *grid* of a table.
    """

    chain: Sequence[Container] = ()
    number: int | None = None
    owes_blank: bool = False
    paragraph: Text | None = None
    code: Sequence[str] | None = None
    grid: Grid | None = None


@dataclass(slots=True)
class Leaf:
    """A block with text in it, and how a later page can begin at it or inside it.

    *row* and *line* are where it begins, on the page and in the source, *around* the containers it
    is in; that it is of this *kind* is sure once so many of its lines as *asks* are whole. When
    *settled_rows* is not 0, so many rows of the page are final; *lines*, put in place of the first
    *consumed* source lines of the leaf, and *inside* then lead to those that follow.
    """

    kind: str
    row: int
    line: int
    around: Sequence[Container]
    owes_blank: bool
    asks: int = 1
    labels: Sequence[str] = ()
    settled_rows: int = 0
    lines: Sequence[str] = ()
    consumed: int = 0
    inside: Start = field(default_factory=Start)


class Page:
    """Takes blocks in and keeps the `rows` they fill and the `leaves` they are.

    *lines* are the source, of which the first *complete* ones cannot change any more.
    """

    def __init__(
        self,
        lines: Sequence[str],
        complete: int,
        start: Start,
        *,
        look: Look,
        width: int,
        parse_inline: Callable[[str], Iterable[Token]],
    ) -> None:
        self.rows: list[Text] = []
        self.leaves: list[Leaf] = []
        self.around: list[Container] = []
        self.lines = lines
        self.complete = complete
        self.look = look
        self.parse_inline = parse_inline
        self._width = width
        self._start = start
        self._owes_blank = start.owes_blank
        self._numbers: list[int | None] = []
        # For each open block: how many blocks it has, and whether blank rows part all of them.
        self._children: list[tuple[int, bool]] = [(0, True)]

    @property
    def room(self) -> int:
        """The columns that the open containers leave."""
        return self._width - min(self._indent, self._width // 2)

    @property
    def _indent(self) -> int:
        return sum(len(container.rest) for container in self.around)

    @property
    def going_on(self) -> Start:
        """How the present leaf goes on, if it is the one with which the page began."""
        return self._start if len(self.leaves) == 1 else Start()

    def is_placeholder(self, token: Token) -> bool:
        """Return whether *token* is on a line that only reopens a container."""
        return line_of(token) < len(self._start.chain)

    def leaf(self, token: Token, *, apart: bool = True) -> Leaf:
        """Begin a leaf; unless *apart*, no blank row is owed for it."""
        self._begin(token, apart=apart)
        around = [replace(container) for container in self.around]
        leaf = Leaf(token.type, len(self.rows), line_of(token), around, self._owes_blank)
        self.leaves.append(leaf)
        return leaf

    def settle(self, leaf: Leaf, lines: Sequence[str], consumed: int, inside: Start) -> None:
        """Note that all rows so far are final, and how *leaf* goes on after them."""
        leaf.settled_rows = len(self.rows)
        leaf.lines, leaf.consumed, leaf.inside = lines, consumed, inside

    def emit(self, row: Text) -> None:
        """Add *row*, with what the open containers put before it."""
        if self._owes_blank:
            self._owes_blank = False
            blank = self._prefix([c.rest for c in self.around if c.is_drawn])
            blank.rstrip()
            self.rows.append(blank)
        if self.around:
            prefix = self._prefix([c.rest if c.is_drawn else c.lead for c in self.around])
            for container in self.around:
                container.is_drawn = True
            row = prefix.append_text(row)
        row.rstrip()
        self.rows.append(row)

    def emit_all(self, rows: Iterable[Text]) -> None:
        """Add *rows*."""
        for row in rows:
            self.emit(row)

    def _prefix(self, parts: Iterable[Text]) -> Text:
        prefix = Text(end="").join(parts)
        # On a narrow screen deep indentation gives way to the text.
        surplus = len(prefix) - self._width // 2
        return prefix[surplus:] if surplus > 0 else prefix

    def open_or_close(self, token: Token) -> None:
        """Enter or leave the container that *token* opens or closes."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._begin(token)
                self._numbers.append(self._first_number(token))
                self._children.append((0, False))
            case "list_item_open":
                self._begin(token)
                self.around.append(self._item(token))
                self._children.append((0, False))
            case "blockquote_open":
                self._begin(token)
                bar = containers.quote(line_of(token), self.look)
                self.around.append(self._reopened(token) or bar)
                self._children.append((0, True))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                self._children.pop()
            case "list_item_close" | "blockquote_close":
                if not self.around[-1].is_drawn:
                    self.emit(Text(end=""))
                self.around.pop()
                self._children.pop()

    def _begin(self, token: Token, *, apart: bool = True) -> None:
        """Count a block, and owe a blank row where it has to be apart from the one before."""
        count, all_apart = self._children[-1]
        line = line_of(token)
        if count and ((all_apart and apart) or not self.lines[line - 1].strip(" >")):
            self._owes_blank = True
        self._children[-1] = (count + 1, all_apart)

    def _first_number(self, token: Token) -> int | None:
        if token.type == "bullet_list_open":
            return None
        depth = len(self.around)
        if self.is_placeholder(token):
            return self._start.chain[depth].number
        if not self.leaves and depth == len(self._start.chain) and self._start.number is not None:
            return self._start.number
        return int(token.attrs.get("start", 1))

    def _item(self, token: Token) -> Container:
        number = self._numbers[-1]
        if number is not None:
            self._numbers[-1] = number + 1
        line = line_of(token)
        rest_of_line = containers.peeled(self.lines[line], line, self.around)
        return self._reopened(token) or containers.item(line, rest_of_line, number, self.look)

    def _reopened(self, token: Token) -> Container | None:
        if not self.is_placeholder(token):
            return None
        depth = len(self.around)
        return replace(self._start.chain[depth], start=depth)


def line_of(token: Token) -> int:
    """Return the source line on which the block of *token* begins."""
    return token.map[0] if token.map else 0
