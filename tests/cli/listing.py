"""Gateways that list their models, and what a list of them shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.gateway.answering import Asked, Says, Silence

if TYPE_CHECKING:
    from collections.abc import Callable

CATALOG = "this is the built-in catalogue\n"


def listing(*ids: str) -> Says:
    """Return the reply that lists *ids*, as OpenAI does."""
    rows = [{"id": name, "object": "model", "created": 5, "owned_by": "us"} for name in ids]
    return Says({"object": "list", "data": rows})


def always(answer: Says | Silence) -> Callable[[Asked], Says | Silence]:
    """Return a gateway's mind that knows one answer."""
    return lambda _: answer


def first_cells(stdout: str) -> list[str]:
    """Return the first cell of each line."""
    return [line.split("\t")[0] for line in stdout.splitlines()]
