"""What every loop of attempts does alike: complete a failure, tell of it, wait for the next try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import Attempt
from yourouter_cli.gateway import retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from yourouter_cli.errors import Failure
    from yourouter_cli.gateway.transport import Gateway

    Pause = Callable[[], None]

REQUEST_ID_HEADERS = ("x-request-id", "request-id")


def request_id_in(
    headers: Mapping[str, str], names: Sequence[str] = REQUEST_ID_HEADERS
) -> str | None:
    """Return the id that a reply with these *headers* gives its request; best of *names* first."""
    return next((headers[name] for name in names if headers.get(name)), None)


def completed(
    failure: Failure,
    headers: Mapping[str, str],
    now: float,
    names: Sequence[str] = REQUEST_ID_HEADERS,
) -> Failure:
    """Return *failure* with what the *headers* of the reply say about it.

    *now* is in seconds since the epoch; *names* are the headers that may name the request.
    """
    asked = retry.asked_wait(headers, now)
    return failure._replace(
        request_id=failure.request_id or request_id_in(headers, names),
        retry_after=failure.retry_after if asked is None else asked,
        should_retry=retry.should_retry(headers),
    )


def asks_too_long(failure: Failure) -> bool:
    """Return whether the gateway asks for a longer wait than anybody sits through."""
    return (failure.retry_after or 0) > retry.LONGEST_ASKED_WAIT_SECONDS


def reported(failure: Failure) -> Failure:
    """Return *failure* as it is reported: a long wait that was asked for is named."""
    if not asks_too_long(failure):
        return failure
    asked = f" (it asks to wait {failure.retry_after:.0f} s)"
    return failure._replace(message=failure.message + asked)


def time_left(gateway: Gateway) -> float | None:
    """Return the seconds until the total clock runs out, None without one."""
    total = gateway.clocks.total
    return None if total is None else gateway.started + total - gateway.clock.monotonic()


def too_late(failure: Failure, seconds: float, gateway: Gateway) -> Failure | None:
    """Return *failure* with why it is the last, when waiting *seconds* is past the total clock.

    None when there is time to wait.
    """
    left = time_left(gateway)
    if left is None or seconds <= left:
        return None
    total = gateway.clocks.total
    why = f"waiting {seconds:.1f} s to try again takes longer than {total:g} s (total timeout)"
    return failure._replace(message=f"{failure.message}; {why}")


def going_on(failure: Failure, seconds: float, number: int, retries: int) -> str:
    """Return the words for attempt *number*, counted from 1, which follows after *seconds*."""
    if retry.was_silent(failure):
        return f"{failure.message}; trying once more in {seconds:.1f} s"
    attempt = f"attempt {number} of {retries + 1}"
    return f"{failure.message}; trying again in {seconds:.1f} s ({attempt})"


def failed_attempt(
    failure: Failure, *, model: str = "", vendor: str | None = None, waited: float = 0.0
) -> Attempt:
    """Return the record of an attempt that ended in *failure*; *waited* are seconds after it."""
    return Attempt(
        model=model,
        vendor=vendor,
        status=failure.status,
        error=failure.message,
        waited_ms=round(waited * 1000),
    )


def wait(gateway: Gateway, seconds: float, *, pause: Pause | None, tick: float | None) -> None:
    """Wait for another attempt, drawing meanwhile."""
    clock = gateway.clock
    end = clock.monotonic() + seconds
    while (left := end - clock.monotonic()) > 0:
        if pause is not None:
            pause()
        clock.sleep(min(left, tick or left))
