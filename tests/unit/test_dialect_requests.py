"""What goes over the network: one set of conversations, written for each API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from yourouter_cli import dialects
from yourouter_cli.conversation import ChatRequest, Media, Message, Text, Tool, ToolOutcome, ToolUse
from yourouter_cli.errors import UsageProblem

GEMINI = "/projects/cognition/locations/us/publishers/google/models"


def user(*parts: Any) -> Message:
    """Return what the user says; a string is text."""
    return Message("user", tuple(Text(p) if isinstance(p, str) else p for p in parts))


def assistant(*parts: Any) -> Message:
    """Return what the model said; a string is text."""
    return Message("assistant", tuple(Text(p) if isinstance(p, str) else p for p in parts))


def outcome(id: str, result: str, *, is_error: bool = False) -> Message:  # noqa: A002 - as in the API
    """Return what became of a call of the tool `weather`."""
    part = ToolOutcome(id=id, name="weather", result=result, is_error=is_error)
    return Message("tool", (part,))


def use(id: str, city: str, signature: str | None = None) -> ToolUse:  # noqa: A002 - as in the API
    """Return a call of the tool `weather`."""
    return ToolUse(id=id, name="weather", arguments={"city": city}, signature=signature)


def chat(*messages: Message, **fields: Any) -> ChatRequest:
    """Return a request that is not streamed."""
    return ChatRequest(**{"model": "m", "messages": messages, "stream": False, **fields})


def sent(name: str, request: ChatRequest) -> dict[str, Any]:
    """Return the body that the dialect *name* sends for *request*."""
    document: dict[str, Any] = json.loads(b"".join(dialects.load(name).request(request).body))
    return document


PNG = Media(kind="image", media_type="image/png", name="a.png", encoded=(b"QUJD", b"REVG"))
PNG_URL = PNG._replace(url="https://x/a.png", encoded=())
PDF = Media(kind="pdf", media_type="application/pdf", name="a.pdf", encoded=(b"UERG",))
PDF_URL = PDF._replace(url="https://x/a.pdf", encoded=())
MP3 = Media(kind="audio", media_type="audio/mpeg", name="a.mp3", encoded=(b"TVAz",))
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = Tool(name="weather", description="Tell the weather.", parameters=PARAMETERS)
TIME = Tool(name="time")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TWO_CALLS = (
    user("Weather?"),
    assistant("Let me look.", use("c1", "Köln"), use("c2", "Bonn")),
    outcome("c1", "sun"),
    outcome("c2", "no such city", is_error=True),
    user("Thanks."),
)

# A conversation, and the body that each API gets for it.
CONVERSATIONS: dict[str, tuple[ChatRequest, dict[str, dict[str, Any]]]] = {
    "one word": (
        chat(user("Hi")),
        {
            "openai": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]},
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "messages": [{"role": "user", "content": "Hi"}],
            },
            "gemini": {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
        },
    ),
    "system prompt and several turns": (
        chat(user("Hi"), assistant("Hello."), user("Who?"), system="Be brief."),
        {
            "openai": {
                "model": "m",
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": "Hello."},
                    {"role": "user", "content": "Who?"},
                ],
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "system": "Be brief.",
                "messages": [
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": "Hello."},
                    {"role": "user", "content": "Who?"},
                ],
            },
            "gemini": {
                "systemInstruction": {"parts": [{"text": "Be brief."}]},
                "contents": [
                    {"role": "user", "parts": [{"text": "Hi"}]},
                    {"role": "model", "parts": [{"text": "Hello."}]},
                    {"role": "user", "parts": [{"text": "Who?"}]},
                ],
            },
        },
    ),
    "images": (
        chat(user("Compare", PNG, PNG_URL)),
        {
            "openai": {
                "model": "m",
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "Compare"},
                            {
                                "type": "image_url",
                                "image_url": {"url": "data:image/png;base64,QUJDREVG"},
                            },
                            {"type": "image_url", "image_url": {"url": "https://x/a.png"}},
                        ],
                    }
                ],
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "Compare"},
                            {
                                "type": "image",
                                "source": {
                                    "type": "base64",
                                    "media_type": "image/png",
                                    "data": "QUJDREVG",
                                },
                            },
                            {"type": "image", "source": {"type": "url", "url": "https://x/a.png"}},
                        ],
                    }
                ],
            },
            "gemini": {
                "contents": [
                    {
                        "role": "user",
                        "parts": [
                            {"text": "Compare"},
                            {"inlineData": {"mimeType": "image/png", "data": "QUJDREVG"}},
                            {"fileData": {"mimeType": "image/png", "fileUri": "https://x/a.png"}},
                        ],
                    }
                ]
            },
        },
    ),
    "PDFs": (
        chat(user(PDF, PDF_URL, "Sum up")),
        {
            "openai": {
                "model": "m",
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "file",
                                "file": {
                                    "filename": "a.pdf",
                                    "file_data": "data:application/pdf;base64,UERG",
                                },
                            },
                            {
                                "type": "file",
                                "file": {"filename": "a.pdf", "file_data": "https://x/a.pdf"},
                            },
                            {"type": "text", "text": "Sum up"},
                        ],
                    }
                ],
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "document",
                                "source": {
                                    "type": "base64",
                                    "media_type": "application/pdf",
                                    "data": "UERG",
                                },
                                "title": "a.pdf",
                            },
                            {
                                "type": "document",
                                "source": {"type": "url", "url": "https://x/a.pdf"},
                                "title": "a.pdf",
                            },
                            {"type": "text", "text": "Sum up"},
                        ],
                    }
                ],
            },
            "gemini": {
                "contents": [
                    {
                        "role": "user",
                        "parts": [
                            {"inlineData": {"mimeType": "application/pdf", "data": "UERG"}},
                            {
                                "fileData": {
                                    "mimeType": "application/pdf",
                                    "fileUri": "https://x/a.pdf",
                                }
                            },
                            {"text": "Sum up"},
                        ],
                    }
                ]
            },
        },
    ),
    "tools": (
        chat(user("Hi"), tools=(WEATHER, TIME)),
        {
            "openai": {
                "model": "m",
                "messages": [{"role": "user", "content": "Hi"}],
                "tools": [
                    {
                        "type": "function",
                        "function": {
                            "name": "weather",
                            "description": "Tell the weather.",
                            "parameters": PARAMETERS,
                        },
                    },
                    {
                        "type": "function",
                        "function": {
                            "name": "time",
                            "parameters": {"type": "object", "properties": {}},
                        },
                    },
                ],
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "messages": [{"role": "user", "content": "Hi"}],
                "tools": [
                    {
                        "name": "weather",
                        "description": "Tell the weather.",
                        "input_schema": PARAMETERS,
                    },
                    {"name": "time", "input_schema": {"type": "object"}},
                ],
            },
            "gemini": {
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "tools": [
                    {
                        "functionDeclarations": [
                            {
                                "name": "weather",
                                "description": "Tell the weather.",
                                "parameters": PARAMETERS,
                            },
                            {"name": "time"},
                        ]
                    }
                ],
            },
        },
    ),
    "calls and their results": (
        chat(*TWO_CALLS),
        {
            "openai": {
                "model": "m",
                "messages": [
                    {"role": "user", "content": "Weather?"},
                    {
                        "role": "assistant",
                        "content": "Let me look.",
                        "tool_calls": [
                            {
                                "id": call_id,
                                "type": "function",
                                "function": {
                                    "name": "weather",
                                    "arguments": f'{{"city": "{city}"}}',
                                },
                            }
                            for call_id, city in (("c1", "Köln"), ("c2", "Bonn"))
                        ],
                    },
                    {"role": "tool", "tool_call_id": "c1", "content": "sun"},
                    {"role": "tool", "tool_call_id": "c2", "content": "no such city"},
                    {"role": "user", "content": "Thanks."},
                ],
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "messages": [
                    {"role": "user", "content": "Weather?"},
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "text", "text": "Let me look."},
                            {
                                "type": "tool_use",
                                "id": "c1",
                                "name": "weather",
                                "input": {"city": "Köln"},
                            },
                            {
                                "type": "tool_use",
                                "id": "c2",
                                "name": "weather",
                                "input": {"city": "Bonn"},
                            },
                        ],
                    },
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "tool_result",
                                "tool_use_id": "c1",
                                "content": "sun",
                                "is_error": False,
                            },
                            {
                                "type": "tool_result",
                                "tool_use_id": "c2",
                                "content": "no such city",
                                "is_error": True,
                            },
                            {"type": "text", "text": "Thanks."},
                        ],
                    },
                ],
            },
            "gemini": {
                "contents": [
                    {"role": "user", "parts": [{"text": "Weather?"}]},
                    {
                        "role": "model",
                        "parts": [
                            {"text": "Let me look."},
                            {"functionCall": {"name": "weather", "args": {"city": "Köln"}}},
                            {"functionCall": {"name": "weather", "args": {"city": "Bonn"}}},
                        ],
                    },
                    {
                        "role": "user",
                        "parts": [
                            {
                                "functionResponse": {
                                    "name": "weather",
                                    "response": {"output": "sun"},
                                }
                            },
                            {
                                "functionResponse": {
                                    "name": "weather",
                                    "response": {"error": "no such city"},
                                }
                            },
                            {"text": "Thanks."},
                        ],
                    },
                ]
            },
        },
    ),
    "schema": (
        chat(user("Hi"), schema=SCHEMA),
        {
            "openai": {
                "model": "m",
                "messages": [{"role": "user", "content": "Hi"}],
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "schema": SCHEMA},
                },
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 4096,
                "messages": [{"role": "user", "content": "Hi"}],
                "tools": [
                    {
                        "name": "yourouter_answer",
                        "description": "Give the answer by calling this, once.",
                        "input_schema": SCHEMA,
                    }
                ],
                "tool_choice": {"type": "tool", "name": "yourouter_answer"},
            },
            "gemini": {
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "generationConfig": {
                    "responseMimeType": "application/json",
                    "responseJsonSchema": SCHEMA,
                },
            },
        },
    ),
    "sampling, length and stop": (
        chat(user("Hi"), temperature=0.5, top_p=0.9, max_tokens=7, stop=("END", "\n")),
        {
            "openai": {
                "model": "m",
                "messages": [{"role": "user", "content": "Hi"}],
                "temperature": 0.5,
                "top_p": 0.9,
                "max_tokens": 7,
                "stop": ["END", "\n"],
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 7,
                "messages": [{"role": "user", "content": "Hi"}],
                "temperature": 0.5,
                "top_p": 0.9,
                "stop_sequences": ["END", "\n"],
            },
            "gemini": {
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "generationConfig": {
                    "temperature": 0.5,
                    "topP": 0.9,
                    "maxOutputTokens": 7,
                    "stopSequences": ["END", "\n"],
                },
            },
        },
    ),
    "reasoning": (
        chat(user("Hi"), reasoning="low"),
        {
            "openai": {
                "model": "m",
                "messages": [{"role": "user", "content": "Hi"}],
                "reasoning_effort": "low",
            },
            "anthropic": {
                "model": "m",
                "max_tokens": 6144,
                "messages": [{"role": "user", "content": "Hi"}],
                "thinking": {"type": "enabled", "budget_tokens": 2048},
            },
            "gemini": {
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "generationConfig": {
                    "thinkingConfig": {"thinkingBudget": 2048, "includeThoughts": True}
                },
            },
        },
    ),
}


class TestBodies:
    @pytest.mark.parametrize("name", dialects.DIALECTS)
    @pytest.mark.parametrize("conversation", CONVERSATIONS)
    def test_of_each_conversation(self, name: str, conversation: str) -> None:
        """Each part of a conversation has its place in each API."""
        request, bodies = CONVERSATIONS[conversation]

        assert bodies[name] == sent(name, request)

    @pytest.mark.parametrize(
        ("name", "params", "place"),
        [
            ("openai", {"temperature": 1, "logprobs": True}, ()),
            ("anthropic", {"temperature": 1, "metadata": {"user_id": "u"}}, ()),
            ("gemini", {"temperature": 1, "topK": 4}, ("generationConfig",)),
        ],
    )
    def test_parameters_win(
        self, name: str, params: dict[str, Any], place: tuple[str, ...]
    ) -> None:
        """Body fields of the user's are merged over everything else, deeply."""
        given = {place[0]: params} if place else params

        body = sent(name, chat(user("Hi"), temperature=0, top_p=0.5, params=given))
        for step in place:
            body = body[step]

        assert {**body, **params} == body
        assert 0.5 in body.values()

    @pytest.mark.parametrize(
        ("name", "field"), [("openai", "seed"), ("gemini", "generationConfig")]
    )
    def test_seed(self, name: str, field: str) -> None:
        """A seed goes where there is one."""
        assert sent(name, chat(user("Hi"), seed=7))[field] in (7, {"seed": 7})


