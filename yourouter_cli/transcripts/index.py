"""The index of words over all turns; where SQLite has no FTS5, the turns themselves are read."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING

from yourouter_cli.transcripts.owner import is_gone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from sqlite3 import Connection

    from yourouter_cli.transcripts.query import Query

# A longer turn is indexed by the first search after it, so that no answer waits for it.
_SMALL_CHARACTERS = 20_000
# The index keeps no text, only where each word is: it stays small, and the words can be cut in a
# way of ours.
_CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(body, content='', columnsize=0,"
    " tokenize='unicode61 remove_diacritics 2')"
)
_TABLES_OF_INDEX = ("words_data", "words_idx", "words_docsize", "words_config", "words_content")
_TEXT = "SELECT position, role, body FROM part WHERE turn = ? AND kind = 'text' ORDER BY position"


class WordIndex:
    """Finds turns by their words. *has_fts5* False does without an index."""

    def __init__(self, *, has_fts5: bool = True) -> None:
        self._has_fts5 = has_fts5

    def add_if_small(self, connection: Connection, turn: int) -> None:
        """Take *turn* in when that is quick; nothing happens when the index is out of order."""
        length, indexed = connection.execute(
            "SELECT (SELECT sum(length(body)) FROM part WHERE turn = number), indexed"
            " FROM turn WHERE number = ?",
            (turn,),
        ).fetchone()
        if indexed or (length or 0) > _SMALL_CHARACTERS:
            return
        try:
            self._add(connection, turn)
        except sqlite3.Error:
            if not connection.in_transaction:
                raise  # it took the verdict with it

    def is_behind(self, connection: Connection) -> bool:
        """Return whether turns have ended that are not there yet."""
        return self._is_there(connection) and any(True for _ in _unindexed(connection, ended=True))

    def catch_up(self, connection: Connection, *, at_most: int | None = None) -> None:
        """Take in what is not there yet: long turns, and those whose process was killed."""
        for turn in list(islice(_unindexed(connection, ended=True), at_most)):
            self._add(connection, turn)

    def remove(self, connection: Connection, turns: Iterable[int]) -> None:
        """Forget *turns*, which were taken in, and whose parts are still there."""
        if not self._is_there(connection):
            return
        for turn in turns:
            connection.execute(
                "INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)",
                (turn, _cut(text_of(connection, turn))),
            )

    def find(self, connection: Connection, query: Query) -> Iterator[int]:
        """Yield the numbers of the turns that match *query*, the newest first."""
        if not self._is_there(connection):
            yield from _read_through(connection, query, _all(connection))
            return
        yield from _read_through(connection, query, _unindexed(connection, ended=False))
        found = connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC", (query.expression,)
        )
        yield from (turn for (turn,) in found)

    def start_over(self, connection: Connection) -> None:
        """Drop an index that is out of order; `catch_up` makes it anew."""
        try:
            connection.execute("DROP TABLE IF EXISTS words")
        except sqlite3.DatabaseError:
            _drop_by_force(connection)
        connection.execute("UPDATE turn SET indexed = 0")

    def _add(self, connection: Connection, turn: int) -> None:
        if not self._is_there(connection):
            return
        text = _cut(text_of(connection, turn))
        connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (turn, text))
        connection.execute("UPDATE turn SET indexed = 1 WHERE number = ?", (turn,))

    def compact(self, connection: Connection) -> None:
        """Write the index anew without what was removed from it."""
        if self._is_there(connection):
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")

    def _is_there(self, connection: Connection) -> bool:
        """Return whether the index can be used; makes it when there is none yet."""
        if not self._has_fts5:
            return False
        try:
            connection.execute(_CREATE)
            connection.execute("SELECT rowid FROM words LIMIT 0")
        except sqlite3.OperationalError as error:
            self._has_fts5 = "no such module" not in str(error)
            if self._has_fts5 and error.sqlite_errorcode != sqlite3.SQLITE_READONLY:
                raise
            return False
        return True


def _drop_by_force(connection: Connection) -> None:
    """Drop an index that is too damaged for FTS5 to know it."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE name = 'words'")
    connection.execute("PRAGMA writable_schema = RESET")
    for table in _TABLES_OF_INDEX:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _cut(text: str) -> str:
    """Return *text* as it goes into the index, with blanks around what is a word."""
    if text.isascii():
        return text
    # Imported here because its patterns cost 10 ms, and few texts need them.
    from yourouter_cli.transcripts.query import spaced

    return spaced(text)


def text_of(connection: Connection, turn: int) -> str:
    """Return the words of question and answer of *turn*."""
    found: list[str] = []
    following = -1
    for position, role, body in connection.execute(_TEXT, (turn,)):
        # The rows of an answer go on where the last one ended; anything else begins a line.
        if found and position != following:
            found.append("\n")
        found.append(body)
        following = position + 1 if role != "user" else -1
    return "".join(found)


def _read_through(connection: Connection, query: Query, turns: Iterable[int]) -> Iterator[int]:
    return (turn for turn in turns if query.is_in(text_of(connection, turn)))


def _all(connection: Connection) -> Iterator[int]:
    found = connection.execute("SELECT number FROM turn ORDER BY number DESC")
    return (turn for (turn,) in found)


def _unindexed(connection: Connection, *, ended: bool) -> Iterator[int]:
    """Yield the turns that the index does not know, the newest first; only *ended* ones, maybe."""
    found = connection.execute(
        "SELECT number, verdict, owner FROM turn WHERE indexed = 0 ORDER BY number DESC"
    )
    for turn, verdict, owner in found:
        if not ended or verdict is not None or is_gone(owner):
            yield turn
