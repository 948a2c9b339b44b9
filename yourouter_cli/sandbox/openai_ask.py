"""Reading chat completions: as strict as the upstream, and then in no dialect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.sandbox.exchange import Rejected, decode_object
from yourouter_cli.sandbox.fields import Fields, describe_base64, describe_url, key_of
from yourouter_cli.sandbox.pieces import Ask, Tool, count_tokens
from yourouter_cli.sandbox.scenarios import choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yourouter_cli.sandbox.exchange import Request
    from yourouter_cli.sandbox.memory import Memory

FUNCTION_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ROLES = ("system", "developer", "user", "assistant", "tool")
AUDIO_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}


def read(request: Request, memory: Memory) -> Ask:
    """Check *request* and return what is asked; reject what the upstream would reject."""
    body = Fields(decode_object(request.body))
    body.require("model")
    model = body.text("model") or ""
    choose(model)
    _check_parameters(body)
    messages = _read_messages(body)
    tools = _read_tools(body)
    last_user = max((at for at, said in enumerate(messages) if said.role == "user"), default=-1)
    prompt = messages[last_user]
    all_text = " ".join(part for said in messages for part in (said.text, *said.media))
    options = body.object("stream_options")
    digest = request.digest()
    return Ask(
        model=model,
        prompt=prompt.text,
        digest=digest,
        input_tokens=max(1, count_tokens(all_text)),
        attempts=lambda: memory.count(f"{key_of(request.headers)} {model} {prompt.text}"),
        stream=body.boolean("stream"),
        media=prompt.media,
        user_messages=sum(said.role == "user" for said in messages),
        tools=tools if body.get("tool_choice") != "none" else (),
        forced_tool=_forced_tool(body, tools),
        tool_results=tuple(said.text for said in messages[last_user + 1 :] if said.role == "tool"),
        schema=_read_format(body, all_text),
        max_tokens=_read_limit(body),
        include_usage=options is not None and options.boolean("include_usage"),
        vendor=request.headers.get("vendor", "auto"),
    )


class Said(NamedTuple):
    """A message: who said it, its text, and descriptions of what is attached."""

    role: str
    text: str
    media: tuple[str, ...]


def _check_parameters(body: Fields) -> None:
    body.number("temperature", 0, 2)
    body.number("top_p", 0, 1)
    body.number("presence_penalty", -2, 2)
    body.number("frequency_penalty", -2, 2)
    body.integer("n", 1, 1)
    body.integer("seed", -(2**63), 2**63)
    body.integer("top_logprobs", 0, 20)
    body.boolean("logprobs")
    body.boolean("parallel_tool_calls")
    body.texts("stop", 4)
    body.text("user")
    body.text("reasoning_effort")
    if "stream_options" in body and not body.boolean("stream"):
        raise body.reject("stream_options", "is only allowed when `stream` is true")


def _read_limit(body: Fields) -> int | None:
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise body.reject("max_tokens", "excludes `max_completion_tokens`")
    return body.integer("max_tokens", 1) or body.integer("max_completion_tokens", 1)


def _read_messages(body: Fields) -> list[Said]:
    body.require("messages")
    messages: list[Said] = []
    open_calls: list[str] = []
    for message in body.objects("messages"):
        role = message.choice("role", *ROLES)
        if role == "tool":
            message.require("tool_call_id")
            answered = message.text("tool_call_id") or ""
            if answered not in open_calls:
                raise message.reject("tool_call_id", f"no tool call `{answered}` waits for this")
            open_calls.remove(answered)
        elif open_calls:
            raise message.reject("role", f"the tool call `{open_calls[0]}` was not answered")
        if role == "assistant":
            open_calls = _read_calls(message)
        text, media = _read_content(message, role, has_calls=bool(open_calls))
        messages.append(Said(role, text, media))
    if not messages:
        raise body.reject("messages", "must not be empty")
    if open_calls:
        raise body.reject("messages", f"the tool call `{open_calls[0]}` was not answered")
    return messages


def _read_calls(message: Fields) -> list[str]:
    ids = []
    for call in message.objects("tool_calls"):
        call.require("id")
        call.choice("type", "function")
        call.require("function")
        function = call.object("function") or call
        function.require("name")
        function.text("name")
        if function.text("arguments") is None:
            raise function.reject("arguments", "must be a string")
        ids.append(call.text("id") or "")
    return ids


def _read_content(message: Fields, role: str, *, has_calls: bool) -> tuple[str, tuple[str, ...]]:
    content = message.get("content")
    if content is None and role == "assistant" and (has_calls or "refusal" in message):
        return "", ()
    if isinstance(content, str):
        if not content and role not in {"assistant", "tool"}:
            raise message.reject("content", "must not be empty")
        return content, ()
    message.require("content")
    texts: list[str] = []
    media: list[str] = []
    for part in message.objects("content"):
        if part.choice("type", "text", "image_url", "input_audio", "file", "refusal") == "text":
            part.require("text")
            texts.append(part.text("text") or "")
        elif role != "user":
            raise part.reject("type", f"is not allowed in a message of the role `{role}`")
        else:
            media.append(_describe_part(part))
    if not texts and not media:
        raise message.reject("content", "must not be empty")
    return "\n".join(texts), tuple(media)


def _describe_part(part: Fields) -> str:
    kind = part.text("type") or ""
    part.require(kind)
    given = part.object(kind) or part
    if kind == "image_url":
        given.require("url")
        return describe_url(given.text("url") or "", "image", lambda why: given.reject("url", why))
    if kind == "input_audio":
        media_type = AUDIO_TYPES[given.choice("format", *AUDIO_TYPES)]
        given.require("data")
        return describe_base64(
            given.text("data") or "", media_type, lambda why: given.reject("data", why)
        )
    if "file_id" in given:
        return f"[file {given.text('file_id')}]"
    given.require("file_data")
    return describe_url(
        given.text("file_data") or "", "file", lambda why: given.reject("file_data", why)
    )


def _read_tools(body: Fields) -> tuple[Tool, ...]:
    tools = []
    for tool in body.objects("tools"):
        tool.choice("type", "function")
        tool.require("function")
        function = tool.object("function") or tool
        function.require("name")
        name = function.text("name") or ""
        if not FUNCTION_NAME.fullmatch(name):
            raise function.reject("name", f"`{name}` does not match {FUNCTION_NAME.pattern}")
        parameters = function.object("parameters")
        if parameters is not None and parameters.text("type") not in {None, "object"}:
            raise parameters.reject("type", "must be `object`")
        tools.append(Tool(name, parameters.data if parameters else {}))
    return tuple(tools)


def _forced_tool(body: Fields, tools: Sequence[Tool]) -> Tool | None:
    if "tool_choice" not in body:
        return None
    if not tools:
        raise body.reject("tool_choice", "is only allowed when `tools` are given")
    if isinstance(body.get("tool_choice"), str):
        choice = body.choice("tool_choice", "none", "auto", "required")
        return tools[0] if choice == "required" else None
    choice_object = body.object("tool_choice")
    function = choice_object.object("function") if choice_object else None
    name = function.text("name") if function else None
    for tool in tools:
        if tool.name == name:
            return tool
    raise body.reject("tool_choice", f"there is no tool `{name}`")


def _read_format(body: Fields, all_text: str) -> Mapping[str, Any] | None:
    wanted = body.object("response_format")
    if wanted is None:
        return None
    kind = wanted.choice("type", "text", "json_object", "json_schema")
    if kind == "json_object" and "json" not in all_text.lower():
        raise Rejected(400, "the messages must contain the word `json`", param="response_format")
    if kind != "json_schema":
        return None
    wanted.require("json_schema")
    given = wanted.object("json_schema") or wanted
    given.require("name")
    given.text("name")
    schema = given.object("schema")
    return schema.data if schema else {"type": "object"}