class TestAddresses:
    def test_openai(self) -> None:
        """Streaming is a field of the body, and usage is asked for."""
        request = dialects.load("openai").request(chat(user("Hi"), stream=True))
        body = json.loads(b"".join(request.body))

        assert ("POST", "/chat/completions") == (request.method, request.path)
        assert (True, {"include_usage": True}) == (body["stream"], body["stream_options"])

    def test_anthropic(self) -> None:
        """Streaming is a field of the body; the version of the API is a header."""
        request = dialects.load("anthropic").request(chat(user("Hi"), stream=True))

        assert ("POST", "/messages") == (request.method, request.path)
        assert {"anthropic-version": "2023-06-01"} == request.headers
        assert json.loads(b"".join(request.body))["stream"] is True

    @pytest.mark.parametrize(
        ("stream", "action"),
        [(True, ":streamGenerateContent?alt=sse"), (False, ":generateContent")],
    )
    def test_gemini(self, stream: bool, action: str) -> None:
        """Model and streaming are part of the path; a model may hold any character."""
        whole = chat(user("Hi"), stream=stream, model="sandbox/error:503?#ä%")

        request = dialects.load("gemini").request(whole)

        assert f"{GEMINI}/sandbox%2Ferror%3A503%3F%23%C3%A4%25{action}" == request.path

    @pytest.mark.parametrize(
        ("name", "vendor", "header"),
        [
            ("openai", None, "x-request-id"),
            ("anthropic", "anthropic", "request-id"),
            ("gemini", "google", "x-request-id"),
        ],
    )
    def test_vendor_and_request_id(self, name: str, vendor: str | None, header: str) -> None:
        """A dialect names the vendor that understands it, and the header that names a request."""
        dialect = dialects.load(name)

        assert (vendor, header) == (dialect.VENDOR, dialect.REQUEST_ID_HEADERS[0])

    @pytest.mark.parametrize(
        ("name", "limit"), [("openai", None), ("anthropic", 32 * 2**20), ("gemini", None)]
    )
    def test_largest_body(self, name: str, limit: int | None) -> None:
        """A dialect names the size of the largest body, where the API states one."""
        assert limit == dialects.load(name).MAX_BODY_BYTES

    def test_an_unknown_dialect(self) -> None:
        """Only known dialects are spoken."""
        with pytest.raises(UsageProblem, match=r"unknown dialect `klingon` \(known: `openai`"):
            dialects.load("klingon")


