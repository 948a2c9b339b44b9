"""Tools on offer, their calls and results, as each API gets them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requesting import PARAMETERS, TIME, assistant, chat, outcome, sent, use, user
from yourouter_cli import dialects
from yourouter_cli.conversation import ChatRequest, Tool

WEATHER = Tool(name="weather", description="Tell the weather.", parameters=PARAMETERS)
TWO_CALLS = (
    user("Weather?"),
    assistant("Let me look.", use("c1", "Köln"), use("c2", "Bonn")),
    outcome("c1", "sun"),
    outcome("c2", "no such city", is_error=True),
    user("Thanks."),
)
# A conversation, and the body that each API gets for it.
CONVERSATIONS: dict[str, tuple[ChatRequest, dict[str, dict[str, Any]]]] = {
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
}


@pytest.mark.parametrize("name", dialects.DIALECTS)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_of_each_conversation(name: str, conversation: str) -> None:
    """Each part of a conversation has its place in each API."""
    request, bodies = CONVERSATIONS[conversation]

    assert bodies[name] == sent(name, request)
