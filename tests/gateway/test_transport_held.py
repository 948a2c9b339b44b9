"""A connection can be cut by whoever waits for it, for as long as it is this request's."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from yourouter_cli.gateway.held import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10.0


class Stream(NamedTuple):
    """A network stream of the HTTP library, as far as it is looked at."""

    socket: Any

    def get_extra_info(self, _: str) -> Any:
        """Return the socket."""
        return self.socket


class Asked(NamedTuple):
    """A request of the HTTP library, as far as it is looked at."""

    method: bytes


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield the two ends of a connection."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(SECONDS)
    with ours, theirs:
        yield ours, theirs


def nothing(_: str) -> None:
    """Take no note of a stage."""


def test_what_is_held_can_be_cut(pair: tuple[socket.socket, socket.socket]) -> None:
    """The other side sees the end of what was cut."""
    ours, theirs = pair
    held = Held(nothing)
    held.watch("connection.connect_tcp.complete", {"return_value": Stream(ours)})

    assert held.cut()
    assert b"" == theirs.recv(1)


def test_what_was_let_go_of_is_not_cut(pair: tuple[socket.socket, socket.socket]) -> None:
    """A connection whose reply is over may be another request's."""
    ours, theirs = pair
    held = Held(nothing)
    held.hold(Stream(ours))
    held.watch("http11.response_closed.started", {})

    assert not held.cut()
    ours.sendall(b"x")
    assert b"x" == theirs.recv(1)


@pytest.mark.parametrize("is_closed", [True, False])
def test_what_is_not_there_is_not_cut(
    pair: tuple[socket.socket, socket.socket], is_closed: bool
) -> None:
    """Before a connection is made, and after it was closed, there is nothing to wait for."""
    held = Held(nothing)
    if is_closed:
        held.hold(Stream(pair[0]))
        pair[0].close()

    assert not held.cut()


def test_nobody_lets_go_in_the_middle_of_a_cut() -> None:
    """Whoever lets go is held back until the cut is done: nothing else is ever cut."""
    let_go = threading.Event()
    was_let_go: list[bool] = []

    def lets_go() -> None:
        held.watch("http11.response_closed.started", {})
        let_go.set()

    class Meanwhile:
        """A socket whose reply ends at the moment in which it is cut."""

        def fileno(self) -> int:
            threading.Thread(target=lets_go).start()
            was_let_go.append(let_go.wait(0.05))
            return -1

    held = Held(nothing)
    held.hold(Stream(Meanwhile()))
    held.cut()

    assert let_go.wait(SECONDS)
    assert [False] == was_let_go


def test_stages() -> None:
    """Asking a proxy for a way is no stage of its own: it belongs to connecting."""
    stages: list[str] = []
    held = Held(stages.append)
    for method in (b"CONNECT", b"POST"):
        held.watch("http11.send_request_headers.started", {"request": Asked(method)})
        stages.append(method.decode())
        held.watch("http11.send_request_body.complete", {"return_value": None})

    assert ["CONNECT", "send", "POST", "first_byte"] == stages
