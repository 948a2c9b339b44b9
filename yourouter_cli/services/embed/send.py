"""Batches to vectors over a gateway that fails: in smaller pieces, down to one text's own fault."""

from __future__ import annotations

import re
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.errors import FailureKind
from yourouter_cli.gateway import retry
from yourouter_cli.gateway.retry import Verdict
from yourouter_cli.services.embed.asking import Refusal
from yourouter_cli.services.embed.wire import FLOAT_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.errors import Failure
    from yourouter_cli.services.embed.asking import Asker
    from yourouter_cli.services.embed.wire import Vectors

# Of the errors that blame the request, those that can be about some of its texts.
_ABOUT_TEXTS = frozenset({400, 413, 422})
_PAYLOAD_TOO_LARGE = 413
_BATCH_TOO_LARGE = re.compile(
    r"\b(batch|array|per request|too many|all inputs|\d+ inputs|number of (inputs|texts)|total)\b",
    re.IGNORECASE,
)
_INPUT = re.compile(r"(?:body\.)?inputs?(?:\[|\.)(\d+)")
# What cannot be a text's fault, because no text was sent.
_NEVER_SENT = frozenset({FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.PROXY})
# So many requests refused before any was accepted: it is not the texts that are wrong.
_MOST_REFUSED = 64
# So many requests given up in a row: the gateway is down, and smaller ones will not help.
_MOST_GIVEN_UP = 3
# A text that is alone is tried as often as a request, and so often again.
_ROUNDS = 3


class RowFailure(NamedTuple):
    """Why a row has no vector; *status* is None when it was not sent."""

    status: int | None
    message: str


@dataclass(slots=True)
class Fetched:
    """What came of the texts of one batch.

    `vectors` holds for each text its packed floats, or why there are none. `tokens` and `cost` are
    sums over the requests, None when the gateway never said.
    """

    vectors: list[memoryview | RowFailure]
    requests: int = 0
    tokens: int | None = None
    cost: float | None = None

    def count(self, vectors: Vectors) -> None:
        """Add what the gateway reported with one answer."""
        self.requests += 1
        if vectors.tokens is not None:
            self.tokens = (self.tokens or 0) + vectors.tokens
        if vectors.cost is not None:
            self.cost = (self.cost or 0.0) + vectors.cost


@dataclass(frozen=True, slots=True)
class _Piece:
    """The texts from *start* to *end* of a batch; `rounds` counts the times it was given up."""

    start: int
    end: int
    rounds: int = 0

    @property
    def count(self) -> int:
        return self.end - self.start

    @property
    def halves(self) -> tuple[_Piece, ...]:
        middle = (self.start + self.end) // 2
        return _Piece(self.start, middle), _Piece(middle, self.end)


class Sender:
    """Fetches vectors for batches of texts; one for all workers."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._pace = asker.pace
        self._lock = threading.Lock()
        self._refused = 0
        self._given_up = 0

    def fetch(self, texts: Sequence[str]) -> Fetched:
        """Return a vector, or the reason why there is none, for each of *texts*.

        Raises `RequestFailed` when the gateway is down, or refuses whatever it is asked.
        """
        fetched = Fetched([RowFailure(None, "")] * len(texts))
        # What is cut up goes to the end: that others succeed tells a bad text from a bad day.
        pieces = deque([_Piece(0, len(texts))])
        while pieces:
            piece = pieces.popleft()
            if piece.count > (most := self._pace.batch):
                pieces.appendleft(_Piece(piece.start + most, piece.end))
                piece = _Piece(piece.start, piece.start + most)
            answer = self._asker.ask(texts[piece.start : piece.end])
            if isinstance(answer, Refusal):
                pieces.extend(self._judged(piece, answer, fetched))
            else:
                self._given_up = 0
                fetched.count(answer)
                view, step = memoryview(answer.data), answer.size * FLOAT_BYTES
                fetched.vectors[piece.start : piece.end] = [
                    view[at : at + step] for at in range(0, len(view), step)
                ]
        return fetched

    def _judged(self, piece: _Piece, refusal: Refusal, fetched: Fetched) -> Sequence[_Piece]:
        """Return what to try instead of *piece*; raises when trying on makes no sense.

        A text that is alone and cannot be had gets its reason in *fetched* instead.
        """
        failure = refusal.failure
        if _blames_texts(failure):
            self._check_refused(refusal)
            if piece.count > 1:
                return self._cut_up(piece, refusal)
        elif _may_pass(failure):
            if piece.rounds == 0:
                self._check_given_up(refusal, piece)
            if piece.count > 1:
                return piece.halves
            if piece.rounds + 1 < _ROUNDS:
                return (replace(piece, rounds=piece.rounds + 1),)
        else:
            raise refusal.error()
        fetched.vectors[piece.start] = RowFailure(failure.status, failure.message)
        return ()

    def _check_refused(self, refusal: Refusal) -> None:
        """Raise when it is the request that is wrong and not the texts in it."""
        param = refusal.param.removeprefix("body.")
        asked = self._asker.route.dimensions is not None
        with self._lock:
            self._refused += 1
            is_hopeless = self._refused >= _MOST_REFUSED and not self._pace.successes
        if (
            is_hopeless
            or (param and not param.startswith("input"))
            or (asked and "dimensions" in refusal.failure.message)
        ):
            raise refusal.error()

    def _check_given_up(self, refusal: Refusal, piece: _Piece) -> None:
        """Raise when nothing gets through any more."""
        with self._lock:
            self._given_up += 1
            is_down = self._given_up >= _MOST_GIVEN_UP
        if is_down or (piece.count == 1 and not self._pace.successes):
            raise refusal.error()

    def _cut_up(self, piece: _Piece, refusal: Refusal) -> Sequence[_Piece]:
        """Return *piece* in halves, or the text that is blamed by itself and what is around it."""
        failure = refusal.failure
        named = _INPUT.match(refusal.param)
        at = piece.start + int(named[1]) if named else piece.end
        if at < piece.end:
            parts = (_Piece(piece.start, at), _Piece(at + 1, piece.end), _Piece(at, at + 1))
            return [part for part in parts if part.count]
        if failure.status == _PAYLOAD_TOO_LARGE or _BATCH_TOO_LARGE.search(failure.message):
            half = piece.count // 2
            if self._pace.allow(half):
                words = f"{failure.message}; going on with up to {half} texts in a request"
                self._asker.told(words)
        return piece.halves


def _blames_texts(failure: Failure) -> bool:
    """Return whether *failure* may be about some of the texts that were sent."""
    if failure.kind is FailureKind.BLOCKED:
        return True
    return failure.kind is FailureKind.REJECTED and failure.status in _ABOUT_TEXTS


def _may_pass(failure: Failure) -> bool:
    """Return whether *failure*, although it lasted, may be a question of what was sent when."""
    if failure.kind in _NEVER_SENT or failure.clock in {"connect", "total"}:
        return False
    if (failure.retry_after or 0) > retry.LONGEST_ASKED_WAIT_SECONDS:
        return False
    return retry.classify(failure) is Verdict.AGAIN
