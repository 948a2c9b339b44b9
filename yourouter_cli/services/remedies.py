"""What to try after a failure: commands that can be pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import FailureKind
from yourouter_cli.hints import NewKey, OfProfile

if TYPE_CHECKING:
    from yourouter_cli.errors import Failure

DOCTOR = OfProfile("yourouter config doctor")
_BASE_URL = OfProfile("yourouter config get base_url --origin")
_REMEDIES: dict[FailureKind, tuple[str, ...]] = {
    FailureKind.DNS: (DOCTOR,),
    FailureKind.CONNECT: (DOCTOR,),
    FailureKind.TLS: (DOCTOR,),
    FailureKind.PROXY: (DOCTOR,),
    FailureKind.PROTOCOL: (_BASE_URL,),
    FailureKind.REDIRECT: (_BASE_URL,),
    FailureKind.UNKNOWN_MODEL: (OfProfile("yourouter models list"),),
}
_FORBIDDEN = 403
_NOT_FOUND = 404


def hints_for(failure: Failure) -> tuple[str, ...]:
    """Return the commands that may remedy *failure*; most failures have none."""
    if failure.kind is FailureKind.DENIED and failure.status != _FORBIDDEN:
        return (NewKey("yourouter config set api_key"),)
    if failure.kind is FailureKind.TIMEOUT and failure.clock == "connect":
        return (DOCTOR,)
    if failure.kind is FailureKind.REJECTED and failure.status == _NOT_FOUND:
        return (_BASE_URL,)
    return _REMEDIES.get(failure.kind, ())
