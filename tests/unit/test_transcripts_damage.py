"""A store that was damaged, or made by another version, is mended or set aside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from tests.unit.transcribing import Book
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.events import TextDelta
from yourouter_cli.transcripts.schema import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The first moments of FakeClock, in UTC.
STAMP = "20231114T221320Z"


def garbage(path: Path) -> None:
    """Replace the database by something that is none."""
    path.write_bytes(b"this is not a database, " * 1000)


def cut(path: Path) -> None:
    """Leave the beginning of the database, as after a full disk."""
    path.write_bytes(path.read_bytes()[:5000])


def scratched(path: Path) -> None:
    """Overwrite all pages but the first."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


DAMAGES = pytest.mark.parametrize("damage", [garbage, cut, scratched])


class TestDamaged:
    @DAMAGES
    def test_is_set_aside_when_written(self, book: Book, damage: Callable[[Path], None]) -> None:
        """A damaged database is kept under another name, with one warning; a new one begins."""
        book.keep()
        book.store.close()
        damage(book.path)
        damaged = book.path.read_bytes()

        id_ = book.keep("after")

        aside = book.path.with_name(f"transcripts.db.corrupt-{STAMP}")
        assert damaged == aside.read_bytes()
        assert [id_] == [entry.id for entry in book.store.list()]
        assert [f"the transcripts were damaged; they are kept as `{aside}`"] == book.warnings

    @DAMAGES
    def test_is_set_aside_when_read(self, book: Book, damage: Callable[[Path], None]) -> None:
        """Reading a damaged database finds nothing, warns, and leaves nothing in the way."""
        book.keep()
        book.store.close()
        damage(book.path)

        assert () == book.store.list()
        assert 1 == len(book.warnings)
        assert not book.path.exists()

    def test_while_the_answer_streams(self, book: Book) -> None:
        """Damage that shows in the middle of an answer is one warning; the chat goes on."""
        book.keep("Why?", "word " * 10_000)
        turn = book.ask("Count.")
        book.query("PRAGMA wal_checkpoint(TRUNCATE)")
        scratched(book.path)
        for _ in range(3):
            turn.record(TextDelta("one"))
            book.clock.sleep(1)
        turn.finish()

        assert book.path.with_name("transcripts.db.corrupt-20231114T221321Z").exists()
        assert 1 == len(book.warnings)

    def test_is_never_overwritten_by_the_next_one(self, book: Book) -> None:
        """Two damaged databases of the same second are both kept."""
        for _ in range(2):
            book.keep()
            book.store.close()
            garbage(book.path)
        book.keep()
        book.store.close()

        names = sorted(file.name for file in book.path.parent.iterdir())
        assert [
            "transcripts.db",
            f"transcripts.db.corrupt-{STAMP}",
            f"transcripts.db.corrupt-{STAMP}-2",
        ] == names

    def test_takes_its_log_along(self, book: Book) -> None:
        """What SQLite keeps beside the file stays with it under the new name."""
        book.keep()
        book.store.close()
        garbage(book.path)
        book.path.with_name("transcripts.db-wal").write_bytes(b"log")

        book.keep("after")

        aside = book.path.with_name(f"transcripts.db.corrupt-{STAMP}-wal")
        assert b"log" == aside.read_bytes()


class TestDamagedIndex:
    def test_is_made_anew(self, book: Book) -> None:
        """An index of words that is out of order costs nothing but the time to make it anew."""
        id_ = book.keep("apple")
        gone = book.keep("apple tart")
        book.store.close()
        book.change("UPDATE words_data SET block = x'00' WHERE id > 10")

        assert [gone, id_] == [hit.entry.id for hit in book.store.search(["apple"])]
        book.store.delete([gone])
        assert [id_] == [hit.entry.id for hit in book.store.search(["apple"])]
        assert [] == book.warnings

    def test_does_not_stop_a_turn(self, book: Book) -> None:
        """A turn is kept though the index cannot take it in, and is found all the same."""
        book.keep("apple")
        book.store.close()
        book.change("DELETE FROM words_data")

        id_ = book.keep("pear")

        assert "finished" == book.store.conversation(id_).turns[0].state
        assert [id_] == [hit.entry.id for hit in book.store.search(["pear"])]


