"""Answers, events and errors as JSON: the one place where the documented keys are spelled."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from yourouter_cli.events import Timing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yourouter_cli.errors import Attempt, YourouterError
    from yourouter_cli.events import Answer, Finished, Notice, Started, ToolCall, Usage

SCHEMA = 1
_ABSENT: Any = object()
_INVISIBLE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_line(value: object, *, visible: bool = False) -> str:
    """Return *value* as JSON on one line, newline included.

    With *visible*, for a terminal, characters that would steer it are escaped as JSON allows.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return (escaped(text) if visible else text) + "\n"


def escaped(text: str) -> str:
    """Return the JSON *text* with the characters escaped that would steer a terminal."""
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def answer_json(
    answer: Answer,
    *,
    conversation: str | None = None,
    parsed: object = _ABSENT,
    attempts: Iterable[Attempt] = (),
) -> dict[str, Any]:
    """Return everything known about *answer*; unknown values are None.

    *conversation* is the id under which it is kept. *parsed* is the validated object where
    structured output was asked for; without it the key is absent. *attempts* are those of an
    answer that broke off; one that ended knows its own.
    """
    started, finished = answer.started, answer.finished
    timing = finished.timing if finished else Timing(first_byte_ms=started.first_byte_ms)
    return {
        "schema": SCHEMA,
        "id": started.id,
        "model": started.model,
        "requested_model": started.requested_model,
        "vendor": started.vendor,
        "dialect": started.dialect,
        "text": answer.text,
        "reasoning": answer.reasoning or None,
        "tool_calls": [tool_call_json(call) for call in answer.tool_calls],
        **({} if parsed is _ABSENT else {"parsed": parsed}),
        "finish": finished and finished.reason,
        "finish_raw": finished and finished.raw,
        "usage": usage_json(answer.usage),
        "timing": timing_json(timing),
        "attempts": attempts_json(finished.attempts if finished else attempts),
        "request_id": started.request_id,
        "vendor_message_id": started.vendor_message_id,
        "conversation": conversation,
    }


def tool_call_json(call: ToolCall) -> dict[str, Any]:
    """Return one whole tool call; `result` is there when its command was run."""
    found: dict[str, Any] = {"id": call.id, "name": call.name, "arguments": call.arguments}
    if call.result is not None:
        found["result"] = call.result
    return found


def usage_json(usage: Usage) -> dict[str, Any]:
    """Return the counted tokens and the cost that the gateway reported."""
    return usage._asdict()


def timing_json(timing: Timing) -> dict[str, Any]:
    """Return the durations, to a tenth of a millisecond, and the tokens per second."""
    return {name: _rounded(value) for name, value in timing._asdict().items()}


def attempts_json(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """Return the tries that were made, the one that answered last."""
    return [attempt._asdict() for attempt in attempts]


def notice_json(notice: Notice) -> dict[str, Any]:
    """Return something the user should know."""
    return {"kind": notice.kind, "message": notice.message, "details": dict(notice.details)}


def notice_line(notice: Notice, *, visible: bool) -> str:
    """Return *notice* as the line that standard error gets where it is JSON."""
    return json_line({"notice": notice_json(notice)}, visible=visible)


def started_json(started: Started) -> dict[str, Any]:
    """Return what is known when the gateway begins to answer."""
    return {**started._asdict(), "first_byte_ms": _rounded(started.first_byte_ms)}


def finished_json(finished: Finished) -> dict[str, Any]:
    """Return what is known when the answer is complete."""
    return {
        "finish": finished.reason,
        "finish_raw": finished.raw,
        "timing": timing_json(finished.timing),
        "attempts": attempts_json(finished.attempts),
    }


def error_json(error: YourouterError) -> dict[str, Any]:
    """Return *error* as programs get it, on standard error and at the end of JSON lines."""
    return {
        "code": int(error.exit_code),
        "kind": error.kind,
        "message": error.message,
        "hint": "\n".join(error.hints) or None,
        "status": error.status,
        "request_id": error.request_id,
        "attempts": attempts_json(error.attempts),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
