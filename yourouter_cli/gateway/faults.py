"""What a broken exchange means, read off the exceptions of the layers below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yourouter_cli.gateway.exchange import Clocks

# In these words httpx says that the other side went away; anything else is about what it said.
_GONE = ("disconnected", "closed connection")


def timeout_failure(clock: str, clocks: Clocks, origin: str) -> Failure:
    """Return the failure for a clock that ran out, naming it and its length in seconds."""
    seconds = getattr(clocks, clock)
    what = {
        "connect": f"cannot connect to {origin} within {seconds:g} s (connect timeout)",
        "first_byte": f"no answer from {origin} within {seconds:g} s (first-byte timeout)",
        "idle": f"nothing more from {origin} for {seconds:g} s (idle timeout)",
        "total": f"not done within {seconds:g} s (total timeout)",
    }[clock]
    return Failure(kind=FailureKind.TIMEOUT, message=what, clock=clock)


def check_total(clocks: Clocks, passed: float) -> None:
    """Raise `RequestFailed` when so many seconds have *passed* that the total clock is out."""
    if clocks.total is not None and passed >= clocks.total:
        raise RequestFailed(timeout_failure("total", clocks, ""))


def connection_failure(error: BaseException, origin: str, proxy: str | None) -> Failure:
    """Return the failure for a connection that could not be made to *origin*."""
    # Imported here because what never connects, such as a preview, need not pay 10 ms for them.
    import socket
    import ssl

    via = f" through the proxy {proxy}" if proxy else ""
    host = f"{'the proxy ' if proxy else ''}`{(proxy or origin).partition('://')[2]}`"
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            return Failure(
                kind=FailureKind.DNS, message=f"cannot resolve {host}: {reason_of(cause)}"
            )
        if isinstance(cause, UnicodeError):
            return Failure(
                kind=FailureKind.DNS, message=f"cannot resolve {host}: not the name of a host"
            )
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failure(
                kind=FailureKind.TLS,
                message=f"cannot trust {origin}: {cause.verify_message.rstrip('.').lower()}",
            )
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or str(cause)).replace("_", " ").lower()
            return Failure(
                kind=FailureKind.TLS, message=f"cannot speak TLS with {origin}{via}: {reason}"
            )
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.strerror:
            reason = cause.strerror.lower()
            break
    else:
        reason = str(error).lower() or "unknown reason"
    return Failure(kind=FailureKind.CONNECT, message=f"cannot connect to {origin}{via}: {reason}")


def proxy_failure(error: BaseException, proxy: str | None) -> Failure:
    """Return the failure for a *proxy* that did not let us through."""
    return Failure(
        kind=FailureKind.PROXY, message=f"the proxy {proxy} refused: {str(error).lower()}"
    )


def lost_failure(error: BaseException, origin: str) -> Failure:
    """Return the failure for a connection to *origin* that broke after it had been made."""
    reason = str(error) or type(error).__name__
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.strerror:
            reason = cause.strerror
            break
    else:
        if not any(word in reason for word in _GONE):
            return protocol_failure(error, origin)
    return Failure(
        kind=FailureKind.RESET, message=f"lost the connection to {origin}: {_phrase(reason)}"
    )


def protocol_failure(error: BaseException, origin: str) -> Failure:
    """Return the failure for a partner at *origin* that does not speak HTTP as it should."""
    # What follows the colon is the library's picture of the bytes.
    reason = _phrase(str(error).partition(": bytearray")[0])
    return Failure(kind=FailureKind.PROTOCOL, message=f"cannot speak HTTP with {origin}: {reason}")


def redirect_failure(status: int, headers: Mapping[str, str]) -> Failure:
    """Return the failure for a gateway that sends us elsewhere: the key stays where it belongs."""
    # Imported here because it costs 0.4 ms, and hardly any gateway does this.
    from yourouter_cli.gateway.links import masked

    target = masked(headers.get("location") or "nowhere")
    return Failure(
        kind=FailureKind.REDIRECT,
        message=f"the gateway redirects to {target}, which is not followed with a key",
        status=status,
    )


def _phrase(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}".rstrip(".")


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and what it was raised from, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
