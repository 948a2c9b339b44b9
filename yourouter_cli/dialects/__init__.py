"""How each API speaks: bytes to events and back; no input or output happens here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from yourouter_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.errors import Failure
    from yourouter_cli.events import Event
    from yourouter_cli.gateway.exchange import HttpRequest
    from yourouter_cli.gateway.sse import Frame

# The name on the command line, and the module that speaks it.
DIALECTS = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini"}


class Dialect(Protocol):
    """What a dialect module offers.

    `VENDOR` is the vendor that understands the dialect, None when any does. `REQUEST_ID_HEADERS`
    are the headers, lower case and best first, that name a request. `MAX_BODY_BYTES` is the
    documented limit of a request, None where none is.
    """

    VENDOR: str | None
    REQUEST_ID_HEADERS: tuple[str, ...]
    MAX_BODY_BYTES: int | None

    def request(self, chat: ChatRequest) -> HttpRequest:
        """Return the HTTP request for *chat*; raises `UsageProblem` for what cannot be said."""

    def decode(self, frames: Iterable[Frame]) -> Iterator[Event]:
        """Turn the frames of a stream into events.

        Raises `RequestFailed` when an error object arrives, with the kind that the error's own
        code has, and with kind `TRUNCATED` when the stream ends without its terminal event.
        """

    def decode_whole(self, body: bytes) -> Iterator[Event]:
        """Turn a whole answer into the events a stream would have given."""

    def failure(self, status: int, body: bytes) -> Failure:
        """Say what a reply with an error status means."""


def load(name: str) -> Dialect:
    """Return the dialect called *name*; only its module is imported."""
    if name not in DIALECTS:
        known = ", ".join(f"`{known}`" for known in DIALECTS)
        raise UsageProblem(f"unknown dialect `{name}` (known: {known})")
    return cast("Dialect", import_module(f"{__name__}.{DIALECTS[name]}"))
