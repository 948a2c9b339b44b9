"""Gemini: `POST {base}/projects/…/models/{model}:generateContent` and its streaming twin."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from yourouter_cli.dialects import failures, values
from yourouter_cli.dialects.gemini_request import request
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

VENDOR: str | None = "google"
REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-goog-request-id")
MAX_BODY_BYTES: int | None = None

FINISH_REASONS: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
}
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_-]")
# As much of a response's id as tells the calls of one turn from those of another.
_ID_LENGTH = 12

failure = failures.failure_of


def decode(frames: Iterable[Frame]) -> Iterator[Event]:
    """Turn a stream of responses into events; the last one is always `Finished`.

    Usage may come after the reason to finish, so the end of the stream is the end of the answer.
    """
    reading = _Reading()
    for _, data in frames:
        if not data.strip() or data.startswith("[DONE]"):
            continue  # neither is Google's; gateways add them
        for response in _listed(values.parsed(data)):
            yield from reading.take(response)
    yield from reading.end()


def decode_whole(body: bytes) -> Iterator[Event]:
    """Turn a response, or an array of them, into the events that a stream would have given.

    Of an array that was cut short, what is whole is read before that is said.
    """
    reading = _Reading()
    response = None
    for response in _responses(body):
        yield from reading.take(response)
    if not reading.is_answer:
        raise RequestFailed(failures.failure_instead(response, "candidate"))
    yield from reading.end()


def _responses(body: bytes) -> Iterator[Any]:
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        whole = _listed(values.parsed(text))
    except RequestFailed:
        if not text.startswith("["):
            raise
    else:
        yield from whole
        return
    decoder, separator = json.JSONDecoder(), re.compile(r"[\s,\[]*")
    position = 0
    while True:
        start = separator.match(text, position)
        try:
            response, position = decoder.raw_decode(text, start.end() if start else position)
        except (ValueError, RecursionError):
            raise failures.truncated() from None
        yield response


def _listed(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


class _Reading:
    """An answer as it comes in: what has been told, and what has to be kept until the end."""

    def __init__(self) -> None:
        self.is_answer = False
        self._id: str | None = None
        self._started = False
        self._calls = 0
        self._usage: dict[str, Any] = {}
        self._finish: str | None = None
        self._blocked: str | None = None
        self._explanation: str | None = None

    def take(self, response: Any) -> Iterator[Event]:
        """Yield what *response* tells; shapes that are not known are let by."""
        if not isinstance(response, dict):
            return
        if response.get("error"):
            # An overload can arrive under status 200; the caller decides what to do about it.
            raise RequestFailed(failures.failure_in(response["error"]))
        if not self._started:
            self._started = True
            self._id = values.text(response.get("responseId"))
            yield Started(id=self._id, model=values.text(response.get("modelVersion")))
        self._usage = values.table(response.get("usageMetadata")) or self._usage
        feedback = values.table(response.get("promptFeedback"))
        if blocked := values.text(feedback.get("blockReason")):
            self.is_answer = True
            self._blocked = blocked
            self._explanation = values.text(feedback.get("blockReasonMessage"))
        for candidate in values.rows(response.get("candidates"))[:1]:
            yield from self._candidate(values.table(candidate))

    def _candidate(self, candidate: dict[str, Any]) -> Iterator[Event]:
        self.is_answer = True
        for part in values.rows(values.table(candidate.get("content")).get("parts")):
            if isinstance(part, dict):
                yield from self._part(part)
        self._finish = values.text(candidate.get("finishReason")) or self._finish
        self._explanation = values.text(candidate.get("finishMessage")) or self._explanation

    def _part(self, part: dict[str, Any]) -> Iterator[Event]:
        if words := values.text(part.get("text")):
            yield ReasoningDelta(words) if part.get("thought") is True else TextDelta(words)
        if isinstance(call := part.get("functionCall"), dict):
            arguments = values.table(call.get("args"))
            number, self._calls = self._calls, self._calls + 1
            yield ToolCallDelta(
                index=number,
                id=values.text(call.get("id")) or self._call_id(number),
                name=values.text(call.get("name")),
                arguments=values.written(arguments),
                signature=values.text(part.get("thoughtSignature")),
            )

    def _call_id(self, number: int) -> str:
        """Return an id for a call: the API has none, and two answers must not share any."""
        answer = _NOT_IN_IDS.sub("", self._id or "")[-_ID_LENGTH:]
        return "-".join(filter(None, ("call", answer, str(number + 1))))

    def end(self) -> Iterator[Event]:
        """Yield the events that close the answer; raises when its end never came."""
        finish = self._finish or self._blocked
        if finish is None:
            raise failures.truncated()
        if self._usage:
            yield _usage(self._usage)
        reason = FINISH_REASONS.get(finish, "other")
        if self._finish is None:
            reason = "content_filter"  # the prompt was blocked, whatever the word for it
        elif self._calls and reason in {"stop", "other"}:
            reason = "tool_calls"
        if reason == "content_filter" and self._explanation:
            yield Notice(kind="refusal", message=self._explanation)
        yield Finished(reason=reason, raw=finish)


def _usage(usage: dict[str, Any]) -> Usage:
    answer = values.whole(usage.get("candidatesTokenCount"))
    thoughts = values.whole(usage.get("thoughtsTokenCount"))
    unknown = answer is None and thoughts is None
    return Usage(
        input_tokens=values.whole(usage.get("promptTokenCount")),
        output_tokens=None if unknown else (answer or 0) + (thoughts or 0),
        reasoning_tokens=thoughts,
        cached_tokens=values.whole(usage.get("cachedContentTokenCount")),
        total_tokens=values.whole(usage.get("totalTokenCount")),
        cost=values.number(usage.get("cost")),
    )
