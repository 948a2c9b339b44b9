"""Bodies as they come: odd, packed, cut, slow, too large, or left in the middle."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest

from tests.gateway.faults import Caller, FaultyGateway, resets_in_the_body
from tests.gateway.opened import REQUEST, failure_of, gateway_at, reply_of
from yourouter_cli.errors import FailureKind, RequestFailed


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

        with FaultyGateway(script) as faulty, gateway_at(faulty.base_url) as gateway:
            reply = gateway.send(REQUEST)

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

    with (
        FaultyGateway(script) as faulty,
        gateway_at(faulty.base_url) as gateway,
        pytest.raises(RequestFailed, match="larger than 1 MB"),
    ):
        gateway.send(REQUEST, limit=1_000_000 + 48_576)


def test_a_failure_comes_after_what_arrived_before_it() -> None:
    """The beginning of a body is handed out before the fault that cut it."""
    with (
        FaultyGateway(resets_in_the_body) as faulty,
        gateway_at(faulty.base_url) as gateway,
        gateway.open(REQUEST) as exchange,
    ):
        blocks = exchange.blocks()
        seen = next(blocks)
        with pytest.raises(RequestFailed):
            next(blocks)

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

    with FaultyGateway(script) as faulty, gateway_at(faulty.base_url) as gateway:
        with gateway.open(REQUEST) as exchange:
            next(exchange.blocks())
            left = time.monotonic()
        faulty.join()

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

    with (
        FaultyGateway(script) as faulty,
        gateway_at(faulty.base_url) as gateway,
        gateway.open(REQUEST) as exchange,
    ):
        blocks = exchange.blocks()
        next(blocks)
        time.sleep(0.2)
        held = sum(sent)
        total = 1 + sum(map(len, blocks))

    assert held < 32 * 1024 * 1024
    assert 60 * 1024 * 1024 < total
