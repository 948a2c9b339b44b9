"""What changes the database, each inside a transaction that somebody else has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.transcripts.entries import title_of
from yourouter_cli.transcripts.ids import new_id
from yourouter_cli.transcripts.owner import this_process
from yourouter_cli.transcripts.pieces import as_json, asked, storable, stored

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from yourouter_cli.conversation import ChatRequest, Part
    from yourouter_cli.transcripts.index import WordIndex
    from yourouter_cli.transcripts.pieces import Piece

# The options of a request that are worth keeping; further body fields could hold anything.
_SETTINGS = ("temperature", "top_p", "max_tokens", "seed", "stop", "reasoning")


def question_of(request: ChatRequest, *, with_content: bool) -> tuple[Piece, ...]:
    """Return what the user says at the end of *request*; the rest of it is kept already."""
    parts: list[Part] = []
    for message in reversed(request.messages):
        if message.role != "user":
            break
        parts[:0] = message.parts
    return tuple(asked(parts, with_content=with_content))


def begin(
    connection: Connection,
    conversation: str | None,
    *,
    profile: str,
    dialect: str,
    model: str,
    request: ChatRequest,
    question: tuple[Piece, ...],
    seconds: float,
) -> tuple[str, int, int]:
    """Add a turn to *conversation*, or to a new one.

    Returns the id of the conversation, the turn's number, and its position in the conversation.
    """
    now = round(seconds * 1000)
    if conversation is None:
        conversation = _free_id(connection, seconds)
    connection.execute(
        "INSERT INTO conversation (id, title, profile, model, created, updated)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (conversation, storable(title_of(question)), profile, model, now, now),
    )
    connection.execute(
        "UPDATE conversation SET turns = turns + 1, updated = ?, profile = ?, model = ?"
        " WHERE id = ?",
        (now, profile, model, conversation),
    )
    number, position = connection.execute(
        "SELECT number, (SELECT coalesce(max(position), 0) + 1 FROM turn"
        " WHERE conversation = conversation.number) FROM conversation WHERE id = ?",
        (conversation,),
    ).fetchone()
    turn = {
        "conversation": number,
        "position": position,
        "created": now,
        "owner": this_process(),
        "dialect": dialect,
        "requested_model": model,
        "system": request.system and storable(request.system),
        "settings": as_json(_settings(request)),
    }
    return conversation, insert_turn(connection, turn, question), position


def insert_turn(connection: Connection, values: dict[str, Any], pieces: Iterable[Piece]) -> int:
    """Add a turn of these columns and *pieces*; return its number."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    number = connection.execute(
        f"INSERT INTO turn ({names}) VALUES ({marks})",  # noqa: S608 - columns of ours
        tuple(values.values()),
    ).lastrowid
    connection.executemany(
        "INSERT INTO part VALUES (?, ?, ?, ?, ?)",
        [(number, position, *stored(piece)) for position, piece in enumerate(pieces)],
    )
    return number or 0


def _free_id(connection: Connection, seconds: float) -> str:
    """Return a new id. Nobody else can take it: we are in a transaction that writes."""
    while True:
        found = new_id(seconds)
        if not connection.execute("SELECT 1 FROM conversation WHERE id = ?", (found,)).fetchone():
            return found


def _settings(request: ChatRequest) -> dict[str, Any]:
    given = {name: getattr(request, name) for name in _SETTINGS}
    return {name: value for name, value in given.items() if value not in {None, ()}}


def delete(connection: Connection, words: WordIndex, id_: str) -> int:
    """Delete a conversation with all that belongs to it; return 1, or 0 when it is not there."""
    found = connection.execute("SELECT number FROM conversation WHERE id = ?", (id_,)).fetchone()
    if found is None:
        return 0
    turns = connection.execute(
        "SELECT number, indexed FROM turn WHERE conversation = ?", found
    ).fetchall()
    words.remove(connection, [turn for turn, indexed in turns if indexed])
    connection.executemany("DELETE FROM part WHERE turn = ?", [turn[:1] for turn in turns])
    connection.execute("DELETE FROM turn WHERE conversation = ?", found)
    connection.execute("DELETE FROM conversation WHERE number = ?", found)
    return 1


def undo(connection: Connection, id_: str, position: int) -> None:
    """Take the turn at *position* out of what is context."""
    connection.execute(
        "UPDATE turn SET removed = 1 WHERE position = ?"
        " AND conversation = (SELECT number FROM conversation WHERE id = ?)",
        (position, id_),
    )


def summarize(connection: Connection, id_: str, up_to: int, text: str) -> None:
    """Let *text* stand for the turns up to position *up_to* in what follows."""
    connection.execute(
        "UPDATE conversation SET summary = ?, summarized_up_to = ? WHERE id = ?",
        (storable(text), up_to, id_),
    )
