"""What the sandbox takes and refuses as OpenAI's API does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.gateway.caller import Caller


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
