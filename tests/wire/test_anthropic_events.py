"""Messages: what the recordings that all wires share do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wire.wires import broken_off, spoken
from yourouter_cli.conversation import ChatRequest, Message, ToolOutcome, ToolUse
from yourouter_cli.dialects import anthropic
from yourouter_cli.errors import FailureKind
from yourouter_cli.events import (
    Event,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    Usage,
    collect,
)

START = {"type": "message_start", "message": {"id": "m", "model": "x"}}
STOP = {"type": "message_stop"}


def block(index: int, fields: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events of a content block."""
    changes = [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    start = {"type": "content_block_start", "index": index, "content_block": fields}
    return [start, *changes, {"type": "content_block_stop", "index": index}]


def stopped(reason: str | None, **fields: Any) -> dict[str, Any]:
    """Return the event that says why the model stopped."""
    return {"type": "message_delta", "delta": {"stop_reason": reason}, **fields}


def between(*documents: Any) -> list[Event]:
    """Return the events of a message, without its beginning and its end."""
    first, *events, last = spoken("anthropic", START, *documents, STOP)
    assert isinstance(first, Started)
    assert isinstance(last, Finished)
    return events


class TestEvents:
    def test_what_is_not_known_is_let_by(self) -> None:
        """Pings, future events, blocks and deltas, and a gateway's [DONE], change nothing."""
        strange = [
            {"type": "ping"},
            {"type": "weather_report", "index": 0},
            "[DONE]",
            " ",
            "[1]",
            *block(0, {"type": "server_tool_use", "name": "search"}, {"type": "input_json_delta"}),
            *block(1, {"type": "hologram"}, {"type": "text_delta", "text": "?"}),
            *block(2, {"type": "text"}, {"type": "citations_delta", "citation": {}}),
            {"type": "content_block_stop", "index": 99},
        ]

        assert [] == between(*strange)

    def test_the_name_of_a_frame_is_not_needed(self) -> None:
        """Events are told by the type inside their data: some gateways drop the names."""
        assert [TextDelta("a")] == between(
            *block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "a"})
        )

    def test_a_block_that_begins_with_its_content(self) -> None:
        """What a block holds when it begins is part of the answer."""
        assert [ReasoningDelta("b"), TextDelta("a")] == between(
            *block(0, {"type": "thinking", "thinking": "b"}),
            *block(1, {"type": "text", "text": "a"}),
        )

    def test_a_delta_without_its_block(self) -> None:
        """Text whose block never began is not lost."""
        delta = {"type": "text_delta", "text": "a"}

        assert [Started(), TextDelta("a"), Finished(reason="other")] == list(
            spoken("anthropic", {"type": "content_block_delta", "index": 0, "delta": delta}, STOP)
        )


class TestToolCalls:
    def test_are_counted_from_0_whatever_the_block(self) -> None:
        """The index of a call counts calls, not blocks; its fragments follow it."""
        call = {"type": "tool_use", "id": "t", "name": "f", "input": {}}

        assert [
            TextDelta("a"),
            ToolCallDelta(index=0, id="t", name="f"),
            ToolCallDelta(index=0, arguments="{}"),
        ] == between(
            *block(0, {"type": "text", "text": "a"}),
            *block(1, call, {"type": "input_json_delta", "partial_json": "{}"}),
        )

    def test_input_that_comes_whole(self) -> None:
        """Input that a gateway sends at once, without fragments, is the call's arguments."""
        call = {"type": "tool_use", "id": "t", "name": "f", "input": {"x": "ä"}}

        assert [
            ToolCallDelta(index=0, id="t", name="f"),
            ToolCallDelta(index=0, arguments='{"x": "ä"}'),
        ] == between(*block(0, call))

    def test_the_thoughts_before_a_call_travel_back_with_it(self) -> None:
        """What led to a call opens the turn that is sent back with the call's result."""
        thinking = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = (
            {"type": "thinking_delta", "thinking": "I must look."},
            {"type": "signature_delta", "signature": "c2ln"},
            {"type": "signature_delta", "signature": "bmVk"},
        )
        answer = collect(
            spoken(
                "anthropic",
                START,
                *block(0, thinking, *deltas),
                *block(1, {"type": "redacted_thinking", "data": "c2VjcmV0"}),
                *block(2, {"type": "text", "text": "Let me look."}),
                *block(3, {"type": "tool_use", "id": "t", "name": "f"}),
                STOP,
            )
        )
        [call] = answer.tool_calls
        use = ToolUse(id="t", name="f", arguments={}, signature=call.signature)
        messages = (
            Message("assistant", (use,)),
            Message("tool", (ToolOutcome(id="t", name="f", result="42"),)),
        )
        chat = ChatRequest(model="claude-opus-4-1", messages=messages, reasoning="low")

        document = json.loads(b"".join(anthropic.request(chat).body))

        assert [
            {"type": "thinking", "thinking": "I must look.", "signature": "c2lnbmVk"},
            {"type": "redacted_thinking", "data": "c2VjcmV0"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {}},
        ] == document["messages"][0]["content"]


