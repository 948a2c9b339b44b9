"""Reading JSON that may hold anything: each function returns the wanted type or None."""

from __future__ import annotations

import json
from typing import Any

from yourouter_cli.errors import Failure, FailureKind, RequestFailed

_RAW_DECODE = json.JSONDecoder().raw_decode


def text(value: Any) -> str | None:
    """Return *value* when it is text that is not empty."""
    return value if isinstance(value, str) and value else None


def encodable(value: Any) -> str | None:
    """Return what `text` does, without the halves of characters that JSON lets by and UTF-8 not."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) and value else None


def whole(value: Any) -> int | None:
    """Return *value* as an integer when it is a whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value >= 0 and value == value // 1 else None


def number(value: Any) -> float | None:
    """Return *value* as a float when it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if abs(result) != float("inf") and result == result else None  # noqa: PLR0124 - NaN differs from itself


def table(value: Any) -> dict[str, Any]:
    """Return *value* when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    """Return *value* when it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def parsed(data: str | bytes) -> Any:
    """Return the JSON value in *data*; raises `RequestFailed` when it holds none.

    Bytes that are not UTF-8 are replaced, as they are in a stream: the rest is worth reading.
    """
    text = data if isinstance(data, str) else data.decode("utf-8-sig", "replace")
    try:
        try:
            # What a stream has thousands of: a value and nothing around it, at half the calls.
            value, end = _RAW_DECODE(text)
        except ValueError:
            end = -1
        return value if end == len(text) else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestFailed(not_json(data)) from error


def written(value: Any) -> str:
    """Return *value* as JSON; raises `RequestFailed` when it is nested too deeply for that."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError as error:
        failure = Failure(
            kind=FailureKind.PROTOCOL, message="the gateway sent JSON that is nested too deeply"
        )
        raise RequestFailed(failure) from error


def not_json(data: str | bytes) -> Failure:
    """Return the failure for a reply that ought to be JSON and is something else."""
    shown = data if isinstance(data, str) else data.decode("utf-8", "replace")
    shown = " ".join(shown[:200].split())
    what = f"not JSON: {shown[:80]}" if shown else "nothing at all"
    return Failure(kind=FailureKind.PROTOCOL, message=f"the gateway sent {what}")
