"""How to answer, as each API is told: schema, sampling, length, reasoning, fields of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.requesting import SCHEMA, chat, sent, user
from yourouter_cli import dialects

if TYPE_CHECKING:
    from yourouter_cli.conversation import ChatRequest

# A conversation, and the body that each API gets for it.
CONVERSATIONS: dict[str, tuple[ChatRequest, dict[str, dict[str, Any]]]] = {
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


@pytest.mark.parametrize("name", dialects.DIALECTS)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_of_each_conversation(name: str, conversation: str) -> None:
    """Each part of a conversation has its place in each API."""
    request, bodies = CONVERSATIONS[conversation]

    assert bodies[name] == sent(name, request)


class TestFields:
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
