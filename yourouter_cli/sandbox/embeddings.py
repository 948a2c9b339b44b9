"""Embeddings: checked like the upstream's, with the misbehaviour that a model's name asks for."""

from __future__ import annotations

import re
from binascii import b2a_base64
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from yourouter_cli.sandbox.exchange import (
    JSON,
    Cut,
    Rejected,
    Reply,
    decode_object,
    encode,
    is_number,
)
from yourouter_cli.sandbox.failures import unknown_model
from yourouter_cli.sandbox.fields import Fields
from yourouter_cli.sandbox.scenarios import PREFIX
from yourouter_cli.sandbox.vectors import NATIVE_SIZE, vector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.sandbox.exchange import Request
    from yourouter_cli.sandbox.memory import Memory

MOST_INPUTS = 2048
MOST_TOKENS = 8192
MOST_TOKENS_TOGETHER = 300_000
LETTERS_A_TOKEN = 4
WORD = re.compile(r"\w+")

# Whether the name takes a number: how often, or which dice.
KINDS = {
    "embed": False,
    "embed-rate-limit": True,
    "embed-flaky": True,
    "embed-float": False,
    "embed-short": False,
    "embed-nan": False,
}


class Job(NamedTuple):
    """What is to be embedded: the words of each input, and how to write the vectors."""

    model: str
    inputs: list[list[str]]
    tokens: int
    size: int
    base64: bool


def respond(request: Request, memory: Memory) -> Reply:
    """Answer an embeddings request."""
    body = Fields(decode_object(request.body))
    body.require("model")
    kind, number = _split_model(body.text("model") or "")
    job = _read(body)
    match kind:
        case "embed-rate-limit":
            if memory.count(job.model) % (number or 2) == 0:
                raise _rate_limited()
        case "embed-flaky":
            return _flaky(job, memory.count(job.model), number)
        case "embed-float":
            return _written(job._replace(base64=False))
        case "embed-short":
            return _written(job._replace(inputs=job.inputs[:-1]))
        case "embed-nan":
            return _written(job, poison=True)
    return _written(job)


def _split_model(model: str) -> tuple[str, int]:
    kind, colon, number = model.removeprefix(PREFIX).partition(":")
    well_formed = not colon or is_number(number)
    if kind not in KINDS or not well_formed or (colon and not KINDS[kind]):
        raise unknown_model(model)
    return kind, int(number or 0)


def _read(body: Fields) -> Job:
    inputs: list[list[str]] = []
    tokens = 0
    items = _items(body)
    for index, item in enumerate(items):
        if type(item) is not type(items[0]):
            raise body.reject(f"input[{index}]", "is not of the same kind as the first input")
        words, count = _measure(body, index, item)
        if count > MOST_TOKENS:
            raise body.reject(
                f"input[{index}]", f"has about {count} tokens, the most is {MOST_TOKENS}"
            )
        inputs.append(words)
        tokens += count
    if tokens > MOST_TOKENS_TOGETHER:
        raise body.reject(
            "input", f"all inputs have {tokens} tokens, the most is {MOST_TOKENS_TOGETHER}"
        )
    form = "encoding_format" in body and body.choice("encoding_format", "float", "base64")
    return Job(
        model=PREFIX + (body.text("model") or "").removeprefix(PREFIX),
        inputs=inputs,
        tokens=tokens,
        size=body.integer("dimensions", 1, NATIVE_SIZE) or NATIVE_SIZE,
        base64=form == "base64",
    )


def _items(body: Fields) -> list[Any]:
    """Return the inputs as a list, whichever of the four forms they have."""
    body.require("input")
    given = body.get("input")
    if isinstance(given, str):
        return [given]
    items = body.array("input")
    if not items:
        raise body.reject("input", "must not be empty")
    if isinstance(items[0], int):
        return [items]
    if len(items) > MOST_INPUTS:
        raise body.reject("input", f"has {len(items)} inputs, the most is {MOST_INPUTS}")
    return items


def _measure(body: Fields, index: int, item: Any) -> tuple[list[str], int]:
    """Return the words and the estimated tokens of one input."""
    if not item:
        raise body.reject(f"input[{index}]", "must not be empty")
    if isinstance(item, str):
        return WORD.findall(item.lower()), max(1, len(item) // LETTERS_A_TOKEN)
    if isinstance(item, list) and all(type(token) is int and token >= 0 for token in item):
        return [f"token {token}" for token in item], len(item)
    raise body.reject(f"input[{index}]", "must be a string or an array of token numbers")


def _written(job: Job, *, poison: bool = False) -> Reply:
    data: list[dict[str, Any]] = []
    for index, words in enumerate(job.inputs):
        numbers = vector(words, job.size)
        if poison:
            numbers[0] = float("nan")
        embedding = b2a_base64(numbers, newline=False).decode() if job.base64 else numbers.tolist()
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    usage = {"prompt_tokens": job.tokens, "total_tokens": job.tokens}
    answer = {"object": "list", "data": data, "model": job.model, "usage": usage}
    return Reply(200, JSON, encode(answer))


def _rate_limited() -> Rejected:
    return Rejected(429, "rate limit reached, try again in 10 ms", headers={"retry-after-ms": "10"})


def _flaky(job: Job, count: int, seed: int) -> Reply:
    """Fail in the way that the dice of *seed* say for the request number *count*."""
    match crc32(f"{seed} {count}".encode()) % 10:
        case 0:
            raise _rate_limited()
        case 1:
            raise Rejected(500, "the sandbox fails, as its model's name asks")
        case 2:
            return Reply(0, {}, (Cut("reset", early=True),))
        case 3:
            reply = _written(job)
            body = bytes(reply.body) if isinstance(reply.body, bytes) else b""
            return reply._replace(body=_half(body), length=len(body))
    return _written(job)


def _half(body: bytes) -> Iterator[bytes | Cut]:
    yield body[: len(body) // 2]
    yield Cut("break")
