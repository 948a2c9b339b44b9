"""Anthropic Messages: `POST {base}/messages`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yourouter_cli.dialects import failures, values
from yourouter_cli.dialects.anthropic_request import ANSWER_TOOL, BARE_ANSWER_TOOL, request
from yourouter_cli.errors import RequestFailed
from yourouter_cli.events import (
    Event,
    Finished,
    FinishReason,
    Notice,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.gateway.sse import Frame

__all__ = [
    "MAX_BODY_BYTES",
    "REQUEST_ID_HEADERS",
    "VENDOR",
    "decode",
    "decode_whole",
    "failure",
    "request",
]

VENDOR: str | None = "anthropic"
REQUEST_ID_HEADERS = ("request-id", "x-request-id")
MAX_BODY_BYTES: int | None = 32 * 1024 * 1024

STOP_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}

# The kind of block that a delta adds to, and the field that holds the addition.
_ADDITIONS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("tool_use", "partial_json"),
}

failure = failures.failure_of


def decode(frames: Iterable[Frame]) -> Iterator[Event]:
    """Turn the events of a message into ours; the last one is always `Finished`."""
    reading = _Reading()
    for _, data in frames:
        if not data.strip() or data.startswith("[DONE]"):
            continue  # neither is Anthropic's; gateways add them
        event = values.table(values.parsed(data))
        yield from reading.take(event)
        if event.get("type") == "message_stop":
            yield from reading.end()
            return
    raise failures.truncated()


def decode_whole(body: bytes) -> Iterator[Event]:
    """Turn a whole message into the events that a stream would have given."""
    document = values.parsed(body)
    message = values.table(document)
    if message.get("error") or not isinstance(message.get("content"), list):
        raise RequestFailed(failures.failure_instead(document, "content"))
    reading = _Reading()
    yield from reading.begin(message)
    for index, block in enumerate(message["content"]):
        yield from reading.open(index, values.table(block))
        yield from reading.close(index)
    reading.stop(message)
    yield from reading.end()


class _Block:
    """A content block that has begun: what is known of it, and what has come of it so far."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.kind = values.text(fields.get("type")) or ""
        self.name = values.text(fields.get("name")) or ""
        self.input = values.table(fields.get("input"))
        self.data = values.text(fields.get("data"))
        self.signature = values.text(fields.get("signature")) or ""
        self.call = 0
        self.pieces: list[str] = []

    @property
    def written(self) -> str:
        """The text, the thoughts or the JSON in the block; no JSON at all is an empty object."""
        whole = "".join(self.pieces)
        if self.kind != "tool_use" or whole:
            return whole
        return values.written(self.input)


