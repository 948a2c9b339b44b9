"""OpenAI chat completions: `POST {base}/chat/completions`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from yourouter_cli.conversation import Media, Text, ToolOutcome, ToolUse
from yourouter_cli.dialects import failures, values
from yourouter_cli.dialects.body import Body
from yourouter_cli.errors import RequestFailed, UsageProblem
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
from yourouter_cli.gateway.exchange import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.conversation import ChatRequest, Message, Tool
    from yourouter_cli.gateway.sse import Frame

VENDOR: str | None = None
REQUEST_ID_HEADERS = ("x-request-id", "request-id")
MAX_BODY_BYTES: int | None = None

FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
# What a sound's media type says after `audio/`, and what it is called here.
_AUDIO_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav"}
# The families that refuse `max_tokens`: it would not count what they think.
_COUNTS_REASONING = re.compile(r"^(?:ft:|[\w.-]+/)?(o\d|gpt-5)")

failure = failures.failure_of


def request(chat: ChatRequest) -> HttpRequest:
    """Return the HTTP request for *chat*."""
    body = Body()
    document: dict[str, Any] = {"model": chat.model, "messages": _messages(chat, body)}
    if chat.stream:
        document["stream"] = True
        document["stream_options"] = {"include_usage": True}
    length = "max_completion_tokens" if _COUNTS_REASONING.match(chat.model) else "max_tokens"
    optional = {
        length: chat.max_tokens,
        "temperature": chat.temperature,
        "top_p": chat.top_p,
        "seed": chat.seed,
        "stop": list(chat.stop) or None,
        "reasoning_effort": chat.reasoning,
        "tools": [_tool(tool) for tool in chat.tools] or None,
        "response_format": _response_format(chat),
    }
    document.update((name, value) for name, value in optional.items() if value is not None)
    return HttpRequest(
        method="POST", path="/chat/completions", body=body.encode(document, chat.params)
    )


def _response_format(chat: ChatRequest) -> dict[str, Any] | None:
    if chat.schema is None:
        return None
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(chat.schema)}}


def _tool(tool: Tool) -> dict[str, Any]:
    nothing = {"type": "object", "properties": {}}
    function: dict[str, Any] = {
        "name": tool.name,
        "parameters": dict(tool.parameters) or nothing,
    }
    if tool.description:
        function["description"] = tool.description
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def _messages(chat: ChatRequest, body: Body) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if chat.system is not None:
        messages.append({"role": "system", "content": chat.system})
    for message in chat.messages:
        messages += _spoken(message, body)
    return messages


def _spoken(message: Message, body: Body) -> Iterator[dict[str, Any]]:
    """Yield *message* as this API has it; each outcome of a tool is a message of its own."""
    for part in message.parts:
        if isinstance(part, ToolOutcome):
            yield {"role": "tool", "tool_call_id": part.id, "content": part.result}
    if message.role == "tool":
        return
    spoken: dict[str, Any] = {"role": message.role, "content": message.text}
    if any(isinstance(part, Media) for part in message.parts):
        contents = [part for part in message.parts if isinstance(part, Text | Media)]
        spoken["content"] = [_part(part, body) for part in contents]
    calls = [part for part in message.parts if isinstance(part, ToolUse)]
    if calls:
        spoken["content"] = message.text or None
        spoken["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
                },
            }
            for call in calls
        ]
    yield spoken


def _part(part: Text | Media, body: Body) -> dict[str, Any]:
    match part:
        case Text(words):
            return {"type": "text", "text": words}
        case Media(kind="image"):
            url = part.url or body.data_url(part)
            return {"type": "image_url", "image_url": {"url": url}}
        case Media(kind="pdf"):
            file = {"filename": part.name, "file_data": part.url or body.data_url(part)}
            return {"type": "file", "file": file}
        case Media():
            if part.url is not None:
                raise UsageProblem(f"the `openai` dialect takes audio as a file, not as {part.url}")
            kind = part.media_type.partition("/")[2]
            sound = {"data": body.base64(part), "format": _AUDIO_FORMATS.get(kind, kind)}
            return {"type": "input_audio", "input_audio": sound}


class _Progress:
    """What a stream has told so far about how it will end."""

    def __init__(self) -> None:
        self.started = False
        self.finish: str | None = None
        self.refusal: list[str] = []
        self.called: set[int] = set()

    def end(self) -> Iterator[Event]:
        """Yield the events that close the answer."""
        if self.refusal:
            yield Notice(kind="refusal", message="".join(self.refusal))
            yield Finished(reason="content_filter", raw="refusal")
            return
        reason = FINISH_REASONS.get(self.finish or "", "other")
        if self.called and reason in {"stop", "other"}:
            reason = "tool_calls"  # some upstreams say `stop` after calling
        yield Finished(reason=reason, raw=self.finish)


def decode(frames: Iterable[Frame]) -> Iterator[Event]:
    """Turn chat completion chunks into events; the last one is always `Finished`."""
    progress = _Progress()
    done = False
    for _, data in frames:
        if not data.strip():
            continue  # some gateways keep the connection alive this way
        if data.startswith("[DONE]"):
            done = True
            break
        yield from _chunk(values.parsed(data), progress, "delta")
    if progress.finish is None and not done:
        raise failures.truncated()
    yield from progress.end()


def decode_whole(body: bytes) -> Iterator[Event]:
    """Turn a whole chat completion into the events that a stream would have given."""
    document = values.parsed(body)
    if not values.rows(values.table(document).get("choices")):
        raise RequestFailed(failures.failure_instead(document, "choice"))
    progress = _Progress()
    yield from _chunk(document, progress, "message")
    yield from progress.end()


def _chunk(chunk: Any, progress: _Progress, field: str) -> Iterator[Event]:
    """Yield the events of one chunk; shapes that are not known are let by."""
    if not isinstance(chunk, dict):
        return
    if chunk.get("error"):
        # An overload can arrive under status 200; the caller decides what to do about it.
        raise RequestFailed(failures.failure_in(chunk["error"]))
    if not progress.started:
        progress.started = True
        yield Started(id=values.text(chunk.get("id")), model=values.text(chunk.get("model")))
    choices = chunk.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        choice = choices[0]
        delta = choice.get(field)
        if isinstance(delta, dict):
            yield from _delta(delta, progress)
        finish = choice.get("finish_reason")
        if isinstance(finish, str) and finish:
            progress.finish = finish
    if isinstance(usage := chunk.get("usage"), dict):
        yield _usage(usage)


def _delta(delta: dict[str, Any], progress: _Progress) -> Iterator[Event]:
    content = delta.get("content")
    if content and len(delta) == 1 and isinstance(content, str):
        yield TextDelta(content)  # what nearly every chunk of a stream is
        return
    for name in ("reasoning_content", "reasoning"):
        if isinstance(thought := delta.get(name), str) and thought:
            yield ReasoningDelta(thought)
            break  # some gateways send both, with the same text
    if isinstance(content, str):
        if content:
            yield TextDelta(content)
    elif isinstance(content, list):
        for part in content:
            if words := values.text(values.table(part).get("text")):
                yield TextDelta(words)
    if isinstance(refusal := delta.get("refusal"), str) and refusal:
        progress.refusal.append(refusal)
    if calls := delta.get("tool_calls"):
        for position, call in enumerate(values.rows(calls)):
            yield _call(values.table(call), position, progress)


def _call(call: dict[str, Any], position: int, progress: _Progress) -> ToolCallDelta:
    function = values.table(call.get("function"))
    arguments = function.get("arguments")
    if isinstance(arguments, dict):
        arguments = values.written(arguments)
    index = values.whole(call.get("index"))
    index = position if index is None else index
    # Some servers give calls no ids, but results have to name the call they are of.
    made = None if index in progress.called else f"call-{index + 1}"
    progress.called.add(index)
    return ToolCallDelta(
        index=index,
        id=values.text(call.get("id")) or made,
        name=values.text(function.get("name")),
        arguments=values.text(arguments) or "",
    )


def _usage(usage: dict[str, Any]) -> Usage:
    prompt = values.table(usage.get("prompt_tokens_details"))
    completion = values.table(usage.get("completion_tokens_details"))
    return Usage(
        input_tokens=values.whole(usage.get("prompt_tokens")),
        output_tokens=values.whole(usage.get("completion_tokens")),
        reasoning_tokens=values.whole(completion.get("reasoning_tokens")),
        cached_tokens=values.whole(prompt.get("cached_tokens")),
        total_tokens=values.whole(usage.get("total_tokens")),
        cost=values.number(usage.get("cost")),
    )
