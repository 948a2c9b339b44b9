"""Rows of the database as values, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yourouter_cli.transcripts.editing import insert_turn
from yourouter_cli.transcripts.entries import Entry
from yourouter_cli.transcripts.owner import is_gone
from yourouter_cli.transcripts.pieces import as_json, joined
from yourouter_cli.transcripts.records import Conversation, TurnRecord

if TYPE_CHECKING:
    from sqlite3 import Connection

    from yourouter_cli.transcripts.records import State

ENTRY = ", ".join(Entry._fields)
# The columns of a turn that its receipt shows, in the order in which it does.
FACTS: dict[str, type] = {
    "model": str,
    "vendor": str,
    "finish": str,
    "finish_raw": str,
    "input_tokens": int,
    "output_tokens": int,
    "reasoning_tokens": int,
    "cached_tokens": int,
    "total_tokens": int,
    "cost": float,
    "first_byte_ms": float,
    "first_token_ms": float,
    "total_ms": float,
    "tokens_per_second": float,
    "answer_id": str,
    "request_id": str,
    "vendor_message_id": str,
}
_TURN = (
    "number, position, created, owner, verdict, dialect, requested_model, system, settings,"
    " error, attempts, removed"
)
_WIDTH = _TURN.count(",") + 1
_TURNS = (
    f"SELECT {_TURN}, {', '.join(FACTS)} FROM turn"  # noqa: S608 - columns of ours
    " WHERE conversation = ? ORDER BY position"
)
_CONVERSATION = (
    f"SELECT number, summary, summarized_up_to, {ENTRY} FROM conversation"  # noqa: S608 - as above
    " WHERE id = ?"
)
_INSERT = (
    f"INSERT INTO conversation ({ENTRY}, summary, summarized_up_to)"  # noqa: S608 - as above
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def conversation(connection: Connection, id_: str) -> Conversation:
    """Return the conversation called *id_*, which is there, as a whole."""
    found = connection.execute(_CONVERSATION, (id_,)).fetchone()
    number, summary, summarized_up_to, *entry = found
    rows = connection.execute(_TURNS, (number,))
    return Conversation(
        entry=Entry(*entry),
        turns=tuple(_turn(connection, row) for row in rows.fetchall()),
        summary=summary,
        summarized_up_to=summarized_up_to or 0,
    )


def _turn(connection: Connection, row: tuple[Any, ...]) -> TurnRecord:
    number, position, created, owner, verdict, dialect, model, system, settings = row[:9]
    error, attempts, removed = row[9:_WIDTH]
    parts = connection.execute(
        "SELECT role, kind, body FROM part WHERE turn = ? ORDER BY position", (number,)
    )
    pieces = tuple(joined(parts))
    facts = zip(FACTS, row[_WIDTH:], strict=True)
    return TurnRecord(
        position=position,
        created=created,
        state=verdict or _state(owner),
        dialect=dialect,
        requested_model=model,
        question=tuple(piece for piece in pieces if piece.role == "user"),
        answer=tuple(piece for piece in pieces if piece.role != "user"),
        system=system,
        settings=json.loads(settings or "{}"),
        facts={name: value for name, value in facts if value is not None},
        error=json.loads(error) if error else None,
        attempts=tuple(json.loads(attempts or "[]")),
        removed=bool(removed),
    )


def _state(owner: str | None) -> State:
    """Return how a turn without a verdict is: its process still writes it, or is gone."""
    return "interrupted" if is_gone(owner) else "running"


def insert(connection: Connection, whole: Conversation) -> list[int]:
    """Add a conversation whose id is not there yet; return the numbers of its turns."""
    entry = whole.entry
    number = connection.execute(
        _INSERT, (*entry, whole.summary, whole.summarized_up_to or None)
    ).lastrowid
    turns = []
    for turn in whole.turns:
        values = {
            "conversation": number,
            "position": turn.position,
            "created": turn.created,
            # A turn that was being written elsewhere has no process here: it reads as interrupted.
            "verdict": None if turn.state == "running" else turn.state,
            "dialect": turn.dialect,
            "requested_model": turn.requested_model,
            "system": turn.system,
            "settings": as_json(turn.settings),
            "error": as_json(turn.error),
            "attempts": as_json(turn.attempts),
            "removed": int(turn.removed),
            **turn.facts,
        }
        turns.append(insert_turn(connection, values, (*turn.question, *turn.answer)))
    return turns