class TestOpenai:
    @pytest.mark.parametrize(
        ("model", "field"),
        [
            ("gpt-4o", "max_tokens"),
            ("o3-2025-04-16", "max_completion_tokens"),
            ("openai/o4-mini", "max_completion_tokens"),
            ("gpt-5-mini", "max_completion_tokens"),
            ("ollama", "max_tokens"),
            ("claude-sonnet-4-20250514", "max_tokens"),
        ],
    )
    def test_name_of_the_limit(self, model: str, field: str) -> None:
        """Models that count their reasoning have another name for the limit."""
        body = sent("openai", chat(user("Hi"), model=model, max_tokens=5))

        assert 5 == body[field]
        assert 1 == sum(name in body for name in ("max_tokens", "max_completion_tokens"))

    @pytest.mark.parametrize(
        ("media_type", "format"),
        [("audio/mpeg", "mp3"), ("audio/mp3", "mp3"), ("audio/wav", "wav"), ("audio/x-wav", "wav")],
    )
    def test_audio(self, media_type: str, format: str) -> None:  # noqa: A002 - as in the API
        """Sounds travel under the names that this API has for them."""
        body = sent("openai", chat(user(MP3._replace(media_type=media_type))))

        assert [{"type": "input_audio", "input_audio": {"data": "TVAz", "format": format}}] == (
            body["messages"][0]["content"]
        )

    def test_audio_by_address(self) -> None:
        """A sound that is only an address cannot be sent."""
        with pytest.raises(UsageProblem, match=r"takes audio as a file, not as https://x/a\.mp3"):
            sent("openai", chat(user(MP3._replace(url="https://x/a.mp3", encoded=()))))

    def test_calls_beside_pictures(self) -> None:
        """A message may hold text, pictures and calls at once."""
        [said] = sent("openai", chat(assistant("Look", PNG, use("c1", "Köln"))))["messages"]

        assert "Look" == said["content"]
        assert ["c1"] == [call["id"] for call in said["tool_calls"]]


