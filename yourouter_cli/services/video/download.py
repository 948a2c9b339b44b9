"""A file behind a signed link: fetched without the key, resumed, and whole or an error."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from yourouter_cli.errors import (
    Attempt,
    Failure,
    FailureKind,
    RequestFailed,
    TaskFailed,
    UsageProblem,
)
from yourouter_cli.gateway import retry
from yourouter_cli.gateway.retry import Verdict
from yourouter_cli.services.retrying import failed_attempt, too_late, wait
from yourouter_cli.services.video import replies
from yourouter_cli.services.video.part import Part
from yourouter_cli.wording import moment, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yourouter_cli.gateway.inflight import Exchange
    from yourouter_cli.services.calls import Tell
    from yourouter_cli.services.retrying import Pause
    from yourouter_cli.services.video.fetch import Fetch
    from yourouter_cli.services.video.part import Sink

# What a link answers with that has ended, or whose file is gone.
_REFUSALS = frozenset({400, 401, 403, 404, 410})
_OK, _PARTIAL, _UNSATISFIABLE = 200, 206, 416
_LONGEST_REFUSAL = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What to fetch: the `video` or the `last frame` of a task, and when its link ends."""

    task: str
    what: str
    link: str
    expires: float | None = None


class Download:
    """One file on its way into *sink*.

    *known* is what is remembered of the whole file of which the sink holds a part; *remember* is
    told it anew, or None when nothing is known by which to go on. *retries* are further attempts.
    *progress* gets the bytes that are there and the size of the whole, None where it is unknown.
    """

    def __init__(
        self,
        source: Source,
        sink: Sink,
        fetch: Fetch,
        *,
        retries: int = 2,
        known: Part | None = None,
        remember: Callable[[Part | None], None] | None = None,
        progress: Callable[[int, int | None], None] | None = None,
        tell: Tell | None = None,
        pause: Pause | None = None,
        tick: float | None = None,
    ) -> None:
        self._source = source
        self._sink = sink
        self._fetch = fetch
        self._retries = retries
        self._known = known
        self._remember = remember
        self._progress = progress or _nothing
        self._tell = tell
        self._pause = pause
        self._tick = tick
        self._total: int | None = None
        self._is_stale = False
        self._is_lost = False
        self._attempts: list[Attempt] = []

    def run(self) -> int:
        """Fetch the file, however often the connection breaks; return its size in bytes.

        Raises `TaskFailed` for a link that has ended, `UsageProblem` when there is no room, and
        `RequestFailed` when the file is still not whole after the retries.
        """
        self._check_known()
        timeouts = 0
        for number in count():
            try:
                self._attempt()
            except RequestFailed as error:
                failure = error.failure
            else:
                return self._sink.position
            verdict = Verdict.GIVE_UP
            if not self._is_lost:
                verdict = retry.classify(failure, timeouts=timeouts)
            timeouts += retry.was_silent(failure)
            if verdict is not Verdict.AGAIN or number >= self._retries:
                break
            asked = min(failure.retry_after or 0, retry.LONGEST_ASKED_WAIT_SECONDS) or None
            seconds = retry.delay(number, asked, self._fetch.clock.jitter)
            gateway = self._fetch.gateway(self._source.link)
            if last := too_late(failure, seconds, gateway):
                failure = last
                break
            self._record(failure, waited=seconds)
            if self._tell:
                self._tell(f"{failure.message}; going on in {seconds:.1f} s")
            wait(gateway, seconds, pause=self._pause, tick=self._tick)
        self._record(failure)
        raise RequestFailed(self._incomplete(failure), attempts=tuple(self._attempts))

    def _check_known(self) -> None:
        """Drop a part of which it is not known that it is the beginning of this very file."""
        known = self._known
        is_ours = known is not None and (known.task, known.what) == (
            self._source.task,
            self._source.what,
        )
        if not is_ours or (known and self._sink.position > known.size):
            self._known = None
            # What is there is dropped when something better comes, not before.
            self._is_stale = self._sink.position > 0

    def _attempt(self) -> None:
        """Fetch what is missing; every failure is a `RequestFailed`."""
        with self._opened() as exchange:
            if exchange.status == _UNSATISFIABLE and self._continues(exchange):
                return
            if exchange.status not in {_OK, _PARTIAL}:
                raise self._refused(exchange)
            for block in self._missing(exchange):
                self._sink.write(block)
                self._progress(self._sink.position, self._total)
        self._check_size()

    def _opened(self) -> Exchange:
        """Return the reply to a request for what is missing, or for all where that is no use."""
        headers = {}
        if self._known is not None and self._sink.position:
            # Sent together, they give the rest of this very file, or the whole of another one.
            headers = {"range": f"bytes={self._sink.position}-", "if-range": self._known.etag}
        exchange = self._fetch.open(
            self._source.link, headers=headers, pause=self._pause, tick=self._tick
        )
        is_answer = exchange.status in {_PARTIAL, _UNSATISFIABLE}
        if not headers or not is_answer or self._continues(exchange):
            return exchange
        exchange.close()
        self._start_over("the link gives another part of the file than asked for")
        return self._opened()

    def _continues(self, exchange: Exchange) -> bool:
        """Return whether the reply goes on where the part ends, or says that nothing is missing."""
        known, there = self._known, self._sink.position
        if known is None or exchange.headers.get("etag", known.etag) != known.etag:
            return False
        self._total = known.size
        if exchange.status == _PARTIAL:
            return replies.part_sent(exchange.headers) == (there, known.size)
        return replies.size_refused(exchange.headers) == there == known.size

    def _missing(self, exchange: Exchange) -> Iterator[bytes]:
        """Yield what is missing of the file, having looked at what is being sent."""
        if packing := replies.packing(exchange.headers):
            raise RequestFailed(_protocol(f"the file's server packs the file ({packing}), unasked"))
        skip = 0
        if exchange.status == _OK:
            skip = self._begin(exchange)
        elif not self._continues(exchange):
            raise RequestFailed(_protocol("the link gives a part of the file, unasked"))
        if self._total is not None:
            self._check_room(self._total - self._sink.position)
        self._progress(self._sink.position, self._total)
        for block in exchange.blocks():
            if skip >= len(block):
                skip -= len(block)
                continue
            yield block[skip:] if skip else block
            skip = 0

    def _begin(self, exchange: Exchange) -> int:
        """Prepare for the whole file; return how many of its bytes are there for good already."""
        if kind := replies.wrong_type(exchange.headers):
            raise RequestFailed(_protocol(f"the link gives {kind}, not a {self._source.what}"))
        self._total = total = replies.size_sent(exchange.headers)
        etag = replies.strong_etag(exchange.headers)
        known, self._known = self._known, None
        if total is not None and etag is not None:
            self._known = Part(
                task=self._source.task, what=self._source.what, etag=etag, size=total
            )
        if self._sink.position and not self._sink.restart():
            if self._known is None or self._known != known:
                raise self._lost("the file changed meanwhile")
            return self._sink.position
        self._is_stale = False
        if self._remember is not None:
            self._remember(self._known)
        return 0

    def _start_over(self, why: str) -> None:
        if not self._sink.restart():
            raise self._lost(why)
        self._known = None

    def _lost(self, why: str) -> RequestFailed:
        """Return the error for a file whose beginning was passed on, and is not to be had again."""
        self._is_lost = True
        return RequestFailed(_protocol(why))

    def _check_room(self, missing: int) -> None:
        room = self._sink.room()
        if room is not None and missing > room:
            raise UsageProblem(
                f"no room for `{self._sink.name}`: {size(missing)} are missing, {size(room)} free"
            )

    def _check_size(self) -> None:
        there, total = self._sink.position, self._total
        if not there:
            raise RequestFailed(_truncated("the file is empty"))
        if total is not None and there != total:
            if there > total:
                self._start_over("more came than the file has")
            raise RequestFailed(_truncated("the file ended early"))

    def _refused(self, exchange: Exchange) -> RequestFailed | TaskFailed:
        """Return the error for a link that gives no file."""
        failure = self._fetch.refusal(exchange, exchange.beginning(_LONGEST_REFUSAL))
        expires = self._source.expires
        is_over = expires is not None and self._fetch.now(exchange) >= expires
        if failure.status in _REFUSALS and (is_over or "expired" in failure.message.lower()):
            # A server that says so may know better than the link itself when it ended.
            when = f" at {moment(expires)}" if expires is not None and is_over else ""
            return TaskFailed(
                f"the link to the {self._source.what} of `{self._source.task}` expired{when};"
                " the file is not kept longer",
                status=failure.status,
                request_id=failure.request_id,
            )
        return RequestFailed(failure)

    def _incomplete(self, failure: Failure) -> Failure:
        """Return *failure*, saying how much is there."""
        if not self._sink.position or self._is_stale:
            return failure
        of = "" if self._total is None else f" of {size(self._total)}"
        return failure._replace(
            message=f"the {self._source.what} is incomplete: {failure.message};"
            f" {size(self._sink.position)}{of} came, {self._sink.kept()}",
        )

    def _record(self, failure: Failure, waited: float = 0.0) -> None:
        self._attempts.append(failed_attempt(failure, waited=waited))


def _protocol(message: str) -> Failure:
    return Failure(kind=FailureKind.PROTOCOL, message=message)


def _truncated(message: str) -> Failure:
    return Failure(kind=FailureKind.TRUNCATED, message=message)


def _nothing(_there: int, _total: int | None) -> None:
    return
