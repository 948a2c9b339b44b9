"""What breaks below HTTP is a named failure, whatever it is."""

from __future__ import annotations

import gzip
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import Caller, FaultyGateway, nobody
from yourouter_cli.clock import Clock
from yourouter_cli.errors import FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpReply, HttpRequest
from yourouter_cli.gateway.transport import Gateway

if TYPE_CHECKING:
    from tests.gateway.faults import Script

REQUEST = HttpRequest(method="POST", path="/chat/completions", body=(b"{}",))


def gateway_at(base_url: str) -> Gateway:
    """Return a gateway without a key."""
    clock = Clock()
    return Gateway(
        base_url=base_url,
        key=None,
        clocks=Clocks(connect=10, first_byte=10, idle=10),
        clock=clock,
        started=clock.monotonic(),
    )


def reply_of(script: Script) -> HttpReply:
    """Return the whole reply of a gateway that plays *script*."""
    with FaultyGateway(script) as faulty:
        gateway = gateway_at(faulty.base_url)
        try:
            return gateway.send(REQUEST)
        finally:
            gateway.close()


def failure_of(script: Script) -> tuple[FailureKind, str]:
    """Return the kind and the words of the failure that *script* causes, `HERE` for its origin."""
    with FaultyGateway(script) as faulty:
        gateway = gateway_at(faulty.base_url)
        with pytest.raises(RequestFailed) as raised:
            gateway.send(REQUEST)
        gateway.close()
        failure = raised.value.failure
        return failure.kind, failure.message.replace(faulty.origin, "HERE")


def _resets(caller: Caller) -> None:
    caller.request()
    caller.reset()


def _hangs_up(caller: Caller) -> None:
    caller.request()


def _cuts_the_status_line(caller: Caller) -> None:
    caller.request()
    caller.send(b"HTTP/1.1 20")


