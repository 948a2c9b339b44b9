"""How turns get into the store."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.unit.transcribing import ANSWERED, Book
from yourouter_cli.conversation import ChatRequest, File, Media, Message, Text
from yourouter_cli.errors import AnswerIncomplete, Attempt, Interrupted, Terminated
from yourouter_cli.events import (
    Finished,
    ReasoningDelta,
    TextDelta,
    Timing,
    ToolCallDelta,
    ToolResult,
    Usage,
)


class TestTheQuestion:
    def test_is_kept_before_the_answer_begins(self, book: Book) -> None:
        """The row of a turn, with all that was asked, is there before anything is recorded."""
        turn = book.ask("Why is the sky blue?\nShortly.", system="be brief", temperature=0.5)

        (row,) = book.query("SELECT verdict, dialect, requested_model, system, settings FROM turn")
        assert (None, "openai", "gpt-4o", "be brief", '{"temperature": 0.5}') == row
        assert [("user", "Why is the sky blue?\nShortly.")] == book.query(
            "SELECT role, body FROM part"
        )
        assert [(turn.conversation, "Why is the sky blue?", 1)] == book.query(
            "SELECT id, title, turns FROM conversation"
        )

    def test_is_what_the_user_said_last(self, book: Book) -> None:
        """Of a request with earlier messages only the user's last ones are the question."""
        request = ChatRequest(
            model="m",
            messages=(
                Message("user", (Text("first"),)),
                Message("assistant", (Text("answer"),)),
                Message("user", (Text("second "),)),
                Message("user", (Text("third"),)),
            ),
        )
        book.store.begin_turn(None, profile="p", dialect="openai", model="m", request=request)

        assert [("second ",), ("third",)] == book.query("SELECT body FROM part ORDER BY position")

    @pytest.mark.parametrize(
        ("with_content", "kept"),
        [
            (False, {"size": 3, "digest": "d1"}),
            (True, {"size": 3, "digest": "d1", "content": "YWJj"}),
        ],
    )
    def test_describes_attachments(
        self, book: Book, with_content: bool, kept: dict[str, Any]
    ) -> None:
        """An attachment is kept by name, type, size and digest; its content only when asked for."""
        image = Media(
            kind="image", media_type="image/png", name="a.png", encoded=(b"YW", b"Jj"), size=3,
            digest="d1",
        )  # fmt: skip
        turn = book.ask(image, "What is it?", with_content=with_content)
        turn.finish()

        question = book.store.conversation(str(turn.conversation)).turns[0].question
        described = {"kind": "image", "media_type": "image/png", "name": "a.png"}
        assert {**described, **kept} == question[0].body

    def test_describes_attached_text_files(self, book: Book) -> None:
        """A text file is an attachment, too: its words stay out of the store."""
        digest = hashlib.sha256(b"the secret recipe").hexdigest()
        file = File(name="recipe.txt", size=17, digest=digest)
        book.ask(Text("`recipe.txt`:\n\nthe secret recipe", file), "Sum it up.").finish()
        book.store.close()

        assert b"secret recipe" not in book.path.read_bytes()
        assert digest.encode() in book.path.read_bytes()

    def test_gives_the_title_without_words_by_its_attachments(self, book: Book) -> None:
        """A question of attachments alone is listed by their names."""
        book.ask(Media(kind="pdf", media_type="application/pdf", name="a.pdf")).finish()

        assert ["a.pdf"] == [entry.title for entry in book.store.list()]


class TestTheAnswer:
    def test_is_written_every_250_ms(self, book: Book) -> None:
        """What came 250 ms ago is in the file; what came since may wait."""
        turn = book.ask("Count.")
        for number in range(1, 7):
            turn.record(TextDelta(f"{number} "))
            book.clock.sleep(0.1)
            # Never more than the pieces of the last 250 ms are missing.
            assert len(book.said().split()) >= number - 2, f"after {number}"

        assert 3 == len(book.query("SELECT * FROM part")), "a question, and two writes"

    def test_is_written_while_the_network_is_silent(self, book: Book) -> None:
        """A pause of the network writes what has waited, though nothing more comes."""
        turn = book.ask("Count.")
        turn.record(TextDelta("one"))
        turn.pause()
        assert "" == book.said()

        book.clock.sleep(0.15)
        turn.pause()

        assert "one" == book.said()

    def test_stays_when_nobody_finishes_it(self, book: Book) -> None:
        """A turn whose process is gone keeps what had come, and reads as interrupted."""
        turn = book.ask("Count.")
        turn.record(TextDelta("one two"))
        book.clock.sleep(0.3)
        turn.pause()
        book.store.close()
        book.change("UPDATE turn SET owner = '4194305@17'")  # no process has that number

        (kept,) = Book(book.path, book.clock).store.conversation(str(turn.conversation)).turns
        assert ("interrupted", "one two") == (kept.state, kept.text)

    def test_is_running_while_its_process_lives(self, book: Book) -> None:
        """A turn that is being answered is shown as running."""
        turn = book.ask("Count.")

        (kept,) = book.store.conversation(str(turn.conversation)).turns
        assert "running" == kept.state

    def test_is_kept_in_order_with_its_tools(self, book: Book) -> None:
        """Words, calls and what the tools gave are kept in the order in which they came."""
        id_ = book.keep(
            "Weather?",
            ReasoningDelta("let me "),
            ReasoningDelta("see"),
            "I will look. ",
            ToolCallDelta(index=0, id="c1", name="weather", arguments='{"city":'),
            ToolCallDelta(index=0, arguments='"Oslo"}'),
            ToolResult(id="c1", result="rain"),
            "It ",
            "rains.",
        )

        (turn,) = book.store.conversation(id_).turns
        assert [
            ("assistant", "reasoning", "let me see"),
            ("assistant", "text", "I will look. "),
            (
                "assistant",
                "call",
                {"id": "c1", "name": "weather", "arguments": '{"city":"Oslo"}', "signature": None},
            ),
            (
                "tool",
                "outcome",
                {"id": "c1", "result": "rain", "is_error": False, "name": "weather"},
            ),
            ("assistant", "text", "It rains."),
        ] == [tuple(piece) for piece in turn.answer]  # fmt: skip

    @pytest.mark.parametrize("text", ["half \ud83d", "nul \0 in it", "\u2028 \x85 \x1b[2J", "😀é"])
    def test_may_be_any_text(self, book: Book, text: str) -> None:
        """Whatever a model writes is kept; only halves of characters become U+FFFD."""
        id_ = book.keep("?", text)

        assert text.replace("\ud83d", "\ufffd") == book.store.conversation(id_).turns[0].text
        assert [] == book.warnings


