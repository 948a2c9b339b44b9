"""Gateways that misbehave: raw sockets on loopback that play a script for each connection."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    Script = Callable[["Caller"], None]

STREAM = "text/event-stream"
DONE = "[DONE]"


def text(words: str) -> dict[str, Any]:
    """Return the event of a chat completion that says the next *words*."""
    return {"choices": [{"index": 0, "delta": {"content": words}, "finish_reason": None}]}


def finish(reason: str = "stop") -> dict[str, Any]:
    """Return the event of a chat completion that says why it ends."""
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def error(message: str, code: str | None = None) -> dict[str, Any]:
    """Return an error object."""
    return {"error": {"message": message, "type": None, "param": None, "code": code}}


class Caller:
    """One connection, as the gateway sees it."""

    def __init__(
        self, connection: socket.socket, requests: list[bytes], stopping: threading.Event
    ) -> None:
        self._connection = connection
        self._requests = requests
        self._stopping = stopping
        self._unread = b""

    @property
    def port(self) -> int:
        """The port that the caller called."""
        port: int = self._connection.getsockname()[1]
        return port

    def request(self) -> bytes:
        """Read one request and return its head and body; empty when the caller has gone."""
        while b"\r\n\r\n" not in self._unread:
            if not self._receive():
                return b""
        head, _, rest = self._unread.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length and self._receive():
            rest = self._unread.partition(b"\r\n\r\n")[2]
        self._unread = rest[length:]
        self._requests.append(head + b"\r\n\r\n" + rest[:length])
        return self._requests[-1]

    def _receive(self) -> bool:
        block = self._connection.recv(65536)
        self._unread += block
        return bool(block)

    def send(self, data: bytes) -> None:
        """Send raw bytes."""
        self._connection.sendall(data)

    def head(self, status: int = 200, kind: str = STREAM, **headers: str) -> None:
        """Send a status line and headers, `_` for `-`; the body ends when the connection does."""
        fields = {"Content-Type": kind, "Connection": "close"}
        fields.update((name.replace("_", "-"), value) for name, value in headers.items())
        lines = [f"HTTP/1.1 {status} Words", *(f"{name}: {fields[name]}" for name in fields)]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def whole(
        self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str
    ) -> None:
        """Send a whole reply of known length, after which another request may follow."""
        fields = {"Connection": "keep-alive", "Content_Length": f"{len(body)}", **headers}
        self.head(status, kind, **fields)
        self.send(body)

    def frames(self, *events: Any) -> None:
        """Send events: text as it is, anything else as JSON."""
        for event in events:
            data = event if isinstance(event, str) else json.dumps(event)
            self.send(f"data: {data}\n\n".encode())

    def chunk(self, data: bytes) -> None:
        """Send a chunk of a body in chunked encoding."""
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def wait(self, seconds: float | None = None) -> None:
        """Say nothing for so long, or until the test is over."""
        self._stopping.wait(seconds)

    def tunnel(self, port: int) -> None:
        """Hand everything on to *port* and back, as a proxy does, until either hangs up."""
        with socket.create_connection(("127.0.0.1", port)) as other:
            away = threading.Thread(target=_hand_on, args=(self._connection, other), daemon=True)
            away.start()
            _hand_on(other, self._connection)

    def finish_sending(self) -> None:
        """Close the sending half; the caller may still send."""
        self._connection.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Tear the connection down, so that the caller sees a reset."""
        no_linger = struct.pack("ii", 1, 0)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
        self._connection.close()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(65536):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)


def answers(*words: str) -> Script:
    """Return the script of a gateway that reads a request and streams *words*, as it should."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.head()
        caller.frames(*map(text, words), finish(), DONE)

    return script


def refuses(status: int, message: str = "no", code: str | None = None, **headers: str) -> Script:
    """Return the script of a gateway that reads a request and answers it with an error."""

    def script(caller: Caller) -> None:
        caller.request()
        body = json.dumps(error(message, code)).encode()
        caller.whole(body, status, **{"Connection": "close", **headers})

    return script


def resets_in_the_body(caller: Caller) -> None:
    """Reset the connection in the middle of a body."""
    caller.request()
    caller.head(Content_Length="100")
    caller.send(b"abc")
    caller.wait(0.05)  # so that the beginning is read before the reset overtakes it
    caller.reset()


@contextmanager
def nobody() -> Iterator[str]:
    """Yield the origin of a port where nobody listens, and which nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


class FaultyGateway:
    """A gateway that plays a script for each connection; the last one for all that follow.

    Use as a context manager. `requests` are those that the scripts read. With *tls* it speaks TLS.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._scripts = scripts
        self._tls = tls
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """The base URL for clients."""
        return f"{self.origin}/v1"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        # Closing a socket does not wake a thread that waits in accept(); a visitor does.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def join(self) -> None:
        """Wait until every script that began has come to its end."""
        for thread in self._threads[1:]:
            thread.join(5)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping.is_set():
                connection.close()
                return
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            self._open.append(connection)
            self._start(self._play, connection, script)

    def _play(self, connection: socket.socket, script: Script) -> None:
        # The caller hangs up when it has seen enough; that is the point of most of these.
        with connection, suppress(OSError):
            if self._tls:
                with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                    script(Caller(wrapped, self.requests, self._stopping))
            else:
                script(Caller(connection, self.requests, self._stopping))
