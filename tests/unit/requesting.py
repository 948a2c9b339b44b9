"""Requests in few words, and what a dialect sends for them."""

from __future__ import annotations

import json
from typing import Any

from yourouter_cli import dialects
from yourouter_cli.conversation import ChatRequest, Media, Message, Text, Tool, ToolOutcome, ToolUse


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
MP3 = Media(kind="audio", media_type="audio/mpeg", name="a.mp3", encoded=(b"TVAz",))
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TIME = Tool(name="time")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
