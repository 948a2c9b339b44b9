"""What a listing says of a conversation, apart so that listing loads nothing else."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yourouter_cli.transcripts.pieces import Piece

_TITLE_CHARACTERS = 200
_TWO_DIGITS = [f"{number:02}" for number in range(60)]


class Entry(NamedTuple):
    """What a listing says about one conversation; times are milliseconds since the epoch."""

    id: str
    title: str
    model: str
    profile: str
    turns: int
    tokens: int | None
    created: int
    updated: int


class Hit(NamedTuple):
    """A turn that has the words searched for: its conversation, its number in it, an excerpt.

    `excerpt` is text in pieces; each says whether it is a match.
    """

    entry: Entry
    turn: int
    excerpt: tuple[tuple[str, bool], ...]


def words_of(pieces: Iterable[Piece]) -> str:
    """Return the words in *pieces*, without reasoning, attachments and tool calls."""
    return "".join(
        piece.body for piece in pieces if piece.kind == "text" and isinstance(piece.body, str)
    )


def title_of(question: tuple[Piece, ...]) -> str:
    """Return the first line of *question*, or what was attached to it."""
    for line in words_of(question).splitlines():
        if line.strip():
            return line.strip()[:_TITLE_CHARACTERS]
    names = (piece.body["name"] for piece in question if isinstance(piece.body, dict))
    return ", ".join(names)[:_TITLE_CHARACTERS]


def moment(milliseconds: int) -> str:
    """Return a time as programs get it: UTC, to the second."""
    # Three times as fast as strftime, which a listing would call tens of thousands of times.
    day, seconds = divmod(milliseconds // 1000, 86_400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{_day(day)}T{_TWO_DIGITS[hours]}:{_TWO_DIGITS[minutes]}:{_TWO_DIGITS[seconds]}Z"


@cache
def _day(number: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(number * 86_400))
