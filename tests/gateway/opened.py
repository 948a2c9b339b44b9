"""A gateway as tests of the transport use it: open for as long as it is asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.faults import FaultyGateway
from yourouter_cli.clock import Clock
from yourouter_cli.errors import FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpReply, HttpRequest
from yourouter_cli.gateway.transport import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.gateway.faults import Script

REQUEST = HttpRequest(method="POST", path="/chat/completions", body=(b"{}",))
PATIENT = Clocks(connect=10, first_byte=10, idle=10)


@contextmanager
def gateway_at(
    base_url: str,
    clocks: Clocks = PATIENT,
    *,
    clock: Clock | None = None,
    seconds_ago: float = 0,
    **more: Any,
) -> Iterator[Gateway]:
    """Yield the gateway at *base_url*, without a key unless *more* has one.

    Its total clock began *seconds_ago* by *clock*, which is the real one unless given.
    """
    clock = clock or Clock()
    gateway = Gateway(
        base_url=base_url,
        clocks=clocks,
        clock=clock,
        started=clock.monotonic() - seconds_ago,
        **{"key": None, **more},
    )
    try:
        yield gateway
    finally:
        gateway.close()


def failure_of(script: Script) -> tuple[FailureKind, str]:
    """Return the kind and the words of the failure that *script* causes, `HERE` for its origin."""
    with FaultyGateway(script) as faulty, gateway_at(faulty.base_url) as gateway:
        with pytest.raises(RequestFailed) as raised:
            gateway.send(REQUEST)
        failure = raised.value.failure
        return failure.kind, failure.message.replace(faulty.origin, "HERE")


def reply_of(script: Script) -> HttpReply:
    """Return the whole reply of a gateway that plays *script*."""
    with FaultyGateway(script) as faulty, gateway_at(faulty.base_url) as gateway:
        return gateway.send(REQUEST)
