"""What breaks below HTTP is a named failure, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import Caller, nobody, resets_in_the_body
from tests.gateway.opened import REQUEST, failure_of, gateway_at
from yourouter_cli.errors import FailureKind, RequestFailed

if TYPE_CHECKING:
    from tests.gateway.faults import Script


def _resets(caller: Caller) -> None:
    caller.request()
    caller.reset()


def _hangs_up(caller: Caller) -> None:
    caller.request()


def _cuts_the_status_line(caller: Caller) -> None:
    caller.request()
    caller.send(b"HTTP/1.1 20")


def _sends_too_little(caller: Caller) -> None:
    caller.request()
    caller.head(Content_Length="100")
    caller.send(b"abc")


def _cuts_a_chunk(caller: Caller) -> None:
    caller.request()
    caller.head(Transfer_Encoding="chunked")
    caller.chunk(b"abc")
    caller.send(b"ff\r\nabc")


def _omits_the_last_chunk(caller: Caller) -> None:
    caller.request()
    caller.head(Transfer_Encoding="chunked")
    caller.chunk(b"abc")


def _half_closes_in_the_body(caller: Caller) -> None:
    caller.request()
    caller.head(Content_Length="100")
    caller.send(b"abc")
    caller.finish_sending()
    caller.wait()


UNFINISHED = "lost the connection to HERE: peer closed connection without sending complete"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (_resets, "lost the connection to HERE: connection reset by peer"),
        (_hangs_up, "lost the connection to HERE: server disconnected without sending a response"),
        (
            _cuts_the_status_line,
            "lost the connection to HERE: server disconnected without sending a response",
        ),
        (resets_in_the_body, "lost the connection to HERE: connection reset by peer"),
        (_sends_too_little, UNFINISHED + " message body (received 3 bytes, expected 100)"),
        (_half_closes_in_the_body, UNFINISHED + " message body (received 3 bytes, expected 100)"),
        (_cuts_a_chunk, UNFINISHED + " message body (incomplete chunked read)"),
        (_omits_the_last_chunk, UNFINISHED + " message body (incomplete chunked read)"),
    ],
)
def test_a_lost_connection_is_a_reset(script: Script, words: str) -> None:
    """A connection that ends before the reply does is reported as lost, never as an answer."""
    assert (FailureKind.RESET, words) == failure_of(script)


def _speaks_something_else(caller: Caller) -> None:
    caller.request()
    caller.send(b"220 mail.example ESMTP\r\n\r\n")


def _sends_a_huge_header(caller: Caller) -> None:
    caller.request()
    caller.send(b"HTTP/1.1 200 OK\r\nX-Huge: " + b"a" * 300_000 + b"\r\n\r\n")


def _sends_endless_headers(caller: Caller) -> None:
    caller.request()
    caller.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        caller.send(b"X-%d: more of the same\r\n" % number)


def _sends_a_header_without_a_colon(caller: Caller) -> None:
    caller.request()
    caller.send(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n")


def _sends_two_lengths(caller: Caller) -> None:
    caller.request()
    caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc")


def _sends_a_length_in_words(caller: Caller) -> None:
    caller.request()
    caller.head(Content_Length="three")


def _sends_a_senseless_chunk_size(caller: Caller) -> None:
    caller.request()
    caller.head(Transfer_Encoding="chunked")
    caller.send(b"zz\r\nabc\r\n")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (_speaks_something_else, "cannot speak HTTP with HERE: illegal status line"),
        (_sends_a_huge_header, "cannot speak HTTP with HERE: receive buffer too long"),
        (_sends_endless_headers, "cannot speak HTTP with HERE: receive buffer too long"),
        (_sends_a_header_without_a_colon, "cannot speak HTTP with HERE: illegal header line"),
        (_sends_two_lengths, "cannot speak HTTP with HERE: conflicting Content-Length headers"),
        (_sends_a_length_in_words, "cannot speak HTTP with HERE: bad Content-Length"),
        (_sends_a_senseless_chunk_size, "cannot speak HTTP with HERE: illegal chunk header"),
    ],
)
def test_what_is_no_http_is_a_protocol_failure(script: Script, words: str) -> None:
    """A partner that does not speak HTTP as it should is named, without the library's bytes."""
    assert (FailureKind.PROTOCOL, words) == failure_of(script)


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize("words", ["no-such-host.invalid", "a..b", "a" * 70 + ".example"])
def test_a_host_that_does_not_resolve_is_a_dns_failure(words: str) -> None:
    """A host without an address is named, also when its name is impossible."""
    with (
        gateway_at(f"https://{words}/v1") as gateway,
        pytest.raises(RequestFailed) as raised,
    ):
        gateway.send(REQUEST)

    assert FailureKind.DNS is raised.value.failure.kind
    assert raised.value.failure.message.startswith(f"cannot resolve `{words}`: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_closed_port_refuses(host: str) -> None:
    """A port where nobody listens refuses the connection."""
    with nobody() as there:
        origin = there.replace("127.0.0.1", host)
        with gateway_at(f"{origin}/v1") as gateway, pytest.raises(RequestFailed) as raised:
            gateway.send(REQUEST)

    assert FailureKind.CONNECT is raised.value.failure.kind
    assert raised.value.failure.message in {
        f"cannot connect to {origin}: connection refused",
        f"cannot connect to {origin}: cannot assign requested address",  # no IPv6 at all here
    }
