"""Is it connected: every model by every vendor is asked one small question, each on its own."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.conversation import ChatRequest, Message, Text
from yourouter_cli.dialects import values
from yourouter_cli.dialects.failures import failure_instead
from yourouter_cli.errors import (
    AnswerIncomplete,
    Failure,
    FailureKind,
    RequestFailed,
    YourouterError,
)
from yourouter_cli.events import Usage, collect
from yourouter_cli.gateway.exchange import HttpRequest
from yourouter_cli.services.ask import Route, ask, pinned
from yourouter_cli.services.brief import brief
from yourouter_cli.services.listing import within
from yourouter_cli.services.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from yourouter_cli.events import Answer
    from yourouter_cli.gateway.exchange import HttpReply
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.catalog import Kind

PROMPT = "Reply with exactly: connected"
EXPECTED = "connected"
CELL_SECONDS = 60.0
# Enough for a model that thinks before it says one word, little for one that will not stop.
MOST_TOKENS = 1024
_LONGEST_SHOWN = 60
_NOBODY_THERE = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CONNECT,
        FailureKind.TLS,
        FailureKind.PROXY,
        FailureKind.TIMEOUT,
        FailureKind.RESET,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask, and how hard.

    An answer is right when, trimmed, it is `expect`; with None, any is. Unless `is_exact` capitals,
    quotes and a final point make no difference. `retries` are further attempts after a failure that
    may pass, within the `seconds` that one run may take. `repeat` is how often each cell is asked,
    one time after the other; `concurrency` how many at once.
    """

    prompt: str = PROMPT
    expect: str | None = EXPECTED
    is_exact: bool = False
    dialect: str = "openai"
    params: Mapping[str, Any] = field(default_factory=dict)
    retries: int = 1
    repeat: int = 1
    concurrency: int = 8
    seconds: float = CELL_SECONDS


class Place(NamedTuple):
    """One cell of the matrix: a model, what it makes, and who is to serve it."""

    model: str
    kind: Kind
    vendor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of asking once: `error` is None when it was what was expected.

    `dimensions` are the numbers of a vector that was asked for; `is_reached` says whether anybody
    answered, if only with a refusal.
    """

    error: str | None = None
    kind: FailureKind | None = None
    status: int | None = None
    first_token_ms: float | None = None
    total_ms: float | None = None
    usage: Usage = field(default_factory=Usage)
    vendor_message_id: str | None = None
    dimensions: int | None = None
    is_reached: bool = True


class Spread(NamedTuple):
    """How several durations in milliseconds are spread."""

    min: float
    median: float
    p95: float

    @classmethod
    def of(cls, durations: Sequence[float | None]) -> Spread | None:
        """Return the spread of *durations*, or None when none of them is known."""
        known = sorted(duration for duration in durations if duration is not None)
        if not known:
            return None
        middle = len(known) // 2
        median = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
        # The nearest rank: the least duration that 95 % of all do not exceed.
        return cls(known[0], median, known[math.ceil(len(known) * 0.95) - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the matrix, and all its runs."""

    place: Place
    runs: tuple[Run, ...]

    @property
    def telling(self) -> Run:
        """The run that speaks for the cell: the first that failed, else the first."""
        return next((run for run in self.runs if run.error is not None), self.runs[0])

    @property
    def ok(self) -> bool:
        """Whether every run was as expected."""
        return self.telling.error is None

    @property
    def first_token(self) -> Spread | None:
        """How long it took to the first piece of the answer."""
        return Spread.of([run.first_token_ms for run in self._timed])

    @property
    def total(self) -> Spread | None:
        """How long it took in all."""
        return Spread.of([run.total_ms for run in self._timed])

    @property
    def _timed(self) -> Sequence[Run]:
        """The runs that went well, or where none did, those that failed."""
        return [run for run in self.runs if run.error is None] or self.runs


def check(
    places: Sequence[Place], plan: Plan, gateway: Gateway, tick: Callable[[int], None] | None = None
) -> Iterator[Cell]:
    """Ask at every place, many at once, and yield the cells in order.

    What fails in one cell is told in that cell and stops no other. *tick* is called while waiting,
    with how many cells are done.
    """
    done: list[Place] = []

    def tested(place: Place) -> Cell:
        runs = tuple(_run(place, plan, gateway) for _ in range(plan.repeat))
        done.append(place)
        return Cell(place=place, runs=runs)

    # Made here, once: the threads would each make one.
    gateway.client()
    with Pool(tested, places, size=plan.concurrency) as pool:
        yield from pool.results(tick and (lambda: tick(len(done))))


