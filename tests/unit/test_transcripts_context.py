"""How a kept conversation becomes the beginning of the next request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yourouter_cli.conversation import File, Media, Message, Part, Text, ToolOutcome, ToolUse
from yourouter_cli.errors import AnswerIncomplete, Interrupted
from yourouter_cli.events import ReasoningDelta, ToolCallDelta, ToolResult

if TYPE_CHECKING:
    from tests.unit.transcribing import Book


INTERRUPTED = "\n\n[this answer was interrupted by the user]"


def messages(book: Book, id_: str, dialect: str = "openai") -> list[tuple[str, tuple[Part, ...]]]:
    """Return roles and parts of what the next request begins with."""
    return [
        (message.role, message.parts) for message in book.store.conversation(id_).messages(dialect)
    ]


def words(book: Book, id_: str) -> list[str]:
    """Return the words of what the next request begins with."""
    return [message.text for message in book.store.conversation(id_).messages("openai")]


class TestMessages:
    def test_alternate_between_user_and_assistant(self, book: Book) -> None:
        """Each turn is what the user said and what the model answered, without its reasoning."""
        id_ = book.keep("one?", ReasoningDelta("hm"), "One.")
        book.keep("two?", "Two.", conversation=id_)

        assert [
            ("user", (Text("one?"),)),
            ("assistant", (Text("One."),)),
            ("user", (Text("two?"),)),
            ("assistant", (Text("Two."),)),
        ] == messages(book, id_)

    def test_have_calls_and_their_outcomes(self, book: Book) -> None:
        """Calls of tools and what came of them are messages between the model's."""
        id_ = book.keep(
            "Weather?",
            "I look.",
            ToolCallDelta(index=0, id="c1", name="weather", arguments='{"city":"Oslo"}'),
            ToolCallDelta(index=1, id="c2", name="time", arguments=""),
            ToolResult(id="c1", result="rain"),
            ToolResult(id="c2", result="no clock", is_error=True),
            "Rain.",
        )

        assert [
            (
                "assistant",
                (
                    Text("I look."),
                    ToolUse(id="c1", name="weather", arguments={"city": "Oslo"}),
                    ToolUse(id="c2", name="time", arguments={}),
                ),
            ),
            (
                "tool",
                (
                    ToolOutcome(id="c1", name="weather", result="rain"),
                    ToolOutcome(id="c2", name="time", result="no clock", is_error=True),
                ),
            ),
            ("assistant", (Text("Rain."),)),
        ] == messages(book, id_)[1:]

    def test_answer_calls_that_were_not_run(self, book: Book) -> None:
        """Upstreams insist on an outcome for every call: one that was not run says so."""
        id_ = book.keep("Weather?", ToolCallDelta(index=0, id="c1", name="weather"))

        outcome = ToolOutcome(id="c1", name="weather", result="the call was not run", is_error=True)
        assert ("tool", (outcome,)) == messages(book, id_)[-1]

    def test_name_calls_that_had_no_id(self, book: Book) -> None:
        """A call without an id gets one, and so does its outcome."""
        id_ = book.keep(
            "Weather?",
            ToolCallDelta(index=0, name="weather", arguments="not json"),
            ToolResult(id="", result="rain"),
            "Rain.",
        )

        _, (_, (use,)), (_, (outcome,)), _ = messages(book, id_)
        assert isinstance(use, ToolUse)
        assert isinstance(outcome, ToolOutcome)
        assert use.id == outcome.id == "call-1-1"
        assert {} == use.arguments

    def test_leave_out_what_came_of_no_call(self, book: Book) -> None:
        """An outcome that no call asked for is nothing that could be said."""
        id_ = book.keep("one?", ToolResult(id="c1", result="rain"))

        assert [] == words(book, id_)

    @pytest.mark.parametrize(("dialect", "signature"), [("gemini", "s1"), ("openai", None)])
    def test_carry_signatures_within_their_dialect(
        self, book: Book, dialect: str, signature: str | None
    ) -> None:
        """A signature goes back to the API that made it, and to no other."""
        id_ = book.keep(
            "?", ToolCallDelta(index=0, id="c", name="f", signature="s1"), dialect="gemini"
        )

        use = messages(book, id_, dialect)[1][1][0]
        assert isinstance(use, ToolUse)
        assert signature == use.signature

    def test_mark_an_interrupted_answer(self, book: Book) -> None:
        """The part that came before Ctrl-C is context, and says why it ends."""
        id_ = book.break_off("half an ", error=Interrupted())

        assert ["Why?", f"half an {INTERRUPTED}"] == words(book, id_)

    def test_mark_a_question_that_was_interrupted_at_once(self, book: Book) -> None:
        """A question whose answer had not begun stays, too, and speakers still alternate."""
        id_ = book.break_off(error=Interrupted())

        assert ["Why?", INTERRUPTED.lstrip()] == words(book, id_)

    def test_mark_an_answer_that_broke_off(self, book: Book) -> None:
        """The part that came before the stream broke is context, and says so."""
        id_ = book.break_off("half", error=AnswerIncomplete("reset"))

        assert ["Why?", "half\n\n[this answer broke off here]"] == words(book, id_)

    def test_leave_out_what_was_asked_in_vain(self, book: Book) -> None:
        """A turn that failed before any answer is not context: it will be asked again."""
        id_ = book.keep("one?", "One.")
        with pytest.raises(AnswerIncomplete), book.ask("two?", conversation=id_):
            raise AnswerIncomplete("down")

        assert ["one?", "One."] == words(book, id_)

    def test_leave_out_what_another_process_is_asking(self, book: Book) -> None:
        """A turn that is still running is no context for another one."""
        id_ = book.keep("one?", "One.")
        book.ask("two?", conversation=id_)

        assert ["one?", "One."] == words(book, id_)


