"""Writing requests for Gemini; `gemini` reads the answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from yourouter_cli.conversation import Media, Text, ToolOutcome, ToolUse
from yourouter_cli.dialects import values
from yourouter_cli.dialects.body import Body
from yourouter_cli.dialects.thinking import BUDGETS
from yourouter_cli.dialects.turns import turns
from yourouter_cli.errors import UsageProblem
from yourouter_cli.gateway.exchange import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.conversation import ChatRequest, Part, ReasoningLevel, Tool

MODELS = "/projects/cognition/locations/us/publishers/google/models"
_ROLES = {"user": "user", "assistant": "model"}
# These families are told how hard to think in words; a budget of tokens beside them is refused.
_TAKES_LEVELS = re.compile(r"gemini-(?:[3-9]|\d\d)")
_LEVELS: dict[ReasoningLevel, str] = {
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
_ALWAYS_THINKS = re.compile(r"gemini-(?:2\.5-pro|[3-9]|\d\d)")
# A signature of this API is base64; one of another API's is not to be sent here.
_SIGNATURE = re.compile(r"[A-Za-z0-9+/_=-]+")
# What `parameters` knows of JSON Schema; `parametersJsonSchema` knows all of it, but is younger.
_PLAIN_KEYWORDS = frozenset(
    {
        "type",
        "title",
        "description",
        "enum",
        "items",
        "minItems",
        "maxItems",
        "properties",
        "required",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
    }
)


def request(chat: ChatRequest) -> HttpRequest:
    """Return the HTTP request for *chat*; raises `UsageProblem` for what Gemini cannot say."""
    body = Body()
    document: dict[str, Any] = {"contents": _contents(chat, body)}
    if chat.system:
        document["systemInstruction"] = {"parts": [{"text": chat.system}]}
    if config := _generation_config(chat):
        document["generationConfig"] = config
    if chat.tools:
        document["tools"] = [{"functionDeclarations": [_declaration(tool) for tool in chat.tools]}]
    action = "streamGenerateContent?alt=sse" if chat.stream else "generateContent"
    return HttpRequest(
        method="POST",
        path=f"{MODELS}/{quote(chat.model, safe='')}:{action}",
        body=body.encode(document, chat.params),
    )


def _generation_config(chat: ChatRequest) -> dict[str, Any]:
    optional: dict[str, Any] = {
        "temperature": chat.temperature,
        "topP": chat.top_p,
        "maxOutputTokens": chat.max_tokens,
        "stopSequences": list(chat.stop) or None,
        "seed": chat.seed,
        "thinkingConfig": _thinking(chat),
    }
    if chat.schema is not None:
        optional["responseMimeType"] = "application/json"
        optional["responseJsonSchema"] = dict(chat.schema)
    return {name: value for name, value in optional.items() if value is not None}


def _thinking(chat: ChatRequest) -> dict[str, Any] | None:
    if chat.reasoning is None:
        return None
    if chat.reasoning == "none":
        if _ALWAYS_THINKS.search(chat.model):
            raise UsageProblem(f"`{chat.model}` always thinks: `--reasoning none` is not for it")
        return {"thinkingBudget": 0}
    if _TAKES_LEVELS.search(chat.model):
        return {"thinkingLevel": _LEVELS[chat.reasoning], "includeThoughts": True}
    return {"thinkingBudget": BUDGETS[chat.reasoning], "includeThoughts": True}


def _declaration(tool: Tool) -> dict[str, Any]:
    declaration: dict[str, Any] = {"name": tool.name}
    if tool.description:
        declaration["description"] = tool.description
    if tool.parameters.get("properties"):
        # An object without properties is refused: such a function is declared without parameters.
        field = "parameters" if _is_plain(tool.parameters) else "parametersJsonSchema"
        declaration[field] = dict(tool.parameters)
    return declaration


def _is_plain(schema: Any) -> bool:
    """Whether *schema* keeps to what every version of the API understands."""
    if not isinstance(schema, dict) or not schema.keys() <= _PLAIN_KEYWORDS:
        return False
    if not all(
        isinstance(word, str) for word in [schema.get("type"), *values.rows(schema.get("enum"))]
    ):
        return False
    below = [*values.table(schema.get("properties")).values()]
    below += [schema["items"]] if "items" in schema else []
    return all(map(_is_plain, below))


def _contents(chat: ChatRequest, body: Body) -> list[dict[str, Any]]:
    return [
        {"role": _ROLES[speaker], "parts": [_part(part, body) for part in parts]}
        for speaker, parts in turns(chat.messages)
    ]


def _part(part: Part, body: Body) -> dict[str, Any]:
    match part:
        case Text(words):
            return {"text": words}
        case Media(url=str(url)):
            return {"fileData": {"mimeType": part.media_type, "fileUri": url}}
        case Media():
            return {"inlineData": {"mimeType": part.media_type, "data": body.base64(part)}}
        case ToolUse():
            return _call(part.name, part.arguments, part.signature or "")
        case ToolOutcome():
            outcome = {"error" if part.is_error else "output": part.result}
            return {"functionResponse": {"name": part.name, "response": outcome}}


def _call(name: str, arguments: Mapping[str, Any], signature: str) -> dict[str, Any]:
    call = {"functionCall": {"name": name, "args": dict(arguments)}}
    if _SIGNATURE.fullmatch(signature):
        return {**call, "thoughtSignature": signature}
    return call
