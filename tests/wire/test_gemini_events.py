"""Gemini: what the recordings that all wires share do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wire.wires import broken_off, gist, recorded, spoken
from yourouter_cli.dialects import gemini
from yourouter_cli.errors import FailureKind
from yourouter_cli.events import Event, Finished, Notice, Started, TextDelta, ToolCallDelta, Usage


def response(*parts: dict[str, Any], finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a response with one candidate."""
    candidate: dict[str, Any] = {"content": {"parts": list(parts)}}
    return {"candidates": [candidate | ({"finishReason": finish} if finish else {})], **fields}


def after_start(*documents: Any) -> list[Event]:
    """Return the events of *documents* but the first, which must be `Started`."""
    started, *events = spoken("gemini", *documents)
    assert isinstance(started, Started)
    return events


STOP = response(finish="STOP")
END = Finished(reason="stop", raw="STOP")


class TestParts:
    def test_what_is_not_known_is_let_by(self) -> None:
        """Parts that are neither text nor calls, and candidates without content, are let by."""
        strange = [
            response({"executableCode": {"code": "1"}}, {"inlineData": {}}, {"text": ""}),
            {"candidates": [{"safetyRatings": []}]},
            {"candidates": []},
            "[DONE]",
            "",
            "7",
        ]

        assert [END] == after_start(*strange, STOP)

    def test_responses_that_come_as_a_list(self) -> None:
        """An event may hold several responses."""
        assert [TextDelta("a"), TextDelta("b"), END] == after_start(
            [response({"text": "a"}), response({"text": "b"})], STOP
        )

    def test_only_the_first_candidate_is_the_answer(self) -> None:
        """Of several candidates the first is told."""
        two = {"candidates": [*response({"text": "a"})["candidates"], *STOP["candidates"]]}

        assert [TextDelta("a"), END] == after_start(two, STOP)


class TestToolCalls:
    def test_ids_are_made_and_stay(self) -> None:
        """Calls get ids that count them, and differ from one answer to the next."""
        call = {"functionCall": {"name": "f", "args": {"x": "ä"}}}
        own = {"functionCall": {"name": "g", "id": "own"}, "thoughtSignature": "c2ln"}

        assert [
            ToolCallDelta(index=0, id="call-response_1-2-1", name="f", arguments='{"x": "ä"}'),
            ToolCallDelta(index=1, id="own", name="g", arguments="{}", signature="c2ln"),
            ToolCallDelta(index=2, id="call-response_1-2-3", name="f", arguments='{"x": "ä"}'),
            Finished(reason="tool_calls", raw="STOP"),
        ] == after_start(
            response(call, own, responseId="the/res.ponse_1-2"), response(call, finish="STOP")
        )

    def test_ids_without_an_id_of_the_answer(self) -> None:
        """Where the answer has no id, its calls are still told apart."""
        call = {"functionCall": {"name": "f"}}

        events = after_start(response(call, call), STOP)

        assert ["call-1", "call-2"] == [
            event.id for event in events if isinstance(event, ToolCallDelta)
        ]


