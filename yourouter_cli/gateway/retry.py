"""What to do about a failed exchange: a table, not a loop."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from yourouter_cli.errors import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yourouter_cli.errors import Failure

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 8.0
# A gateway that asks for more than this is reported instead of waited for.
LONGEST_ASKED_WAIT_SECONDS = 60.0

_INFINITY = float("inf")
_NEVER_SENT = frozenset({FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.PROXY})
_TRANSIENT = frozenset(
    {
        FailureKind.RATE_LIMIT,
        FailureKind.UNAVAILABLE,
        FailureKind.RESET,
        FailureKind.PROTOCOL,
        FailureKind.TRUNCATED,
    }
)


class Verdict(Enum):
    """What follows a failure."""

    AGAIN = auto()
    NEXT_MODEL = auto()
    GIVE_UP = auto()


def classify(
    failure: Failure, *, replayable: bool = True, content_seen: bool = False, timeouts: int = 0
) -> Verdict:
    """Decide what to do about *failure*.

    *replayable* says that sending the request twice does no harm (a video task is billed twice);
    *timeouts* counts the earlier attempts at this model after which the gateway `was_silent`.
    """
    if content_seen:
        return Verdict.GIVE_UP  # the reader has the beginning; a second beginning is worse
    if failure.kind in _NEVER_SENT or failure.clock == "connect":
        return Verdict.AGAIN  # nothing reached the gateway, so nothing was billed
    if not replayable:
        return Verdict.GIVE_UP
    if failure.kind is FailureKind.UNKNOWN_MODEL:
        return Verdict.NEXT_MODEL
    if failure.kind is FailureKind.QUOTA:
        return Verdict.GIVE_UP
    if failure.status is not None and failure.should_retry is not None:
        return Verdict.AGAIN if failure.should_retry else Verdict.GIVE_UP
    if failure.kind is FailureKind.TIMEOUT:
        if failure.clock == "total":
            return Verdict.GIVE_UP
        return Verdict.AGAIN if timeouts == 0 else Verdict.NEXT_MODEL
    return Verdict.AGAIN if failure.kind in _TRANSIENT else Verdict.GIVE_UP


def may_move_on(failure: Failure) -> bool:
    """Return whether another model may be asked when the attempts after *failure* are used up.

    Not where the request is to blame, even if the gateway wanted to have it again.
    """
    return classify(failure._replace(should_retry=None)) is not Verdict.GIVE_UP


def was_silent(failure: Failure) -> bool:
    """Return whether *failure* is a gateway that had the request and did not answer in time.

    It may be working on the request all the same, so such a one is asked once more only.
    """
    return failure.kind is FailureKind.TIMEOUT and failure.clock != "connect"


def delay(attempt: int, asked: float | None, jitter: Callable[[], float]) -> float:
    """Return the seconds to wait after attempt number *attempt*, counted from 0.

    What the gateway *asked* for wins; else 0.5 s doubling to 8 s, shortened by up to a quarter.
    """
    if asked is not None:
        return asked
    return min(FIRST_WAIT_SECONDS * 2.0**attempt, LONGEST_WAIT_SECONDS) * (1 - jitter() / 4)


def asked_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that `retry-after-ms` or `retry-after` ask for, None when neither does.

    *now* is in seconds since the epoch, to resolve a date. Nonsense and past dates count as no
    wish; so does 0, which would turn a retry into a tight loop.
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        seconds: float | None = milliseconds / 1000
    elif (seconds := _number(headers.get("retry-after"))) is None:
        seconds = _until(headers.get("retry-after"), now)
    return seconds if seconds is not None and seconds > 0 else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < _INFINITY else None


def _until(date: str | None, now: float) -> float | None:
    if not date:
        return None
    # Imported here because email.utils costs 5 ms and dates are rare.
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (TypeError, ValueError, OverflowError):
        return None


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """Return the explicit word of `x-should-retry`, if there is one."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").lower())
