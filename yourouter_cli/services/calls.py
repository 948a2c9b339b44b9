"""One request with a whole reply, through retries: for all that is not an answer of a model."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from yourouter_cli.dialects.failures import failure_of
from yourouter_cli.errors import ConfigProblem, FailureKind, RequestFailed
from yourouter_cli.gateway import faults, retry
from yourouter_cli.gateway.exchange import HttpReply
from yourouter_cli.gateway.retry import Verdict
from yourouter_cli.services.remedies import hints_for
from yourouter_cli.services.retrying import (
    asks_too_long,
    completed,
    failed_attempt,
    going_on,
    reported,
    too_late,
    wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.errors import Attempt, Failure
    from yourouter_cli.gateway.exchange import HttpRequest
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.retrying import Pause

    Tell = Callable[[str], None]

# After one of these nobody can say whether the gateway did what it was asked for.
_DOUBTFUL = frozenset(
    {
        FailureKind.TIMEOUT,
        FailureKind.RESET,
        FailureKind.PROTOCOL,
        FailureKind.TRUNCATED,
        FailureKind.UNAVAILABLE,
    }
)


class Call:
    """One request, sent again as its failures allow.

    *retries* are further attempts; with *replayable* false only those are made that follow a
    failure to connect. *tell* is told of each wait. *pause* is called before each wait for the
    network and every *tick* seconds while waiting. *model* is who is named in the attempts.
    """

    def __init__(
        self,
        gateway: Gateway,
        request: HttpRequest,
        *,
        retries: int,
        replayable: bool = True,
        model: str = "",
        tell: Tell | None = None,
        pause: Pause | None = None,
        tick: float | None = None,
    ) -> None:
        self.in_doubt = False
        """Whether the gateway may have done what it was asked for, without our knowing."""
        self._gateway = gateway
        self._request = request
        self._retries = retries
        self._replayable = replayable
        self._model = model
        self._tell = tell
        self._pause = pause
        self._tick = tick
        self._attempts: list[Attempt] = []

    def run(self) -> HttpReply:
        """Return the reply, whose status is 2xx; raises `RequestFailed` with every attempt."""
        timeouts = 0
        for number in count():
            try:
                return self._attempt()
            except RequestFailed as error:
                failure = error.failure
            except ConfigProblem:
                self.in_doubt = False  # found while the connection was prepared
                raise
            self.in_doubt = failure.kind in _DOUBTFUL and failure.clock != "connect"
            verdict = retry.classify(failure, replayable=self._replayable, timeouts=timeouts)
            timeouts += retry.was_silent(failure)
            is_last = number >= self._retries or asks_too_long(failure)
            if verdict is not Verdict.AGAIN or is_last:
                break
            seconds = retry.delay(number, failure.retry_after, self._gateway.clock.jitter)
            if last := too_late(failure, seconds, self._gateway):
                self._record(failure)
                raise self._given_up(last)
            self._record(failure, waited=seconds)
            if self._tell:
                self._tell(going_on(failure, seconds, number + 2, self._retries))
            wait(self._gateway, seconds, pause=self._pause, tick=self._tick)
        self._record(failure)
        raise self._given_up(reported(failure))

    def _attempt(self) -> HttpReply:
        self.in_doubt = True
        with self._gateway.open(self._request, pause=self._pause, tick=self._tick) as exchange:
            reply = HttpReply(
                status=exchange.status, headers=exchange.headers, body=exchange.read()
            )
        if reply.status < 300:  # noqa: PLR2004 - 2xx
            return reply
        raise RequestFailed(completed(refusal(reply), reply.headers, self._gateway.clock.now()))

    def _given_up(self, failure: Failure) -> RequestFailed:
        return RequestFailed(failure, attempts=tuple(self._attempts), hints=hints_for(failure))

    def _record(self, failure: Failure, waited: float = 0.0) -> None:
        vendor = self._request.headers.get("vendor")
        self._attempts.append(
            failed_attempt(failure, model=self._model, vendor=vendor, waited=waited)
        )


def refusal(reply: HttpReply) -> Failure:
    """Return what *reply*, whose status is not 2xx, means; no model is unknown here, but a path."""
    if 300 <= reply.status < 400:  # noqa: PLR2004 - 3xx
        return faults.redirect_failure(reply.status, reply.headers)
    return failure_of(reply.status, reply.body)
