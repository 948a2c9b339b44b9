"""Everything that can go wrong with one request, as places where a gateway ought to be."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.gateway.faults import Caller, FaultyGateway, nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.gateway.certificates import Certificate
    from tests.gateway.operations import Operation

    Spoil = Callable[[Caller, Operation], None]

MEGABYTE = 1024 * 1024
DECLARED = 10 * 1024 * MEGABYTE
LINE = 100 * MEGABYTE
BOMB = 1024 * MEGABYTE
# Given where nothing but a clock can end the wait.
SOON = ("--first-byte-timeout", "0.3")
AT_LAST = ("--timeout", "0.4", "--retries", "0")


@dataclass(slots=True)
class Place:
    """Where a command is sent to, what it is told besides, and who may see no key there.

    `environ` is the program's, `process` that of the process, which the HTTP library reads.
    """

    origin: str
    options: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    process: Mapping[str, str] = field(default_factory=dict)
    server: FaultyGateway | None = None
    strangers: tuple[FaultyGateway, ...] = ()


def _resets_before_headers(caller: Caller, _: Operation) -> None:
    caller.reset()


def _resets_in_headers(caller: Caller, operation: Operation) -> None:
    caller.send(f"HTTP/1.1 200 OK\r\nContent-Type: {operation.kind}\r\nContent-Le".encode())
    caller.wait(0.02)
    caller.reset()


def _resets_in_body(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Content_Length=f"{len(operation.reply)}")
    caller.send(operation.reply[: operation.opening])
    caller.wait(0.05)  # so that the beginning is read before the reset overtakes it
    caller.reset()


def _ends_early(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind)
    caller.send(operation.reply[: operation.opening])


def _cuts_a_chunk(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Transfer_Encoding="chunked")
    caller.chunk(operation.reply[: operation.opening])
    caller.send(b"ff\r\n" + operation.reply[:9])


def _promises_more(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Content_Length=f"{len(operation.reply) + 100}")
    caller.send(operation.reply)


def _promises_less(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Content_Length="10")
    caller.send(operation.reply)


def _sends_garbage(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Transfer_Encoding="chunked")
    caller.send(b"\x00\xfe\x80 garbage \x1b[2J\r\n" * 100)


def _sends_bad_utf8(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind)
    caller.send(operation.reply.replace(b"one", b"on\xff"))


def _sends_bad_json(caller: Caller, operation: Operation) -> None:
    kind = operation.kind if operation.is_stream else "application/json"
    caller.head(kind=kind)
    caller.send(b'data: {"open\n\n' if operation.is_stream else b'{"open')


def _answers_with_a_page(caller: Caller, _: Operation) -> None:
    caller.whole(
        b"<html><body><h1>502 Bad Gateway</h1>nginx</body></html>",
        502,
        "text/html",
        Connection="close",
    )


def _sends_nothing(caller: Caller, operation: Operation) -> None:
    caller.whole(b"", kind=operation.kind, Connection="close")


def _has_no_content(caller: Caller, _: Operation) -> None:
    caller.send(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")


def _sends_a_huge_header(caller: Caller, _: Operation) -> None:
    caller.send(b"HTTP/1.1 200 OK\r\nX-Huge: ")
    for _block in range(LINE // MEGABYTE):
        caller.send(b"a" * MEGABYTE)
    caller.send(b"\r\n\r\n")


def _opened(operation: Operation) -> bytes:
    """Return the beginning of a reply that makes the rest belong to it, however long that is."""
    return {"text/event-stream": b"data: ", "application/json": b'"'}.get(operation.kind, b"")


def _sends_a_long_line(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind)
    caller.send(_opened(operation))
    for _block in range(LINE // MEGABYTE):
        caller.send(b"a" * MEGABYTE)


def _declares_far_too_much(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Content_Length=f"{DECLARED}")
    caller.send(_opened(operation))
    for _block in range(LINE // MEGABYTE):
        caller.send(b"a" * MEGABYTE)


def _sends_a_bomb(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind, Content_Encoding="gzip")
    caller.send(_bomb(_opened(operation)))


def _bomb(opening: bytes) -> bytes:
    """Return *opening* and a gigabyte of blanks, packed into a megabyte."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    packed = packer.compress(opening) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself: it is packed once and sent often.
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed + block * (BOMB // MEGABYTE)


def _never_answers(caller: Caller, _: Operation) -> None:
    caller.wait()


def _drips_its_head(caller: Caller, operation: Operation) -> None:
    for byte in f"HTTP/1.1 200 OK\r\nContent-Type: {operation.kind}\r\n".encode():
        caller.send(bytes([byte]))
        caller.wait(1)


def _drips_its_body(caller: Caller, operation: Operation) -> None:
    caller.head(kind=operation.kind)
    for byte in operation.reply:
        caller.send(bytes([byte]))
        caller.wait(1)


SPOILED: Mapping[str, tuple[Spoil, tuple[str, ...]]] = {
    "reset before headers": (_resets_before_headers, ()),
    "reset in headers": (_resets_in_headers, ()),
    "reset mid-body": (_resets_in_body, ()),
    "no terminal event": (_ends_early, ()),
    "truncated chunk": (_cuts_a_chunk, ()),
    "Content-Length too long": (_promises_more, ()),
    "Content-Length too short": (_promises_less, ()),
    "garbage after headers": (_sends_garbage, ()),
    "bad UTF-8": (_sends_bad_utf8, ()),
    "invalid JSON": (_sends_bad_json, ()),
    "HTML 502": (_answers_with_a_page, ()),
    "empty body": (_sends_nothing, ()),
    "204": (_has_no_content, ()),
    "huge header": (_sends_a_huge_header, ()),
    "100 MB line": (_sends_a_long_line, ()),
    "10 GB declared": (_declares_far_too_much, ()),
    "gzip bomb": (_sends_a_bomb, ()),
    "never answers": (_never_answers, SOON),
    "a byte a second, head": (_drips_its_head, AT_LAST),
    "a byte a second, body": (_drips_its_body, AT_LAST),
}


@contextmanager
def spoiled(name: str, operation: Operation) -> Iterator[Place]:
    """Yield a gateway that reads the request of *operation* and spoils its reply as *name* says."""
    spoil, options = SPOILED[name]

    def script(caller: Caller) -> None:
        if caller.request():
            spoil(caller, operation)

    with FaultyGateway(script) as server:
        yield Place(server.origin, options, server=server)


@contextmanager
def redirected(operation: Operation) -> Iterator[Place]:
    """Yield a gateway that says that another one has the reply, which it has."""

    def there(caller: Caller) -> None:
        caller.request()
        caller.whole(operation.reply, kind=operation.kind, Connection="close")

    with FaultyGateway(there) as other:

        def here(caller: Caller) -> None:
            caller.request()
            caller.whole(b"", 307, Location=f"{other.origin}/elsewhere", Connection="close")

        with FaultyGateway(here) as server:
            yield Place(server.origin, server=server, strangers=(other,))


@contextmanager
def refused(_: Operation) -> Iterator[Place]:
    """Yield a port where nobody listens."""
    with nobody() as origin:
        yield Place(origin)


@contextmanager
def untrusted(certificate: Certificate, *, is_known: bool) -> Iterator[Place]:
    """Yield a gateway that shows *certificate*; with *is_known* its authority is trusted."""

    def listens(caller: Caller) -> None:
        caller.request()  # which would be kept, if there were one

    environ = {"SSL_CERT_FILE": str(certificate.file)} if is_known else {}
    with FaultyGateway(listens, tls=certificate.context) as server:
        yield Place(server.origin, environ=environ, strangers=(server,))


@contextmanager
def behind_a_proxy(_: Operation) -> Iterator[Place]:
    """Yield a gateway far away, to which a proxy does not let anybody through."""

    def refuses(caller: Caller) -> None:
        caller.request()
        caller.whole(b"", 407, Connection="close")

    with FaultyGateway(refuses) as proxy:
        process = {"HTTPS_PROXY": proxy.origin, "NO_PROXY": "127.0.0.1"}
        yield Place("https://gateway.example", process=process, strangers=(proxy,))


@contextmanager
def nameless(_: Operation) -> Iterator[Place]:
    """Yield a host that no server of names knows."""
    yield Place("https://no-such-host.invalid")
