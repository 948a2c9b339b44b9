"""HTTP/1.1 on a socket, as much of it as a server on loopback needs."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from yourouter_cli.sandbox.exchange import Cut, Pause, Rejected, Reply, Request, is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024 * 1024
READ_SIZE = 256 * 1024

REASONS = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
    529: "Overloaded",
}


class ClientGone(Exception):  # an event, and no error of ours
    """The client closed the connection, or the sandbox was told to stop."""


class Connection:
    """One client's connection: requests are read from it and replies written to it, in turn.

    `keep_alive` says after each exchange whether another request may follow; `bytes_sent` counts
    the body of the last reply. *wait* sleeps and returns whether the sandbox is being stopped.
    """

    def __init__(self, client: socket.socket, wait: Callable[[float], bool]) -> None:
        self._client = client
        self._wait = wait
        self._buffer = bytearray()
        self._chunked_replies = True
        self.keep_alive = True
        self.bytes_sent = 0
        # Each event of a stream is a small packet that must not wait for the one before it.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read_request(self) -> Request | None:
        """Return the next request, or None when the client has no more; reject a malformed one."""
        self.keep_alive = False  # until the whole request was understood
        head = self._read_head()
        if head is None:
            return None
        request_line, _, rest = head.partition(b"\r\n")
        method, target, version = _split_request_line(request_line)
        headers = _parse_headers(rest)
        if version == "HTTP/1.1" and "host" not in headers:
            raise Rejected(400, "the Host header is missing")
        body = b"".join(self._read_body(headers))
        self._chunked_replies = version == "HTTP/1.1"
        wanted = headers.get("connection", "").lower()
        self.keep_alive = (
            "close" not in wanted
            and (self._chunked_replies or "keep-alive" in wanted)
            # Every reply has its body here, which nobody expects after HEAD.
            and method != "HEAD"
        )
        raw_path, _, query = target.partition("?")
        return Request(
            method,
            unquote(raw_path),
            raw_path,
            {name: tuple(values) for name, values in parse_qs(query, True).items()},
            headers,
            body,
            "http://" + headers.get("host", "127.0.0.1"),
        )

    def write_reply(self, reply: Reply) -> None:
        """Send *reply*; after a cut the connection is at its end."""
        self.bytes_sent = 0
        if isinstance(reply.body, bytes):
            head = self._head(reply, len(reply.body))
            self.bytes_sent = len(reply.body)
            self._send(head + reply.body)
            return
        pieces = iter(reply.body)
        first = next(pieces, None)
        if isinstance(first, Cut) and first.early:
            self._break_off(first)
            return
        chunked = reply.length is None and self._chunked_replies
        self._send(self._head(reply, reply.length))
        if self._write_pieces(first, pieces, chunked=chunked) and chunked:
            self._send(b"0\r\n\r\n")

    def close_gently(self) -> None:
        """Let the client read the last reply although it is still sending, then hang up."""
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_WR)
            self._client.settimeout(0.5)
            for _ in range(2 * BODY_LIMIT // READ_SIZE):
                if not self._client.recv(READ_SIZE):
                    break

    def _write_pieces(
        self,
        first: bytes | Pause | Cut | None,
        rest: Iterator[bytes | Pause | Cut],
        *,
        chunked: bool,
    ) -> bool:
        """Send the pieces of a body; return whether it came to a regular end."""
        piece = first
        while piece is not None:
            match piece:
                case bytes():
                    self.bytes_sent += len(piece)
                    self._send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                case Pause():
                    if self._wait(piece.seconds):
                        raise ClientGone
                case Cut():
                    self._break_off(piece)
                    return piece.how == "end"
            piece = next(rest, None)
        return True

    def _break_off(self, cut: Cut) -> None:
        if cut.how == "end":
            return
        self.keep_alive = False
        if cut.how == "stall":
            with suppress(OSError):
                # Woken by the client hanging up, or by the sandbox shutting the socket down.
                self._client.recv(1)
        elif cut.how == "reset":
            # Closing with a linger time of zero sends RST instead of FIN.
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _head(self, reply: Reply, length: int | None) -> bytes:
        lines = [f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        if length is not None:
            lines.append(f"content-length: {length}")
        elif self._chunked_replies:
            lines.append("transfer-encoding: chunked")
        else:
            self.keep_alive = False  # only the end of the connection can end this body
        lines.append(f"connection: {'keep-alive' if self.keep_alive else 'close'}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _send(self, data: bytes) -> None:
        try:
            self._client.sendall(data)
        except OSError:
            raise ClientGone from None

    def _fill(self) -> bool:
        """Read some more; return False at the end of the connection."""
        try:
            data = self._client.recv(READ_SIZE)
        except OSError:
            return False
        self._buffer += data
        return bool(data)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _read_head(self) -> bytes | None:
        searched = 0
        while (end := self._buffer.find(b"\r\n\r\n", searched)) < 0:
            if len(self._buffer) > HEAD_LIMIT:
                raise Rejected(431, f"the request's head is longer than {HEAD_LIMIT} bytes")
            searched = max(0, len(self._buffer) - 3)
            if not self._fill():
                if self._buffer.strip():
                    raise Rejected(400, "the request's head is cut off")
                return None
        head = self._take(end + 4)[:-4]
        return head.lstrip(b"\r\n")  # some clients end a body with a line break too many

    def _read_body(self, headers: Mapping[str, str]) -> Iterator[bytes]:
        coding = headers.get("transfer-encoding", "").strip().lower()
        length = headers.get("content-length")
        if coding and length is not None:
            raise Rejected(400, "Content-Length and Transfer-Encoding exclude each other")
        if coding and coding != "chunked":
            raise Rejected(501, f"the transfer coding `{coding}` is not supported")
        if length is not None and not is_number(length):
            raise Rejected(400, f"the Content-Length `{length}` is not a number")
        size = int(length or 0)
        if size > BODY_LIMIT:
            raise _too_large()
        if (coding or size) and headers.get("expect", "").lower() == "100-continue":
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self._read_chunks() if coding else iter((self._read_exactly(size),))

    def _read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not self._fill():
                raise Rejected(400, "the request's body is cut off")
        return self._take(count)

    def _read_line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > HEAD_LIMIT or not self._fill():
                raise Rejected(400, "a chunk of the request's body has no size")
        return self._take(end + 2)[:-2]

    def _read_chunks(self) -> Iterator[bytes]:
        total = 0
        while size := _chunk_size(self._read_line()):
            total += size
            if total > BODY_LIMIT:
                raise _too_large()
            yield self._read_exactly(size)
            if self._read_exactly(2) != b"\r\n":
                raise Rejected(400, "a chunk of the request's body is longer than it says")
        while self._read_line():
            pass  # trailers say nothing that matters here


def _split_request_line(line: bytes) -> tuple[str, str, str]:
    parts = line.decode("latin-1").split(" ")
    match parts:
        case [method, target, "HTTP/1.1" | "HTTP/1.0" as version] if method.isalpha():
            if target.startswith("http://"):  # what a client sends that takes us for a proxy
                target = "/" + target[7:].partition("/")[2]
            if target.startswith("/"):
                return method, target, version
        case [_, _, version] if version.startswith("HTTP/") and version[5:] not in {"1.0", "1.1"}:
            raise Rejected(505, f"the protocol `{version[:20]}` is not spoken here")
    raise Rejected(400, "the request line is not `METHOD /path HTTP/1.1`")


def _parse_headers(block: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in block.split(b"\r\n") if block else ():
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not name or name != name.strip():
            raise Rejected(400, "a header line is not `Name: value`")
        name, value = name.lower(), value.strip()
        if name == "content-length" and headers.get(name, value) != value:
            raise Rejected(400, "there are two different Content-Length headers")
        headers[name] = value if name not in headers else f"{headers[name]}, {value}"
        if name == "content-length":
            headers[name] = value
    return headers


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    try:
        return int(digits, 16) if digits.isalnum() else int("")
    except ValueError:
        raise Rejected(400, "a chunk of the request's body has no size") from None


def _too_large() -> Rejected:
    return Rejected(413, f"the body is larger than {BODY_LIMIT // 1024 // 1024} MB")
