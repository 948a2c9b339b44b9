"""One question to the sandbox on each wire, with two tools on offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.gateway.caller import Answer, Caller

WIRES = ("openai", "anthropic", "gemini")
PROMPT = "one two three four"
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
}


def ask(caller: Caller, wire: str, model: str, *, stream: bool, **more: Any) -> Answer:
    """Ask *model* on *wire*, with two tools on offer."""
    prompt = more.get("prompt", PROMPT)
    if wire == "openai":
        functions = [{"name": "weather", "parameters": SCHEMA}, {"name": "other"}]
        tools: Any = [{"type": "function", "function": function} for function in functions]
        return caller.chat(model, prompt, stream=stream, tools=tools)
    if wire == "anthropic":
        tools = [{"name": "weather", "input_schema": SCHEMA}]
        tools.append({"name": "other", "input_schema": {"type": "object"}})
        return caller.message(model, prompt, stream=stream, tools=tools)
    declared = [{"name": "weather", "parametersJsonSchema": SCHEMA}, {"name": "other"}]
    tools = [{"functionDeclarations": declared}]
    return caller.generate(model, prompt, stream=stream, tools=tools)
