"""Writing Messages, whole and as named events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yourouter_cli.sandbox.exchange import Cut, Pause, encode
from yourouter_cli.sandbox.failures import Shape, error_body
from yourouter_cli.sandbox.messages_ask import read
from yourouter_cli.sandbox.pieces import (
    Ask,
    Blocked,
    Call,
    End,
    Failed,
    Piece,
    Reason,
    Refusal,
    Tally,
    Text,
    Thought,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["SHAPE", "read", "stream", "whole"]

SHAPE: Shape = "anthropic"
SIGNATURE = "c2FuZGJveC1zaWduYXR1cmU="
STOP_REASONS: Mapping[Reason, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}


def stream(ask: Ask, pieces: Iterator[Piece]) -> Iterator[bytes | Pause | Cut]:
    """Write an answer as events from `message_start` to `message_stop`."""
    tally = Tally(ask)
    blocks = _OpenBlock()
    stop_reason = "end_turn"
    message = _message(ask, [], None, _usage(tally))
    yield _event("message_start", message=message)
    yield _event("ping")
    for piece in tally.watch(pieces):
        match piece:
            case Text(text):
                yield from blocks.switch("text", {"type": "text", "text": ""})
                yield blocks.delta({"type": "text_delta", "text": text})
            case Thought(text):
                empty = {"type": "thinking", "thinking": "", "signature": ""}
                yield from blocks.switch("thinking", empty)
                yield blocks.delta({"type": "thinking_delta", "thinking": text})
            case Call():
                yield from blocks.call(piece)
            case Refusal() | Blocked():
                stop_reason = "refusal"
            case Pause():
                yield piece
            case Cut():
                yield piece
                return
            case Failed():
                error = error_body(SHAPE, piece.problem, "req_" + ask.digest)
                yield _event("error", error=error["error"])
                return
            case End(reason):
                if stop_reason == "end_turn":
                    stop_reason = STOP_REASONS[reason]
    yield from blocks.close()
    delta = {"stop_reason": stop_reason, "stop_sequence": None}
    yield _event("message_delta", delta=delta, usage=_usage(tally))
    yield _event("message_stop")


def whole(ask: Ask, pieces: Iterable[Piece]) -> tuple[str, bytes]:
    """Write an answer as one `message`; returns its id, too."""
    tally = Tally(ask)
    texts: list[str] = []
    thoughts: list[str] = []
    calls: list[dict[str, Any]] = []
    stop_reason = None
    for piece in tally.watch(iter(pieces)):
        match piece:
            case Text(text):
                texts.append(text)
            case Thought(text):
                thoughts.append(text)
            case Call():
                arguments = json.loads("".join(piece.fragments))
                calls.append(_call_block(piece) | {"input": arguments})
            case Refusal() | Blocked():
                stop_reason = "refusal"
            case End(reason):
                stop_reason = stop_reason or STOP_REASONS[reason]
    content: list[dict[str, Any]] = []
    if thoughts:
        thinking = "".join(thoughts)
        content.append({"type": "thinking", "thinking": thinking, "signature": SIGNATURE})
    if texts:
        content.append({"type": "text", "text": "".join(texts)})
    message = _message(ask, content + calls, stop_reason, _usage(tally))
    return message["id"], encode(message)


class _OpenBlock:
    """The content block that is being written; a new kind of content closes it."""

    def __init__(self) -> None:
        self._index = -1
        self._kind = ""

    def switch(self, kind: str, empty: dict[str, Any]) -> Iterator[bytes]:
        """Make sure that a block of *kind* is open."""
        if kind == self._kind:
            return
        yield from self.close()
        self._index += 1
        self._kind = kind
        yield _event("content_block_start", index=self._index, content_block=empty)

    def delta(self, delta: dict[str, Any]) -> bytes:
        """Add to the open block."""
        return _event("content_block_delta", index=self._index, delta=delta)

    def call(self, call: Call) -> Iterator[bytes]:
        """Write a whole call in a block of its own."""
        yield from self.switch(call.id, _call_block(call))
        for fragment in ("", *call.fragments):
            yield self.delta({"type": "input_json_delta", "partial_json": fragment})

    def close(self) -> Iterator[bytes]:
        """Close the open block, if there is one."""
        if self._kind == "thinking":
            yield self.delta({"type": "signature_delta", "signature": SIGNATURE})
        if self._kind:
            yield _event("content_block_stop", index=self._index)
        self._kind = ""


def _call_block(call: Call) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_" + call.id, "name": call.name, "input": {}}


def _message(
    ask: Ask, content: list[dict[str, Any]], stop_reason: str | None, usage: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": "msg_" + ask.digest[:24],
        "type": "message",
        "role": "assistant",
        "model": ask.model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": usage,
    }


def _event(kind: str, **data: Any) -> bytes:
    return f"event: {kind}\ndata: ".encode() + encode({"type": kind} | data) + b"\n\n"


def _usage(tally: Tally) -> dict[str, Any]:
    cached = tally.end.cached_tokens
    usage: dict[str, Any] = {
        "input_tokens": tally.input_tokens - cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": cached,
        "output_tokens": tally.output_tokens,
    }
    if tally.end.cost is not None:
        usage["cost"] = tally.end.cost
    return usage
