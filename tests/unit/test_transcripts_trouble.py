"""A store that cannot be used never stands in the way of a chat."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.events import TextDelta, Usage
from yourouter_cli.transcripts.schema import STEPS

if TYPE_CHECKING:
    from tests.unit.transcribing import Book


def unkept(book: Book) -> None:
    """Go through a whole turn and check that nothing came of it but one warning."""
    with book.ask("Why?") as turn:
        turn.record(TextDelta("Because."))
        book.clock.sleep(1)
        turn.pause()
    assert turn.conversation is None
    assert 1 == len(book.warnings)


class TestUnusable:
    def test_a_directory_that_cannot_be_made(self, book: Book) -> None:
        """A file where the directory should be is one warning, and the chat goes on."""
        book.path.parent.write_text("in the way")

        unkept(book)

        assert book.warnings[0].startswith(
            f"this conversation is not kept: cannot use the transcripts in `{book.path}`: "
        )

    def test_a_directory_in_its_place(self, book: Book) -> None:
        """A directory with the database's name is one warning, and an error for who reads."""
        book.path.mkdir(parents=True)

        unkept(book)

        assert book.warnings[0].endswith(": is a directory")
        with pytest.raises(ConfigProblem):
            book.store.list()

    def test_a_database_of_a_later_version(self, book: Book) -> None:
        """What a later version wrote is neither changed nor misread."""
        book.keep()
        book.store.close()
        book.change(f"PRAGMA user_version = {len(STEPS) + 1}")

        unkept(book)

        assert book.warnings[0].endswith(": it was written by a later version of yourouter")
        with pytest.raises(ConfigProblem, match="later version"):
            book.store.list()
        assert [(1,)] == book.query("SELECT count(*) FROM turn")

    def test_warns_of_the_same_thing_only_once(self, book: Book) -> None:
        """A session of many turns is told once that they are not kept."""
        book.path.parent.write_text("in the way")

        for _ in range(3):
            unkept(book)

    def test_works_again_when_the_cause_is_gone(self, book: Book) -> None:
        """A turn after the trouble is kept again."""
        book.path.parent.write_text("in the way")
        unkept(book)
        book.path.parent.unlink()

        assert [book.keep()] == [entry.id for entry in book.store.list()]


class TestLocked:
    def test_before_the_turn(self, book: Book) -> None:
        """A database that another program holds is not waited for longer than the patience."""
        book.keep()
        with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            unkept(book)

        assert book.warnings[0].endswith(": database is locked")

    def test_while_the_answer_streams(self, book: Book) -> None:
        """Text that could not be written at once is written with what comes later."""
        turn = book.ask("Count.")
        with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            turn.record(TextDelta("one "))
            book.clock.sleep(1)
            turn.record(TextDelta("two "))
        assert "" == book.said()

        turn.record(TextDelta("three"))

        assert "one two three" == book.said()
        assert [] == book.warnings

    def test_at_the_end(self, book: Book) -> None:
        """A verdict that cannot be written is a warning; the part that was written stays."""
        turn = book.ask("Count.")
        turn.record(TextDelta("one "))
        book.clock.sleep(1)
        turn.record(TextDelta("two"))
        with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            turn.finish()

        assert "one two" == book.said()
        assert 1 == len(book.warnings)
        assert book.warnings[0].startswith("the rest of this turn is not kept: ")

    def test_is_read_all_the_same(self, book: Book) -> None:
        """Who only reads does not wait for who writes."""
        id_ = book.keep("apple")
        with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            assert [id_] == [entry.id for entry in book.store.list()]
            assert [id_] == [hit.entry.id for hit in book.store.search(["apple"])]


class TestOddValues:
    def test_a_count_beyond_all_measure_does_not_stop_a_chat(self, book: Book) -> None:
        """A number of tokens that the database cannot hold is unknown; all else is kept."""
        turn = book.ask("Why?")
        turn.record(TextDelta("Because."))
        turn.record(Usage(input_tokens=3, total_tokens=10**30))
        turn.finish()

        (kept,) = book.store.conversation(str(turn.conversation)).turns
        assert ("finished", "Because.", {"input_tokens": 3}) == (
            kept.state, kept.text, kept.facts,
        )  # fmt: skip
        assert [] == book.warnings

    def test_a_name_that_is_no_text_does_not_stop_a_chat(self, book: Book) -> None:
        """A profile's name of broken bytes is not kept, with one warning."""
        turn = book.ask("Why?", profile="\udcff")
        turn.finish()

        assert turn.conversation is None
        assert 1 == len(book.warnings)
