"""What sends batches of texts, and gateways that refuse some of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import KEY, FakeClock
from tests.embedding import packed, refusal
from tests.gateway.opened import gateway_at
from yourouter_cli.errors import RequestFailed
from yourouter_cli.services.embed.asking import Asker
from yourouter_cli.services.embed.send import Fetched, RowFailure, Sender
from yourouter_cli.services.embed.wire import EmbedRoute
from yourouter_cli.services.pace import Pace
from yourouter_cli.settings.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    from tests.gateway.answering import Says
    from yourouter_cli.clock import Clock
    from yourouter_cli.gateway.transport import Gateway

TEXTS = [f"text {number}" for number in range(16)]


class House:
    """A sender with all that it needs, behind *gateway*; `waits` is the clock that it waits by."""

    def __init__(self, gateway: Gateway, waits: FakeClock, *, workers: int, **route: Any) -> None:
        self.waits = waits
        self.told: list[str] = []
        self.pace = Pace(workers, 256, gateway.clock)
        self.asker = Asker(gateway, EmbedRoute(model="m", **route), self.pace, self.told.append)
        self.sender = Sender(self.asker)

    def fetch(self, texts: Sequence[str] = TEXTS) -> Fetched:
        """Fetch vectors for *texts*."""
        return self.sender.fetch(texts)

    def error(self, texts: Sequence[str] = TEXTS) -> RequestFailed:
        """Return the error that fetching ends in."""
        with pytest.raises(RequestFailed) as raised:
            self.sender.fetch(texts)
        return raised.value


class Builder:
    """Builds houses; their gateways are open for as long as *stack* is."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(
        self, base_url: str, *, clock: Clock | None = None, workers: int = 1, **route: Any
    ) -> House:
        """Return a house at *base_url*."""
        waits = FakeClock(running=True)
        opening = gateway_at(base_url, clock=clock or waits, key=Secret(KEY))
        return House(self._stack.enter_context(opening), waits, workers=workers, **route)


def came(fetched: Fetched, texts: Sequence[str] = TEXTS) -> dict[str, RowFailure]:
    """Return the texts that failed; the vectors of all others must be theirs."""
    failed = {}
    for text, vector in zip(texts, fetched.vectors, strict=True):
        if isinstance(vector, RowFailure):
            failed[text] = vector
        else:
            assert packed(text) == bytes(vector)
    return failed


def rejects(is_bad: Callable[[list[str]], bool], *further: Any, **fields: Any) -> Any:
    """Return a decision that refuses the batches that are bad."""
    return lambda texts: refusal(*(further or ("no",)), **fields) if is_bad(texts) else None


def once(answer: Says, times: int = 1) -> Callable[[list[str]], Says | None]:
    """Return a decision that gives *answer* a number of times, and then lets vectors pass."""
    left = [answer] * times
    lock = threading.Lock()

    def decide(_: list[str]) -> Says | None:
        with lock:
            return left.pop() if left else None

    return decide
