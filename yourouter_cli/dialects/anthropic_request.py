"""Writing requests for Anthropic Messages; `anthropic` reads the answers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from yourouter_cli.conversation import Media, Text, ToolOutcome, ToolUse
from yourouter_cli.dialects import values
from yourouter_cli.dialects.body import Body
from yourouter_cli.dialects.thinking import BUDGETS, claude_version
from yourouter_cli.dialects.turns import turns
from yourouter_cli.errors import UsageProblem
from yourouter_cli.gateway.exchange import HttpRequest

if TYPE_CHECKING:
    from yourouter_cli.conversation import ChatRequest, Part

HEADERS = {"anthropic-version": "2023-06-01"}
# A schema is kept to by calling one of these, whose input is the answer; input is always an
# object, so any other value is put under `value` in the second.
ANSWER_TOOL = "yourouter_answer"
BARE_ANSWER_TOOL = "yourouter_answer_value"
# How long an answer may be unless the user says so, by the first version that can write it.
_ANSWER_TOKENS = (((4, 6), 16000), ((3, 7), 8000), ((0, 0), 4096))
# From here on the model decides how long it thinks, and is told how hard to try.
_ADAPTIVE = (4, 6)
_EFFORTS = {"minimal": "low"}
_LEAST_TOP_P_WITH_THINKING = 0.95
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_-]")


def request(chat: ChatRequest) -> HttpRequest:
    """Return the HTTP request for *chat*; raises `UsageProblem` for what Messages cannot say."""
    _check(chat)
    body = Body()
    optional = {
        "system": chat.system or None,
        "stream": chat.stream or None,
        "temperature": chat.temperature,
        "top_p": chat.top_p,
        "stop_sequences": list(chat.stop) or None,
        "tools": _tools(chat) or None,
        "tool_choice": _tool_choice(chat),
        **_thinking(chat),
    }
    document: dict[str, Any] = {
        "model": chat.model,
        "max_tokens": _max_tokens(chat),
        "messages": _messages(chat, body),
    }
    document.update((name, value) for name, value in optional.items() if value is not None)
    return HttpRequest(
        method="POST", path="/messages", headers=HEADERS, body=body.encode(document, chat.params)
    )


def _check(chat: ChatRequest) -> None:
    """Refuse what would be rejected, or silently do something else."""
    if chat.seed is not None:
        raise UsageProblem("the `anthropic` dialect has no `--seed`")
    if chat.temperature is not None and chat.temperature > 1:
        raise UsageProblem(
            f"the `anthropic` dialect takes a `--temperature` from 0 to 1, not {chat.temperature:g}"
        )
    if any(tool.name in {ANSWER_TOOL, BARE_ANSWER_TOOL} for tool in chat.tools):
        raise UsageProblem(f"a tool may not be called `{ANSWER_TOOL}`: that is how a schema is met")
    if not _thinks(chat):
        return
    if chat.temperature not in {None, 1}:
        raise UsageProblem("the `anthropic` dialect has no `--temperature` beside `--reasoning`")
    if chat.top_p is not None and chat.top_p < _LEAST_TOP_P_WITH_THINKING:
        raise UsageProblem(
            "the `anthropic` dialect has no `--top-p` below"
            f" {_LEAST_TOP_P_WITH_THINKING} beside `--reasoning`"
        )
    if chat.schema is not None and not _is_adaptive(chat):
        raise UsageProblem(
            f"`{chat.model}` has no `--schema` beside `--reasoning` in the `anthropic` dialect"
        )


def _thinks(chat: ChatRequest) -> bool:
    return chat.reasoning not in {None, "none"}


def _is_adaptive(chat: ChatRequest) -> bool:
    return claude_version(chat.model) >= _ADAPTIVE


def _thinking(chat: ChatRequest) -> dict[str, Any]:
    """Return the fields that say how much to think."""
    if chat.reasoning is None:
        return {}
    if chat.reasoning == "none":
        return {"thinking": {"type": "disabled"}}
    if _is_adaptive(chat):
        effort = _EFFORTS.get(chat.reasoning, chat.reasoning)
        # Without `display` the newest models keep what they think to themselves.
        thinking = {"type": "adaptive", "display": "summarized"}
        return {"thinking": thinking, "output_config": {"effort": effort}}
    if _goes_on_without_thoughts(chat):
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": BUDGETS[chat.reasoning]}}


def _goes_on_without_thoughts(chat: ChatRequest) -> bool:
    """Whether a tool's result goes to a model whose thoughts before the call are not known.

    Those of another dialect are not; going on to think without them would be rejected.
    """
    spoken = [parts for _, parts in turns(chat.messages)]
    if len(spoken) < 2 or not isinstance(spoken[-1][0], ToolOutcome):  # noqa: PLR2004 - a pair
        return False
    calls = [part for part in spoken[-2] if isinstance(part, ToolUse)]
    return not (calls and _thoughts(calls[0]))


def _max_tokens(chat: ChatRequest) -> int:
    """Return the limit of thoughts and answer together, with room for an answer."""
    version = claude_version(chat.model)
    budget = BUDGETS[chat.reasoning or "none"]
    if chat.max_tokens is not None and (chat.max_tokens > budget or _is_adaptive(chat)):
        return chat.max_tokens
    default = next(tokens for since, tokens in _ANSWER_TOKENS if version >= since)
    return budget + (chat.max_tokens or default)


def _tools(chat: ChatRequest) -> list[dict[str, Any]]:
    tools = [
        {
            "name": tool.name,
            **({"description": tool.description} if tool.description else {}),
            "input_schema": {"type": "object", **tool.parameters},
        }
        for tool in chat.tools
    ]
    return tools if chat.schema is None else [_answer_tool(chat.schema), *tools]


def _answer_tool(schema: Any) -> dict[str, Any]:
    """Return the tool whose input is an answer that fits *schema*."""
    described = {"description": "Give the answer by calling this, once."}
    if schema.get("type") == "object":
        return {"name": ANSWER_TOOL, **described, "input_schema": dict(schema)}
    # References point into the definitions from the root, so these stay there.
    shared = {name: schema[name] for name in ("$defs", "definitions") if name in schema}
    bare = {name: value for name, value in schema.items() if name not in shared}
    around = {"type": "object", "properties": {"value": bare}, "required": ["value"], **shared}
    return {"name": BARE_ANSWER_TOOL, **described, "input_schema": around}


def _tool_choice(chat: ChatRequest) -> dict[str, Any] | None:
    if chat.schema is None:
        return None
    if chat.tools:
        return {"type": "any"}
    return {"type": "tool", "name": _answer_tool(chat.schema)["name"]}


def _messages(chat: ChatRequest, body: Body) -> list[dict[str, Any]]:
    messages = []
    for speaker, parts in turns(chat.messages):
        content: Any = _blocks(parts, body)
        if len(parts) == 1 and isinstance(parts[0], Text):
            content = parts[0].text
        messages.append({"role": speaker, "content": content})
    return messages


def _blocks(parts: list[Part], body: Body) -> list[dict[str, Any]]:
    """Return *parts* as blocks; the thoughts before the first call open the turn, as they did."""
    calls = [part for part in parts if isinstance(part, ToolUse)]
    blocks = _thoughts(calls[0]) if calls else []
    for part in parts:
        if isinstance(part, ToolUse) and part is not calls[0]:
            blocks += _thoughts(part)
        blocks.append(_block(part, body))
    return blocks


def _block(part: Part, body: Body) -> dict[str, Any]:
    match part:
        case Text(words):
            return {"type": "text", "text": words}
        case Media(kind="image"):
            return {"type": "image", "source": _source(part, body)}
        case Media(kind="pdf"):
            return {"type": "document", "source": _source(part, body), "title": part.name}
        case Media():
            raise UsageProblem(f"the `anthropic` dialect takes no audio, so not `{part.name}`")
        case ToolUse():
            call = {"id": _NOT_IN_IDS.sub("_", part.id), "name": part.name}
            return {"type": "tool_use", **call, "input": dict(part.arguments)}
        case ToolOutcome():
            answer = {"tool_use_id": _NOT_IN_IDS.sub("_", part.id), "content": part.result}
            return {"type": "tool_result", **answer, "is_error": part.is_error}


def _source(media: Media, body: Body) -> dict[str, Any]:
    if media.url is not None:
        return {"type": "url", "url": media.url}
    return {"type": "base64", "media_type": media.media_type, "data": body.base64(media)}


def _thoughts(call: ToolUse) -> list[dict[str, Any]]:
    """Return the blocks of thinking in the signature of *call*, none for another API's."""
    try:
        blocks = json.loads(call.signature or "[]")
    except (ValueError, RecursionError):
        return []
    kinds = ("thinking", "redacted_thinking")
    return [block for block in values.rows(blocks) if values.table(block).get("type") in kinds]
