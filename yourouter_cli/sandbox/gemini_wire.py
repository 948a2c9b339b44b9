"""Writing generateContent: whole, as events, and as one array that grows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yourouter_cli.sandbox.exchange import Cut, Pause, encode
from yourouter_cli.sandbox.failures import Shape, error_body
from yourouter_cli.sandbox.gemini_ask import read
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

SHAPE: Shape = "google"
SIGNATURE = "c2FuZGJveC1zaWduYXR1cmU="
FINISH_REASONS: Mapping[Reason, str] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "content_filter": "SAFETY",
}


def stream(ask: Ask, pieces: Iterator[Piece]) -> Iterator[bytes | Pause | Cut]:
    """Write an answer as one response after the other: as events, or as items of an array."""
    opening = b"["
    for piece in _responses(ask, pieces):
        if not isinstance(piece, dict):
            yield piece
            if isinstance(piece, Cut):
                return
        elif ask.is_array:
            yield opening + encode(piece)
            opening = b"\n,\r\n"
        else:
            yield b"data: " + encode(piece) + b"\r\n\r\n"
    if ask.is_array:
        yield b"]"


def whole(ask: Ask, pieces: Iterable[Piece]) -> tuple[str, bytes]:
    """Write an answer as one response; returns its id, too."""
    tally = Tally(ask)
    texts: dict[bool, list[str]] = {True: [], False: []}
    calls: list[dict[str, Any]] = []
    end: dict[str, Any] = {"candidates": []}
    for piece in tally.watch(iter(pieces)):
        match piece:
            case Text(text):
                texts[False].append(text)
            case Thought(text):
                texts[True].append(text)
            case Call():
                calls.append(_call_part(piece))
            case Refusal() | Blocked() | End():
                end = end if _is_final(end) else _ending(piece)
    parts = [_text_part("".join(said), is_thought) for is_thought, said in texts.items() if said]
    if parts or calls:
        content = {"role": "model", "parts": parts + calls}
        end = {"candidates": [{"content": content} | _candidate(end)]}
    response = _response(ask, tally, end)
    return response["responseId"], encode(response)


def _responses(ask: Ask, pieces: Iterator[Piece]) -> Iterator[dict[str, Any] | Pause | Cut]:
    tally = Tally(ask)
    end: dict[str, Any] = {"candidates": []}
    for piece in tally.watch(pieces):
        match piece:
            case Text(text):
                yield _response(ask, tally, _part(_text_part(text, False)))
            case Thought(text):
                yield _response(ask, tally, _part(_text_part(text, True)))
            case Call():
                yield _response(ask, tally, _part(_call_part(piece)))
            case Pause() | Cut():
                yield piece
            case Failed():
                yield error_body(SHAPE, piece.problem, "")
                return
            case Refusal() | Blocked() | End():
                end = end if _is_final(end) else _ending(piece)
    yield _response(ask, tally, end)


def _ending(piece: Refusal | Blocked | End) -> dict[str, Any]:
    """Return the fields in which a response says how the answer ended."""
    match piece:
        case Blocked():
            message = "The sandbox blocks this prompt, as its model's name asks."
            return {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": message}}
        case Refusal(text):
            candidate = {"finishReason": "PROHIBITED_CONTENT", "finishMessage": text, "index": 0}
        case End(reason):
            candidate = {"finishReason": FINISH_REASONS[reason], "index": 0}
    return {"candidates": [candidate]}


def _is_final(end: dict[str, Any]) -> bool:
    return end != {"candidates": []}


def _candidate(end: dict[str, Any]) -> dict[str, Any]:
    candidates = end.get("candidates") or [{"index": 0}]
    return dict(candidates[0])


def _part(part: dict[str, Any]) -> dict[str, Any]:
    return {"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0}]}


def _text_part(text: str, is_thought: bool) -> dict[str, Any]:
    return {"text": text, "thought": True} if is_thought else {"text": text}


def _call_part(call: Call) -> dict[str, Any]:
    function = {"name": call.name, "args": json.loads("".join(call.fragments))}
    return {"functionCall": function, "thoughtSignature": SIGNATURE}


def _response(ask: Ask, tally: Tally, fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {
        "usageMetadata": _usage(tally),
        "modelVersion": ask.model,
        "responseId": ask.digest[:22],
    }


def _usage(tally: Tally) -> dict[str, Any]:
    usage: dict[str, Any] = {
        "promptTokenCount": tally.input_tokens,
        "candidatesTokenCount": tally.answer_tokens,
        "totalTokenCount": tally.input_tokens + tally.output_tokens,
    }
    if tally.reasoning_tokens:
        usage["thoughtsTokenCount"] = tally.reasoning_tokens
    if tally.end.cached_tokens:
        usage["cachedContentTokenCount"] = tally.end.cached_tokens
    if tally.end.cost is not None:
        usage["cost"] = tally.end.cost
    return usage