class _Reading:
    """A message as it comes in: what has been told, and what has to be kept until the end."""

    def __init__(self) -> None:
        self._started = False
        self._blocks: dict[int | None, _Block] = {}
        self._calls = 0
        self._answered = False
        self._thoughts: list[dict[str, str]] = []
        self._usage: dict[str, Any] = {}
        self._stop_reason: str | None = None
        self._explanation: str | None = None

    def take(self, event: dict[str, Any]) -> Iterator[Event]:
        """Yield what *event* tells; events that are not known are let by."""
        if event.get("error") or event.get("type") == "error":
            # An overload can arrive under status 200; the caller decides what to do about it.
            raise RequestFailed(failures.failure_in(event.get("error")))
        index = values.whole(event.get("index"))
        match event.get("type"):
            case "content_block_delta":
                yield from self._delta(index, values.table(event.get("delta")))
            case "content_block_start":
                yield from self.open(index, values.table(event.get("content_block")))
            case "content_block_stop":
                yield from self.close(index)
            case "message_start":
                yield from self.begin(values.table(event.get("message")))
            case "message_delta":
                self.stop({**event, **values.table(event.get("delta"))})

    def begin(self, message: dict[str, Any]) -> Iterator[Event]:
        """Yield the beginning of *message*."""
        self._count(message.get("usage"))
        if not self._started:
            self._started = True
            yield Started(
                id=values.text(message.get("id")), model=values.text(message.get("model"))
            )

    def open(self, index: int | None, fields: dict[str, Any]) -> Iterator[Event]:
        """Yield the beginning of a block, with whatever it holds already."""
        yield from self.begin({})
        block = self._blocks[index] = _Block(fields)
        match block.kind:
            case "text" | "thinking":
                yield from self._more(block, fields.get(block.kind))
            case "tool_use" if block.name in {ANSWER_TOOL, BARE_ANSWER_TOOL}:
                self._answered = True
            case "tool_use":
                block.call, self._calls = self._calls, self._calls + 1
                yield ToolCallDelta(
                    index=block.call,
                    id=values.text(fields.get("id")) or f"call-{self._calls}",
                    name=block.name,
                    signature=self._taken_thoughts(),
                )

    def _delta(self, index: int | None, delta: dict[str, Any]) -> Iterator[Event]:
        change = delta.get("type")
        if change == "signature_delta" and index in self._blocks:
            self._blocks[index].signature += values.text(delta.get("signature")) or ""
        if not isinstance(change, str) or change not in _ADDITIONS:
            return
        kind, field = _ADDITIONS[change]
        if index not in self._blocks:
            yield from self.open(index, {"type": kind})
        yield from self._more(self._blocks[index], delta.get(field))

    def _more(self, block: _Block, piece: Any) -> Iterator[Event]:
        """Yield the next *piece* of *block*."""
        if not isinstance(piece, str) or not piece:
            return
        match block.kind:
            case "text":
                yield TextDelta(piece)
            case "thinking":
                block.pieces.append(piece)
                yield ReasoningDelta(piece)
            case "tool_use":
                block.pieces.append(piece)
                if block.name == ANSWER_TOOL:
                    yield TextDelta(piece)
                elif block.name != BARE_ANSWER_TOOL:
                    yield ToolCallDelta(index=block.call, arguments=piece)

    def close(self, index: int | None) -> Iterator[Event]:
        """Yield what is only known at the end of a block."""
        block = self._blocks.pop(index, None)
        if block is None:
            return
        match block.kind:
            case "thinking" if block.signature:
                thought = {"thinking": block.written, "signature": block.signature}
                self._thoughts.append({"type": "thinking", **thought})
            case "redacted_thinking" if block.data:
                self._thoughts.append({"type": "redacted_thinking", "data": block.data})
            case "tool_use" if block.name == BARE_ANSWER_TOOL:
                yield TextDelta(_bare(block.written))
            case "tool_use" if not block.pieces and block.name == ANSWER_TOOL:
                yield TextDelta(block.written)
            case "tool_use" if not block.pieces and block.input:
                yield ToolCallDelta(index=block.call, arguments=block.written)

    def _taken_thoughts(self) -> str | None:
        """Return the thoughts that led to a call, as its signature: the API wants them back."""
        thoughts, self._thoughts = self._thoughts, []
        return values.written(thoughts) if thoughts else None

    def stop(self, fields: dict[str, Any]) -> None:
        """Take note of why the model stopped, and of what it used."""
        self._count(fields.get("usage"))
        self._stop_reason = values.text(fields.get("stop_reason")) or self._stop_reason
        details = values.table(fields.get("stop_details"))
        self._explanation = values.text(details.get("explanation")) or self._explanation

    def _count(self, usage: Any) -> None:
        """Keep *usage*: the figures are cumulative, later ones replace earlier ones."""
        for name, value in values.table(usage).items():
            if value is not None:
                self._usage[name] = value

    def end(self) -> Iterator[Event]:
        """Yield the events that close the answer."""
        yield from self.begin({})
        for index in list(self._blocks):
            yield from self.close(index)
        if self._usage:
            yield _usage(self._usage)
        reason = STOP_REASONS.get(self._stop_reason or "", "other")
        if self._calls and reason in {"stop", "other"}:
            reason = "tool_calls"
        elif self._answered and not self._calls and reason == "tool_calls":
            reason = "stop"  # the tool was only the shape of the answer
        if reason == "content_filter" and self._explanation:
            yield Notice(kind="refusal", message=self._explanation)
        yield Finished(reason=reason, raw=self._stop_reason)


def _bare(written: str) -> str:
    """Return the value out of the object around it; what was cut short stays as it is."""
    try:
        document = json.loads(written)
    except (ValueError, RecursionError):
        return written
    if isinstance(document, dict) and "value" in document:
        return values.written(document["value"])
    return written


def _usage(usage: dict[str, Any]) -> Usage:
    fresh = values.whole(usage.get("input_tokens"))
    cached = values.whole(usage.get("cache_read_input_tokens"))
    written = values.whole(usage.get("cache_creation_input_tokens"))
    prompt = None if fresh is None else fresh + (cached or 0) + (written or 0)
    output = values.whole(usage.get("output_tokens"))
    details = values.table(usage.get("output_tokens_details"))
    return Usage(
        input_tokens=prompt,
        output_tokens=output,
        reasoning_tokens=values.whole(details.get("thinking_tokens")),
        cached_tokens=cached,
        total_tokens=None if prompt is None or output is None else prompt + output,
        cost=values.number(usage.get("cost")),
    )