class TestTurns:
    @pytest.mark.parametrize("name", ["anthropic", "gemini"])
    def test_speakers_alternate(self, name: str) -> None:
        """Neighbours of one speaker become one turn, results first; nothing empty is sent."""
        document = sent(
            name,
            chat(
                user("a"),
                user("b", " "),
                assistant(use("c1", "Köln")),
                assistant(""),
                user("c"),
                outcome("c1", "sun"),
                assistant("\n"),
            ),
        )

        turns = document.get("messages") or document["contents"]
        assert ["user", "assistant", "user"] == [
            turn["role"].replace("model", "assistant") for turn in turns
        ]
        parts = [turn.get("content") or turn["parts"] for turn in turns]
        assert ["a", "b"] == [part["text"] for part in parts[0]]
        assert "sun" in json.dumps(parts[2][0])
        assert "c" == parts[2][1]["text"]


class TestAnthropic:
    def test_a_schema_beside_tools(self) -> None:
        """With tools of the user's, the model may choose, but has to call something."""
        body = sent("anthropic", chat(user("Hi"), schema=SCHEMA, tools=(TIME,)))

        assert ["yourouter_answer", "time"] == [tool["name"] for tool in body["tools"]]
        assert {"type": "any"} == body["tool_choice"]

    def test_a_schema_that_is_no_object(self) -> None:
        """What is no object is asked for inside one; references keep pointing to their target."""
        names = {"type": "array", "items": {"$ref": "#/$defs/name"}}
        schema = {**names, "$defs": {"name": {"type": "string"}}}

        body = sent("anthropic", chat(user("Hi"), schema=schema))

        assert {
            "type": "object",
            "properties": {"value": names},
            "required": ["value"],
            "$defs": {"name": {"type": "string"}},
        } == body["tools"][0]["input_schema"]
        assert "yourouter_answer_value" == body["tool_choice"]["name"]

    @pytest.mark.parametrize(
        ("model", "tokens"),
        [
            ("claude-3-5-sonnet-20240620", 4096),
            ("claude-3-opus-20240229", 4096),
            ("claude-3-7-sonnet-20250219", 8000),
            ("claude-sonnet-4-20250514", 8000),
            ("anthropic.claude-opus-4-6-v1", 16000),
            ("claude-opus-5", 16000),
            ("deepseek-chat", 4096),
        ],
    )
    def test_default_length(self, model: str, tokens: int) -> None:
        """A limit is always sent, as high as every model of that age can go."""
        assert tokens == sent("anthropic", chat(user("Hi"), model=model))["max_tokens"]

    @pytest.mark.parametrize(
        ("reasoning", "max_tokens", "budget", "limit"),
        [
            ("minimal", None, 1024, 5120),
            ("low", None, 2048, 6144),
            ("medium", None, 8192, 12288),
            ("high", None, 16384, 20480),
            ("xhigh", None, 20480, 24576),
            ("max", None, 24000, 28096),
            ("low", 3000, 2048, 3000),
            ("low", 2048, 2048, 4096),
            ("low", 100, 2048, 2148),
        ],
    )
    def test_thinking(
        self, reasoning: str, max_tokens: int | None, budget: int, limit: int
    ) -> None:
        """The budget for thoughts is below the limit, which is raised where it has to be."""
        body = sent("anthropic", chat(user("Hi"), reasoning=reasoning, max_tokens=max_tokens))

        assert {"type": "enabled", "budget_tokens": budget} == body["thinking"]
        assert limit == body["max_tokens"]

    @pytest.mark.parametrize(
        ("reasoning", "effort"),
        [("minimal", "low"), ("medium", "medium"), ("xhigh", "xhigh"), ("max", "max")],
    )
    def test_thinking_of_newer_models(self, reasoning: str, effort: str) -> None:
        """Newer models are told how hard to try, and refuse budgets."""
        body = sent("anthropic", chat(user("Hi"), reasoning=reasoning, model="claude-opus-4-7"))

        assert {"type": "adaptive", "display": "summarized"} == body["thinking"]
        assert {"effort": effort} == body["output_config"]

    def test_no_thinking(self) -> None:
        """`none` says so; without a level nothing is said."""
        assert {"type": "disabled"} == sent("anthropic", chat(user("Hi"), reasoning="none"))[
            "thinking"
        ]
        assert "thinking" not in sent("anthropic", chat(user("Hi")))

    @pytest.mark.parametrize("signature", [None, "c2lnbmVk", '{"a": 1}', "[1]"])
    def test_results_for_calls_without_thoughts(self, signature: str | None) -> None:
        """A call made elsewhere has no thoughts to send back, so the turn goes on without."""
        messages = (user("Hi"), assistant(use("c1", "Köln", signature)), outcome("c1", "sun"))

        body = sent("anthropic", chat(*messages, reasoning="low"))

        assert "thinking" not in body
        assert ["tool_use"] == [block["type"] for block in body["messages"][1]["content"]]

    def test_thoughts_between_calls_keep_their_place(self) -> None:
        """Thoughts before the first call open the turn, later ones stay before their call."""
        thoughts = [
            json.dumps([{"type": "thinking", "thinking": word, "signature": "s"}]) for word in "ab"
        ]
        calls = [use(str(number), "Köln", thought) for number, thought in enumerate(thoughts)]
        messages = (user("Hi"), assistant("Well.", *calls), outcome("0", ""), outcome("1", ""))

        body = sent("anthropic", chat(*messages, reasoning="low"))

        assert ["thinking", "text", "tool_use", "thinking", "tool_use"] == [
            block["type"] for block in body["messages"][1]["content"]
        ]
        assert {"type": "enabled", "budget_tokens": 2048} == body["thinking"]

    def test_ids_of_other_dialects(self) -> None:
        """Ids may hold few characters here; a call and its result stay together."""
        messages = (
            user("Hi"),
            assistant(use("functions.f:0", "Köln")),
            outcome("functions.f:0", ""),
        )

        _, asked, told = sent("anthropic", chat(*messages))["messages"]

        assert "functions_f_0" == asked["content"][0]["id"] == told["content"][0]["tool_use_id"]

    @pytest.mark.parametrize(
        ("fields", "complaint"),
        [
            ({"seed": 1}, "has no `--seed`"),
            ({"temperature": 1.5}, "takes a `--temperature` from 0 to 1, not 1.5"),
            ({"temperature": 0.5, "reasoning": "low"}, "no `--temperature` beside `--reasoning`"),
            ({"top_p": 0.5, "reasoning": "low"}, "no `--top-p` below 0.95 beside `--reasoning`"),
            ({"schema": SCHEMA, "reasoning": "low"}, "`m` has no `--schema` beside `--reasoning`"),
            ({"tools": (Tool(name="yourouter_answer"),)}, "may not be called `yourouter_answer`"),
            ({"messages": (user(MP3),)}, "takes no audio, so not `a.mp3`"),
        ],
    )
    def test_what_it_cannot_say(self, fields: dict[str, Any], complaint: str) -> None:
        """What this API has no words for is refused before anything is sent."""
        with pytest.raises(UsageProblem) as caught:
            sent("anthropic", chat(**{"messages": (user("Hi"),), **fields}))

        assert complaint in caught.value.message

    @pytest.mark.parametrize(
        "fields",
        [
            {"temperature": 1},
            {"temperature": 1, "reasoning": "low"},
            {"temperature": 0.5, "reasoning": "none"},
            {"top_p": 0.95, "reasoning": "low"},
            {"schema": SCHEMA, "reasoning": "none"},
            {"schema": SCHEMA, "reasoning": "low", "model": "claude-opus-4-6"},
        ],
    )
    def test_what_it_can_say(self, fields: dict[str, Any]) -> None:
        """The limits are where the API has them, and not below."""
        assert sent("anthropic", chat(user("Hi"), **fields))["messages"]


