"""One request for vectors, as often as its failures allow."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yourouter_cli.dialects.failures import failure_of
from yourouter_cli.errors import Attempt, Failure, FailureKind, RequestFailed
from yourouter_cli.gateway import faults, retry
from yourouter_cli.gateway.retry import Verdict
from yourouter_cli.services.embed import wire
from yourouter_cli.services.remedies import hints_for
from yourouter_cli.services.retrying import asks_too_long, completed, failed_attempt, reported

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.embed.wire import EmbedRoute, Vectors
    from yourouter_cli.services.pace import Pace

# What an answer may hold: a vector of 4,096 numbers written out has 90 KB.
_BYTES_A_TEXT = 128 * 1024
_BYTES_A_NUMBER = 32
_BYTES_BESIDE = 1024 * 1024
_OVERLOADED = frozenset({503, 529})
# A wait that the user is told of, whatever it changes.
_LONG_SECONDS = 5.0


@dataclass(slots=True)
class Refusal:
    """Why a request was not answered after all its attempts.

    `param` is the field of the request that the gateway blames, if it says so.
    """

    failure: Failure
    param: str = ""
    attempts: list[Attempt] = field(default_factory=list)

    def error(self) -> RequestFailed:
        """Return the error that ends the command."""
        failure, attempts = self.failure, tuple(self.attempts)
        return RequestFailed(reported(failure), attempts=attempts, hints=hints_for(failure))


class Asker:
    """Asks for vectors; one for all workers.

    *told* gets a line for what the user should know, from any thread. `size` is how many numbers
    each vector has, None until the first answer unless the route says it; `retried` counts the
    further attempts.
    """

    def __init__(
        self,
        gateway: Gateway,
        route: EmbedRoute,
        pace: Pace,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.pace = pace
        self.route = route
        self.told = told
        self.size = route.dimensions
        self.retried = 0
        self._gateway = gateway
        self._takes_base64 = True
        self._lock = threading.Lock()

    def ask(self, texts: Sequence[str]) -> Vectors | Refusal:
        """Return the vectors of *texts*, or why they cannot be had."""
        attempts: list[Attempt] = []
        # One key for all attempts: a gateway that knows it will not answer, or bill, twice.
        operation = os.urandom(16).hex()
        number = timeouts = 0
        while True:
            successes = self.pace.successes
            mark = self.pace.begin()
            try:
                answer = self._exchange(texts, operation)
            finally:
                self.pace.end()
            if not isinstance(answer, Refusal):
                self.pace.speed_up()
                return answer
            failure = answer.failure
            is_last = self._is_last(failure, number, timeouts)
            wait = retry.delay(number, failure.retry_after, self._gateway.clock.jitter)
            attempts.append(self._attempt(failure, 0 if is_last else wait))
            if is_last:
                answer.attempts = attempts
                return answer
            timeouts += retry.was_silent(failure)
            number += 1
            self.retried += 1
            if failure.kind is FailureKind.RATE_LIMIT or failure.status in _OVERLOADED:
                self._slow_down(failure, mark, wait)
                if self.pace.successes > successes:
                    number = 0  # others get through: it is a question of waiting
            else:
                self.pace.sleep(wait)

    def _slow_down(self, failure: Failure, mark: int, wait: float) -> None:
        if self.pace.slow_down(mark, wait) or wait >= _LONG_SECONDS:
            pace = self.pace
            self.told(
                f"{failure.message}; waiting {wait:.2g} s,"
                f" then {pace.limit} at a time with up to {pace.batch} texts"
            )

    def _is_last(self, failure: Failure, number: int, timeouts: int) -> bool:
        """Return whether attempt *number*, counted from 0, that ended so is the last one."""
        return (
            retry.classify(failure, timeouts=timeouts) is not Verdict.AGAIN
            or number >= self.route.retries
            or asks_too_long(failure)
        )

    def _attempt(self, failure: Failure, waited: float) -> Attempt:
        route = self.route
        return failed_attempt(failure, model=route.model, vendor=route.vendor, waited=waited)

    def _exchange(self, texts: Sequence[str], operation: str) -> Vectors | Refusal:
        """Send one request; returns its answer, or why there is none."""
        with_base64 = self._takes_base64
        request = wire.request(self.route, texts, base64=with_base64, operation=operation)
        try:
            reply = self._gateway.fetch(request, limit=self._limit(len(texts)))
            if 200 <= reply.status < 300:  # noqa: PLR2004 - 2xx
                return self._fitting(wire.answered(reply.body, len(texts)))
        except RequestFailed as error:
            failure = error.failure
            # Errors are masked already, but not what is told under status 200.
            return Refusal(failure._replace(message=self._gateway.mask.excerpt(failure.message)))
        if 300 <= reply.status < 400:  # noqa: PLR2004 - 3xx
            return Refusal(faults.redirect_failure(reply.status, reply.headers))
        param = wire.param_of(reply.body)
        failure = failure_of(reply.status, reply.body)
        if with_base64 and "encoding_format" in param + failure.message:
            self._takes_base64 = False
            return self._exchange(texts, operation)
        return Refusal(completed(failure, reply.headers, self._gateway.clock.now()), param)

    def _limit(self, count: int) -> int:
        """Return how many bytes an answer with *count* vectors may have."""
        return _BYTES_BESIDE + count * max(_BYTES_A_TEXT, _BYTES_A_NUMBER * (self.size or 0))

    def _fitting(self, vectors: Vectors) -> Vectors:
        """Return *vectors* when they are as long as all the others."""
        with self._lock:
            if self.size is None:
                self.size = vectors.size
        if vectors.size == self.size:
            return vectors
        message = f"vectors of {vectors.size} numbers instead of {self.size}"
        error = wire.wrong(message)
        if self.pace.successes:
            raise error
        # A model that cannot do what was asked for will not learn it, and bills every try.
        raise RequestFailed(error.failure._replace(status=200, should_retry=False))