class TestEnd:
    @pytest.mark.parametrize(
        ("word", "reason"),
        [
            ("STOP", "stop"),
            ("MAX_TOKENS", "length"),
            ("SAFETY", "content_filter"),
            ("RECITATION", "content_filter"),
            ("BLOCKLIST", "content_filter"),
            ("PROHIBITED_CONTENT", "content_filter"),
            ("SPII", "content_filter"),
            ("MODEL_ARMOR", "content_filter"),
            ("IMAGE_SAFETY", "content_filter"),
            ("IMAGE_PROHIBITED_CONTENT", "content_filter"),
            ("IMAGE_RECITATION", "content_filter"),
            ("MALFORMED_FUNCTION_CALL", "other"),
            ("LANGUAGE", "other"),
            ("OTHER", "other"),
        ],
    )
    def test_reasons(self, word: str, reason: str) -> None:
        """Each upstream word has one reason; the word itself is kept."""
        expected = [Finished(reason=reason, raw=word)]  # type: ignore[arg-type]  # literals

        assert expected == after_start(response(finish=word))

    def test_usage_may_follow_the_reason(self) -> None:
        """The last usage counts, and thoughts are output."""
        early = {"promptTokenCount": 3, "candidatesTokenCount": 1}
        late = {"promptTokenCount": 3, "candidatesTokenCount": 2, "thoughtsTokenCount": 5}

        assert [
            Usage(input_tokens=3, output_tokens=7, reasoning_tokens=5),
            END,
        ] == after_start(response(finish="STOP", usageMetadata=early), {"usageMetadata": late})

    def test_what_was_not_counted_is_unknown(self) -> None:
        """Figures that are absent are unknown, not 0."""
        assert [Usage(input_tokens=3), END] == after_start(
            response(finish="STOP", usageMetadata={"promptTokenCount": 3})
        )

    def test_no_reason_is_truncated(self) -> None:
        """A stream without a reason to finish is truncated, after what came."""
        before, failure = broken_off(spoken("gemini", response({"text": "a"}, responseId="r")))

        assert [Started(id="r"), TextDelta("a")] == before
        assert FailureKind.TRUNCATED is failure.kind

    def test_a_blocked_prompt(self) -> None:
        """A blocked prompt finishes by a filter, and why only where the upstream says so."""
        feedback = {"blockReason": "JAILBREAK"}
        explained = {**feedback, "blockReasonMessage": "not this"}
        end = Finished(reason="content_filter", raw="JAILBREAK")

        assert [end] == after_start({"promptFeedback": feedback})
        assert [Notice(kind="refusal", message="not this"), end] == after_start(
            {"promptFeedback": explained}
        )

    def test_the_message_of_a_filter(self) -> None:
        """What the upstream says about a stopped answer is passed on."""
        candidate = {"finishReason": "PROHIBITED_CONTENT", "finishMessage": "not this"}

        assert [
            Notice(kind="refusal", message="not this"),
            Finished(reason="content_filter", raw="PROHIBITED_CONTENT"),
        ] == after_start({"candidates": [candidate]})


class TestArray:
    @pytest.mark.parametrize("separator", [b",", b"\n,\r\n"])
    def test_is_read_like_a_stream(self, separator: bytes) -> None:
        """The array that a gateway sends instead of events gives the same events."""
        dialect, body = recorded("gemini/tools.sse")
        responses = [line[6:] for line in body.splitlines() if line.startswith(b"data: ")]

        told = gist(dialect.decode_whole(b"[" + separator.join(responses) + b"]"))

        assert gist(dialect.decode_whole(recorded("gemini/tools.json")[1])) == told

    def test_cut_short_anywhere(self) -> None:
        """Of an array that breaks off, what is whole is told before it is said to be truncated."""
        answers = [response({"text": "one "}), response({"text": "two"}), STOP]
        body = json.dumps(answers).encode()

        for at in range(1, len(body)):
            before, failure = broken_off(gemini.decode_whole(body[:at]))

            text = "".join(event.text for event in before if isinstance(event, TextDelta))
            assert "one two".startswith(text)
            assert FailureKind.TRUNCATED is failure.kind, f"cut at byte {at}"

    def test_without_a_reason_to_finish(self) -> None:
        """An array without a reason to finish is as truncated as such a stream."""
        body = json.dumps([response({"text": "a"})]).encode()

        assert FailureKind.TRUNCATED is broken_off(gemini.decode_whole(body))[1].kind


class TestErrors:
    def test_inside_the_stream(self) -> None:
        """An error in a stream fails with the kind of its code, and keeps the wait it asks for."""
        details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.5s"}]
        error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "m", "details": details}

        before, failure = broken_off(spoken("gemini", response({"text": "a"}), {"error": error}))

        assert [Started(), TextDelta("a")] == before
        assert FailureKind.RATE_LIMIT is failure.kind
        assert 1.5 == failure.retry_after

    @pytest.mark.parametrize(
        ("body", "kind", "message"),
        [
            (b'{"error":{"code":503,"status":"UNAVAILABLE"}}', "unavailable", "UNAVAILABLE"),
            (b'[{"error":{"code":403,"message":"m"}}]', "denied", "m"),
            (b'{"message":"m"}', "unavailable", "m"),
            (b"{}", "protocol", "holds no candidate to read"),
            (b"[]", "protocol", "holds no candidate to read"),
            (b"oops", "protocol", "not JSON: oops"),
        ],
    )
    def test_instead_of_an_answer(self, body: bytes, kind: str, message: str) -> None:
        """A whole reply under status 200 that is no answer says what it is instead."""
        _, failure = broken_off(gemini.decode_whole(body))

        assert kind == failure.kind.word
        assert message in failure.message