class TestGemini:
    def test_sounds(self) -> None:
        """Sounds travel like pictures."""
        [turn] = sent("gemini", chat(user(MP3)))["contents"]

        assert [{"inlineData": {"mimeType": "audio/mpeg", "data": "TVAz"}}] == turn["parts"]

    @pytest.mark.parametrize(
        ("signature", "kept"), [("c2ln/+_-bmVk==", True), ('[{"type": "thinking"}]', False)]
    )
    def test_signatures(self, signature: str, kept: bool) -> None:
        """A call's signature goes back with it, unless it is of another API."""
        messages = (user("Hi"), assistant(use("c1", "Köln", signature)), outcome("c1", "sun"))

        [call] = sent("gemini", chat(*messages))["contents"][1]["parts"]

        assert (signature if kept else None) == call.get("thoughtSignature")

    @pytest.mark.parametrize(
        "parameters",
        [
            {**PARAMETERS, "additionalProperties": False},
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {}}},
            {"type": "object", "properties": {"a": {"type": ["string", "null"]}}},
            {"type": "object", "properties": {"a": {"type": "integer", "enum": [1, 2]}}},
            {"type": "object", "properties": {"a": {"type": "array", "items": True}}},
        ],
    )
    def test_parameters_in_full_json_schema(self, parameters: dict[str, Any]) -> None:
        """What `parameters` would refuse is declared as JSON Schema."""
        tool = Tool(name="f", parameters=parameters)

        [declared] = sent("gemini", chat(user("Hi"), tools=(tool,)))["tools"]

        assert [{"name": "f", "parametersJsonSchema": parameters}] == (
            declared["functionDeclarations"]
        )

    @pytest.mark.parametrize(
        ("model", "reasoning", "config"),
        [
            ("gemini-2.5-flash", "none", {"thinkingBudget": 0}),
            ("gemini-2.5-pro", "max", {"thinkingBudget": 24000, "includeThoughts": True}),
            ("gemini-3-pro", "minimal", {"thinkingLevel": "minimal", "includeThoughts": True}),
            ("gemini-3.1-flash", "max", {"thinkingLevel": "high", "includeThoughts": True}),
        ],
    )
    def test_thinking(self, model: str, reasoning: str, config: dict[str, Any]) -> None:
        """Budgets for the models that count, levels for those that are told in words."""
        body = sent("gemini", chat(user("Hi"), model=model, reasoning=reasoning))

        assert {"thinkingConfig": config} == body["generationConfig"]

    @pytest.mark.parametrize("model", ["gemini-2.5-pro", "gemini-3-flash"])
    def test_models_that_always_think(self, model: str) -> None:
        """Where thinking cannot be turned off, that is said."""
        with pytest.raises(UsageProblem, match=f"`{model}` always thinks"):
            sent("gemini", chat(user("Hi"), model=model, reasoning="none"))
