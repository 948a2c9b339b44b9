from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox

anthropic: Any = pytest.importorskip("anthropic", reason="the Anthropic SDK is not installed")

# A reply with a field of another type than the API has is an error.
STRICT = {"_strict_response_validation": True}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(50)).decode()
MESSAGES = [{"role": "user", "content": "one two three"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"name": "weather", "input_schema": SCHEMA}]


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    """Yield the official client, set up for the sandbox."""
    root = sandbox.base_url.removesuffix("/v1")
    with anthropic.Anthropic(base_url=root, api_key="k", max_retries=0, **STRICT) as client:
        yield client


class TestMessages:
    def test_a_whole_answer(self, client: Any) -> None:
        """The SDK reads blocks, end, usage and the request id."""
        answer = client.messages.create(model="sandbox/think", max_tokens=9, messages=MESSAGES)

        assert ["thinking", "text"] == [block.type for block in answer.content]
        assert ("one two three", "end_turn") == (answer.content[1].text, answer.stop_reason)
        assert (3, 13) == (answer.usage.input_tokens, answer.usage.output_tokens)
        assert answer._request_id.startswith("req_")

    @pytest.mark.parametrize(
        ("model", "text", "reason"),
        [
            ("sandbox/echo", "one two three", "end_turn"),
            ("sandbox/think", "one two three", "end_turn"),
            ("sandbox/length", "one two three one", "max_tokens"),
            ("sandbox/filter:1", "one ", "refusal"),
            ("sandbox/refuse", "", "refusal"),
        ],
    )
    def test_a_stream(self, client: Any, model: str, text: str, reason: str) -> None:
        """The SDK puts a message together from events, the same as the whole one."""
        arguments = {"model": model, "max_tokens": 4, "messages": MESSAGES}
        with client.messages.stream(**arguments) as stream:
            message = stream.get_final_message()

        texts = [block.text for block in message.content if block.type == "text"]
        whole = client.messages.create(**arguments)
        assert (text, reason) == ("".join(texts), message.stop_reason)
        assert [block.to_dict() for block in whole.content] == [
            {key: value for key, value in block.to_dict().items() if key != "parsed_output"}
            for block in message.content
        ]
        assert whole.usage.output_tokens == message.usage.output_tokens

    def test_vision(self, client: Any) -> None:
        """The SDK sends a picture beside the words, and the words are answered."""
        source = {"type": "base64", "media_type": "image/png", "data": PNG}
        content = [{"type": "image", "source": source}, {"type": "text", "text": "look"}]
        answer = client.messages.create(
            model="sandbox/echo", max_tokens=9, messages=[{"role": "user", "content": content}]
        )

        assert "look" in answer.content[0].text

    def test_tools_both_ways(self, client: Any) -> None:
        """The SDK parses calls from fragments, and its messages are taken back."""
        arguments = {"model": "sandbox/tool:2", "max_tokens": 9, "tools": TOOLS}
        with client.messages.stream(messages=MESSAGES, **arguments) as stream:
            calls = stream.get_final_message().content
        said = [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}
            for call in calls
        ]
        results = [
            {"type": "tool_result", "tool_use_id": call.id, "content": f"sun {number}"}
            for number, call in enumerate(calls)
        ]
        turns = [{"role": "assistant", "content": said}, {"role": "user", "content": results}]

        answer = client.messages.create(messages=[*MESSAGES, *turns], **arguments)

        assert [{"city": "three"}] * 2 == [call.input for call in calls]
        assert "tool said: sun 0\nsun 1" == answer.content[0].text

    @pytest.mark.parametrize(
        ("model", "error", "kind"),
        [
            ("sandbox/error:400", "BadRequestError", "invalid_request_error"),
            ("sandbox/error:403", "PermissionDeniedError", "permission_error"),
            ("sandbox/error:429", "RateLimitError", "rate_limit_error"),
            ("sandbox/error:500", "InternalServerError", "api_error"),
            ("claude", "NotFoundError", "not_found_error"),
        ],
    )
    def test_errors(self, client: Any, model: str, error: str, kind: str) -> None:
        """The SDK finds the class, the type and the request id of an error."""
        with pytest.raises(getattr(anthropic, error)) as caught:
            client.messages.create(model=model, max_tokens=9, messages=MESSAGES)

        assert kind == caught.value.body["error"]["type"]
        assert caught.value.request_id.startswith("req_")

    def test_an_error_inside_a_stream(self, client: Any) -> None:
        """The SDK raises where a stream has an error event."""
        model = "sandbox/error-in-stream"
        with (
            pytest.raises(anthropic.APIStatusError, match="broke off"),
            client.messages.stream(model=model, max_tokens=9, messages=MESSAGES) as stream,
        ):
            stream.get_final_message()
