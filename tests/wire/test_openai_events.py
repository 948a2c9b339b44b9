"""Chat completions: what the recordings that all wires share do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wire.wires import broken_off, gist, spoken
from yourouter_cli.dialects import openai
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

DONE = "[DONE]"


def chunk(delta: dict[str, Any], finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a chunk of an answer."""
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **fields}


def after_start(*documents: Any) -> list[Event]:
    """Return the events of *documents* but the first, which must be `Started`."""
    started, *events = spoken("openai", *documents)
    assert isinstance(started, Started)
    return events


class TestDeltas:
    def test_content_in_parts(self) -> None:
        """Content may be a list of parts; what is not text is let by."""
        parts = [{"type": "text", "text": "a"}, {"type": "image"}, "b", {"text": "c"}]

        assert [TextDelta("a"), TextDelta("c"), Finished(reason="other")] == after_start(
            chunk({"content": parts}), DONE
        )

    def test_reasoning_under_both_names_is_told_once(self) -> None:
        """A gateway that sends reasoning under two names says it once."""
        assert [ReasoningDelta("hm"), Finished(reason="other")] == after_start(
            chunk({"reasoning": "hm", "reasoning_content": "hm"}), DONE
        )

    def test_calls_as_whole_objects_without_index(self) -> None:
        """Calls that come whole, with arguments as an object and no index, are told apart."""
        calls = [
            {"id": "a", "function": {"name": "f", "arguments": {"x": 1}}},
            {"id": "b", "function": {"name": "g"}},
        ]

        assert [
            ToolCallDelta(index=0, id="a", name="f", arguments='{"x": 1}'),
            ToolCallDelta(index=1, id="b", name="g"),
            Finished(reason="tool_calls", raw="stop"),
        ] == after_start(chunk({"tool_calls": calls}, "stop"), DONE)

    def test_calls_without_ids(self) -> None:
        """Calls that a server gives no ids get some, so that results can name them."""
        fragments = [{"index": 1, "function": {"name": "f"}}, {"index": 1, "function": {}}]

        answer = collect(spoken("openai", *(chunk({"tool_calls": [f]}) for f in fragments), DONE))

        assert [("call-2", "f")] == [(call.id, call.name) for call in answer.tool_calls]

    def test_calls_that_all_say_index_0(self) -> None:
        """Whole calls in one chunk each, all at index 0, stay calls of their own."""
        documents = [
            chunk({"tool_calls": [{"index": 0, "id": name, "function": {"name": "f"}}]})
            for name in ("a", "b")
        ]

        answer = collect(spoken("openai", *documents, DONE))

        assert ["a", "b"] == [call.id for call in answer.tool_calls]

    def test_a_chunk_without_choices(self) -> None:
        """A chunk about something else than the answer, such as a filter's report, is let by."""
        filtered = {"choices": [], "prompt_filter_results": [{"index": 0}]}

        assert [TextDelta("a"), Finished(reason="stop", raw="stop")] == after_start(
            filtered, chunk({"content": "a"}, "stop"), DONE
        )


class TestEnd:
    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("stop", "stop"),
            ("length", "length"),
            ("tool_calls", "tool_calls"),
            ("function_call", "tool_calls"),
            ("content_filter", "content_filter"),
            ("eos", "other"),
        ],
    )
    def test_reasons(self, word: str, reason: str) -> None:
        """Each upstream word has one reason; the word itself is kept."""
        assert Finished(reason=reason, raw=word) == after_start(chunk({}, word))[-1]  # type: ignore[arg-type]  # the table holds literals

    def test_a_reason_without_done_is_an_end(self) -> None:
        """A gateway that does not say [DONE] has finished all the same."""
        assert [TextDelta("a"), Finished(reason="stop", raw="stop")] == after_start(
            chunk({"content": "a"}, "stop")
        )

    def test_neither_reason_nor_done_is_truncated(self) -> None:
        """A stream that just ends is truncated; what came is told before that is said."""
        before, failure = broken_off(spoken("openai", chunk({"content": "a"})))

        assert [Started(), TextDelta("a")] == before
        assert FailureKind.TRUNCATED is failure.kind

    def test_what_follows_done_is_not_read(self) -> None:
        """After [DONE] nothing is read, whatever it is."""
        assert [Finished(reason="other")] == after_start(chunk({}), DONE, "garbage")

    def test_usage_may_come_with_any_chunk(self) -> None:
        """Where usage comes with each chunk, as some gateways have it, the last one counts."""
        documents = [
            chunk({"content": "a"}, usage={"prompt_tokens": 1, "completion_tokens": 1}),
            chunk({}, "stop", usage={"prompt_tokens": 1, "completion_tokens": 2.0}),
        ]

        answer = collect(spoken("openai", *documents))

        assert Usage(input_tokens=1, output_tokens=2) == answer.usage


class TestErrors:
    @pytest.mark.parametrize(
        ("error", "kind", "message"),
        [
            (
                {"message": "it broke", "type": "server_error", "code": None},
                FailureKind.UNAVAILABLE,
                "the gateway broke off: it broke",
            ),
            ({"code": 429, "message": "slow down"}, FailureKind.RATE_LIMIT, "slow down"),
            ({"code": "insufficient_quota"}, FailureKind.QUOTA, "insufficient_quota"),
            ({"code": "502"}, FailureKind.UNAVAILABLE, "502"),
            ("overloaded", FailureKind.UNAVAILABLE, "overloaded"),
            (True, FailureKind.UNAVAILABLE, "it did not say why"),
        ],
    )
    def test_inside_the_stream(self, error: Any, kind: FailureKind, message: str) -> None:
        """An error object under status 200 fails with the kind its own code has."""
        before, failure = broken_off(
            spoken("openai", chunk({"content": "a"}), {"error": error, "choices": []})
        )

        assert [Started(), TextDelta("a")] == before
        assert kind is failure.kind
        assert message in failure.message

    def test_garbage_in_a_frame(self) -> None:
        """Data that is not JSON is the gateway's fault, and shown."""
        _, failure = broken_off(spoken("openai", "<html>oops"))

        assert FailureKind.PROTOCOL is failure.kind
        assert "the gateway sent not JSON: <html>oops" == failure.message

    @pytest.mark.parametrize(
        ("body", "kind", "message"),
        [
            (
                b'{"error":{"message":"no","code":"model_not_found","type":"x"}}',
                "unavailable",
                "no",
            ),
            (b'[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}]', "rate_limit", "RESOURCE"),
            (b'{"code":401,"msg":"bad key"}', "denied", "bad key"),
            (b'{"detail":"nothing here"}', "unavailable", "nothing here"),
            (b'{"object":"chat.completion"}', "protocol", "holds no choice to read"),
            (b"null", "protocol", "holds no choice to read"),
            (b"<html>", "protocol", "not JSON: <html>"),
            (b"", "protocol", "nothing at all"),
        ],
    )
    def test_instead_of_an_answer(self, body: bytes, kind: str, message: str) -> None:
        """A whole reply under status 200 that is no answer says what it is instead."""
        _, failure = broken_off(openai.decode_whole(body))

        assert kind == failure.kind.word
        assert message in failure.message


def test_bytes_that_are_not_utf_8() -> None:
    """A damaged byte in a whole answer costs that character, not the answer."""
    body = json.dumps({"choices": [{"message": {"content": "a?b"}, "finish_reason": "stop"}]})

    told = gist(openai.decode_whole(body.encode().replace(b"?", b"\xff")))

    assert "a\ufffdb" == told["text"]
