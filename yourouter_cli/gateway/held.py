"""The connection that a request is on, and what it is on it for."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# After these of httpcore's events there is a connection, or TLS over it.
_CONNECTED = frozenset(
    {
        "connection.connect_tcp.complete",
        "connection.start_tls.complete",
        "proxy.start_tls.complete",
    }
)


class Held:
    """Follows a request and holds its connection, which another thread may cut.

    *enter* is told each stage after connecting: `send`, then `first_byte`.
    """

    def __init__(self, enter: Callable[[str], None]) -> None:
        self._enter = enter
        self._is_tunnelling = False
        self._socket: Any = None
        # What was let go of may be another request's: it must not be cut any more.
        self._lock = threading.Lock()

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Follow the stages of the request, as httpcore traces them."""
        if event == "http11.send_request_headers.started":
            # To be let through by a proxy is a part of connecting.
            self._is_tunnelling = info["request"].method == b"CONNECT"
            if not self._is_tunnelling:
                self._enter("send")
        elif event == "http11.send_request_body.complete":
            if not self._is_tunnelling:
                self._enter("first_byte")
        elif event in _CONNECTED:
            self.hold(info["return_value"])
        elif event == "http11.response_closed.started":
            with self._lock:
                self._socket = None

    def hold(self, stream: Any) -> None:
        """Hold the connection under *stream*, one of httpcore's."""
        with self._lock:
            self._socket = stream.get_extra_info("socket")

    def cut(self) -> bool:
        """End the connection: who waits for it waits no more. Return whether there is one."""
        with self._lock:
            # While a TLS handshake goes on, the descriptor is another socket's.
            if self._socket is None or self._socket.fileno() < 0:
                return False
            # The plain socket's method wakes a reader that waits inside TLS as well.
            with suppress(OSError, ValueError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            return True
