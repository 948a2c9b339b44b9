"""The sandbox as Gemini's API answers."""

from __future__ import annotations

import json

import pytest

from tests.gateway.caller import GEMINI, Answer, Caller, contents
from tests.gateway.hearing import HEAR, Heard


def identity(answer: Answer) -> str:
    """Return the part of the request id that the response's own id is."""
    return answer.headers["x-request-id"].removeprefix("req_")[:22]


HI = contents({"text": "hi you"})


class TestWhole:
    def test_an_answer_to_the_byte(self, caller: Caller) -> None:
        """A whole answer is one response."""
        answer = caller.generate("echo", "hi you")

        assert answer.body.decode() == (
            '{"candidates":[{"content":{"role":"model","parts":[{"text":"hi you"}]},'
            '"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":2,'
            '"candidatesTokenCount":2,"totalTokenCount":4},"modelVersion":"sandbox/echo",'
            f'"responseId":"{identity(answer)}"}}'
        )

    @pytest.mark.parametrize("name", ["sandbox/tool:2", "sandbox%2Ftool:2", "sandbox%2Ftool%3A2"])
    def test_the_model_may_be_spelled_with_a_slash_or_escaped(
        self, caller: Caller, name: str
    ) -> None:
        """The slash and the colon in a model's name travel either way."""
        answer = caller.post(f"{GEMINI}{name}:generateContent", HI)

        assert "sandbox/tool:2" == answer.json["modelVersion"]

    def test_calls_carry_a_signature(self, caller: Caller) -> None:
        """A function call comes whole, with the token that the upstream wants back."""
        tools = [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT"}}]}]

        (part,) = caller.generate("tool", tools=tools).json["candidates"][0]["content"]["parts"]

        assert {"name": "f", "args": {}} == part["functionCall"]
        assert part["thoughtSignature"]

    def test_a_blocked_prompt_has_no_candidates(self, caller: Caller) -> None:
        """`filter:0` blocks the prompt under status 200."""
        for stream in (False, True):
            answer = caller.generate("filter:0", stream=stream)
            response = answer.events[-1] if stream else answer.json
            assert "candidates" not in response
            assert "SAFETY" == response["promptFeedback"]["blockReason"]

    def test_an_empty_answer_has_no_content(self, caller: Caller) -> None:
        """A candidate without text has no content at all."""
        candidates = caller.generate("empty").json["candidates"]

        assert [{"finishReason": "STOP", "index": 0}] == candidates


class TestStream:
    def test_a_stream_to_the_byte(self, caller: Caller) -> None:
        """Each event is a whole response; there is no `[DONE]`."""
        answer = caller.generate("echo", "hi you", stream=True)

        def response(candidate: str, count: int) -> str:
            return (
                f'data: {{"candidates":[{candidate}],"usageMetadata":{{"promptTokenCount":2,'
                f'"candidatesTokenCount":{count},"totalTokenCount":{2 + count}}},'
                f'"modelVersion":"sandbox/echo","responseId":"{identity(answer)}"}}\r\n\r\n'
            )

        part = '{{"content":{{"role":"model","parts":[{{"text":"{}"}}]}},"index":0}}'
        assert answer.body.decode() == (
            response(part.format("hi "), 1)
            + response(part.format("you"), 2)
            + response('{"finishReason":"STOP","index":0}', 2)
        )

    @pytest.mark.parametrize(
        ("model", "query"), [("echo", ""), ("echo", "?alt=json"), ("array", "?alt=sse")]
    )
    def test_without_sse_it_is_an_array(self, caller: Caller, model: str, query: str) -> None:
        """Without alt=sse, or from the model `array`, the responses are items of an array."""
        answer = caller.post(f"{GEMINI}{model}:streamGenerateContent{query}", HI)

        assert "application/json" == answer.headers["content-type"]
        assert 3 == len(answer.json)
        assert Heard("hi you", end="STOP") == HEAR["gemini"](answer)
        assert 2 == answer.body.count(b"}\n,\r\n{")

    def test_an_array_may_be_cut(self, caller: Caller) -> None:
        """A truncated array has no end, and an error is its last item."""
        path = ":streamGenerateContent"
        cut = caller.post(f"{GEMINI}truncate:1{path}", HI)
        failed = caller.post(f"{GEMINI}error-in-stream:1{path}", HI)

        with pytest.raises(json.JSONDecodeError):
            _ = cut.json
        assert cut.body.startswith(b'[{"candidates"')
        assert {"code": 503, "status": "UNAVAILABLE"}.items() <= failed.json[-1]["error"].items()

    def test_streaming_may_not_be_offered(self, caller: Caller) -> None:
        """The model `no-stream` answers whole, and 404 where a stream is asked for."""
        assert 200 == caller.generate("no-stream").status
        answer = caller.generate("no-stream", stream=True)
        assert (404, "NOT_FOUND") == (answer.status, answer.error["status"])


class TestMedia:
    def test_attachments_are_described(self, caller: Caller) -> None:
        """The echo names what is attached, with type and size."""
        answer = caller.generate("echo", **contents(
            {"text": "look"},
            {"inlineData": {"mimeType": "image/png", "data": "aGVsbG8="}},
            {"inline_data": {"mime_type": "audio/wav", "data": "aGk="}},
            {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://bucket/a.mp4"}},
            {"fileData": {"mimeType": "image/png", "fileUri": "https://example.com/a.png"}},
        ))  # fmt: skip

        assert [
            "look",
            "[image image/png 5 bytes]",
            "[audio audio/wav 2 bytes]",
            "[file gs://bucket/a.mp4]",
            "[file https://example.com/a.png]",
        ] == HEAR["gemini"](answer).text.split("\n")
