"""Kept conversations as values: a line of the listing, and the whole."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from yourouter_cli.conversation import Message
    from yourouter_cli.transcripts.pieces import Piece

State = Literal["finished", "failed", "interrupted", "running"]
_TITLE_CHARACTERS = 200


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One question and what became of it.

    `facts` are the values that the receipt shows and the store has a column for, by their names;
    those that are unknown are absent. `settings` are the options of the request that were given.
    """

    position: int
    created: int
    state: State
    dialect: str
    requested_model: str
    question: tuple[Piece, ...]
    answer: tuple[Piece, ...] = ()
    system: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    attempts: tuple[dict[str, Any], ...] = ()
    removed: bool = False

    @property
    def text(self) -> str:
        """The words of the answer."""
        return words_of(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A whole conversation: what the listing says of it, and its turns in order.

    `summary` stands for the turns up to number `summarized_up_to` in what follows.
    """

    entry: Entry
    turns: tuple[TurnRecord, ...]
    summary: str | None = None
    summarized_up_to: int = 0

    @property
    def id(self) -> str:
        """The id under which it is kept."""
        return self.entry.id

    @property
    def system(self) -> str | None:
        """The system prompt of the last turn."""
        return self.turns[-1].system if self.turns else None

    def messages(self, dialect: str) -> tuple[Message, ...]:
        """Return what was said so far as the beginning of the next request, in *dialect*."""
        from yourouter_cli.transcripts.context import messages

        return messages(self, dialect)


def words_of(pieces: tuple[Piece, ...]) -> str:
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
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))
