"""The layers below HTTP, tried one at a time: the name, the connection, the encryption.

Only for finding out which of them is broken; requests travel by `transport`.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.gateway import faults, proxies, tls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yourouter_cli.gateway.exchange import Clocks

Result = TypeVar("Result")
_PORTS = {"http": 80, "https": 443}
_LONGEST_HEAD = 65536
_OK = 200


class Certificate(NamedTuple):
    """What a gateway shows of itself; `starts` and `ends` in seconds since the epoch."""

    subject: str
    issuer: str
    starts: float
    ends: float
    protocol: str


class Probe:
    """Goes down to the gateway at *base_url*, or to the proxy before it, step by step.

    Call `resolve`, `connect` and `handshake` in this order; each raises `RequestFailed` in the
    words that a request would fail with, and takes as long as a connection may at most.
    """

    def __init__(self, base_url: str, clocks: Clocks, environ: Mapping[str, str]) -> None:
        parts = urlsplit(base_url)
        self.host = parts.hostname or ""
        self.port = parts.port or _PORTS[parts.scheme]
        self.is_secure = parts.scheme == "https"
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._clocks = clocks
        self._environ = environ
        self._proxy = _parts(base_url)
        self.proxy = proxies.proxy_for(base_url) if self._proxy else None
        self._addresses: tuple[str, ...] = ()
        self._socket: socket.socket | None = None

    @property
    def next_host(self) -> tuple[str, int]:
        """The host and port that are called first: the proxy's, where there is one."""
        return (self._proxy.host, self._proxy.port) if self._proxy else (self.host, self.port)

    @property
    def can_shake_hands(self) -> bool:
        """Whether `handshake` can be tried; not through a proxy that is itself spoken to in TLS."""
        return self._proxy is None or not self._proxy.is_secure

    def resolve(self) -> tuple[str, ...]:
        """Return the addresses of the host that is called first."""
        host, port = self.next_host
        found = self._tried(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        self._addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        return self._addresses

    def connect(self) -> str:
        """Connect to the first of the addresses that answers, and return it."""
        port = self.next_host[1]

        def connected() -> tuple[str, socket.socket]:
            error: OSError = ConnectionError("it has no address")
            for address in self._addresses:
                try:
                    seconds = self._clocks.connect
                    return address, socket.create_connection((address, port), timeout=seconds)
                except OSError as failed:
                    error = failed
            raise error

        address, self._socket = self._tried(connected)
        return address

    def handshake(self) -> Certificate:
        """Speak TLS on the connection, through the proxy where there is one."""
        context = tls.trusting_context(self._environ)

        def shaken() -> Certificate:
            plain = self._socket
            if plain is None:
                raise ConnectionError("there is no connection")
            if self._proxy:
                self._open_tunnel(plain, self._proxy)
            # From here on the plain socket is the secure one's.
            self._socket = secure = context.wrap_socket(plain, server_hostname=self.host)
            return _certificate(secure)

        return self._tried(shaken)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def _open_tunnel(self, plain: socket.socket, proxy: _Proxy) -> None:
        name = f"[{self.host}]" if ":" in self.host else self.host
        lines = [f"CONNECT {name}:{self.port} HTTP/1.1", f"Host: {name}:{self.port}"]
        if proxy.login:
            from base64 import b64encode  # 2 ms, for a proxy with a password alone

            lines.append(f"Proxy-Authorization: Basic {b64encode(proxy.login.encode()).decode()}")
        plain.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
            # One byte at a time: what follows the head is the gateway's, for TLS to read.
            if not (byte := plain.recv(1)):
                break
            head += byte
        status = head.partition(b"\r\n")[0].decode("latin-1")
        if status.split(" ")[1:2] != [str(_OK)]:
            said = status.partition(" ")[2] or "it hung up"
            message = f"the proxy {self.proxy} refused: {said.lower()}"
            raise RequestFailed(Failure(kind=FailureKind.PROXY, message=message))

    def _tried(self, work: Callable[[], Result]) -> Result:
        """Return what *work* gives, in the time that a connection may take."""
        arrivals: SimpleQueue[Any] = SimpleQueue()

        def carry() -> None:
            try:
                arrivals.put((work(), None))
            except BaseException as error:  # noqa: BLE001 - a thread's error is its reader's error
                arrivals.put((None, error))

        # A thread, because looking up a name cannot be given a time limit.
        threading.Thread(target=carry, name="probe", daemon=True).start()
        origin = self.proxy or self.origin
        try:
            result, error = arrivals.get(timeout=self._clocks.connect)
        except Empty:
            error = TimeoutError()
        if error is None:
            found: Result = result
            return found
        if isinstance(error, TimeoutError):
            raise RequestFailed(faults.timeout_failure("connect", self._clocks, origin)) from error
        if isinstance(error, OSError | UnicodeError):
            failure = faults.connection_failure(error, self.origin, self.proxy)
            raise RequestFailed(failure) from error
        raise error


class _Proxy(NamedTuple):
    host: str
    port: int
    is_secure: bool
    login: str


def _parts(base_url: str) -> _Proxy | None:
    """Return the proxy for *base_url*; None for none, and for one that nobody could speak to."""
    named = proxies.proxy_named(base_url)
    if named is None or not proxies.is_usable(named[1]):
        return None
    parts = urlsplit(named[1])
    login = ""
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    port = parts.port or _PORTS[parts.scheme]
    return _Proxy(parts.hostname or "", port, parts.scheme == "https", login)


def _certificate(secure: ssl.SSLSocket) -> Certificate:
    shown: Mapping[str, Any] = secure.getpeercert() or {}
    return Certificate(
        subject=_named(shown.get("subject"), "commonName"),
        issuer=_named(shown.get("issuer"), "organizationName", "commonName"),
        starts=ssl.cert_time_to_seconds(str(shown["notBefore"])),
        ends=ssl.cert_time_to_seconds(str(shown["notAfter"])),
        protocol=secure.version() or "TLS",
    )


def _named(parts: Any, *wanted: str) -> str:
    """Return the first of the *wanted* names in a distinguished name."""
    known = {name: str(value) for part in parts or () for name, value in part}
    return next((known[name] for name in wanted if name in known), "nobody")
