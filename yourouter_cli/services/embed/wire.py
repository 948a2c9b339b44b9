"""What travels: a request for vectors, and the vectors as packed little-endian 32-bit floats."""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

from yourouter_cli.dialects import values
from yourouter_cli.dialects.body import merged
from yourouter_cli.dialects.failures import failure_in
from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATH = "/embeddings"
FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedRoute:
    """Whom to ask for vectors, for which ones, and how hard to try.

    `dimensions` None takes the model's own size. `vendor` None lets the gateway choose. `params`
    are further body fields, which win. `retries` are further attempts after the first.
    """

    model: str
    dimensions: int | None = None
    vendor: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    retries: int = 2


@dataclass(frozen=True, slots=True)
class Vectors:
    """The answer to a request: `size` floats for each input, packed one after the other.

    `tokens` and `cost` are None where the gateway did not say.
    """

    data: bytes
    size: int
    tokens: int | None = None
    cost: float | None = None


def request(
    route: EmbedRoute, texts: Sequence[str], *, base64: bool = True, operation: str = ""
) -> HttpRequest:
    """Return the HTTP request for the vectors of *texts*; *operation* is its idempotency key."""
    from orjson import dumps  # 0.5 ms that --dry-run does without

    body: dict[str, Any] = {"model": route.model, "input": texts}
    if base64:
        body["encoding_format"] = "base64"
    if route.dimensions is not None:
        body["dimensions"] = route.dimensions
    routing = {"vendor": route.vendor, "idempotency-key": operation}
    given = {name: value for name, value in routing.items() if value}
    return HttpRequest(
        method="POST",
        path=PATH,
        headers={**given, **route.headers},
        body=(dumps(merged(body, route.params)),),
    )


def answered(body: bytes, count: int) -> Vectors:
    """Return the vectors in *body*, in the order of the *count* inputs.

    Raises `RequestFailed` for anything else than that many finite vectors of one size.
    """
    # orjson reads base64 vectors 5 times, and lists 25 times as fast as json does.
    from orjson import loads

    try:
        document = values.table(loads(body))
    except ValueError:
        # Perhaps for one byte that is no UTF-8, in words that nobody asked for: read as others are.
        document = values.table(values.parsed(body))
    if document.get("error") and not document.get("data"):
        raise RequestFailed(failure_in(document["error"]))
    items = _in_order(values.rows(document.get("data")), count)
    pieces = [packed(item.get("embedding")) for item in items]
    length = len(pieces[0])
    if not length or length % FLOAT_BYTES or any(len(piece) != length for piece in pieces):
        sizes = sorted({len(piece) / FLOAT_BYTES for piece in pieces})
        raise wrong("vectors of " + " and ".join(f"{size:g}" for size in sizes) + " numbers")
    data = b"".join(pieces)
    if not is_finite(data):
        raise wrong("a vector with a number that is not finite")
    usage = values.table(document.get("usage"))
    tokens = values.whole(usage.get("prompt_tokens"))
    return Vectors(
        data,
        length // FLOAT_BYTES,
        values.whole(usage.get("total_tokens")) if tokens is None else tokens,
        values.number(usage.get("cost")),
    )


def _in_order(data: list[Any], count: int) -> list[dict[str, Any]]:
    """Return the items of *data* in the order of their `index`; all or none may have one."""
    items = [values.table(item) for item in data]
    if len(items) != count:
        raise wrong(f"{len(items)} vectors for {count} texts")
    indices = [item.get("index") for item in items]
    if indices == list(range(count)) or indices == [None] * count:
        return items
    if {index for index in indices if type(index) is int} != set(range(count)):
        raise wrong("vectors whose indices are not those of the texts")
    return sorted(items, key=lambda item: int(item["index"]))


def packed(embedding: Any) -> bytes:
    """Return one embedding, base64 or a list of numbers, as packed floats."""
    if isinstance(embedding, str):
        try:
            return binascii.a2b_base64(embedding, strict_mode=True)
        except ValueError:
            raise wrong("a vector that is not valid base64") from None
    numbers = values.rows(embedding)
    try:
        return struct.pack(f"<{len(numbers)}f", *numbers)
    except struct.error:
        raise wrong("a vector that is no list of numbers") from None
    except OverflowError:
        raise wrong("a vector with a number that is not finite") from None


def numbers_in(embedding: Any) -> int:
    """Return how many finite numbers one embedding has, base64 or a list; 0 for what is none."""
    try:
        data = packed(embedding)
    except RequestFailed:
        return 0
    return 0 if len(data) % FLOAT_BYTES or not is_finite(data) else len(data) // FLOAT_BYTES


def is_finite(data: bytes) -> bool:
    """Return whether all packed floats in *data* are finite.

    Only a float whose last byte is 0x7f or 0xff can be infinite or no number, and embeddings are
    never that large: looking for those bytes is 20 times as fast as looking at the numbers.
    """
    last = data[FLOAT_BYTES - 1 :: FLOAT_BYTES]
    if b"\x7f" not in last and b"\xff" not in last:
        return True
    return all(map(isfinite, struct.unpack(f"<{len(data) // FLOAT_BYTES}f", data)))


def wrong(what: str) -> RequestFailed:
    """Return the error for an answer that cannot be used; worth another try."""
    return RequestFailed(
        Failure(kind=FailureKind.PROTOCOL, message=f"the gateway answered with {what}")
    )


def param_of(body: bytes) -> str:
    """Return the field of the request that the error in *body* blames, or nothing."""
    from orjson import loads  # imported by now

    try:
        document = values.table(loads(body))
    except ValueError:
        return ""
    error = values.table(document.get("error")) or document
    return values.text(error.get("param")) or ""
