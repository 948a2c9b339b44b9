"""Conversations for the tests of the store: asked, answered and kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from yourouter_cli.conversation import ChatRequest, Message, Text
from yourouter_cli.events import Finished, Started, TextDelta, Usage
from yourouter_cli.transcripts.store import Transcripts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import FakeClock
    from yourouter_cli.conversation import Part
    from yourouter_cli.events import Event
    from yourouter_cli.transcripts.turn import Turn

ANSWERED = (
    Started(id="chatcmpl-1", model="gpt-4o-2024", vendor="azure", request_id="req_1"),
    Usage(input_tokens=3, output_tokens=4, total_tokens=7),
    Finished(reason="stop", raw="stop"),
)


class Book:
    """A store in *path*, with what it warned of, and short ways to fill it and look into it."""

    def __init__(self, path: Path, clock: FakeClock, **options: Any) -> None:
        self.path = path
        self.clock = clock
        self.warnings: list[str] = []
        self.store = Transcripts(path, clock=clock, warn=self.warnings.append, **options)

    def ask(self, *question: Part | str, conversation: str | None = None, **given: Any) -> Turn:
        """Begin a turn: the question is kept, the answer has not begun."""
        parts = tuple(Text(part) if isinstance(part, str) else part for part in question)
        place = {name: given.pop(name) for name in ("profile", "dialect") if name in given}
        content = {"with_content": given.pop("with_content", False)}
        request = ChatRequest(model="gpt-4o", messages=(Message("user", parts),), **given)
        return self.store.begin_turn(
            conversation,
            **{"profile": "default", "dialect": "openai", **place},
            model=request.model,
            request=request,
            **content,
        )

    def keep(
        self,
        question: str = "Why?",
        *answer: str | Event,
        conversation: str | None = None,
        **given: Any,
    ) -> str:
        """Keep a whole turn; return the id of its conversation."""
        with self.ask(question, conversation=conversation, **given) as turn:
            for event in (*(answer or ("Because.",)), *ANSWERED):
                turn.record(TextDelta(event) if isinstance(event, str) else event)
        assert turn.conversation is not None
        return turn.conversation

    def break_off(self, *events: str | Event, error: BaseException) -> str:
        """Keep a turn that ended by *error* after *events*; return the id of its conversation."""
        turn = self.ask("Why?")
        with suppress(type(error)), turn:
            for event in events:
                turn.record(TextDelta(event) if isinstance(event, str) else event)
            raise error
        assert turn.conversation is not None
        return turn.conversation

    def query(self, sql: str, *values: Any) -> list[Any]:
        """Return what another program finds in the file."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> None:
        """Change the file behind the store's back."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql, values)

    def said(self) -> str:
        """Return the words of all answers as another program finds them now."""
        return "".join(
            body
            for (body,) in self.query(
                "SELECT body FROM part WHERE role = 'assistant' AND kind = 'text'"
                " ORDER BY turn, position"
            )
        )