def unreached(cells: Sequence[Cell]) -> Failure | None:
    """Return why none of *cells* reached anybody, or None when one did."""
    if not cells or any(run.is_reached for cell in cells for run in cell.runs):
        return None
    first = cells[0].runs[0]
    return Failure(
        kind=first.kind or FailureKind.CONNECT,
        message=f"none of {len(cells)} could be reached: {first.error}",
    )


def _run(place: Place, plan: Plan, gateway: Gateway) -> Run:
    """Ask once; whatever goes wrong is the run's."""
    bounded = within(gateway, plan.seconds)
    try:
        if place.kind == "embedding":
            return embedded(place, plan, bounded)
        return _answered(place, plan, bounded)
    except YourouterError as error:
        kind = next((kind for kind in FailureKind if kind.word == error.kind), None)
        status, attempts = error.status, error.attempts
        cut = isinstance(error, AnswerIncomplete)
        spoken = cut or status is not None or any(one.status is not None for one in attempts)
        is_reached = spoken or kind not in _NOBODY_THERE
        failed = Run(error=error.message, kind=kind, status=status, is_reached=is_reached)
    except Exception as error:  # noqa: BLE001 - one cell never stops the others
        failed = Run(error=f"unexpected {type(error).__name__}: {error}")
    passed = gateway.clock.monotonic() - bounded.started
    return replace(failed, total_ms=round(passed * 1000, 1))


def _answered(place: Place, plan: Plan, gateway: Gateway) -> Run:
    """Ask a model for words."""
    request = ChatRequest(
        model=place.model,
        messages=(Message("user", (Text(plan.prompt),)),),
        max_tokens=MOST_TOKENS,
        params=plan.params,
    )
    answer = collect(brief(ask(request, route_of(place, plan), gateway)))
    finished, started = answer.finished, answer.started
    return Run(
        error=wrong(answer, plan.expect, exact=plan.is_exact),
        status=finished.attempts[-1].status if finished else None,
        first_token_ms=finished.timing.first_token_ms if finished else None,
        total_ms=finished.timing.total_ms if finished else None,
        usage=answer.usage,
        # A stream has no such header; there the message's own id is the upstream's.
        vendor_message_id=started.vendor_message_id or started.id,
    )


def route_of(place: Place, plan: Plan) -> Route:
    """Return whom to ask at *place*; nobody stands in for a model that is checked."""
    return Route(
        models=(place.model,),
        dialect=plan.dialect,
        vendor=pinned(place.vendor, plan.dialect),
        retries=plan.retries,
    )


def wrong(answer: Answer, expect: str | None, *, exact: bool = False) -> str | None:
    """Return what is wrong with *answer*, or None; see `Plan` for when it is right."""
    text = answer.text.strip()
    if not text:
        is_cut = answer.finished is not None and answer.finished.reason == "length"
        return "cut at the token limit before it said anything" if is_cut else "answered nothing"
    # Whether a model ends one word with a point is not what our own question is about.
    if expect is None or text == expect.strip() or (not exact and _bare(text) == _bare(expect)):
        return None
    shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return f"expected `{expect.strip()}`, got `{shown}`"


def _bare(text: str) -> str:
    return text.strip().strip("`\"'*.!").casefold()


def embedded(place: Place, plan: Plan, gateway: Gateway) -> Run:
    """Ask a model for one vector."""
    from yourouter_cli.services.calls import Call  # 0.6 ms; few checks are of embedding models

    body = {"model": place.model, "input": EXPECTED, "encoding_format": "float"}
    vendor = None if place.vendor == "auto" else place.vendor
    request = HttpRequest(
        method="POST",
        path="/embeddings",
        headers={"vendor": vendor} if vendor else {},
        body=(json.dumps(body).encode(),),
    )
    began = gateway.clock.monotonic()
    reply = Call(gateway, request, retries=plan.retries, model=place.model).run()
    total = (gateway.clock.monotonic() - began) * 1000
    size, usage = vector_in(reply)
    return Run(
        error=None if size else "the answer holds no vector",
        status=reply.status,
        total_ms=round(total, 1),
        usage=usage,
        vendor_message_id=reply.headers.get("x-vendor-messages-id") or None,
        dimensions=size or None,
    )


def vector_in(reply: HttpReply) -> tuple[int, Usage]:
    """Return how many numbers the one vector in *reply* has, 0 for none, and what it cost."""
    # 2 ms; few checks are of embedding models.
    from yourouter_cli.services.embed.wire import numbers_in

    document = values.parsed(reply.body)
    rows = values.rows(values.table(document).get("data"))
    if not rows:
        raise RequestFailed(failure_instead(document, "vector"))
    counted = values.table(values.table(document).get("usage"))
    return numbers_in(values.table(rows[0]).get("embedding")), Usage(
        input_tokens=values.whole(counted.get("prompt_tokens")),
        total_tokens=values.whole(counted.get("total_tokens")),
    )