class TestAttachments:
    def test_are_named_when_their_content_was_not_kept(self, book: Book) -> None:
        """The model is told that something was attached, and that it is not there any more."""
        image = Media(kind="image", media_type="image/png", name="a.png", size=3, digest="d")
        note = Text("long text", File(name="n.md", size=9, digest="e"))
        turn = book.ask(image, note, "?")
        turn.interrupt()

        first, second, third = messages(book, str(turn.conversation))[0][1]
        assert (
            Text("[`a.png` (image/png, 3 bytes) was attached here; its content was not kept]\n\n")
            == first
        )
        assert Text("[`n.md` (9 bytes) was attached here; its content was not kept]\n\n") == second
        assert Text("?") == third

    def test_are_sent_again_when_their_content_was_kept(self, book: Book) -> None:
        """Content that was kept is content again."""
        image = Media(
            kind="image",
            media_type="image/png",
            name="a.png",
            encoded=(b"YWJj",),
            size=3,
            digest="d",
        )
        note = Text("long text", File(name="n.md", size=9, digest="e"))
        turn = book.ask(image, note, with_content=True)
        turn.interrupt()

        assert (image, Text("long text")) == messages(book, str(turn.conversation))[0][1]

    def test_behind_a_url_are_sent_again(self, book: Book) -> None:
        """What was attached by its address is attached so again."""
        linked = Media(
            kind="image", media_type="image/jpeg", name="b.jpg", url="https://example.com/b.jpg"
        )
        turn = book.ask(linked)
        turn.interrupt()

        assert (linked,) == messages(book, str(turn.conversation))[0][1]


class TestChoosing:
    @pytest.mark.parametrize(
        ("position", "left", "removed"),
        [(2, ["one?", "One."], [False, True]), (1, ["two?", "Two."], [True, False])],
    )
    def test_undo_takes_a_turn_out(
        self, book: Book, position: int, left: list[str], removed: list[bool]
    ) -> None:
        """An undone turn is not context any more, and stays in the store."""
        id_ = book.keep("one?", "One.")
        book.keep("two?", "Two.", conversation=id_)
        other = book.keep("one?", "One.")

        book.store.undo(id_, position)

        assert left == words(book, id_)
        assert removed == [turn.removed for turn in book.store.conversation(id_).turns]
        assert ["one?", "One."] == words(book, other)

    def test_undo_of_what_is_not_there_is_nothing(self, book: Book) -> None:
        """What is not there, or was deleted meanwhile, is undone already."""
        id_ = book.keep("one?", "One.")

        book.store.undo(id_, 2)
        book.store.undo("0123456789", 1)

        assert ["one?", "One."] == words(book, id_)

    def test_a_summary_stands_for_old_turns(self, book: Book) -> None:
        """The turns up to the summary are replaced by it as context, and stay in the store."""
        id_ = book.keep("one?", "One.")
        book.keep("two?", "Two.", conversation=id_)
        book.keep("three?", "Three.", conversation=id_)

        book.store.set_summary(id_, 2, "They counted.")

        whole = book.store.conversation(id_)
        assert "They counted." in words(book, id_)[0]
        assert ["three?", "Three."] == words(book, id_)[2:]
        assert ["user", "assistant"] * 2 == [message.role for message in whole.messages("openai")]
        assert ["One.", "Two.", "Three."] == [turn.text for turn in whole.turns]

    def test_the_system_prompt_is_that_of_the_last_turn(self, book: Book) -> None:
        """Who goes on with a conversation goes on with its system prompt."""
        id_ = book.keep("one?", system="be brief")
        book.keep("two?", conversation=id_, system="be long")

        assert "be long" == book.store.conversation(id_).system

    def test_a_conversation_can_be_made_of_messages_alone(self, book: Book) -> None:
        """Messages read from the store are a request's beginning like any others."""
        id_ = book.keep("one?", "One.")

        assert (
            Message("user", (Text("one?"),)),
            Message("assistant", (Text("One."),)),
        ) == book.store.conversation(id_).messages("anthropic")
