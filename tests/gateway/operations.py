"""What the program asks a gateway for, each with a sound reply that a fault can spoil."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.gateway.faults import DONE, STREAM, finish, text

JSON = "application/json"
FILM = bytes(range(256)) * 200
TASK = "cgt-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A command that makes one request, the media type of the reply, and the reply itself.

    The first *opening* bytes of the reply hold what is worth showing or keeping, and are no whole
    reply. A *billed* operation must not reach the gateway twice.
    """

    name: str
    argv: tuple[str, ...]
    reply: bytes
    opening: int
    kind: str = JSON
    billed: bool = False

    @property
    def is_stream(self) -> bool:
        """Whether the reply is a stream of events."""
        return self.kind == STREAM

    @property
    def is_download(self) -> bool:
        """Whether the reply is a file, from a server that is not the gateway."""
        return self.kind == "video/mp4"


def _chat(dialect: str, *events: Any) -> Operation:
    frames = [
        f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode()
        for event in events
    ]
    words = next(number for number, frame in enumerate(frames) if b'"one "' in frame)
    return Operation(
        name=dialect,
        argv=("chat", "hi", "-m", "any", "--dialect", dialect),
        kind=STREAM,
        reply=b"".join(frames),
        opening=sum(map(len, frames[: words + 1])),
    )


def _asks(name: str, argv: tuple[str, ...], reply: Any, *, billed: bool = False) -> Operation:
    body = json.dumps({**reply, "note": '"one "'}).encode()
    return Operation(name=name, argv=argv, reply=body, opening=len(body) // 2, billed=billed)


def _block(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": f"content_block_{kind}", "index": 0, **fields}


def _says(words: str, **fields: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": words}]}, **fields}]}


_MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "any", "content": []}

OPERATIONS = (
    _chat("openai", text("one "), text("two"), finish(), DONE),
    _chat(
        "anthropic",
        {"type": "message_start", "message": _MESSAGE},
        _block("start", content_block={"type": "text", "text": ""}),
        _block("delta", delta={"type": "text_delta", "text": "one "}),
        _block("delta", delta={"type": "text_delta", "text": "two"}),
        _block("stop"),
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ),
    _chat("gemini", _says("one "), _says("two", finishReason="STOP")),
    _asks(
        "whole",
        ("chat", "hi", "-m", "any", "--no-stream"),
        {"choices": [{"message": {"content": "one two"}, "finish_reason": "stop"}]},
    ),
    _asks(
        "embed",
        ("embed", "hi", "-m", "any"),
        {"data": [{"index": 0, "embedding": [0.5, 0.25]}], "usage": {"prompt_tokens": 1}},
    ),
    _asks("models", ("models", "list", "--live"), {"object": "list", "data": [{"id": "any"}]}),
    _asks("create", ("video", "create", "a sea", "-m", "any"), {"id": TASK}, billed=True),
    _asks("get", ("video", "get", TASK), {"id": TASK, "status": "running", "model": "any"}),
    Operation(
        name="download",
        argv=("video", "download", TASK),
        kind="video/mp4",
        reply=FILM,
        opening=len(FILM) // 2,
    ),
)