class TestSchema:
    def test_text_that_is_cut_short_stays_as_it_is(self) -> None:
        """Half a bare value is shown as it came, rather than nothing."""
        tool = {"type": "tool_use", "id": "t", "name": "yourouter_answer_value", "input": {}}
        half = {"type": "input_json_delta", "partial_json": '{"value": [1'}

        assert [TextDelta('{"value": [1')] == between(*block(0, tool, half))

    def test_an_empty_object(self) -> None:
        """No input at all is an empty object, also where the object is the answer."""
        tool = {"type": "tool_use", "id": "t", "name": "yourouter_answer", "input": {}}

        assert [TextDelta("{}")] == between(*block(0, tool))

    def test_a_call_beside_the_answer_is_a_call(self) -> None:
        """The answer ends in calls when a real tool was called, too."""
        tools = ({"type": "tool_use", "name": name} for name in ("yourouter_answer", "f"))
        blocks = [event for at, tool in enumerate(tools) for event in block(at, tool)]

        answer = collect(spoken("anthropic", START, *blocks, stopped("tool_use"), STOP))

        assert answer.finished == Finished(reason="tool_calls", raw="tool_use")


class TestEnd:
    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("end_turn", "stop"),
            ("stop_sequence", "stop"),
            ("pause_turn", "stop"),
            ("max_tokens", "length"),
            ("model_context_window_exceeded", "length"),
            ("tool_use", "tool_calls"),
            ("refusal", "content_filter"),
            ("boredom", "other"),
            (None, "other"),
        ],
    )
    def test_reasons(self, word: str | None, reason: str) -> None:
        """Each upstream word has one reason; the word itself is kept."""
        *_, last = spoken("anthropic", START, stopped(word), STOP)

        assert Finished(reason=reason, raw=word) == last  # type: ignore[arg-type]  # literals

    def test_only_message_stop_is_an_end(self) -> None:
        """A stream without `message_stop` is truncated, even when a reason was given."""
        text = block(0, {"type": "text", "text": "a"})

        before, failure = broken_off(spoken("anthropic", START, *text, stopped("end_turn")))

        assert [Started(id="m", model="x"), TextDelta("a")] == before
        assert FailureKind.TRUNCATED is failure.kind

    def test_an_open_block_ends_with_the_message(self) -> None:
        """A block that nobody closed is closed by the end of the message."""
        start, *_ = block(0, {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}})

        assert [
            ToolCallDelta(index=0, id="t", name="f"),
            ToolCallDelta(index=0, arguments='{"x": 1}'),
        ] == between(start)

    def test_usage_is_cumulative(self) -> None:
        """Later figures replace earlier ones; what was cached or is being cached was input, too."""
        first = {"input_tokens": 3, "cache_read_input_tokens": 10, "output_tokens": 1}
        start = {"type": "message_start", "message": {"usage": first}}
        later = {
            "input_tokens": 4,
            "cache_creation_input_tokens": 100,
            "cache_read_input_tokens": None,
            "output_tokens": 7,
        }

        answer = collect(spoken("anthropic", start, stopped("end_turn", usage=later), STOP))

        assert Usage(input_tokens=114, output_tokens=7, cached_tokens=10, total_tokens=121) == (
            answer.usage
        )


class TestErrors:
    @pytest.mark.parametrize(
        ("error", "kind", "message"),
        [
            ({"type": "overloaded_error", "message": "Overloaded"}, "unavailable", "Overloaded"),
            ({"type": "rate_limit_error", "message": "wait"}, "rate_limit", "wait"),
            ({"type": "authentication_error"}, "denied", "authentication_error"),
            ({"type": "billing_error", "message": "pay"}, "quota", "pay"),
            ({"type": "novel_error", "message": "new"}, "unavailable", "new"),
            (None, "unavailable", "it did not say why"),
        ],
    )
    def test_inside_the_stream(self, error: Any, kind: str, message: str) -> None:
        """An error event fails with the kind its own type has, after what came before it."""
        before, failure = broken_off(spoken("anthropic", START, {"type": "error", "error": error}))

        assert [Started(id="m", model="x")] == before
        assert kind == failure.kind.word
        assert message in failure.message

    @pytest.mark.parametrize(
        ("body", "kind", "message"),
        [
            (b'{"type":"error","error":{"type":"overloaded_error"}}', "unavailable", "overloaded"),
            (b'{"type":"message","content":null}', "protocol", "holds no content to read"),
            (b"[]", "protocol", "holds no content to read"),
            (b"oops", "protocol", "not JSON: oops"),
        ],
    )
    def test_instead_of_an_answer(self, body: bytes, kind: str, message: str) -> None:
        """A whole reply under status 200 that is no message says what it is instead."""
        _, failure = broken_off(anthropic.decode_whole(body))

        assert kind == failure.kind.word
        assert message in failure.message
