"""Conversations that have the words searched for, each with an excerpt of its newest match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.transcripts.entries import Entry, Hit
from yourouter_cli.transcripts.index import text_of

if TYPE_CHECKING:
    from sqlite3 import Connection

    from yourouter_cli.transcripts.index import WordIndex
    from yourouter_cli.transcripts.query import Query

_WHERE = "SELECT conversation, position FROM turn WHERE number = ?"
_ENTRY = f"SELECT {', '.join(Entry._fields)} FROM conversation WHERE number = ?"  # noqa: S608 - names of ours


def hits(
    connection: Connection,
    words: WordIndex,
    query: Query,
    limit: int | None,
    profile: str | None,
) -> list[Hit]:
    """Return at most *limit* hits for *query*, one for each conversation."""
    found: list[Hit] = []
    seen: set[int] = set()
    for turn in words.find(connection, query):
        if limit is not None and len(found) >= limit:
            break
        place = connection.execute(_WHERE, (turn,)).fetchone()
        # The index may know of turns that are gone.
        if place is None or place[0] in seen:
            continue
        seen.add(place[0])
        entry = Entry._make(connection.execute(_ENTRY, place[:1]).fetchone())
        if profile in {None, entry.profile}:
            found.append(Hit(entry, place[1], query.excerpt(text_of(connection, turn))))
    return found
