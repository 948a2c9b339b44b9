from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox

genai: Any = pytest.importorskip("google.genai", reason="the Google Gen AI SDK is not installed")
credentials: Any = pytest.importorskip("google.oauth2.credentials")

PROMPT = "one two three"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
MODEL = "publishers/google/models/sandbox/"


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    """Return the official client, set up for the path that the sandbox knows."""
    return genai.Client(
        vertexai=True,
        project="cognition",
        location="us",
        credentials=credentials.Credentials(token="k"),
        http_options={"base_url": sandbox.base_url.removesuffix("/v1"), "api_version": "v1"},
    )


class TestGenerate:
    @pytest.mark.parametrize(
        ("model", "text", "reason"),
        [
            ("echo", "one two three", "STOP"),
            ("think", "one two three", "STOP"),
            ("length", "one two three one", "MAX_TOKENS"),
            ("filter:1", "one ", "SAFETY"),
        ],
    )
    def test_answers_whole_and_streamed(
        self, client: Any, model: str, text: str, reason: str
    ) -> None:
        """The SDK reads whole answers and streams."""
        arguments = {"contents": PROMPT, "config": {"max_output_tokens": 4}}

        whole = client.models.generate_content(model=MODEL + model, **arguments)
        parts = list(client.models.generate_content_stream(model=MODEL + model, **arguments))

        assert (text, reason) == (whole.text, whole.candidates[0].finish_reason.value)
        assert text == "".join(part.text or "" for part in parts)
        assert reason == parts[-1].candidates[0].finish_reason.value
        assert whole.usage_metadata.total_token_count == (
            parts[-1].usage_metadata.total_token_count
        )

    def test_vision(self, client: Any) -> None:
        """The SDK sends a picture beside the words, and the words are answered."""
        picture = genai.types.Part.from_bytes(data=PNG, mime_type="image/png")
        answer = client.models.generate_content(model=MODEL + "echo", contents=[picture, "look"])

        assert "look" in answer.text

    def test_a_blocked_prompt(self, client: Any) -> None:
        """The SDK finds the reason why a prompt was blocked."""
        answer = client.models.generate_content(model=MODEL + "filter:0", contents=PROMPT)

        assert "SAFETY" == answer.prompt_feedback.block_reason.value
        assert not answer.candidates

    def test_tools_both_ways(self, client: Any) -> None:
        """The SDK reads calls, and what it sends back is taken."""
        types = genai.types
        function = types.FunctionDeclaration(name="weather", parameters_json_schema=SCHEMA)
        config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[function])])
        first = client.models.generate_content(model=MODEL + "tool", contents=PROMPT, config=config)
        (call,) = first.function_calls
        asked = types.Content(role="user", parts=[types.Part(text=PROMPT)])
        response = types.Part.from_function_response(name=call.name, response={"result": "sun"})
        turns = [asked, first.candidates[0].content, types.Content(role="user", parts=[response])]

        second = client.models.generate_content(model=MODEL + "tool", contents=turns, config=config)

        assert ("weather", {"city": "three"}) == (call.name, call.args)
        assert "tool said: sun" == second.text

    def test_structured_output(self, client: Any) -> None:
        """The SDK parses what fits its schema."""
        config = {"response_mime_type": "application/json", "response_json_schema": SCHEMA}

        answer = client.models.generate_content(
            model=MODEL + "json", contents=PROMPT, config=config
        )

        assert {"city": "three"} == answer.parsed

    @pytest.mark.parametrize(
        ("model", "status"),
        [("error:429", "RESOURCE_EXHAUSTED"), ("error:503", "UNAVAILABLE"), ("x", "NOT_FOUND")],
    )
    def test_errors(self, client: Any, model: str, status: str) -> None:
        """The SDK finds the status of an error."""
        with pytest.raises(genai.errors.APIError) as caught:
            client.models.generate_content(model=MODEL + model, contents=PROMPT)

        assert status == caught.value.status

    def test_an_error_inside_a_stream(self, client: Any) -> None:
        """The SDK raises where a stream has an error."""
        stream = client.models.generate_content_stream(
            model=MODEL + "error-in-stream", contents=PROMPT
        )

        with pytest.raises(genai.errors.APIError, match="broke off"):
            list(stream)
