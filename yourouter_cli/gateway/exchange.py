"""One request and its reply as plain values; nothing here knows how bytes travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class HttpRequest(NamedTuple):
    """What to send. `path` is relative to the base URL unless it is a whole URL.

    `body` is in pieces that are sent one after the other, so that a large attachment is never
    copied; it can be sent again for another attempt. `headers` are the dialect's own; the
    transport adds the key, the vendor and what HTTP needs.
    """

    method: str
    path: str
    headers: Mapping[str, str] = {}
    body: tuple[bytes, ...] = ()

    @property
    def content_length(self) -> int:
        """The size of the body in bytes."""
        return sum(map(len, self.body))


class HttpReply(NamedTuple):
    """A whole reply; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Key(Protocol):
    """Something that holds a key and gives it away in one place only."""

    def reveal(self) -> str:
        """Return the key itself."""


class Clocks(NamedTuple):
    """How long to wait, in seconds, for each stage of an exchange; `total` bounds the command."""

    connect: float = 5
    first_byte: float = 120
    idle: float = 60
    total: float | None = None
