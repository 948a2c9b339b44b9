"""Values that fit a JSON Schema, made from nothing but the schema and the prompt's last word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yourouter_cli.sandbox.exchange import Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

# A schema that contains itself ends: first what is optional is left out, then all the rest.
MOST_DEPTH = 16
MOST_OPTIONAL_DEPTH = 6
MOST_ITEMS = 1000
MOST_LETTERS = 100_000
FORMATS: Mapping[str, str] = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1S",
    "email": "sandbox@example.com",
    "hostname": "example.com",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
# A text of each of these types: the first whose type was not asked for does not fit.
OTHERS: Mapping[str | None, str] = {
    "string": '"this does not fit"',
    "boolean": "false",
    "object": '{"unexpected":["sandbox"]}',
    None: "null",
}


def text_fitting(schema: Mapping[str, Any], prompt: str) -> str:
    """Return compact JSON that fits *schema*: texts are the prompt's last word, numbers 1.

    Patterns and unique items are not heeded. A schema that makes no sense is rejected.
    """
    words = prompt.split()
    try:
        value = _value(schema, words[-1] if words else "sandbox", schema, 0)
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        # Whatever in it has not the type that its keyword demands.
        raise Rejected(400, "the JSON Schema is not valid", param="schema") from None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_not_fitting(schema: Mapping[str, Any] | None) -> str:
    """Return JSON of a type that *schema* does not ask for."""
    asked = _types(schema or {})
    return next(text for kind, text in OTHERS.items() if kind not in asked)


def _types(schema: Mapping[str, Any]) -> list[str]:
    given = schema.get("type")
    names = given if isinstance(given, list) else [given]
    # Gemini's own schema language writes the types in capitals.
    return [name.lower() for name in names if isinstance(name, str)]


def _value(schema: Any, word: str, root: Mapping[str, Any], depth: int) -> Any:
    if not isinstance(schema, dict) or depth > MOST_DEPTH:
        return None
    if isinstance(schema.get("$ref"), str):
        return _value(_resolve(schema["$ref"], root), word, root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            return _value(schema[key][0], word, root, depth + 1)
    if isinstance(schema.get("allOf"), list):
        merged = _merge([schema, *schema["allOf"]], root)
        return _value(merged, word, root, depth + 1)
    return _typed(schema, word, root, depth)


def _typed(schema: Mapping[str, Any], word: str, root: Mapping[str, Any], depth: int) -> Any:
    kinds = [kind for kind in _types(schema) if kind != "null"]
    match kinds[0] if kinds else _implied(schema):
        case "object":
            return _object(schema, word, root, depth)
        case "array":
            return _array(schema, word, root, depth)
        case "string":
            return _string(schema, word)
        case "integer":
            return int(_number(schema))
        case "number":
            return _number(schema)
        case "boolean":
            return True
    return None if "null" in _types(schema) else word


def _implied(schema: Mapping[str, Any]) -> str:
    if "properties" in schema or "required" in schema:
        return "object"
    return "array" if "items" in schema else ""


def _object(
    schema: Mapping[str, Any], word: str, root: Mapping[str, Any], depth: int
) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    required = schema.get("required") or []
    wanted = properties if depth <= MOST_OPTIONAL_DEPTH else required
    names = [name for name in [*properties, *required] if name in wanted or name in required]
    return {name: _value(properties.get(name, {}), word, root, depth + 1) for name in names}


def _array(schema: Mapping[str, Any], word: str, root: Mapping[str, Any], depth: int) -> list[Any]:
    usual = 1 if depth <= MOST_OPTIONAL_DEPTH else 0
    count = min(schema.get("minItems", usual), schema.get("maxItems", MOST_ITEMS), MOST_ITEMS)
    first = [_value(item, word, root, depth + 1) for item in schema.get("prefixItems", [])]
    rest = schema.get("items", {})
    return first + [_value(rest, word, root, depth + 1)] * (count - len(first))


def _string(schema: Mapping[str, Any], word: str) -> str:
    text = FORMATS.get(schema.get("format", ""), word)
    shortest = min(schema.get("minLength", 0), MOST_LETTERS)
    text = text if len(text) >= shortest else text.ljust(shortest, "x")
    return text[: schema["maxLength"]] if "maxLength" in schema else text


def _number(schema: Mapping[str, Any]) -> float:
    number: float = 1
    if "exclusiveMinimum" in schema:
        number = max(number, schema["exclusiveMinimum"] + 1)
    if "exclusiveMaximum" in schema:
        number = min(number, schema["exclusiveMaximum"] - 1)
    number = max(number, schema.get("minimum", number))
    number = min(number, schema.get("maximum", number))
    step = schema.get("multipleOf")
    return -(-number // step) * step if step else number


def _resolve(reference: str, root: Mapping[str, Any]) -> Any:
    found: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _merge(schemas: list[Any], root: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for schema in schemas:
        found = (
            _resolve(schema["$ref"], root)
            if isinstance(schema, dict) and "$ref" in schema
            else schema
        )
        if not isinstance(found, dict):
            continue
        properties = merged.get("properties", {}) | found.get("properties", {})
        required = [*merged.get("required", []), *found.get("required", [])]
        merged |= {name: value for name, value in found.items() if name != "allOf"}
        merged |= {"properties": properties, "required": required} if properties else {}
    return merged