def _resets_in_the_body(caller: Caller) -> None:
    caller.request()
    caller.head(Content_Length="100")
    caller.send(b"abc")
    caller.wait(0.05)  # so that the beginning is read before the reset overtakes it
    caller.reset()


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
        (_resets_in_the_body, "lost the connection to HERE: connection reset by peer"),
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
    gateway = gateway_at(f"https://{words}/v1")

    with pytest.raises(RequestFailed) as raised:
        gateway.send(REQUEST)

    assert FailureKind.DNS is raised.value.failure.kind
    assert raised.value.failure.message.startswith(f"cannot resolve `{words}`: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_closed_port_refuses(host: str) -> None:
    """A port where nobody listens refuses the connection."""
    with nobody() as there:
        origin = there.replace("127.0.0.1", host)
        with pytest.raises(RequestFailed) as raised:
            gateway_at(f"{origin}/v1").send(REQUEST)

    assert FailureKind.CONNECT is raised.value.failure.kind
    assert raised.value.failure.message in {
        f"cannot connect to {origin}: connection refused",
        f"cannot connect to {origin}: cannot assign requested address",  # no IPv6 at all here
    }


class TestOddButFine:
    """Replies that are unusual, and all there."""

    def test_interim_replies_are_let_by(self) -> None:
        """100 and 103 before the reply are not the reply."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            caller.whole(b"here")

        assert (200, b"here") == (reply_of(script).status, reply_of(script).body)

    def test_a_body_may_end_with_the_connection(self) -> None:
        """A reply of HTTP/1.0 has no length; it ends where the connection does."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.send(b"HTTP/1.0 200 OK\r\n\r\nabc")

        assert b"abc" == reply_of(script).body

    def test_a_reply_that_drips_is_whole_in_the_end(self) -> None:
        """A body that comes byte by byte is the same body."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head(Content_Length="11")
            for byte in b"drop by \xff\x00\n":
                caller.send(bytes([byte]))
                caller.wait(0.005)

        assert b"drop by \xff\x00\n" == reply_of(script).body

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", gzip.compress(b"hello " * 1000)),
            ("deflate", zlib.compress(b"hello " * 1000)),
            ("identity", b"hello " * 1000),
        ],
        ids=["gzip", "deflate", "identity"],
    )
    def test_a_compressed_body_is_unpacked(self, encoding: str, body: bytes) -> None:
        """A gateway that compresses although nobody asked for it is understood."""

        def script(caller: Caller) -> None:
            request = caller.request()
            assert b"accept-encoding: identity" in request
            caller.whole(body, Content_Encoding=encoding)

        assert b"hello " * 1000 == reply_of(script).body

    def test_a_redirect_is_returned_and_not_followed(self) -> None:
        """Nothing is sent to where a redirect points: the key belongs to one origin."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.whole(b"", 307, Location=f"http://127.0.0.1:{caller.port}/elsewhere")

        with FaultyGateway(script) as faulty:
            gateway = gateway_at(faulty.base_url)
            reply = gateway.send(REQUEST)
            gateway.close()

        assert 307 == reply.status
        assert 1 == len(faulty.requests)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("br", "the gateway's answer is encoded as `br`, unasked"),
        ("gzip", "the gateway's answer is damaged: "),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_a_protocol_failure(encoding: str, words: str) -> None:
    """Compression that is unknown or damaged is said to be so."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.whole(b"neither of them", Content_Encoding=encoding)

    kind, message = failure_of(script)

    assert FailureKind.PROTOCOL is kind
    assert message.startswith(words)


def test_a_small_bomb_stays_small() -> None:
    """A compressed body is refused at the limit, before all of it is unpacked."""
    bomb = gzip.compress(b"\0" * 50_000_000)

    def script(caller: Caller) -> None:
        caller.request()
        caller.whole(bomb, Content_Encoding="gzip")

    with FaultyGateway(script) as faulty:
        gateway = gateway_at(faulty.base_url)
        with pytest.raises(RequestFailed, match="larger than 1 MB"):
            gateway.send(REQUEST, limit=1_000_000 + 48_576)
        gateway.close()


def test_a_failure_comes_after_what_arrived_before_it() -> None:
    """The beginning of a body is handed out before the fault that cut it."""
    with FaultyGateway(_resets_in_the_body) as faulty:
        gateway = gateway_at(faulty.base_url)
        with gateway.open(REQUEST) as exchange:
            blocks = exchange.blocks()
            seen = next(blocks)
            with pytest.raises(RequestFailed):
                next(blocks)
        gateway.close()

    assert b"abc" == seen


def test_leaving_an_exchange_cuts_the_connection() -> None:
    """A reply that is not read to its end is hung up on, so that the gateway stops writing."""
    gone: list[float] = []

    def script(caller: Caller) -> None:
        caller.request()
        caller.head()
        caller.send(b"data: 1\n\n")
        assert b"" == caller.request()  # the other side hung up
        gone.append(time.monotonic())

    with FaultyGateway(script) as faulty:
        gateway = gateway_at(faulty.base_url)
        with gateway.open(REQUEST) as exchange:
            next(exchange.blocks())
            left = time.monotonic()
        faulty.join()
        gateway.close()

    assert gone[0] - left < 1


def test_a_slow_reader_holds_the_network_back() -> None:
    """A reader that takes nothing keeps a fast gateway waiting, instead of filling the memory."""
    sent: list[int] = []

    def script(caller: Caller) -> None:
        caller.request()
        caller.head()
        block = b"x" * 1024 * 1024
        for _ in range(64):
            caller.send(block)
            sent.append(len(block))

    with FaultyGateway(script) as faulty:
        gateway = gateway_at(faulty.base_url)
        with gateway.open(REQUEST) as exchange:
            blocks = exchange.blocks()
            next(blocks)
            time.sleep(0.2)
            held = sum(sent)
            total = 1 + sum(map(len, blocks))
        gateway.close()

    assert held < 32 * 1024 * 1024
    assert 60 * 1024 * 1024 < total
