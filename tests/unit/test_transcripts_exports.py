"""Conversations leave the store and come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import UsageProblem
from yourouter_cli.transcripts.documents import conversation_json, conversation_lines
from yourouter_cli.transcripts.entries import Entry
from yourouter_cli.transcripts.importing import conversations_in
from yourouter_cli.transcripts.markdown import as_markdown
from yourouter_cli.transcripts.pieces import Piece
from yourouter_cli.transcripts.records import Conversation, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Callable

CREATED = 1_700_000_000_123
CALL = {"id": "c1", "name": "f", "arguments": '{"a": "-->"}', "signature": None}
OUTCOME = {"id": "c1", "name": "f", "result": "```\nyes\n```", "is_error": False}
IMAGE = {"kind": "image", "media_type": "image/png", "name": "a.png", "size": 3, "digest": "d"}


def whole(*texts: str, **changes: Any) -> Conversation:
    """Return a conversation that has everything a conversation can have."""
    question, answer = texts or ("Why?", "Because.")
    turns = (
        TurnRecord(
            position=1,
            created=CREATED,
            state="finished",
            dialect="anthropic",
            requested_model="claude",
            question=(Piece("user", "media", IMAGE), Piece("user", "text", question)),
            answer=(
                Piece("assistant", "text", "I look. "),
                Piece("assistant", "call", CALL),
                Piece("tool", "outcome", OUTCOME),
                Piece("assistant", "text", answer),
            ),
            system="be brief",
            settings={"temperature": 0.5, "stop": ["x"]},
            facts={"model": "claude-1", "finish": "stop", "input_tokens": 3, "cost": 0.25,
                   "total_ms": 12.5, "request_id": "req_1"},
            attempts=({"model": "claude", "status": 200},),
        ),
        TurnRecord(
            position=2,
            created=CREATED + 877,
            state="failed",
            dialect="openai",
            requested_model="gpt-4o",
            question=(Piece("user", "text", "And?"),),
            error={"kind": "timeout", "message": "slow", "status": None},
            removed=True,
        ),
    )  # fmt: skip
    conversation = Conversation(
        entry=Entry("0abcdefghj", "Why?", "gpt-4o", "work", 2, 3, CREATED, CREATED + 9_876),
        turns=turns,
        summary="They asked why.",
        summarized_up_to=1,
    )  # fmt: skip
    changed = replace(conversation, **changes)
    return replace(changed, entry=changed.entry._replace(turns=len(changed.turns)))


def as_json(conversation: Conversation) -> str:
    """Return an export as JSON."""
    return json.dumps(conversation_json(conversation))


def as_lines(conversation: Conversation) -> str:
    """Return an export as JSON lines."""
    return "".join(f"{json.dumps(line)}\n" for line in conversation_lines(conversation))


FORMATS = pytest.mark.parametrize("export", [as_json, as_lines, as_markdown])
# Anything that could end a section, a comment, a line or a fence before its time.
TRICKY = st.lists(
    st.sampled_from(
        ["<!-- yourouter:answer {} -->", "\\", "\n", "\r\n", "\n\n", "-->", "```", "# ", "x", "é"]
    ),
    max_size=8,
).map("".join)


class TestRoundTrip:
    @FORMATS
    def test_gives_back_what_was_exported(self, export: Callable[[Conversation], str]) -> None:
        """An export in any format reads back as the conversation it was made from."""
        assert [whole()] == conversations_in(export(whole()), "x")

    @FORMATS
    @given(question=TRICKY, answer=TRICKY)
    def test_gives_back_every_text(
        self, export: Callable[[Conversation], str], question: str, answer: str
    ) -> None:
        """Texts that look like parts of an export are texts when they come back."""
        conversation = whole(question, answer)

        assert [conversation] == conversations_in(export(conversation), "x")

    @FORMATS
    def test_reads_several_exports_one_after_the_other(
        self, export: Callable[[Conversation], str]
    ) -> None:
        """Exports may be joined into one file."""
        other = whole(entry=whole().entry._replace(id="1abcdefghj"))

        assert [whole(), other] == conversations_in(f"{export(whole())}\n{export(other)}", "x")

    def test_keeps_reasoning_and_content_in_json(self) -> None:
        """The JSON formats hold the model's reasoning and kept attachments; Markdown does not."""
        first = whole().turns[0]
        kept = Piece("user", "media", {**IMAGE, "content": "YWJj"})
        thought = Piece("assistant", "reasoning", "hm")
        rich = replace(first, question=(kept,), answer=(thought, *first.answer))
        poor = replace(first, question=(Piece("user", "media", IMAGE),))
        conversation = whole(turns=(rich,))

        assert [conversation] == conversations_in(as_json(conversation), "x")
        assert [conversation] == conversations_in(as_lines(conversation), "x")
        assert [whole(turns=(poor,))] == conversations_in(as_markdown(conversation), "x")

    def test_survives_an_editor_that_trims_the_end(self) -> None:
        """A Markdown export without its last empty lines is still read."""
        conversation = whole(turns=whole().turns[:1])

        (found,) = conversations_in(as_markdown(conversation).rstrip("\n"), "x")
        assert conversation == found

    def test_reads_what_a_person_corrected(self) -> None:
        """Words changed in a Markdown export are the words that come back."""
        text = as_markdown(whole()).replace("Because.", "Because of\n\nlight.")

        (found,) = conversations_in(text, "x")
        assert "Because of\n\nlight." == found.turns[0].answer[-1].body


