"""What is said, as each API gets it: texts, pictures and documents, turn by turn."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.requesting import PNG, assistant, chat, outcome, sent, use, user
from yourouter_cli import dialects
from yourouter_cli.conversation import ChatRequest, Media

PNG_URL = PNG._replace(url="https://x/a.png", encoded=())
PDF = Media(kind="pdf", media_type="application/pdf", name="a.pdf", encoded=(b"UERG",))
PDF_URL = PDF._replace(url="https://x/a.pdf", encoded=())
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
}


@pytest.mark.parametrize("name", dialects.DIALECTS)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_of_each_conversation(name: str, conversation: str) -> None:
    """Each part of a conversation has its place in each API."""
    request, bodies = CONVERSATIONS[conversation]

    assert bodies[name] == sent(name, request)


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
