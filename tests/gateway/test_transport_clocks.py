"""Four clocks, each exact whatever the network does."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import Caller, FaultyGateway
from tests.gateway.opened import REQUEST, gateway_at
from yourouter_cli.clock import Clock
from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpReply, HttpRequest
from yourouter_cli.gateway.transport import Gateway
from yourouter_cli.services.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.gateway.faults import Script

# By how much a busy machine may overstep a clock; every other clock here is far longer.
LATE_SECONDS = 4.0


def failure_at(
    base_url: str,
    clocks: Clocks,
    ask: Callable[[Gateway, HttpRequest], HttpReply] = Gateway.send,
) -> tuple[Failure, float]:
    """Return how asking *base_url* fails, and after how many seconds."""
    clock = Clock()
    began = clock.monotonic()
    with gateway_at(base_url, clocks, clock=clock) as gateway:
        with pytest.raises(RequestFailed) as raised:
            ask(gateway, REQUEST)
        return raised.value.failure, clock.monotonic() - began


def _says_nothing(caller: Caller) -> None:
    caller.request()
    caller.wait()


def _drips_its_head(caller: Caller) -> None:
    caller.request()
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Filler: " + b"a" * 1000:
        caller.send(bytes([byte]))
        caller.wait(0.02)


def _stops_in_the_body(caller: Caller) -> None:
    caller.request()
    caller.head()
    caller.send(b"data: 1\n\n")
    caller.wait()


def _never_ends(caller: Caller) -> None:
    caller.request()
    caller.head()
    while True:
        caller.send(b": still here\n\n")
        caller.wait(0.02)


@pytest.mark.parametrize(
    ("script", "clocks", "name", "words"),
    [
        (
            _says_nothing,
            Clocks(first_byte=0.2),
            "first_byte",
            "no answer from HERE within 0.2 s (first-byte timeout)",
        ),
        (
            _drips_its_head,
            Clocks(first_byte=0.2),
            "first_byte",
            "no answer from HERE within 0.2 s (first-byte timeout)",
        ),
        (
            _stops_in_the_body,
            Clocks(idle=0.2),
            "idle",
            "nothing more from HERE for 0.2 s (idle timeout)",
        ),
        (_says_nothing, Clocks(total=0.2), "total", "not done within 0.2 s (total timeout)"),
        (_drips_its_head, Clocks(total=0.2), "total", "not done within 0.2 s (total timeout)"),
        (_never_ends, Clocks(total=0.2), "total", "not done within 0.2 s (total timeout)"),
    ],
)
def test_a_clock_that_runs_out_is_named(
    script: Script, clocks: Clocks, name: str, words: str
) -> None:
    """Each clock ends the wait at its time, and the failure says which one it was."""
    with FaultyGateway(script) as faulty:
        failure, seconds = failure_at(faulty.base_url, clocks)

    assert FailureKind.TIMEOUT is failure.kind
    assert name == failure.clock
    assert words == failure.message.replace(faulty.origin, "HERE")
    assert 0.2 <= seconds < 0.2 + LATE_SECONDS


@pytest.mark.parametrize(
    ("script", "clocks", "name"),
    [
        (_says_nothing, Clocks(first_byte=0.2, idle=9), "first_byte"),
        (_stops_in_the_body, Clocks(first_byte=9, idle=0.2), "idle"),
    ],
)
def test_the_clocks_hold_in_the_calling_thread_too(
    script: Script, clocks: Clocks, name: str
) -> None:
    """`fetch` waits for the head by one clock and for the body by the other, as `send` does."""
    with FaultyGateway(script) as faulty:
        failure, seconds = failure_at(faulty.base_url, clocks, Gateway.fetch)

    assert name == failure.clock
    assert 0.2 <= seconds < 0.2 + LATE_SECONDS


def _full_house(stack: ExitStack) -> str:
    """Return a base URL whose port listens and takes nobody in."""
    listener = stack.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    address = listener.getsockname()
    for _ in range(4):
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(address)
    time.sleep(0.05)
    return f"http://127.0.0.1:{address[1]}/v1"


def _silent_tls(stack: ExitStack) -> str:
    """Return a base URL where a TLS handshake is begun and never answered."""
    gateway = stack.enter_context(FaultyGateway(lambda caller: caller.wait()))
    return f"https://127.0.0.1:{gateway.port}/v1"


@pytest.mark.parametrize("place", [_full_house, _silent_tls])
def test_connecting_has_a_clock(place: Callable[[ExitStack], str]) -> None:
    """A connection that is not made in time, TLS included, ends by the connect clock."""
    with ExitStack() as stack:
        base_url = place(stack)
        failure, seconds = failure_at(base_url, Clocks(connect=0.2))

    assert "connect" == failure.clock
    origin = base_url.removesuffix("/v1")
    assert f"cannot connect to {origin} within 0.2 s (connect timeout)" == failure.message
    assert 0.2 <= seconds < 0.2 + LATE_SECONDS


def test_the_idle_clock_starts_anew_with_every_block() -> None:
    """An answer may take longer than the idle clock as long as it keeps coming."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.head(Content_Length="8")
        for _ in range(8):
            caller.send(b"x")
            caller.wait(0.15)

    clock = Clock()
    with (
        FaultyGateway(script) as faulty,
        gateway_at(faulty.base_url, Clocks(idle=1, first_byte=9), clock=clock) as gateway,
    ):
        assert b"xxxxxxxx" == gateway.send(REQUEST).body


