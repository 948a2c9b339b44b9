"""What to try after a failure: commands that can be pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import FailureKind

if TYPE_CHECKING:
    from yourouter_cli.errors import Failure

_DOCTOR = "yourouter config doctor"
_REMEDIES: dict[FailureKind, tuple[str, ...]] = {
    FailureKind.DNS: (_DOCTOR,),
    FailureKind.CONNECT: (_DOCTOR,),
    FailureKind.TLS: (_DOCTOR,),
    FailureKind.PROXY: (_DOCTOR,),
    FailureKind.PROTOCOL: ("yourouter config get base_url --origin",),
    FailureKind.REDIRECT: ("yourouter config get base_url --origin",),
    FailureKind.UNKNOWN_MODEL: ("yourouter models list",),
}
_UNAUTHORIZED = 401
_NOT_FOUND = 404


def hints_for(failure: Failure) -> tuple[str, ...]:
    """Return the commands that may remedy *failure*; most failures have none."""
    if failure.kind is FailureKind.DENIED and failure.status == _UNAUTHORIZED:
        return ("yourouter config set api_key",)
    if failure.kind is FailureKind.REJECTED and failure.status == _NOT_FOUND:
        return ("yourouter config get base_url --origin",)
    return _REMEDIES.get(failure.kind, ())
