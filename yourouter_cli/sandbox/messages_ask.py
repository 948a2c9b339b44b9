"""Reading Messages: as strict as the upstream, and then in no dialect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.sandbox.exchange import Rejected, decode_object
from yourouter_cli.sandbox.fields import Fields, describe_base64, describe_url, key_of
from yourouter_cli.sandbox.pieces import Ask, Tool, count_tokens
from yourouter_cli.sandbox.scenarios import choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.sandbox.exchange import Request
    from yourouter_cli.sandbox.memory import Memory

TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
LEAST_THINKING = 1024
USER_BLOCKS = ("text", "image", "document", "tool_result")
ASSISTANT_BLOCKS = ("text", "tool_use", "thinking", "redacted_thinking")
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


class Turn(NamedTuple):
    """A message: who said it, its text, what is attached, and the tool calls or results in it."""

    role: str
    text: str
    media: tuple[str, ...]
    calls: tuple[str, ...]
    results: tuple[tuple[str, str], ...]


def read(request: Request, memory: Memory) -> Ask:
    """Check *request* and return what is asked; reject what the upstream would reject."""
    if "anthropic-version" not in request.headers:
        raise Rejected(400, "header is required", param="anthropic-version")
    body = Fields(decode_object(request.body))
    body.require("model")
    model = body.text("model") or ""
    choose(model)
    body.require("max_tokens")
    max_tokens = body.integer("max_tokens", 1)
    tools = _read_tools(body)
    forced = _forced_tool(body, tools)
    _check_parameters(body, max_tokens or 0, is_forced=forced is not None)
    turns = _read_turns(body)
    system = _read_system(body)
    asked_at = [at for at, turn in enumerate(turns) if turn.role == "user" and not turn.results]
    last = asked_at[-1] if asked_at else 0
    prompt = turns[last].text
    said = [part for turn in turns for part in (turn.text, *turn.media)]
    said += [result for turn in turns for _, result in turn.results]
    choice = body.object("tool_choice")
    return Ask(
        model=model,
        prompt=prompt,
        digest=request.digest(),
        input_tokens=max(1, count_tokens(" ".join([system, *said]))),
        attempts=lambda: memory.count(f"{key_of(request.headers)} {model} {prompt}"),
        stream=body.boolean("stream"),
        media=turns[last].media,
        user_messages=sum(turn.role == "user" for turn in turns),
        tools=() if choice is not None and choice.text("type") == "none" else tools,
        forced_tool=forced,
        tool_results=tuple(text for turn in turns[last + 1 :] for _, text in turn.results),
        schema=_read_format(body),
        max_tokens=max_tokens,
        vendor=request.headers.get("vendor", "auto"),
    )


def _check_parameters(body: Fields, max_tokens: int, *, is_forced: bool) -> None:
    temperature = body.number("temperature", 0, 1)
    body.number("top_p", 0, 1)
    body.integer("top_k", 0)
    body.integer("n", 1, 1)
    body.array("stop_sequences")
    body.texts("stop_sequences", 8192)
    thinking = body.object("thinking")
    if thinking is None or thinking.choice("type", "enabled", "adaptive", "disabled") != "enabled":
        return
    thinking.require("budget_tokens")
    budget = thinking.integer("budget_tokens", LEAST_THINKING) or 0
    if budget >= max_tokens:
        raise body.reject("max_tokens", "must be greater than `thinking.budget_tokens`")
    if temperature not in {None, 1}:
        raise body.reject("temperature", "may only be 1 when thinking is enabled")
    if is_forced:
        raise body.reject("tool_choice", "may not force a tool when thinking is enabled")


def _read_system(body: Fields) -> str:
    if isinstance(body.get("system"), str):
        return str(body.get("system"))
    texts = []
    for block in body.objects("system"):
        block.choice("type", "text")
        texts.append(_non_empty_text(block))
    return " ".join(texts)


def _read_turns(body: Fields) -> list[Turn]:
    body.require("messages")
    turns: list[Turn] = []
    waiting: tuple[str, ...] = ()
    for message in body.objects("messages"):
        role = message.choice("role", "user", "assistant")
        turn = _read_turn(message, role)
        answered = [call for call, _ in turn.results]
        for call in answered:
            if call not in waiting:
                raise message.reject("content", f"no `tool_use` block has the id `{call}`")
        for call in waiting:
            if call not in answered:
                raise message.reject("content", f"the `tool_use` block `{call}` has no result")
        waiting = turn.calls
        turns.append(turn)
    if not turns:
        raise body.reject("messages", "at least one message is required")
    if turns[0].role != "user":
        raise body.reject("messages", "the first message must have the role `user`")
    if waiting:
        raise body.reject("messages", f"the `tool_use` block `{waiting[0]}` has no result")
    return turns


def _read_turn(message: Fields, role: str) -> Turn:
    content = message.get("content")
    if not content:
        raise message.reject("content", "messages must have non-empty content")
    if isinstance(content, str):
        return Turn(role, content, (), (), ())
    texts: list[str] = []
    media: list[str] = []
    calls: list[str] = []
    results: list[tuple[str, str]] = []
    for block in message.objects("content"):
        match block.choice("type", *(USER_BLOCKS if role == "user" else ASSISTANT_BLOCKS)):
            case "text":
                texts.append(_non_empty_text(block))
            case "image" | "document" as kind:
                media.append(_describe_source(block, kind))
            case "tool_use":
                calls.append(_read_call(block))
            case "tool_result":
                results.append(_read_result(block))
            case "thinking":
                block.require("thinking")
                block.require("signature")
    return Turn(role, "\n".join(texts), tuple(media), tuple(calls), tuple(results))


def _non_empty_text(block: Fields) -> str:
    text = block.text("text")
    if not text:
        raise block.reject("text", "text content blocks must be non-empty")
    return text


def _read_call(block: Fields) -> str:
    for name in ("id", "name", "input"):
        block.require(name)
    block.text("name")
    block.object("input")
    return block.text("id") or ""


def _read_result(block: Fields) -> tuple[str, str]:
    block.require("tool_use_id")
    block.boolean("is_error")
    call = block.text("tool_use_id") or ""
    content = block.get("content")
    if isinstance(content, str):
        return call, content
    texts = []
    for part in block.objects("content"):
        kind = part.choice("type", "text", "image", "document")
        texts.append(_non_empty_text(part) if kind == "text" else _describe_source(part, kind))
    return call, "\n".join(texts)


def _describe_source(block: Fields, kind: str) -> str:
    block.require("source")
    source = block.object("source") or block
    word = "image" if kind == "image" else "file"
    match source.choice("type", "base64", "url", "text", "file"):
        case "base64":
            allowed = IMAGE_TYPES if kind == "image" else ("application/pdf",)
            media_type = source.choice("media_type", *allowed)
            source.require("data")
            return describe_base64(
                source.text("data") or "", media_type, lambda why: source.reject("data", why)
            )
        case "url":
            source.require("url")
            return describe_url(
                source.text("url") or "", word, lambda why: source.reject("url", why)
            )
        case "text" if kind == "document":
            source.choice("media_type", "text/plain")
            data = (source.text("data") or "").encode("utf-8", "replace")
            return f"[file text/plain {len(data)} bytes]"
        case "file":
            source.require("file_id")
            return f"[{word} {source.text('file_id')}]"
    raise source.reject("type", f"is not allowed in a block of the type `{kind}`")


def _read_tools(body: Fields) -> tuple[Tool, ...]:
    tools = []
    for tool in body.objects("tools"):
        tool.require("name")
        name = tool.text("name") or ""
        if not TOOL_NAME.fullmatch(name):
            raise tool.reject("name", f"`{name}` does not match {TOOL_NAME.pattern}")
        tool.require("input_schema")
        schema = tool.object("input_schema") or tool
        schema.choice("type", "object")
        tools.append(Tool(name, schema.data))
    return tuple(tools)


def _forced_tool(body: Fields, tools: tuple[Tool, ...]) -> Tool | None:
    choice = body.object("tool_choice")
    if choice is None:
        return None
    if not tools:
        raise body.reject("tool_choice", "may only be given with `tools`")
    match choice.choice("type", "auto", "any", "none", "tool"):
        case "any":
            return tools[0]
        case "tool":
            choice.require("name")
            for tool in tools:
                if tool.name == choice.text("name"):
                    return tool
            raise choice.reject("name", f"there is no tool `{choice.text('name')}`")
    return None


def _read_format(body: Fields) -> Mapping[str, Any] | None:
    config = body.object("output_config")
    wanted = config.object("format") if config else None
    if wanted is None:
        return None
    wanted.choice("type", "json_schema")
    wanted.require("schema")
    schema = wanted.object("schema")
    return schema.data if schema else None