def test_the_total_clock_began_with_the_command() -> None:
    """What the command did before it asked counts for the total clock."""
    clock = Clock()
    with (
        FaultyGateway(_says_nothing) as faulty,
        gateway_at(faulty.base_url, Clocks(total=10), clock=clock, seconds_ago=9.8) as gateway,
    ):
        began = clock.monotonic()
        with pytest.raises(RequestFailed, match=r"not done within 10 s \(total timeout\)"):
            gateway.send(REQUEST)

    assert clock.monotonic() - began < LATE_SECONDS


def test_waiting_leaves_time_to_draw() -> None:
    """While nothing comes, the caller is called back every tick."""
    frames: list[float] = []
    clock = Clock()
    began = clock.monotonic()
    with (
        FaultyGateway(_says_nothing) as faulty,
        gateway_at(faulty.base_url, Clocks(first_byte=0.4), clock=clock) as gateway,
        pytest.raises(RequestFailed),
    ):
        gateway.open(REQUEST, pause=lambda: frames.append(clock.monotonic()), tick=0.05)

    ticks = (clock.monotonic() - began) / 0.05
    # Beside those of the clock there is one for each stage.
    assert 3 <= len(frames) <= ticks + 6


def _watched(gateway: Gateway, asked: HttpRequest) -> HttpReply:
    """Fetch in a thread, as bulk does, and wait for it the way bulk waits."""
    with Pool(gateway.fetch, [asked], size=1) as pool:
        (reply,) = pool.results(gateway.check, 0.02)
        return reply


def _never_comes_to_the_answer(caller: Caller) -> None:
    caller.request()
    while True:
        caller.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        caller.wait(0.02)


@pytest.mark.parametrize(
    ("script", "clocks", "name"),
    [
        (_drips_its_head, Clocks(first_byte=0.2), "first_byte"),
        (_never_comes_to_the_answer, Clocks(first_byte=0.2), "first_byte"),
        (_drips_its_head, Clocks(total=0.2), "total"),
        (_never_ends, Clocks(total=0.2), "total"),
    ],
)
def test_who_waits_for_a_bulk_thread_keeps_its_clocks(
    script: Script, clocks: Clocks, name: str
) -> None:
    """With `check` the clocks of `fetch` are as exact as those of `send`: a drip renews none."""
    with FaultyGateway(script) as faulty:
        failure, seconds = failure_at(faulty.base_url, clocks, _watched)

    assert name == failure.clock
    assert 0.2 <= seconds < 0.2 + LATE_SECONDS


def test_a_line_that_was_cut_is_made_anew() -> None:
    """After a head that came late the same thread gets its next answer, on another connection."""
    drips = [True]

    def drips_once(caller: Caller) -> None:
        if drips.pop() if drips else False:
            _drips_its_head(caller)
        else:
            caller.request()
            caller.whole(b"{}")

    def twice(gateway: Gateway, asked: HttpRequest) -> HttpReply:
        with pytest.raises(RequestFailed, match="first-byte"):
            gateway.fetch(asked)
        return gateway.fetch(asked)

    clock = Clock()
    with (
        FaultyGateway(drips_once) as faulty,
        gateway_at(faulty.base_url, Clocks(first_byte=0.3), clock=clock) as gateway,
        Pool(lambda asked: twice(gateway, asked), [REQUEST], size=1) as pool,
    ):
        (reply,) = pool.results(gateway.check, 0.02)

    assert (200, b"{}", 2) == (reply.status, reply.body, faulty.connections)
