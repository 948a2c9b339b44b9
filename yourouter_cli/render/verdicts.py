"""Checks one below the other, each as it is done: a word, a name, how long, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from yourouter_cli.render.sanitize import clean_line, one_line
from yourouter_cli.render.screen import Screen
from yourouter_cli.render.tables import fit, painted, width
from yourouter_cli.wording import span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yourouter_cli.checks import Check, Status
    from yourouter_cli.streams import Streams

GREEN, YELLOW, RED, DIM = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"
COLORS: dict[Status, str] = {"ok": GREEN, "warn": YELLOW, "fail": RED, "skip": DIM}
# A column of words narrower than this is no column.
NARROWEST = 24


class Verdicts:
    """Shows checks as they are done. Use as a context manager.

    On a terminal each is a line or more, and the one that is being made is shown until it is done;
    in a pipe each is one line: status, name, milliseconds, detail and fix, with tabs between.
    *names* are those of the checks to come. With *hidden* nothing is shown.
    """

    def __init__(self, streams: Streams, names: Iterable[str], *, hidden: bool = False) -> None:
        self._streams = streams
        self._is_hidden = hidden
        self._size = max(map(width, names), default=0)
        is_alive = streams.stdout_is_terminal and not streams.dumb and not hidden
        self._screen = Screen(streams) if is_alive else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._screen:
            self._screen.leave()

    def begin(self, name: str) -> None:
        """Show that the check *name* is being made."""
        if self._screen:
            self._screen.draw((), (f"…     {name}",))

    def show(self, check: Check) -> None:
        """Show what came of *check*."""
        if self._is_hidden:
            return
        if not self._streams.stdout_is_terminal:
            milliseconds = "" if check.ms is None else f"{check.ms:g}"
            cells = (check.status, check.name, milliseconds, check.detail, check.fix or "")
            self._streams.write("\t".join(map(one_line, cells)) + "\n")
            return
        lines = self._lines(check)
        if self._screen:
            self._screen.draw(lines)
        else:
            self._streams.write("".join(f"{line}\n" for line in lines))

    def _lines(self, check: Check) -> list[str]:
        color = COLORS[check.status] if self._streams.stdout_color else ""
        word = painted(fit(check.status, 4), color)
        head = f"{word}  {fit(check.name, self._size)}  {span(check.ms):>7}"
        indent = 4 + 2 + self._size + 2 + 7 + 2
        room = self._streams.size[0] - indent
        detail = clean_line(check.detail)
        if room >= NARROWEST:
            first, *more = wrapped(detail, room)
            lines = [f"{head}  {first}".rstrip(), *(" " * indent + line for line in more)]
        else:
            lines = [f"{word}  {check.name}  {span(check.ms)}".rstrip()]
            lines += [f"  {line}" for line in wrapped(detail, self._streams.size[0] - 2) if line]
            indent = 2
        if check.fix:
            # Not wrapped: a command is copied as it stands.
            lines.append(f"{' ' * indent}fix: {clean_line(check.fix)}")
        return lines


def wrapped(text: str, size: int) -> list[str]:
    """Return *text* in lines of at most *size* columns; a word that is longer stays whole."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(longer) > size:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
