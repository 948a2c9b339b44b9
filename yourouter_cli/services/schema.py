"""Structured output: the answer is JSON that fits a schema, or it is said why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yourouter_cli import strict_json
from yourouter_cli.conversation import Message, Text
from yourouter_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yourouter_cli.conversation import ChatRequest

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
# What these hold is not a schema, whatever it looks like.
_DATA = ("const", "default", "enum", "example", "examples")
_FENCE = re.compile(r"\A\s*```[\w+-]*[ \t]*\n(?P<inside>.*?)\n?[ \t]*```\s*\Z", re.DOTALL)


def parsed_schema(text: str, name: str) -> dict[str, Any]:
    """Return the JSON Schema in *text*; raises `UsageProblem` when it is none."""
    # jsonschema costs 90 ms; only who asks for structured output pays for it.
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    try:
        schema = strict_json.read(text)
    except (ValueError, RecursionError) as error:
        raise UsageProblem(f"{name} is not JSON: {error}") from None
    if not isinstance(schema, dict):
        raise UsageProblem(f"{name} is not a JSON Schema: an object is wanted")
    if not isinstance(schema.get("$schema", ""), str):
        raise UsageProblem(f"{name} is not a JSON Schema: `$schema` is not text")
    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        fault = Misfit(_short(error.message), pointer(error.absolute_path))
        raise UsageProblem(f"{name} is not a JSON Schema: {fault}") from None
    for reference in _references(schema):
        if why := _astray(reference, schema):
            raise UsageProblem(
                f"{name} is not a JSON Schema: the reference `{_short(reference)}` {why}"
            )
    return schema


def _references(schema: Any) -> Iterator[str]:
    """Yield what the references anywhere in *schema* say; data such as an `enum` has none."""
    if isinstance(schema, list):
        for below in schema:
            yield from _references(below)
    elif isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword in _REFERENCES and isinstance(value, str):
                yield value
            elif keyword not in _DATA:
                yield from _references(value)


def _astray(reference: str, schema: dict[str, Any]) -> str | None:
    """Return why *reference* leads to nothing that an answer can be held against, if it does.

    What is behind an address is not fetched: a schema is all there, or it is none.
    """
    from jsonschema.validators import validator_for  # imported by now

    if not reference.startswith("#"):
        return "leads out of it"
    validator = validator_for(schema)(schema)
    try:
        for _ in validator.evolve(schema={"$ref": reference}).iter_errors(None):
            pass
    except RecursionError:
        return "leads back to itself"
    except Exception:  # noqa: BLE001 - what it raises is not part of its interface
        return "leads nowhere"
    return None


class Misfit(Exception):
    """Why an answer does not fit; `where` is a JSON pointer into it, None when it is no JSON."""

    def __init__(self, why: str, where: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.where = where

    def __str__(self) -> str:
        if self.where is None:
            return self.why
        return f"at `{self.where}`: {self.why}" if self.where else f"at the root: {self.why}"


def fitting(text: str, schema: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the JSON in *text*, without fences, as text and as a value; raises `Misfit`."""
    # Imported by now.
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for

    bare = unfenced(text).strip()
    try:
        value = strict_json.read(bare)
    except (ValueError, RecursionError) as error:
        raise Misfit(f"it is not JSON: {error}") from None
    fault = best_match(validator_for(schema)(schema).iter_errors(value))
    if fault is not None:
        raise Misfit(_short(fault.message), pointer(fault.absolute_path))
    return bare, value


def unfenced(text: str) -> str:
    """Return *text* without the code fence that models like to put around JSON."""
    fenced = _FENCE.match(text)
    return fenced["inside"] if fenced else text


def repaired(request: ChatRequest, answer: str, misfit: Misfit) -> ChatRequest:
    """Return the request that shows the model its own *answer* and what is wrong with it."""
    complaint = (
        f"That answer does not fit the JSON Schema: {misfit}."
        " Reply with the corrected JSON only, without any other text."
    )
    return request._replace(
        messages=(
            *request.messages,
            Message("assistant", (Text(answer),)),
            Message("user", (Text(complaint),)),
        ),
    )


def pointer(path: Any) -> str:
    """Return *path*, a sequence of names and positions, as a JSON pointer (RFC 6901)."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def _short(message: str) -> str:
    return message if len(message) <= 200 else message[:200] + "…"  # noqa: PLR2004 - one line
