"""One turn: a request becomes events, through retries and fallback models."""

from __future__ import annotations

import os
from itertools import count, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.conversation import Media
from yourouter_cli.dialects import load
from yourouter_cli.errors import AnswerIncomplete, Attempt, Failure, RequestFailed, UsageProblem
from yourouter_cli.events import Event, Notice
from yourouter_cli.gateway import faults, retry
from yourouter_cli.gateway.retry import Verdict
from yourouter_cli.services.reading import Reading
from yourouter_cli.services.remedies import hints_for
from yourouter_cli.services.retrying import (
    asks_too_long,
    completed,
    failed_attempt,
    going_on,
    reported,
    request_id_in,
    too_late,
    wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from yourouter_cli.clock import Clock
    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.dialects import Dialect
    from yourouter_cli.gateway.exchange import HttpRequest
    from yourouter_cli.gateway.inflight import Exchange
    from yourouter_cli.gateway.transport import Gateway

# Paths that cannot stream, by gateway and path; remembered so that only the first turn pays.
_CANNOT_STREAM: set[str] = set()


class Route(NamedTuple):
    """Whom to ask: `models` in order, the wanted one first; and how hard to try each.

    `retries` are further attempts for a model after its first. `vendor` None lets the gateway
    choose. `headers` go out with every request.
    """

    models: tuple[str, ...]
    dialect: str = "openai"
    vendor: str | None = None
    retries: int = 2
    headers: Mapping[str, str] = {}


def ask(
    request: ChatRequest,
    route: Route,
    gateway: Gateway,
    *,
    pause: Callable[[], None] | None = None,
    tick: float | None = None,
) -> Iterator[Event]:
    """Ask, and yield what happens; the last event is `Finished`.

    *pause* is called before each wait for the network, and every *tick* seconds while waiting.
    Raises `RequestFailed` when no model answered, and `AnswerIncomplete` when an answer broke off
    after some of it had been yielded; both name every attempt.
    """
    turn = Turn(request, route, gateway, load(route.dialect))
    turn.pause, turn.tick = pause, tick
    return turn.run()


def pinned(vendor: str, dialect: str) -> str | None:
    """Return the vendor of a route: *vendor*, for `auto` the one whose API *dialect* is.

    None, where any vendor understands the dialect, lets the gateway choose.
    """
    return load(dialect).VENDOR if vendor == "auto" else vendor


def prepared(
    request: ChatRequest, route: Route, dialect: Dialect, operation: str | None
) -> HttpRequest:
    """Return the HTTP request for *request* on *route*; *operation* is its idempotency key."""
    bare = dialect.request(request)
    routing = {"vendor": route.vendor, "idempotency-key": operation}
    given = {name: value for name, value in routing.items() if value}
    if dialect.MAX_BODY_BYTES and bare.content_length > dialect.MAX_BODY_BYTES:
        raise _too_large(request, bare.content_length, dialect.MAX_BODY_BYTES)
    return bare._replace(headers={**bare.headers, **given, **route.headers})


def _too_large(request: ChatRequest, size: int, limit: int) -> UsageProblem:
    """Return the error for a body that the API would refuse, naming its largest attachment."""
    media = [part for message in request.messages for part in message.parts]
    largest = max(
        (part for part in media if isinstance(part, Media)),
        key=lambda part: part.size,
        default=None,
    )
    named = f"; `{largest.name}` is the largest part of it" if largest else ""
    return UsageProblem(
        f"the request has {size / 2**20:.1f} MB and may have {limit // 2**20} MB at most{named}"
    )


class Turn:
    """The state of one turn, over all its attempts."""

    def __init__(
        self,
        request: ChatRequest,
        route: Route,
        gateway: Gateway,
        dialect: Dialect,
    ) -> None:
        self.request = request
        self.route = route
        self.gateway = gateway
        self.clock: Clock = gateway.clock
        self.dialect = dialect
        self.pause: Callable[[], None] | None = None
        self.tick: float | None = None
        self.attempts: list[Attempt] = []
        self.content_seen = False
        # One key for the whole operation: a gateway that knows it will not answer, or bill, twice.
        self.operation = os.urandom(16).hex()

    def run(self) -> Iterator[Event]:
        """Try each model in turn until one answers."""
        for model, following in zip_longest(self.route.models, self.route.models[1:]):
            failure = yield from self._try_model(model)
            if failure is None:
                return
            if following is None:
                raise self._given_up(failure)
            yield self._fallback_notice(model, following, failure)

    def _try_model(self, model: str) -> Generator[Event, None, Failure | None]:
        """Ask *model* as often as its failures allow.

        Returns None when it answered, else the failure after which the next model may be asked;
        raises when none may.
        """
        timeouts = 0
        for number in count():
            try:
                yield from self._attempt(model)
            except RequestFailed as error:
                failure = error.failure
            else:
                return None
            verdict = retry.classify(failure, content_seen=self.content_seen, timeouts=timeouts)
            timeouts += retry.was_silent(failure)
            is_last = number >= self.route.retries or asks_too_long(failure)
            if verdict is not Verdict.AGAIN or is_last:
                self._record(model, failure)
                if verdict is Verdict.GIVE_UP or not retry.may_move_on(failure):
                    raise self._given_up(failure)
                return failure
            seconds = retry.delay(number, failure.retry_after, self.clock.jitter)
            if last := too_late(failure, seconds, self.gateway):
                self._record(model, failure)
                return last
            self._record(model, failure, waited=seconds)
            yield self._retry_notice(model, failure, seconds, number + 2)
            wait(self.gateway, seconds, pause=self.pause, tick=self.tick)
        return None

    def _attempt(self, model: str) -> Iterator[Event]:
        """Ask *model* once; every failure is a `RequestFailed` with a complete `Failure`."""
        began = self.clock.monotonic()
        with self._opened(self.request._replace(model=model)) as exchange:
            answer = Reading(self, model, exchange, began)
            try:
                yield from answer.events()
            except RequestFailed as error:
                raise RequestFailed(self._completed(error.failure, exchange)) from error

    def _opened(self, request: ChatRequest) -> Exchange:
        """Return the exchange for *request* once it is known to be answered with 200."""
        http = prepared(request, self.route, self.dialect, self.operation)
        if request.stream and self.gateway.url(http.path) in _CANNOT_STREAM:
            request = request._replace(stream=False)
            http = prepared(request, self.route, self.dialect, self.operation)
        exchange = self.gateway.open(http, pause=self.pause, tick=self.tick)
        if request.stream and exchange.status in {404, 405, 501} and "?alt=sse" in http.path:
            exchange.close()
            exchange = self._without_streaming(request, http.path)
        if exchange.status < 300:  # noqa: PLR2004 - 2xx
            return exchange
        with exchange:
            body = exchange.read()
        raise RequestFailed(self._completed(self._failure(exchange, body), exchange))

    def _without_streaming(self, request: ChatRequest, path: str) -> Exchange:
        """Ask for the whole answer at once, since streaming seems not to be offered at *path*.

        What is refused here is refused for another reason, which is the one to report.
        """
        request = request._replace(stream=False)
        http = prepared(request, self.route, self.dialect, self.operation)
        exchange = self.gateway.open(http, pause=self.pause, tick=self.tick)
        if exchange.status < 300:  # noqa: PLR2004 - 2xx
            _CANNOT_STREAM.add(self.gateway.url(path))
        return exchange

    def _failure(self, exchange: Exchange, body: bytes) -> Failure:
        if 300 <= exchange.status < 400:  # noqa: PLR2004 - 3xx
            return faults.redirect_failure(exchange.status, exchange.headers)
        return self.dialect.failure(exchange.status, body)

    def _completed(self, failure: Failure, exchange: Exchange) -> Failure:
        """Return *failure* with what the headers of the reply say about it, and without secrets.

        Those that an error repeats are masked already, but not where it was told under status 200.
        """
        masked = failure._replace(message=self.gateway.mask.excerpt(failure.message))
        names = self.dialect.REQUEST_ID_HEADERS
        return completed(masked, exchange.headers, self.clock.now(), names)

    def request_id(self, exchange: Exchange) -> str | None:
        """Return the id that the reply gives the request, in whichever header."""
        return request_id_in(exchange.headers, self.dialect.REQUEST_ID_HEADERS)

    def _record(self, model: str, failure: Failure, waited: float = 0.0) -> None:
        vendor = self.route.vendor
        self.attempts.append(failed_attempt(failure, model=model, vendor=vendor, waited=waited))

    def _given_up(self, failure: Failure) -> RequestFailed | AnswerIncomplete:
        attempts = tuple(self.attempts)
        if self.content_seen:
            return AnswerIncomplete.after(failure, attempts)
        return RequestFailed(reported(failure), attempts=attempts, hints=hints_for(failure))

    def _retry_notice(self, model: str, failure: Failure, seconds: float, number: int) -> Notice:
        return Notice(
            kind="retry",
            message=f"`{model}`: {going_on(failure, seconds, number, self.route.retries)}",
            details={"model": model, "status": failure.status, "wait_ms": round(seconds * 1000)},
        )

    def _fallback_notice(self, model: str, following: str, failure: Failure) -> Notice:
        return Notice(
            kind="fallback",
            message=f"`{model}`: {failure.message}; using `{following}`",
            details={
                "from": model,
                "to": following,
                "status": failure.status,
                "reason": failure.kind.word,
            },
        )
