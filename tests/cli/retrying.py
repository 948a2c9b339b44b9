"""Gateways that `chat` asks again, and what they say at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.driver import FakeClock
from tests.gateway.faults import FaultyGateway

if TYPE_CHECKING:
    from tests.driver import Program, Result
    from tests.gateway.faults import Script

BROKEN = "the gateway answered 503: the sandbox answers 503, as its model's name asks"


def asked(run: Program, *scripts: Script, argv: tuple[str, ...] = ()) -> tuple[Result, FakeClock]:
    """Ask a gateway that plays *scripts*; return the result and the clock that was waited by."""
    clock = FakeClock()
    with FaultyGateway(*scripts) as faulty:
        result = run.at(faulty.base_url)("chat", "hi", "-m", "one", *argv, clock=clock)
    return result, clock
