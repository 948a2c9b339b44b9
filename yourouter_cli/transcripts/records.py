"""Whole conversations as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from yourouter_cli.transcripts.entries import words_of

if TYPE_CHECKING:
    from yourouter_cli.conversation import Message
    from yourouter_cli.transcripts.entries import Entry
    from yourouter_cli.transcripts.pieces import Piece

State = Literal["finished", "failed", "interrupted", "running"]


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
        from yourouter_cli.transcripts.context import messages  # 0.4 ms that reading does without

        return messages(self, dialect)
