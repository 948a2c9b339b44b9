"""What a job is, how far it has come, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from yourouter_cli.services.embed.numbers import FLOAT32

if TYPE_CHECKING:
    from yourouter_cli.services.embed.send import RowFailure
    from yourouter_cli.services.embed.sources import Row
    from yourouter_cli.services.embed.wire import EmbedRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedJob:
    """What kind of vectors to make, and how hard to press the gateway."""

    route: EmbedRoute
    batch_size: int = 256
    concurrency: int = 8
    dtype: str = FLOAT32


@dataclass(slots=True)
class Tally:
    """How far the work is.

    `read` are the rows drawn from the sources, `rows` those that are done with, `failed` those of
    them that have no vector. `size` is how many numbers a vector has. `tokens` and `cost` are what
    the gateway reported, None when it never did.
    """

    read: int = 0
    rows: int = 0
    failed: int = 0
    requests: int = 0
    retried: int = 0
    in_flight: int = 0
    size: int = 0
    tokens: int | None = None
    cost: float | None = None

    def count(self, requests: int, tokens: int | None, cost: float | None) -> None:
        """Add what one batch took."""
        self.requests += requests
        if tokens is not None:
            self.tokens = (self.tokens or 0) + tokens
        if cost is not None:
            self.cost = (self.cost or 0.0) + cost


class Watch(Protocol):
    """Who is told how it goes; from one thread, but for `note`, which any may call."""

    def note(self, message: str) -> None:
        """Take something the user should know."""

    def failed(self, index: int, row: Row, failure: RowFailure) -> None:
        """Take a row that has no vector, in the order of the rows."""

    def progress(self, tally: Tally) -> None:
        """Take how far it is; called often."""