class TestTheVerdict:
    def test_of_a_finished_turn_has_the_receipt(self, book: Book) -> None:
        """A finished turn keeps who answered, tokens, cost, times, attempts and ids."""
        attempts = (Attempt(model="gpt-4o", status=503, error="busy", waited_ms=500),)
        timing = Timing(first_byte_ms=1.5, first_token_ms=2.5, total_ms=3.5, tokens_per_second=9.0)
        with book.ask("Why?") as turn:
            for event in (
                ANSWERED[0],
                Usage(input_tokens=3, output_tokens=4, cost=0.25),
                Finished(reason="length", raw="max_tokens", timing=timing, attempts=attempts),
            ):
                turn.record(event)

        (kept,) = book.store.conversation(str(turn.conversation)).turns
        assert "finished" == kept.state
        assert {
            "model": "gpt-4o-2024",
            "vendor": "azure",
            "finish": "length",
            "finish_raw": "max_tokens",
            "input_tokens": 3,
            "output_tokens": 4,
            "total_tokens": 7,
            "cost": 0.25,
            "first_byte_ms": 1.5,
            "first_token_ms": 2.5,
            "total_ms": 3.5,
            "tokens_per_second": 9.0,
            "answer_id": "chatcmpl-1",
            "request_id": "req_1",
        } == kept.facts
        assert [503] == [attempt["status"] for attempt in kept.attempts]

    def test_of_a_broken_turn_says_why(self, book: Book) -> None:
        """A turn that broke off is failed, with the error, and keeps the part that came."""
        error = AnswerIncomplete(
            "reset by peer", request_id="req_9", attempts=(Attempt(model="gpt-4o"),)
        )
        id_ = book.break_off("half an ans", error=error)

        (kept,) = book.store.conversation(id_).turns
        assert ("failed", "half an ans") == (kept.state, kept.text)
        assert {
            "kind": "incomplete", "message": "reset by peer", "status": None, "request_id": "req_9",
        } == kept.error  # fmt: skip
        assert "req_9" == kept.facts["request_id"]
        assert 1 == len(kept.attempts)

    @pytest.mark.parametrize("error", [Interrupted(), Terminated(), KeyboardInterrupt()])
    def test_of_a_stopped_turn_is_interrupted(self, book: Book, error: BaseException) -> None:
        """Ctrl-C and signals make an interrupted turn, which keeps the part that came."""
        (kept,) = book.store.conversation(book.break_off("half", error=error)).turns

        assert ("interrupted", "half") == (kept.state, kept.text)

    def test_of_a_complete_answer_is_finished_whatever_comes_after(self, book: Book) -> None:
        """An answer that the model finished is finished, though the command then fails."""
        id_ = book.break_off("all", *ANSWERED, error=AnswerIncomplete("cut; --strict"))

        assert "finished" == book.store.conversation(id_).turns[0].state

    def test_is_given_once(self, book: Book) -> None:
        """What is said about a turn after its verdict changes nothing."""
        turn = book.ask("Why?")
        turn.interrupt()
        turn.finish()

        assert "interrupted" == book.store.conversation(str(turn.conversation)).turns[0].state


class TestTheConversation:
    def test_adds_up_its_turns(self, book: Book) -> None:
        """The listing has the number of turns, the sum of their tokens and the last model."""
        id_ = book.keep("first")
        book.clock.sleep(60)
        book.keep("second", conversation=id_, profile="work")

        (entry,) = book.store.list()
        assert (id_, "first", "gpt-4o-2024", "work", 2, 14) == entry[:6]
        assert 60_000 == entry.updated - entry.created

    def test_has_no_tokens_when_no_gateway_counted_any(self, book: Book) -> None:
        """An unknown number of tokens is unknown, not 0."""
        with book.ask("Why?") as turn:
            turn.record(TextDelta("So."))

        assert [None] == [entry.tokens for entry in book.store.list()]

    def test_has_a_short_sortable_id(self, book: Book) -> None:
        """Ids are ten letters and digits, and those of later conversations sort later."""
        ids = []
        for _ in range(5):
            ids.append(book.keep())
            book.clock.sleep(1)

        assert sorted(ids) == ids
        assert {10} == set(map(len, ids))
        assert all(id_.isalnum() and id_ == id_.lower() for id_ in ids)

    def test_of_nothing_kept_has_no_id(self, book: Book) -> None:
        """A turn that is not to be kept takes all events and leaves no trace."""
        with book.store.unkept_turn() as turn:
            turn.record(TextDelta("secret"))
            turn.pause()

        assert turn.conversation is None
        assert not book.path.exists()