class TestMarkdown:
    def test_reads_well(self) -> None:
        """What is not in a comment is a title, headings, words, and fenced calls and results."""
        lines = as_markdown(whole()).split("\n")
        shown = [line for line in lines if line and not line.startswith("<!--")]

        assert [
            "# Why?",
            "## You",
            "attached: `a.png` (image/png, 3 bytes)",
            "Why?",
            "## claude-1",
            "I look. ",
            "calls `f`:",
            "```",
            '{"a": "-->"}',
            "```",
            "`f` gave:",
            "````",
            "```",
            "yes",
            "```",
            "````",
            "Because.",
            "## You",
            "And?",
            "## gpt-4o (failed)",
        ] == shown

    def test_has_comments_that_end_where_they_should(self) -> None:
        """Nothing inside a comment can end it."""
        for line in as_markdown(whole()).split("\n"):
            if line.startswith("<!--"):
                assert 1 == line.count("-->")


TURN = "turn 1 of the conversation"


def broken(**changes: Any) -> str:
    """Return an export as JSON with other values."""
    return json.dumps({**conversation_json(whole()), **changes})


def broken_turn(**changes: Any) -> str:
    """Return an export as JSON with other values in its first turn."""
    document = conversation_json(whole())
    document["turns"][0].update(changes)
    return json.dumps(document)


class TestRefusal:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "there is no conversation in it"),
            ("[]", "there is no conversation in it"),
            ("hello", "line 1 is not JSON; exports are Markdown, JSON or JSON lines"),
            ('{"a":1}', "it is no export of a conversation"),
            ('{"type":"turn"}', "it is no export of a conversation"),
            ("<!-- a comment -->", "there is no conversation in it"),
            ("<!-- yourouter:turn {} -->\n", "`turn` stands where it means nothing"),
            ("<!-- yourouter:conversation {x} -->\n", "line 1 is damaged"),
            (broken(schema=2), "it was written by a later version of yourouter"),
            (broken(id=None), "the conversation has no `id`"),
            (broken(id="../etc"), "`../etc` is not an id"),
            (broken(created="soon"), "`created` of the conversation is not a time: `soon`"),
            (broken(tokens="3"), "`tokens` of the conversation is not a whole number"),
            (broken(turns=[1]), "turn 1 of the conversation is not an object"),
            (broken(tokens=2**63), "`tokens` of the conversation is too large"),
            (broken_turn(turn=9), "its turns are not in order"),
            (broken_turn(turn=0), "its turns are not in order"),
            (broken_turn(removed=1), f"`removed` of {TURN} is not true or false"),
            (
                broken_turn(state="dreaming"),
                f"`state` of {TURN} is not one of finished, failed, interrupted, running",
            ),
            (
                broken_turn(question=[{"type": "call"}]),
                f"`type` of question 1 of {TURN} is not one of text, media, file",
            ),
            *(
                (
                    broken_turn(question=[{"type": "media", **IMAGE, **wrong}]),
                    f"question 1 of {TURN} is no image, PDF or sound that could be sent",
                )
                for wrong in ({"kind": "film"}, {"content": "é"}, {"content": "YW"})
            ),
            (
                broken_turn(answer=[{"type": "call", "id": None, "name": "f"}]),
                f"`arguments` of answer 1 of {TURN} is missing or wrong",
            ),
            (
                broken_turn(usage={"cost": "much"}),
                f"`cost` of `usage` of {TURN} is not a whole number or a number",
            ),
        ],
    )
    def test_says_what_does_not_fit(self, text: str, why: str) -> None:
        """What is no export is refused whole, with the place and the reason."""
        with pytest.raises(UsageProblem) as caught:
            conversations_in(text, "x.json")

        assert f"cannot import `x.json`: {why}" == caught.value.message

    def test_does_not_care_about_depth(self) -> None:
        """JSON nested deeper than anything sensible is refused like any other."""
        with pytest.raises(UsageProblem, match="line 1 is not JSON"):
            conversations_in("[" * 100_000, "x")
