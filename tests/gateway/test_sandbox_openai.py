"""The sandbox as OpenAI's API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.gateway.caller import Caller

PNG = "data:image/png;base64,aGVsbG8="


def identity(answer_id: str) -> str:
    """Return the part of a request id that the answer's own id begins with."""
    return answer_id.removeprefix("req_")[:24]


class TestWhole:
    def test_an_answer_to_the_byte(self, caller: Caller) -> None:
        """A whole answer is a `chat.completion` and nothing else."""
        answer = caller.chat("echo", "hi there")

        name = identity(answer.headers["x-request-id"])
        expected = (
            f'{{"id":"chatcmpl-{name}","object":"chat.completion","created":1700000000,'
            '"model":"sandbox/echo","system_fingerprint":"fp_sandbox_auto","choices":[{"index":0,'
            '"message":{"role":"assistant","content":"hi there","refusal":null},"logprobs":null,'
            '"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":2,'
            '"total_tokens":4,"prompt_tokens_details":{"cached_tokens":0},'
            '"completion_tokens_details":{"reasoning_tokens":0}}}'
        )
        assert expected == answer.body.decode()
        assert f"chatcmpl-{name}" == answer.headers["x-vendor-messages-id"]
        assert answer.headers["x-vendor-api-key"].startswith("sandbox-****-")

    def test_a_refusal_has_a_field_of_its_own(self, caller: Caller) -> None:
        """The model `refuse` gives no content, only a refusal."""
        message = caller.chat("refuse").json["choices"][0]["message"]

        refusal = "The sandbox refuses to answer, as its model's name promises."
        assert {"role": "assistant", "content": None, "refusal": refusal} == message

    def test_calls_come_without_content(self, caller: Caller) -> None:
        """A tool call has an id, a type and its arguments as text."""
        tool = {"type": "function", "function": {"name": "f", "parameters": {"required": ["a"]}}}
        message = caller.chat("tool", tools=[tool]).json["choices"][0]["message"]

        (call,) = message["tool_calls"]
        assert None is message["content"]
        assert call["id"].startswith("call_")
        function = {"name": "f", "arguments": '{"a":"four"}'}
        assert {"id": call["id"], "type": "function", "function": function} == call


class TestStream:
    def test_a_stream_to_the_byte(self, caller: Caller) -> None:
        """A stream has a chunk for the role, one a word, one for the end, and `[DONE]`."""
        answer = caller.chat("echo", "hi you", stream=True)

        head = (
            f'{{"id":"chatcmpl-{identity(answer.headers["x-request-id"])}",'
            '"object":"chat.completion.chunk","created":1700000000,"model":"sandbox/echo",'
            '"system_fingerprint":"fp_sandbox_auto","choices":[{"index":0,"delta":'
        )
        tail = ',"logprobs":null,"finish_reason":null}]}\n\n'
        end = ',"logprobs":null,"finish_reason":"stop"}]}\n\n'
        assert answer.body.decode() == (
            f'data: {head}{{"role":"assistant","content":""}}{tail}'
            f'data: {head}{{"content":"hi "}}{tail}'
            f'data: {head}{{"content":"you"}}{tail}'
            f"data: {head}{{}}{end}"
            "data: [DONE]\n\n"
        )
        assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
        assert not [name for name in answer.headers if name.startswith("x-vendor")]

    def test_usage_comes_only_when_asked_for(self, caller: Caller) -> None:
        """With include_usage the last chunk has the usage, and the others say null."""
        without = caller.chat("echo", stream=True).events
        asked = {"include_usage": True}
        events = caller.chat("echo", stream=True, stream_options=asked).events

        assert not [event for event in without if "usage" in event]
        assert [None] * 6 == [event["usage"] for event in events[:-1]]
        assert [] == events[-1]["choices"]
        assert 8 == events[-1]["usage"]["total_tokens"]

    def test_reasoning_comes_first(self, caller: Caller) -> None:
        """Reasoning is `reasoning_content`, before any content."""
        deltas = [
            event["choices"][0]["delta"] for event in caller.chat("think", stream=True).events
        ]

        kinds = [next(iter(delta), "") for delta in deltas]
        assert ["role", *["reasoning_content"] * 10, *["content"] * 4, ""] == kinds

    def test_an_error_has_no_end(self, caller: Caller) -> None:
        """An error inside a stream is the last event."""
        events = caller.chat("error-in-stream:1", stream=True).events

        message = "the sandbox broke off, as its model's name asks"
        error = {"message": message, "type": "server_error", "param": None, "code": "overloaded"}
        assert {"error": error} == events[-1]
        assert 3 == len(events)


class TestMedia:
    def test_attachments_are_described(self, caller: Caller) -> None:
        """The echo names what is attached, with type and size."""
        parts = [
            {"type": "text", "text": "look"},
            {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
            {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
            {"type": "input_audio", "input_audio": {"data": "aGVsbG8h", "format": "mp3"}},
            {
                "type": "file",
                "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="},
            },
            {"type": "file", "file": {"file_id": "file-1"}},
        ]

        answer = caller.chat("echo", messages=[{"role": "user", "content": parts}])

        assert [
            "look",
            "[image image/png 5 bytes]",
            "[image https://example.com/a.png]",
            "[audio audio/mpeg 6 bytes]",
            "[file application/pdf 2 bytes]",
            "[file file-1]",
        ] == answer.json["choices"][0]["message"]["content"].split("\n")
