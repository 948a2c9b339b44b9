"""The sandbox as Anthropic's API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.gateway.caller import Answer, Caller

TOOL = {"name": "f", "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
PNG = {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}


def identity(answer: Answer) -> str:
    """Return the part of the request id that the message's own id ends with."""
    return answer.headers["request-id"].removeprefix("req_")[:24]


class TestWhole:
    def test_an_answer_to_the_byte(self, caller: Caller) -> None:
        """A whole answer is a `message`; its request id is in a header of its own."""
        answer = caller.message("echo", "hi there")

        expected = (
            f'{{"id":"msg_{identity(answer)}","type":"message","role":"assistant",'
            '"model":"sandbox/echo","content":[{"type":"text","text":"hi there"}],'
            '"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2,'
            '"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2}}'
        )
        assert expected == answer.body.decode()
        assert "x-request-id" not in answer.headers
        assert f"msg_{identity(answer)}" == answer.headers["x-vendor-messages-id"]

    def test_thinking_is_signed(self, caller: Caller) -> None:
        """Reasoning is a block of its own with a signature, before the text."""
        thinking, text = caller.message("think").json["content"]

        assert ("thinking", "text") == (thinking["type"], text["type"])
        assert thinking["signature"]

    def test_a_call_has_an_object(self, caller: Caller) -> None:
        """A tool call is a block with an id and an object as input."""
        (block,) = caller.message("tool", tools=[TOOL]).json["content"]

        assert block["id"].startswith("toolu_")
        assert {"type": "tool_use", "id": block["id"], "name": "f", "input": {"a": "four"}} == block


class TestStream:
    def test_a_stream_to_the_byte(self, caller: Caller) -> None:
        """Every event is named, and its data repeats the name."""
        answer = caller.message("echo", "hi you", stream=True)

        usage = '{"input_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,'
        message = (
            f'{{"id":"msg_{identity(answer)}","type":"message","role":"assistant",'
            '"model":"sandbox/echo","content":[],"stop_reason":null,"stop_sequence":null,'
            f'"usage":{usage}"output_tokens":0}}}}'
        )
        delta = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":'
        assert answer.body.decode() == (
            'event: message_start\ndata: {"type":"message_start","message":' + message + "}\n\n"
            'event: ping\ndata: {"type":"ping"}\n\n'
            'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
            '"content_block":{"type":"text","text":""}}\n\n'
            + delta + '{"type":"text_delta","text":"hi "}}\n\n'
            + delta + '{"type":"text_delta","text":"you"}}\n\n'
            'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
            'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn",'
            f'"stop_sequence":null}},"usage":{usage}"output_tokens":2}}}}\n\n'
            'event: message_stop\ndata: {"type":"message_stop"}\n\n'
        )  # fmt: skip

    def test_blocks_follow_each_other(self, caller: Caller) -> None:
        """A block is closed before the next is opened; thinking is signed at its end."""
        names = [
            (event["type"], event["index"], event.get("delta", {}).get("type"))
            for event in caller.message("think", "hi", stream=True).events
            if "index" in event
        ]

        delta = "content_block_delta"
        thinking = [(delta, 0, "thinking_delta")] * 10
        assert [
            ("content_block_start", 0, None),
            *thinking,
            (delta, 0, "signature_delta"),
            ("content_block_stop", 0, None),
            ("content_block_start", 1, None),
            (delta, 1, "text_delta"),
            ("content_block_stop", 1, None),
        ] == names

    def test_each_call_is_a_block(self, caller: Caller) -> None:
        """Two calls are two blocks; the first fragment of the arguments is empty."""
        events = caller.message("tool:2", stream=True, tools=[TOOL]).events

        starts = [event["content_block"] for event in events if "content_block" in event]
        fragments = [
            event["delta"]["partial_json"]
            for event in events
            if event["type"] == "content_block_delta"
        ]
        assert ["f", "f"] == [block["name"] for block in starts]
        assert [{}, {}] == [block["input"] for block in starts]
        assert starts[0]["id"] != starts[1]["id"]
        assert ["", '{"a":"', 'four"}'] * 2 == fragments

    def test_an_error_is_an_event(self, caller: Caller) -> None:
        """An error inside a stream is an `error` event, and the last one."""
        answer = caller.message("error-in-stream:0:529", stream=True)

        message = "the sandbox broke off, as its model's name asks"
        error = {"type": "overloaded_error", "message": message}
        assert {"type": "error", "error": error} == answer.events[-1]
        assert b"event: error\n" in answer.body

    def test_cached_tokens_come_with_the_end(self, caller: Caller) -> None:
        """The usage at the end replaces that at the beginning."""
        events = caller.message("cost", stream=True).events

        first = events[0]["message"]["usage"]
        last = next(event["usage"] for event in events if event["type"] == "message_delta")
        assert (4, 0) == (first["input_tokens"], first["cache_read_input_tokens"])
        assert (3, 1) == (last["input_tokens"], last["cache_read_input_tokens"])


class TestMedia:
    def test_attachments_are_described(self, caller: Caller) -> None:
        """The echo names what is attached, with type and size."""
        pdf = {"type": "base64", "media_type": "application/pdf", "data": "aGk="}
        text = {"type": "text", "media_type": "text/plain", "data": "häh"}
        blocks = [
            {"type": "text", "text": "look"},
            {"type": "image", "source": PNG},
            {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
            {"type": "document", "source": pdf, "title": "a.pdf"},
            {"type": "document", "source": text},
            {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
        ]

        answer = caller.message("echo", messages=[{"role": "user", "content": blocks}])

        assert [
            "look",
            "[image image/png 5 bytes]",
            "[image https://example.com/a.png]",
            "[file application/pdf 2 bytes]",
            "[file text/plain 4 bytes]",
            "[file file_1]",
        ] == answer.json["content"][0]["text"].split("\n")
