from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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


def call(**changes: Any) -> dict[str, Any]:
    """Return an assistant's message with one call."""
    function = {"name": "f", "arguments": "{}"}
    return {
        "role": "assistant",
        "tool_calls": [{"id": "c", "type": "function", "function": function, **changes}],
    }


def user(*parts: Any) -> dict[str, Any]:
    """Return a user's message of *parts*."""
    return {"messages": [{"role": "user", "content": list(parts)}]}


def said(*messages: Any) -> dict[str, Any]:
    """Return a conversation that begins with a user's message."""
    return {"messages": [{"role": "user", "content": "hi"}, *messages]}


FUNCTION = {"type": "function", "function": {"name": "f"}}
# What is wrong with a body, and the parameter that is named for it.
REJECTED: list[tuple[dict[str, Any], str]] = [
    ({"model": None}, "model"),
    ({"model": 5}, "model"),
    ({"messages": None}, "messages"),
    ({"messages": []}, "messages"),
    ({"messages": "hi"}, "messages"),
    ({"messages": ["hi"]}, "messages[0]"),
    ({"messages": [{"content": "hi"}]}, "messages[0].role"),
    ({"messages": [{"role": "model", "content": "hi"}]}, "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": ""}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": []}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
    ({"messages": [{"role": "system", "content": ""}]}, "messages[0].content"),
    (said({"role": "assistant"}), "messages[1].content"),
    (said({"role": "tool", "content": "x"}), "messages[1].tool_call_id"),
    (said({"role": "tool", "content": "x", "tool_call_id": "c"}), "messages[1].tool_call_id"),
    (said(call()), "messages"),
    (said(call(), {"role": "user", "content": "hi"}), "messages[2].role"),
    (
        said(call(), {"role": "tool", "tool_call_id": "d", "content": "x"}),
        "messages[2].tool_call_id",
    ),
    (said(call(id=None)), "messages[1].tool_calls[0].id"),
    (said(call(type="x")), "messages[1].tool_calls[0].type"),
    (said(call(function={"name": "f"})), "messages[1].tool_calls[0].function.arguments"),
    (user({"type": "video"}), "messages[0].content[0].type"),
    (user({"type": "text"}), "messages[0].content[0].text"),
    (user({"type": "image_url"}), "messages[0].content[0].image_url"),
    (user({"type": "image_url", "image_url": {}}), "messages[0].content[0].image_url.url"),
    (
        user({"type": "image_url", "image_url": {"url": "a.png"}}),
        "messages[0].content[0].image_url.url",
    ),
    (
        user({"type": "image_url", "image_url": {"url": "data:image/png;base64,###"}}),
        "messages[0].content[0].image_url.url",
    ),
    (
        user({"type": "image_url", "image_url": {"url": "data:image/png,abc"}}),
        "messages[0].content[0].image_url.url",
    ),
    (
        user({"type": "input_audio", "input_audio": {"data": "aGk=", "format": "ogg"}}),
        "messages[0].content[0].input_audio.format",
    ),
    (
        user({"type": "input_audio", "input_audio": {"data": "ä", "format": "wav"}}),
        "messages[0].content[0].input_audio.data",
    ),
    (user({"type": "file", "file": {}}), "messages[0].content[0].file.file_data"),
    (
        {"messages": [{"role": "system", "content": [{"type": "image_url"}]}]},
        "messages[0].content[0].type",
    ),
    ({"temperature": 2.1}, "temperature"),
    ({"temperature": -0.1}, "temperature"),
    ({"temperature": True}, "temperature"),
    ({"temperature": "1"}, "temperature"),
    ({"top_p": 1.5}, "top_p"),
    ({"n": 2}, "n"),
    ({"n": 0}, "n"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"max_tokens": -5}, "max_tokens"),
    ({"max_tokens": 1.5}, "max_tokens"),
    ({"max_tokens": 5, "max_completion_tokens": 5}, "max_tokens"),
    ({"seed": "x"}, "seed"),
    ({"stop": ["a"] * 5}, "stop"),
    ({"stop": [1]}, "stop"),
    ({"stop": {}}, "stop"),
    ({"presence_penalty": 3}, "presence_penalty"),
    ({"stream": "true"}, "stream"),
    ({"stream": 1}, "stream"),
    ({"stream_options": {"include_usage": True}}, "stream_options"),
    ({"stream": True, "stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
    ({"tools": {}}, "tools"),
    ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ({"tools": [{"type": "x"}]}, "tools[0].type"),
    ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
    (
        {
            "tools": [
                {"type": "function", "function": {"name": "f", "parameters": {"type": "string"}}}
            ]
        },
        "tools[0].function.parameters.type",
    ),
    ({"tool_choice": "auto"}, "tool_choice"),
    ({"tools": [FUNCTION], "tool_choice": "always"}, "tool_choice"),
    (
        {"tools": [FUNCTION], "tool_choice": {"type": "function", "function": {"name": "g"}}},
        "tool_choice",
    ),
    ({"response_format": {"type": "xml"}}, "response_format.type"),
    ({"response_format": {"type": "json_object"}}, "response_format"),
    ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
        "response_format.json_schema.name",
    ),
]


