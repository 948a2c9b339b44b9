"""The server: it listens on loopback, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TextIO

from yourouter_cli.sandbox.exchange import Rejected, Reply, Request
from yourouter_cli.sandbox.failures import error_reply
from yourouter_cli.sandbox.framing import ClientGone, Connection
from yourouter_cli.sandbox.memory import Memory
from yourouter_cli.sandbox.routes import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEPT_REQUESTS = 10_000
KEPT_BODY = 1024 * 1024
KEPT_BODIES = 16 * KEPT_BODY
KEPT_PREFIX = 1024
JOIN_SECONDS = 0.08


class SeenRequest:
    """A request that the sandbox got.

    Of a body over 1 MB, and of the oldest bodies once all of them exceed 16 MB, only the first
    1,024 bytes are kept; `body_length` and `body_sha256` speak of the whole.
    """

    def __init__(self, request: Request) -> None:
        self.method = request.method
        self.path = request.path
        self.query = dict(request.query)
        self.headers = dict(request.headers)
        self.body = request.body
        self.body_length = len(request.body)
        self._sha256: str | None = None
        self._model: str | None = None
        if self.body_length > KEPT_BODY:
            self.shorten()

    @property
    def body_sha256(self) -> str:
        """The hexadecimal SHA-256 of the whole body."""
        from hashlib import sha256  # loading OpenSSL, 3 ms, takes longer than starting the server

        return self._sha256 or sha256(self.body).hexdigest()

    @property
    def json(self) -> Any:
        """The body as JSON, or None when it is none or was not kept whole."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def model(self) -> str | None:
        """The model that was asked for, in the body or in the path."""
        if "/publishers/google/models/" in self.path:
            return self.path.partition("/publishers/google/models/")[2].rpartition(":")[0]
        if self._sha256 is not None:
            return self._model
        body = self.json
        name = body.get("model") if isinstance(body, dict) else None
        return name if isinstance(name, str) else None

    def shorten(self) -> None:
        """Keep only the beginning of the body, and what can be said of the whole."""
        self._model, self._sha256 = self.model, self.body_sha256
        self.body = self.body[:KEPT_PREFIX]


class Sandbox:
    """A gateway on loopback. Use as a context manager, or start()/stop().

    *port* 0 takes a free one. *latency* are seconds before each answer. *log* gets one JSON object
    a line for each request, never a key. *clock* dates video tasks and log lines. *seed_tasks* are
    ids of video tasks that an earlier sandbox made and this one lists as well.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        latency: float = 0.0,
        log: TextIO | None = None,
        clock: Callable[[], float] = time.time,
        seed_tasks: Sequence[str] = (),
    ) -> None:
        self.latency = latency
        self._address = (host, port)
        self._log = log
        self._memory = Memory(clock, seed_tasks)
        self._lock = threading.Lock()
        self._seen: deque[SeenRequest] = deque(maxlen=KEPT_REQUESTS)
        self._whole: deque[SeenRequest] = deque()
        self._whole_size = 0
        self._stopping = threading.Event()
        self._listener: socket.socket | None = None
        self._clients: dict[socket.socket, threading.Thread] = {}
        self._acceptor: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """The base URL for clients, ending in /v1; only while the sandbox runs."""
        host, port = self._reachable()
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request so far, oldest first; the last 10,000 are kept."""
        with self._lock:
            return list(self._seen)

    @property
    def models_asked(self) -> list[str]:
        """The model of every request that named one, oldest first."""
        return [seen.model for seen in self.requests if seen.model is not None]

    def start(self) -> Self:
        """Listen, and answer in threads that never keep the process from ending."""
        if self._listener is not None:
            raise RuntimeError("the sandbox is running already")
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._stopping.clear()
        self._listener = socket.create_server(self._address, family=family, backlog=512)
        self._acceptor = threading.Thread(
            target=self._accept, args=(self._listener,), name="sandbox", daemon=True
        )
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody and free the port, at once; stopping twice does no harm."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        self._stopping.set()
        address = _loopback_of(listener)
        with suppress(OSError):
            # Closing a socket does not wake a thread that waits in accept(). Where this does not
            # either, a visitor does; who cannot be visited, since loopback is down, is left alone.
            listener.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            socket.create_connection(address, timeout=1).close()
        if self._acceptor is not None:
            self._acceptor.join(JOIN_SECONDS)
        listener.close()
        with self._lock:
            clients = dict(self._clients)
        for client in clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + JOIN_SECONDS
        for thread in clients.values():
            thread.join(max(0.0, deadline - time.monotonic()))

    def serve_forever(self) -> None:
        """Serve until Ctrl-C, or until another thread calls stop()."""
        if self._listener is None:
            self.start()
        try:
            self._stopping.wait()
        except KeyboardInterrupt:
            self.stop()

    def _reachable(self) -> tuple[str, int]:
        if self._listener is None:
            raise RuntimeError("the sandbox is not running")
        return _loopback_of(self._listener)

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                # The client is gone already, or there are no descriptors left for the moment.
                self._stopping.wait(0.01)
                continue
            if self._stopping.is_set():
                client.close()
                return
            thread = threading.Thread(
                target=self._serve, args=(client,), name="sandbox client", daemon=True
            )
            with self._lock:
                self._clients[client] = thread
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client:
                connection = Connection(client, self._stopping.wait)
                with suppress(ClientGone, OSError):
                    while self._exchange(connection):
                        pass
        finally:
            with self._lock:
                self._clients.pop(client, None)

    def _exchange(self, connection: Connection) -> bool:
        """Answer one request; return whether another may follow."""
        try:
            request = connection.read_request()
        except Rejected as problem:
            begun = time.monotonic()
            reply = error_reply("openai", problem, "req_unreadable")
            connection.write_reply(reply)
            self._write_log(None, None, reply, connection, begun)
            connection.close_gently()
            return False
        if request is None or self._stopping.is_set():
            return False
        begun = time.monotonic()
        seen = self._remember(request)
        if self.latency and self._stopping.wait(self.latency):
            return False
        reply = answer(request, self._memory)
        try:
            connection.write_reply(reply)
        finally:
            self._write_log(request, seen, reply, connection, begun)
        return connection.keep_alive

    def _remember(self, request: Request) -> SeenRequest:
        seen = SeenRequest(request)
        with self._lock:
            self._seen.append(seen)
            self._whole.append(seen)
            self._whole_size += len(seen.body)
            while self._whole_size > KEPT_BODIES or len(self._whole) > KEPT_REQUESTS:
                oldest = self._whole.popleft()
                self._whole_size -= len(oldest.body)
                oldest.shorten()
        return seen

    def _write_log(
        self,
        request: Request | None,
        seen: SeenRequest | None,
        reply: Reply,
        connection: Connection,
        begun: float,
    ) -> None:
        if self._log is None:
            return
        now = self._memory.clock()
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
            + f".{int(now % 1 * 1000):03}Z",
            "method": request.method if request else None,
            "path": request.path if request else None,
            "model": seen.model if seen else None,
            "status": reply.status or None,
            "bytes": connection.bytes_sent,
            "ms": round((time.monotonic() - begun) * 1000, 1),
        }
        with self._lock, suppress(ValueError):  # the log may be closed while we are stopping
            self._log.write(json.dumps(line) + "\n")
            self._log.flush()


def _loopback_of(listener: socket.socket) -> tuple[str, int]:
    """Return an address under which this machine reaches *listener*."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104  # no bind here
