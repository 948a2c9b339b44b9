"""What an answer of the sandbox says, read from each wire without the program's own dialects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.gateway.caller import Answer

Calls = tuple[tuple[str, Any], ...]


class Heard(NamedTuple):
    """The text, the reasoning, the calls (name and arguments) and the word for the end."""

    text: str = ""
    thoughts: str = ""
    calls: Calls = ()
    end: str | None = None


def _openai(answer: Answer) -> Heard:
    if "event-stream" not in answer.headers["content-type"]:
        choice = answer.json["choices"][0]
        return _openai_message([choice["message"]], choice["finish_reason"])
    choices = [choice for event in answer.events for choice in event.get("choices", [])]
    ends = [choice["finish_reason"] for choice in choices if choice["finish_reason"]]
    return _openai_message([choice["delta"] for choice in choices], ends[0] if ends else None)


def _openai_message(deltas: list[dict[str, Any]], end: str | None) -> Heard:
    calls: dict[int, list[str]] = {}
    for delta in deltas:
        for position, call in enumerate(delta.get("tool_calls") or []):
            known = calls.setdefault(call.get("index", position), ["", ""])
            known[0] += call["function"].get("name", "")
            known[1] += call["function"]["arguments"]
    return Heard(
        "".join(delta.get("content") or "" for delta in deltas),
        "".join(delta.get("reasoning_content") or "" for delta in deltas),
        tuple((name, json.loads(arguments)) for name, arguments in calls.values()),
        end,
    )


def _anthropic(answer: Answer) -> Heard:
    if "event-stream" not in answer.headers["content-type"]:
        return _anthropic_message(answer.json["content"], answer.json["stop_reason"])
    blocks: dict[int, dict[str, Any]] = {}
    end = None
    for event in answer.events:
        match event:
            case {"type": "content_block_start", "index": index, "content_block": block}:
                blocks[index] = {**block, "json": ""}
            case {"type": "content_block_delta", "index": index, "delta": delta}:
                for key, target in _ANTHROPIC_DELTAS.items():
                    blocks[index][target] = blocks[index].get(target, "") + delta.get(key, "")
            case {"type": "message_delta", "delta": {"stop_reason": end}}:
                pass
    for block in blocks.values():
        block["input"] = json.loads(block["json"] or "{}")
    return _anthropic_message(list(blocks.values()), end)


_ANTHROPIC_DELTAS = {"text": "text", "thinking": "thinking", "partial_json": "json"}


def _anthropic_message(blocks: list[dict[str, Any]], end: str | None) -> Heard:
    return Heard(
        "".join(block["text"] for block in blocks if block["type"] == "text"),
        "".join(block["thinking"] for block in blocks if block["type"] == "thinking"),
        tuple((block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"),
        end,
    )


def _gemini(answer: Answer) -> Heard:
    is_stream = "event-stream" in answer.headers["content-type"]
    responses = answer.events if is_stream else [answer.json]
    if responses and isinstance(responses[0], list):
        responses = responses[0]
    candidates = [each for response in responses for each in response.get("candidates", [])]
    parts = [part for each in candidates for part in each.get("content", {}).get("parts", [])]
    blocked = [
        response["promptFeedback"]["blockReason"]
        for response in responses[-1:]
        if "promptFeedback" in response
    ]
    ends = [each["finishReason"] for each in candidates if "finishReason" in each]
    return Heard(
        "".join(part.get("text", "") for part in parts if not part.get("thought")),
        "".join(part["text"] for part in parts if part.get("thought")),
        tuple(
            (part["functionCall"]["name"], part["functionCall"]["args"])
            for part in parts
            if "functionCall" in part
        ),
        (blocked + ends + [None])[0],
    )


HEAR: Mapping[str, Callable[[Answer], Heard]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "gemini": _gemini,
}