class TestStrictness:
    @pytest.mark.parametrize(("changes", "param"), REJECTED, ids=lambda value: str(value)[:60])
    def test_what_the_upstream_rejects_is_rejected(
        self, caller: Caller, changes: dict[str, Any], param: str
    ) -> None:
        """A wrong parameter is 400 and is named, whatever the model."""
        body = {"model": "error:503", "messages": [{"role": "user", "content": "hi"}], **changes}

        answer = caller.post("/v1/chat/completions", body)

        assert 400 == answer.status
        assert param == answer.error["param"]
        assert param in answer.error["message"]
        assert "invalid_request_error" == answer.error["type"]

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b'{"a":NaN}', b"\xff\xfe", b"[" * 99_999]
    )
    def test_a_body_must_be_a_json_object(self, caller: Caller, body: bytes) -> None:
        """What is no JSON object is 400."""
        assert 400 == caller.post("/v1/chat/completions", body).status

    @pytest.mark.parametrize(
        "changes",
        [
            {
                "messages": [
                    {"role": "developer", "content": "x"},
                    {"role": "user", "content": "hi"},
                ]
            },
            {
                "messages": [
                    {"role": "system", "content": [{"type": "text", "text": "x"}]},
                    {"role": "user", "content": "hi", "name": "me"},
                ]
            },
            said({"role": "assistant", "content": ""}, {"role": "user", "content": "hi"}),
            said({"role": "assistant", "refusal": "no"}, {"role": "user", "content": "hi"}),
            said(call(), {"role": "tool", "tool_call_id": "c", "content": ""}),
            {"temperature": 2, "top_p": 0, "n": 1, "max_tokens": 1, "seed": -1, "stop": "x"},
            {"max_completion_tokens": 10, "stop": ["a", "b"], "user": "me", "logprobs": True},
            {"temperature": None, "stream": None, "tools": None, "stop": None},
            {"tools": [FUNCTION], "tool_choice": "required", "parallel_tool_calls": False},
            {"response_format": {"type": "text"}},
            {"thinking": {"type": "enabled"}, "anything": ["else"]},
        ],
        ids=lambda value: str(value)[:60],
    )
    def test_what_the_upstream_takes_is_taken(
        self, caller: Caller, changes: dict[str, Any]
    ) -> None:
        """Good requests and unknown fields pass."""
        body = {"model": "echo", "messages": [{"role": "user", "content": "hi"}], **changes}

        assert 200 == caller.post("/v1/chat/completions", body).status

    def test_json_mode_needs_the_word(self, caller: Caller) -> None:
        """`json_object` passes when the messages speak of JSON."""
        answer = caller.chat("json", "give me JSON", response_format={"type": "json_object"})

        assert '{"echo":"give me JSON"}' == answer.json["choices"][0]["message"]["content"]

    def test_a_senseless_schema_is_rejected(self, caller: Caller) -> None:
        """A schema whose keywords have wrong types is 400."""
        schema = {"type": "array", "minItems": "many"}
        form = {"type": "json_schema", "json_schema": {"name": "out", "schema": schema}}

        answer = caller.chat("json", response_format=form)

        assert (400, "schema") == (answer.status, answer.error["param"])
