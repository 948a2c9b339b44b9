from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox

openai: Any = pytest.importorskip("openai", reason="the OpenAI SDK is not installed")

MESSAGES = [{"role": "user", "content": "one two three"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
# A reply with a field of another type than the API has is an error.
STRICT = {"_strict_response_validation": True}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(50)).decode()
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}]


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    """Yield the official client, set up for the sandbox."""
    with openai.OpenAI(base_url=sandbox.base_url, api_key="k", max_retries=0, **STRICT) as client:
        yield client


class TestChat:
    def test_a_whole_answer(self, client: Any) -> None:
        """The SDK reads text, end, usage and the request id."""
        answer = client.chat.completions.create(model="sandbox/echo", messages=MESSAGES)

        choice = answer.choices[0]
        assert ("one two three", "stop") == (choice.message.content, choice.finish_reason)
        assert 6 == answer.usage.total_tokens
        assert answer._request_id.startswith("req_")

    @pytest.mark.parametrize(
        ("model", "text", "finish"),
        [
            ("sandbox/echo", "one two three", "stop"),
            ("sandbox/think", "one two three", "stop"),
            ("sandbox/length", "one two three one two", "length"),
            ("sandbox/filter:1", "one ", "content_filter"),
            ("sandbox/empty", "", "stop"),
        ],
    )
    def test_a_stream(self, client: Any, model: str, text: str, finish: str) -> None:
        """The SDK reads a stream and its usage."""
        chunks = list(
            client.chat.completions.create(
                model=model, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
            )
        )

        choices = [choice for chunk in chunks for choice in chunk.choices]
        assert text == "".join(choice.delta.content or "" for choice in choices)
        assert finish == choices[-1].finish_reason
        assert chunks[-1].usage.prompt_tokens == 3

    def test_vision(self, client: Any) -> None:
        """The SDK sends a picture beside the words, and the words are answered."""
        url = {"url": f"data:image/png;base64,{PNG}"}
        content = [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": url}]
        answer = client.chat.completions.create(
            model="sandbox/echo", messages=[{"role": "user", "content": content}]
        )

        assert "look" in answer.choices[0].message.content

    def test_tools_both_ways(self, client: Any) -> None:
        """The SDK puts calls together from fragments, and its messages are taken back."""
        arguments = {"model": "sandbox/tool:2", "tools": TOOLS}
        with client.chat.completions.stream(messages=MESSAGES, **arguments) as stream:
            message = stream.get_final_completion().choices[0].message
        calls = message.tool_calls
        kept = [
            {"id": call.id, "type": "function", "function": {
                "name": call.function.name, "arguments": call.function.arguments}}
            for call in calls
        ]  # fmt: skip
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": f"sun {number}"}
            for number, call in enumerate(calls)
        ]
        said = {"role": "assistant", "content": None, "tool_calls": kept}

        answer = client.chat.completions.create(messages=[*MESSAGES, said, *results], **arguments)

        assert ['{"city":"three"}'] * 2 == [call.function.arguments for call in calls]
        assert "tool said: sun 0\nsun 1" == answer.choices[0].message.content

    @pytest.mark.parametrize(
        ("model", "error", "code"),
        [
            ("sandbox/error:400", "BadRequestError", None),
            ("sandbox/error:403", "PermissionDeniedError", "permission_denied"),
            ("sandbox/error:429", "RateLimitError", "rate_limit_exceeded"),
            ("sandbox/error:503", "InternalServerError", "overloaded"),
            ("gpt-4o", "NotFoundError", "model_not_found"),
        ],
    )
    def test_errors(self, client: Any, model: str, error: str, code: str | None) -> None:
        """The SDK finds the class, the code and the request id of an error."""
        with pytest.raises(getattr(openai, error)) as caught:
            client.chat.completions.create(model=model, messages=MESSAGES)

        assert code == caught.value.code
        assert caught.value.request_id.startswith("req_")

    def test_an_error_inside_a_stream(self, client: Any) -> None:
        """The SDK raises where a stream has an error."""
        stream = client.chat.completions.create(
            model="sandbox/error-in-stream", messages=MESSAGES, stream=True
        )

        with pytest.raises(openai.APIError, match="broke off"):
            list(stream)

    def test_waits_as_asked(self, sandbox: Sandbox) -> None:
        """The SDK honours the wait that a rate limit names, and comes again."""
        with openai.OpenAI(base_url=sandbox.base_url, api_key="k", max_retries=2) as client:
            answer = client.chat.completions.create(model="sandbox/rate-limit:2", messages=MESSAGES)

        assert "one two three" == answer.choices[0].message.content
        assert 3 == len(sandbox.requests)


class TestOthers:
    def test_models(self, client: Any) -> None:
        """The SDK lists models and shows one."""
        assert "sandbox/echo" in [model.id for model in client.models.list()]
        assert "sandbox/echo" == client.models.retrieve("sandbox/echo").id

    def test_embeddings(self, client: Any, sandbox: Sandbox) -> None:
        """The SDK asks for base64 by itself and decodes it, which is no strict reading."""
        texts = ["one boat", "two boats"]
        with openai.OpenAI(base_url=sandbox.base_url, api_key="k", max_retries=0) as lenient:
            coded = lenient.embeddings.create(model="sandbox/embed", input=texts)
        listed = client.embeddings.create(
            model="sandbox/embed", input=texts, encoding_format="float"
        )

        assert [384, 384] == [len(item.embedding) for item in coded.data]
        assert [item.embedding for item in listed.data] == [item.embedding for item in coded.data]
        assert 4 == coded.usage.total_tokens
