"""Writing chat completions, whole and as server-sent events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.sandbox.exchange import Cut, Pause, encode
from yourouter_cli.sandbox.failures import Shape, error_body
from yourouter_cli.sandbox.openai_ask import read
from yourouter_cli.sandbox.pieces import (
    Ask,
    Blocked,
    Call,
    End,
    Failed,
    Piece,
    Refusal,
    Tally,
    Text,
    Thought,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SHAPE", "read", "stream", "whole"]

SHAPE: Shape = "openai"
CREATED = 1_700_000_000  # the same request has the same answer, to the byte


def stream(ask: Ask, pieces: Iterator[Piece]) -> Iterator[bytes | Pause | Cut]:
    """Write an answer as chunks and `[DONE]`; usage only where it was asked for."""
    tally = Tally(ask)
    calls = 0
    yield _chunk(ask, {"role": "assistant", "content": ""})
    for piece in tally.watch(pieces):
        match piece:
            case Text(text):
                yield _chunk(ask, {"content": text})
            case Thought(text):
                yield _chunk(ask, {"reasoning_content": text})
            case Refusal(text):
                yield _chunk(ask, {"refusal": text})
            case Call():
                yield from _call_chunks(ask, calls, piece)
                calls += 1
            case Pause():
                yield piece
            case Cut():
                yield piece
                return
            case Failed():
                yield _event(error_body(SHAPE, piece.problem, "req_" + ask.digest))
                return
            case End(reason):
                yield _chunk(ask, {}, finish=reason)
            case Blocked():
                yield _chunk(ask, {}, finish="content_filter")
    if ask.include_usage:
        yield _event(_chunk_object(ask) | {"choices": [], "usage": _usage(tally)})
    yield b"data: [DONE]\n\n"


def whole(ask: Ask, pieces: Iterable[Piece]) -> tuple[str, bytes]:
    """Write an answer as one `chat.completion`; returns its id, too."""
    tally = Tally(ask)
    texts: list[str] = []
    message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
    thoughts: list[str] = []
    calls: list[dict[str, Any]] = []
    finish: str | None = None
    for piece in tally.watch(iter(pieces)):
        match piece:
            case Text(text):
                texts.append(text)
            case Thought(text):
                thoughts.append(text)
            case Refusal(text):
                message["refusal"] = text
            case Call():
                function = {"name": piece.name, "arguments": "".join(piece.fragments)}
                calls.append({"id": _call_id(piece), "type": "function", "function": function})
            case End(reason):
                finish = reason
            case Blocked():
                finish = "content_filter"
    if texts or not (calls or message["refusal"]):
        message["content"] = "".join(texts)
    if thoughts:
        message["reasoning_content"] = "".join(thoughts)
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    head = _chunk_object(ask) | {"object": "chat.completion"}
    return head["id"], encode(head | {"choices": [choice], "usage": _usage(tally)})


def _call_chunks(ask: Ask, index: int, call: Call) -> Iterator[bytes]:
    """Write a call: its name first, then its arguments in fragments."""
    function = {"name": call.name, "arguments": ""}
    first = {"index": index, "id": _call_id(call), "type": "function", "function": function}
    yield _chunk(ask, {"content": None, "tool_calls": [first]})
    for fragment in call.fragments:
        more = {"index": index, "function": {"arguments": fragment}}
        yield _chunk(ask, {"tool_calls": [more]})


def _call_id(call: Call) -> str:
    return "call_" + call.id


def _chunk(ask: Ask, delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    usage = {"usage": None} if ask.include_usage else {}
    return _event(_chunk_object(ask) | {"choices": [choice]} | usage)


def _chunk_object(ask: Ask) -> dict[str, Any]:
    return {
        "id": "chatcmpl-" + ask.digest[:24],
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": ask.model,
        "system_fingerprint": f"fp_sandbox_{ask.vendor}",
    }


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + encode(value) + b"\n\n"


def _usage(tally: Tally) -> dict[str, Any]:
    usage: dict[str, Any] = {
        "prompt_tokens": tally.input_tokens,
        "completion_tokens": tally.output_tokens,
        "total_tokens": tally.input_tokens + tally.output_tokens,
        "prompt_tokens_details": {"cached_tokens": tally.end.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": tally.reasoning_tokens},
    }
    if tally.end.cost is not None:
        usage["cost"] = tally.end.cost
    return usage
