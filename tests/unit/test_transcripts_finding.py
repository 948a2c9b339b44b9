"""How conversations are found again: by id, by profile, by words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.driver import FakeClock
from tests.unit.transcribing import Book
from yourouter_cli.errors import UsageProblem
from yourouter_cli.events import TextDelta
from yourouter_cli.sqlite import migrate
from yourouter_cli.transcripts.index import WordIndex
from yourouter_cli.transcripts.query import Query, spaced
from yourouter_cli.transcripts.schema import STEPS

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.transcripts.entries import Hit


@pytest.fixture(params=[True, False], ids=["fts5", "without fts5"])
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Book:
    """Return a store with an index of words, and one without."""
    return Book(tmp_path / "transcripts.db", FakeClock(), has_fts5=request.param)


def marked(hit: Hit) -> str:
    """Return the excerpt of *hit* with brackets around the matches."""
    return "".join(f"[{text}]" if is_match else text for text, is_match in hit.excerpt)


class TestTheListing:
    def test_has_the_last_used_first(self, book: Book) -> None:
        """A conversation that goes on comes before one that was begun later."""
        ids = []
        for name in ("a", "b", "c"):
            ids.append(book.keep(name))
            book.clock.sleep(1)
        book.keep("again", conversation=ids[0])

        assert [ids[0], ids[2], ids[1]] == [entry.id for entry in book.store.list()]
        assert [ids[0]] == [entry.id for entry in book.store.list(limit=1)]

    def test_can_be_that_of_a_profile(self, book: Book) -> None:
        """Each profile has its own last conversation."""
        mine = book.keep("mine", profile="home")
        book.clock.sleep(1)
        other = book.keep("other", profile="work")

        assert [mine] == [entry.id for entry in book.store.list(profile="home")]
        assert mine == book.store.last_conversation("home")
        assert other == book.store.last_conversation("work")
        assert book.store.last_conversation("play") is None


class TestIds:
    def test_may_be_shortened_while_unique(self, book: Book) -> None:
        """The beginning of an id is enough, in either case, while no other begins so."""
        first = book.keep("first")
        book.clock.sleep(32**5)
        book.keep("second")

        assert "first" == book.store.entry(first[:4].upper()).title
        assert "first" == book.store.conversation(first).entry.title

    def test_that_begin_alike_are_ambiguous(self, book: Book) -> None:
        """A beginning that several ids have names them."""
        ids = sorted(book.keep() for _ in range(2))

        with pytest.raises(UsageProblem) as caught:
            book.store.entry(ids[0][:5])

        assert f"`{ids[0][:5]}` is ambiguous: `{ids[0]}`, `{ids[1]}`" == caught.value.message

    @pytest.mark.parametrize("typed", ["zzzz", "", "%", "_", "*"])
    def test_that_are_unknown_are_said_so(self, book: Book, typed: str) -> None:
        """An id that is not there is wrong use; no sign stands for others."""
        book.keep()

        with pytest.raises(UsageProblem, match=r"^no conversation `"):
            book.store.entry(typed)


class TestSearch:
    @pytest.mark.parametrize(
        ("words", "excerpt"),
        [
            (["rayleigh"], "[Rayleigh] scattering, in a café: 天空很蓝."),
            (["SCATTER*"], "[scattering], in a café: 天空很蓝."),
            (["cafe"], "[café]: 天空很蓝."),
            (["天空"], "[天空]很蓝."),
            (["がく"], "[がく]"),
            (["한국"], "[한국]어"),
            (["ÜBER*"], "[Überall]"),
            (["蓝"], "[蓝]."),
            (["light waves"], "[light waves] split by Rayleigh"),
            (['"light waves"'], "[light waves] split by Rayleigh"),
            (['"light wav"*'], "[light waves] split by Rayleigh"),
            (["waves", "rayleigh"], "[waves] split by [Rayleigh]"),
            (["waves rayleigh"], None),
            (["wave"], None),
            (["rayleigh", "nothing"], None),
            (["AND"], None),
            (['split" OR "nothing'], None),
        ],
    )
    def test_finds_words_phrases_and_beginnings(
        self, book: Book, words: list[str], excerpt: str | None
    ) -> None:
        """Words are found whole, in any case and script; phrases in order; `*` completes a word."""
        book.keep("Why is the sky blue?", "Short light waves split by Rayleigh ")
        book.keep("At noon?", "nothing", conversation=book.store.list()[0].id)
        book.keep("Other", "sky")
        with book.ask("Again", conversation=book.store.list()[1].id) as turn:
            turn.record(TextDelta("Short light waves split by Rayleigh scattering, "))
            turn.record(TextDelta("in a café: 天空很蓝. がく 한국어 Überall"))

        hits = book.store.search(words)

        assert (0 if excerpt is None else 1) == len(hits)
        if excerpt is not None:
            assert 3 == hits[0].turn
            assert excerpt in marked(hits[0])

    def test_finds_each_conversation_once_the_newest_first(self, book: Book) -> None:
        """A conversation with many matches is one hit, for its newest matching turn."""
        first = book.keep("apple")
        second = book.keep("apple pie")
        book.keep("more apple", conversation=first)
        book.keep("pear", conversation=first)

        hits = book.store.search(["apple"])

        assert [(first, 2), (second, 1)] == [(hit.entry.id, hit.turn) for hit in hits]
        assert [first] == [hit.entry.id for hit in book.store.search(["apple"], limit=1)]

    def test_can_be_that_of_a_profile(self, book: Book) -> None:
        """Words are searched for in the conversations of one profile when that is asked for."""
        book.keep("apple", profile="home")
        work = book.keep("apple", profile="work")

        assert [work] == [hit.entry.id for hit in book.store.search(["apple"], profile="work")]

    def test_finds_long_answers_and_those_that_were_killed(self, book: Book) -> None:
        """Turns that were too long to index at once, or never finished, are found as well."""
        long = book.keep("long", "word " * 10_000 + "needle")
        killed = book.ask("needle?")
        running = book.ask("needle!")
        book.change("UPDATE turn SET owner = NULL WHERE number = 2")

        for _ in range(2):
            found = {hit.entry.id for hit in book.store.search(["needle"])}
            assert {long, killed.conversation, running.conversation} == found

    @pytest.mark.parametrize("words", [[], [""], ["!?"], ['""'], ["*"]])
    def test_wants_a_word(self, book: Book, words: list[str]) -> None:
        """A search without a word in it is wrong use."""
        with pytest.raises(UsageProblem, match="no word to search for"):
            book.store.search(words)

    def test_shows_where_in_a_long_text_the_match_is(self, book: Book) -> None:
        """The excerpt is the match with a little around it, cut between words."""
        book.keep("?", "before " * 50 + "needle" + " after" * 50)

        (hit,) = book.store.search(["needle"])

        assert marked(hit).startswith("…before before ")
        assert "before [needle] after" in marked(hit)
        assert marked(hit).endswith(" after…")
        assert len(marked(hit)) < 160

    def test_does_not_find_what_was_deleted(self, book: Book) -> None:
        """A deleted conversation is neither listed nor found."""
        gone, stays = book.keep("apple one"), book.keep("apple two")

        assert 1 == book.store.delete([gone, "unknown"])

        assert [stays] == [entry.id for entry in book.store.list()]
        assert [stays] == [hit.entry.id for hit in book.store.search(["apple"])]


class TestDeletion:
    def test_leaves_nothing_of_the_words_in_the_file(self, tmp_path: Path) -> None:
        """What was deleted cannot be read from the file, its log or its index any more."""
        book = Book(tmp_path / "transcripts.db", FakeClock())
        gone = book.keep("the password is xyzzyplugh", "Thank you for xyzzyplugh.")
        book.keep("apple", "harmless " * 200)
        assert b"xyzzyplugh" in b"".join(file.read_bytes() for file in tmp_path.iterdir())

        book.store.delete([gone])
        book.store.close()

        assert b"xyzzyplugh" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
# Letters with accents and without, scripts with blanks between words and without, and the rest.
MIXED = st.text("aAbe éÅßøñ 天空カガが한국กไ-_.'\"*😀1²", max_size=12)


class TestIndex:
    @given(text=MIXED, words=MIXED)
    def test_finds_what_reading_all_finds(self, text: str, words: str) -> None:
        """The index of words and reading every turn agree on what has the words."""
        try:
            query = Query([words])
        except UsageProblem:
            return
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            migrate(connection, STEPS)
            connection.execute(
                "INSERT INTO turn (conversation, position, created, verdict, dialect,"
                " requested_model) VALUES (1, 1, 1, 'finished', 'openai', 'm')"
            )
            connection.execute("INSERT INTO part VALUES (1, 0, 'user', 'text', ?)", (text,))
            index = WordIndex()
            index.catch_up(connection)

            found = list(index.find(connection, query))
            read = list(WordIndex(has_fts5=False).find(connection, query))

        assert read == found


class TestQuery:
    @given(before=WORDS, after=WORDS, phrase=WORDS)
    def test_finds_every_phrase_that_a_text_has(self, before: str, after: str, phrase: str) -> None:
        """Whatever stands in a text between blanks is found by itself, and marked in it."""
        text = f"{before} {phrase} {after}"
        try:
            query = Query([f'"{phrase.replace(chr(34), " ")}"'])
        except UsageProblem:
            return  # no word in it

        assert query.is_in(text)
        assert any(is_match for _, is_match in query.excerpt(text))

    @given(text=WORDS, words=WORDS)
    def test_cuts_an_excerpt_out_of_the_text(self, text: str, words: str) -> None:
        """An excerpt is a piece of the text, with marks of where it was cut."""
        try:
            query = Query([words])
        except UsageProblem:
            return

        excerpt = "".join(piece for piece, _ in query.excerpt(text))
        assert excerpt.removeprefix("…").removesuffix("…") in text

    @pytest.mark.parametrize(
        ("text", "words"),
        [("plain words", "plain words"), ("天空 blue", " 天  空  blue"), ("カナ", " カ  ナ ")],
    )
    def test_sets_characters_apart_that_are_words(self, text: str, words: str) -> None:
        """Scripts without blanks between words are indexed character by character."""
        assert words == spaced(text)
