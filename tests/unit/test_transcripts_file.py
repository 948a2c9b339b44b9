"""Where turns are kept: a file of the user's alone, which is not made by looking."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.transcribing import Book


class TestTheFile:
    def test_is_not_made_by_looking(self, book: Book) -> None:
        """Asking an absent store creates nothing and finds nothing."""
        assert () == book.store.list()
        assert book.store.last_conversation("default") is None
        assert () == book.store.search(["word"])
        assert not book.path.parent.exists()

    def test_belongs_to_its_user_alone(self, book: Book) -> None:
        """The database and what SQLite keeps beside it are 0600, their directory 0700."""
        turn = book.ask("Why?")
        modes = {
            file.name: stat.S_IMODE(file.stat().st_mode) for file in book.path.parent.iterdir()
        }
        turn.finish()

        assert {
            "transcripts.db": 0o600,
            "transcripts.db-shm": 0o600,
            "transcripts.db-wal": 0o600,
        } == modes
        assert 0o700 == stat.S_IMODE(book.path.parent.stat().st_mode)

    def test_becomes_private_when_it_was_not(self, book: Book) -> None:
        """A database that others could read is closed to them at its next use."""
        book.keep()
        book.store.close()
        book.path.chmod(0o644)

        book.store.list()

        assert 0o600 == stat.S_IMODE(book.path.stat().st_mode)

    def test_is_in_write_ahead_mode(self, book: Book) -> None:
        """Reading does not wait for writing, because the file keeps a write-ahead log."""
        book.keep()

        assert [("wal",)] == book.query("PRAGMA journal_mode")
