from __future__ import annotations

import copy
import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.caller import GEMINI
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
FUNCTION = {"name": "f", "description": "d", "parameters": SCHEMA}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
PNG = "data:image/png;base64,aGVsbG8="
CHAT = {
    "model": "sandbox/json",
    "messages": [
        {"role": "system", "content": "s"},
        {"role": "user", "content": [
            {"type": "text", "text": "x"},
            {"type": "image_url", "image_url": {"url": PNG}},
            {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
            {"type": "file", "file": {"file_data": PNG}},
        ]},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c", "content": "x"},
    ],
    "tools": [{"type": "function", "function": FUNCTION}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}},
    "stream": True,
    "stream_options": {"include_usage": True},
    "stop": ["a"],
    "max_tokens": 5,
}  # fmt: skip
MESSAGES = {
    "model": "sandbox/json",
    "max_tokens": 2000,
    "system": [{"type": "text", "text": "s"}],
    "messages": [
        {"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                         "data": "aGk="}},
            {"type": "document", "source": {"type": "url", "url": "https://example.com/"}},
        ]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "x", "signature": "s"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "x"}]},
        ]},
    ],
    "tools": [{"name": "f", "input_schema": SCHEMA}],
    "tool_choice": {"type": "tool", "name": "f"},
    "thinking": {"type": "disabled"},
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
}  # fmt: skip
CONTENTS = {
    "contents": [
        {"role": "user", "parts": [
            {"text": "x"},
            {"inlineData": {"mimeType": "image/png", "data": "aGk="}},
            {"fileData": {"fileUri": "gs://x"}},
        ]},
        {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"a": "b"}}}]},
    ],
    "systemInstruction": {"parts": [{"text": "s"}]},
    "generationConfig": {"temperature": 1, "thinkingConfig": {"includeThoughts": True},
                         "responseMimeType": "application/json", "responseSchema": SCHEMA},
    "tools": [{"functionDeclarations": [FUNCTION]}],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
}  # fmt: skip
TASK = {
    "model": "sandbox/video:1",
    "content": [
        {"type": "text", "text": "x --rs 720p"},
        {"type": "image_url", "image_url": {"url": PNG}, "role": "first_frame"},
    ],
    "duration": 5,
    "seed": 1,
    "resolution": "720p",
    "watermark": True,
}
REQUESTS = [
    ("/v1/chat/completions", CHAT),
    ("/v1/messages", MESSAGES),
    (GEMINI + "json:generateContent", CONTENTS),
    (GEMINI + "json:streamGenerateContent", CONTENTS),
    ("/v1/embeddings", {"model": "embed", "input": [[1], [2, 3]], "dimensions": 3}),
    ("/api/v3/contents/generations/tasks", TASK),
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.just("\ud83d"),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just([[]]),
    st.just({"type": "text"}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside *value*."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*path, step)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, step))


@pytest.fixture(scope="module")
def connection() -> Iterator[HTTPConnection]:
    """Yield one connection to one sandbox for all examples."""
    with Sandbox() as sandbox:
        address = urlsplit(sandbox.base_url)
        client = HTTPConnection(address.hostname or "", address.port, timeout=10)
        yield client
        client.close()


class TestSpoiled:
    @pytest.mark.parametrize(("path", "body"), REQUESTS, ids=[path for path, _ in REQUESTS])
    def test_a_good_request_is_answered(
        self, connection: HTTPConnection, path: str, body: dict[str, Any]
    ) -> None:
        """What is spoiled below is good before."""
        assert (200, True) == ask(connection, path, body)

    @given(data=st.data())
    @pytest.mark.parametrize(("path", "body"), REQUESTS, ids=[path for path, _ in REQUESTS])
    def test_a_spoiled_request_has_an_answer(
        self, connection: HTTPConnection, data: st.DataObject, path: str, body: dict[str, Any]
    ) -> None:
        """Whatever stands anywhere in a request, it is answered or rejected, and that cleanly."""
        spoiled = copy.deepcopy(body)
        *way, last = data.draw(st.sampled_from(list(places(body))))
        inner: Any = spoiled
        for step in way:
            inner = inner[step]
        inner[last] = data.draw(JUNK)

        status, is_open = ask(connection, path, spoiled)

        assert status in {200, 400, 404}
        assert is_open


def ask(connection: HTTPConnection, path: str, body: Any) -> tuple[int, bool]:
    """Return the status, and whether the connection is kept."""
    headers = {"Authorization": "Bearer k", "anthropic-version": "2023-06-01"}
    connection.request("POST", path, json.dumps(body).encode(), headers)
    response = connection.getresponse()
    response.read()
    return response.status, response.getheader("connection") == "keep-alive"