# The tables as the first version made them, with what a person may have had in them.
VERSION_1 = """
CREATE TABLE conversation (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    profile TEXT NOT NULL, model TEXT NOT NULL, created INTEGER NOT NULL,
    updated INTEGER NOT NULL, turns INTEGER NOT NULL DEFAULT 0, tokens INTEGER);
CREATE INDEX conversation_by_use ON conversation (updated);
CREATE INDEX conversation_by_profile ON conversation (profile, updated);
CREATE TABLE turn (
    number INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT NULL,
    position INTEGER NOT NULL, created INTEGER NOT NULL, owner TEXT, verdict TEXT,
    indexed INTEGER NOT NULL DEFAULT 0, dialect TEXT NOT NULL, requested_model TEXT NOT NULL,
    system TEXT, settings TEXT, model TEXT, vendor TEXT, finish TEXT, finish_raw TEXT, error TEXT,
    input_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER, cached_tokens INTEGER,
    total_tokens INTEGER, cost REAL, first_byte_ms REAL, first_token_ms REAL, total_ms REAL,
    tokens_per_second REAL, attempts TEXT, answer_id TEXT, request_id TEXT,
    vendor_message_id TEXT);
CREATE UNIQUE INDEX turn_in_conversation ON turn (conversation, position);
CREATE INDEX turn_not_indexed ON turn (number) WHERE indexed = 0;
CREATE TABLE part (
    turn INTEGER NOT NULL, position INTEGER NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (turn, position)) WITHOUT ROWID;
INSERT INTO conversation VALUES (1, '1abcdefghj', 'Why?', 'default', 'gpt-4o', 5, 6, 1, 7);
INSERT INTO turn (conversation, position, created, verdict, dialect, requested_model)
    VALUES (1, 1, 5, 'finished', 'openai', 'gpt-4o');
INSERT INTO part VALUES (1, 0, 'user', 'text', 'Why?'), (1, 1, 'assistant', 'text', 'Because.');
PRAGMA user_version = 1;
"""


class TestMigration:
    def test_brings_an_older_database_up_to_date(self, book: Book) -> None:
        """A database of the first version is read, searched and written like any other."""
        book.path.parent.mkdir()
        with closing(sqlite3.connect(book.path)) as connection:
            connection.executescript(VERSION_1)

        (turn,) = book.store.conversation("1abc").turns
        assert ("Because.", False) == (turn.text, turn.removed)
        assert ["1abcdefghj"] == [hit.entry.id for hit in book.store.search(["because"])]
        book.keep("And?", conversation="1abcdefghj")
        book.store.undo("1abcdefghj", 1)
        assert [True, False] == [one.removed for one in book.store.conversation("1abc").turns]
        assert [(len(STEPS),)] == book.query("PRAGMA user_version")
        assert [] == book.warnings

    def test_ends_at_the_same_tables_as_a_new_database(self, book: Book, tmp_path: Path) -> None:
        """Whichever version it began with, a database has the same columns in the end."""
        book.path.parent.mkdir()
        with closing(sqlite3.connect(book.path)) as connection:
            connection.executescript(VERSION_1)
        book.store.list()
        new = Book(tmp_path / "new.db", FakeClock())
        new.keep()

        columns = (
            "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c"
            " WHERE m.name IN ('conversation', 'turn', 'part') ORDER BY 1, 2"
        )
        assert new.query(columns) == book.query(columns)

    def test_is_done_or_not_done(self, book: Book) -> None:
        """A migration that fails leaves the database as it was, and says why."""
        book.path.parent.mkdir()
        with closing(sqlite3.connect(book.path)) as connection:
            connection.executescript(VERSION_1)
            connection.execute("ALTER TABLE conversation ADD COLUMN summary TEXT")

        with pytest.raises(ConfigProblem, match="duplicate column"):
            book.store.list()

        assert [(1,)] == book.query("PRAGMA user_version")
        assert [] == book.query("SELECT 1 FROM pragma_table_info('turn') WHERE name = 'removed'")
