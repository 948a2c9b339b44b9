"""Gateway: requests out, bytes in, over real HTTP. The only importer of httpx.

A request is carried by a daemon thread; the caller's thread waits for what it brings. So every
clock is exact whatever the network does (a name lookup cannot be interrupted, a header can drip),
Ctrl-C is noticed at once, and the caller can draw while it waits.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import RequestFailed
from yourouter_cli.gateway import faults, inflight, proxies
from yourouter_cli.gateway.encoding import plain_blocks
from yourouter_cli.gateway.exchange import HttpReply
from yourouter_cli.gateway.heads import outgoing, tell_head
from yourouter_cli.gateway.held import Held
from yourouter_cli.gateway.lead import Lead
from yourouter_cli.gateway.lines import Lines
from yourouter_cli.gateway.masking import Mask, safe_headers

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

    import httpx

    from yourouter_cli.clock import Clock
    from yourouter_cli.errors import Failure
    from yourouter_cli.gateway.exchange import Clocks, HttpRequest, Key
    from yourouter_cli.gateway.lines import Line

# A thread that was cut off ends at once, unless the machine is busy; a descriptor that is closed
# under it may become another's.
LEAVING_SECONDS = 1.0


class Gateway:
    """One partner: a base URL, a key, four clocks and a connection pool.

    *trace* gets one line for each piece of request and response metadata, the key masked. *started*
    is when the total clock began, on *clock*'s monotonic scale.
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: Key | None,
        clocks: Clocks,
        clock: Clock,
        started: float,
        headers: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.clocks = clocks
        self.clock = clock
        self.started = started
        self.trace = trace
        self.tick: float | None = None  # how often to call `pause`, where the caller does not say
        self.headers = dict(headers or {})
        self._environ = environ or {}
        self.mask = Mask(key, self.headers)
        self._client: httpx.Client | None = None
        self._lines = Lines(clocks, clock)
        self._context: ssl.SSLContext | None = None
        self._addresses: dict[str, httpx.URL] = {}
        self._lock = threading.Lock()

    def open(
        self,
        request: HttpRequest,
        *,
        pause: Callable[[], None] | None = None,
        tick: float | None = None,
    ) -> inflight.Exchange:
        """Send *request* and return once the head of the reply is there.

        *pause* is called each time before waiting for the network, and every *tick* seconds while
        waiting. Raises `RequestFailed`; the status of the reply is for the caller to judge.
        """
        arrivals: SimpleQueue[Any] = SimpleQueue()
        carrier = Carrier(self, request, arrivals)
        exchange = inflight.Exchange(self, carrier, arrivals, pause=pause, tick=tick or self.tick)
        try:
            exchange.begin()
        except BaseException:
            exchange.close()
            raise
        return exchange

    def send(self, request: HttpRequest, *, limit: int = inflight.MAX_WHOLE_BYTES) -> HttpReply:
        """Send *request* and return the whole reply, of at most *limit* bytes."""
        with self.open(request) as exchange:
            body = exchange.read(limit)
            return HttpReply(status=exchange.status, headers=exchange.headers, body=body)

    def fetch(self, request: HttpRequest, *, limit: int = inflight.MAX_WHOLE_BYTES) -> HttpReply:
        """Do what `send` does in the calling thread: a third less work, for bulk.

        Whoever waits for that thread calls `check`, often: without it the clocks bound no more than
        each read, and the total one nothing.
        """
        line = self._lines.own(self._make_client)
        return Carrier(self, request, SimpleQueue()).fetch(line, limit)

    def check(self) -> None:
        """Cut off what `fetch` is late with; raises `RequestFailed` when the total clock is out."""
        faults.check_total(self.clocks, self.clock.monotonic() - self.started)
        self._lines.check()

    def url(self, path: str) -> str:
        """Return the whole URL for *path*, which may be one already."""
        return path if "://" in path else self.base_url + path

    def address(self, url: str) -> httpx.URL:
        """Return *url* taken apart, which is done once for each."""
        import httpx  # 60 ms that `_make_client` has paid

        if url not in self._addresses:
            self._addresses[url] = httpx.URL(url)
        return self._addresses[url]

    def client(self) -> httpx.Client:
        """Return the HTTP client of all threads, made on first use."""
        with self._lock:
            self._client = self._client or self._make_client()
            return self._client

    def _make_client(self) -> httpx.Client:
        # Imported here because httpx costs 60 ms, more than all that `config get` does.
        import httpx

        from yourouter_cli.gateway import tls

        self._context = self._context or tls.context_for(self.base_url, self._environ)
        try:
            return httpx.Client(
                verify=self._context,
                # A redirect would carry the key to another origin.
                follow_redirects=False,
                timeout=httpx.Timeout(
                    connect=self.clocks.connect,
                    write=self.clocks.idle,
                    # The waiting side keeps the exact clocks; this ends a thread nobody waits for.
                    read=max(self.clocks.first_byte, self.clocks.idle) + 1,
                    pool=None,
                ),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise proxies.unusable() from error

    def close(self) -> None:
        """Close the pooled connections; safe to call again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
        self._lines.close()


class Carrier:
    """The daemon thread that carries one request and brings back its reply.

    Puts into *arrivals*: the stages it enters (str), status and headers (tuple), the body (bytes),
    and last None, or the exception that ended it.
    """

    def __init__(self, gateway: Gateway, request: HttpRequest, arrivals: SimpleQueue[Any]) -> None:
        self._gateway = gateway
        self._request = request
        self._arrivals = arrivals
        self._url = gateway.url(request.path)
        scheme, _, rest = self._url.partition("://")
        self.origin = f"{scheme}://{rest.partition('/')[0]}"
        self._held = Held(arrivals.put)
        self._abandoned = False
        self._lead = Lead()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Set off."""
        self._thread = threading.Thread(target=self._carry, name="carrier", daemon=True)
        self._thread.start()

    def fetch(self, line: Line, limit: int) -> HttpReply:
        """Carry the request in the calling thread, on its *line*, and return the whole reply."""
        clocks = self._gateway.clocks
        patience = {"connect": clocks.connect, "write": clocks.idle, "read": clocks.first_byte}
        stage = "first_byte"
        line.begin()
        try:
            with self._sent(line.client, {"timeout": patience, "trace": line.watch}) as response:
                line.rest()
                # The connection looks this up before each read: now the idle clock counts.
                patience["read"], stage = clocks.idle, "idle"
                mask = self._gateway.mask
                headers = mask.headers(response.headers)
                inflight.check_length(headers, limit, response.status_code)
                blocks = plain_blocks(response.iter_raw(), headers.get("content-encoding", ""))
                body = inflight.whole_in_turn(blocks, limit, response.status_code, mask)
                return HttpReply(status=response.status_code, headers=headers, body=body)
        except Exception as error:
            late = faults.timeout_failure(line.late, clocks, self.origin) if line.late else None
            if failure := late or self.explain(error, stage):
                raise RequestFailed(failure) from error
            raise

    def taken(self, size: int) -> None:
        """Tell that *size* bytes have been taken off the queue."""
        self._lead.shrink(size)

    def abandon(self) -> None:
        """Stop reading; the connection is cut so that the gateway stops writing."""
        self._abandoned = True
        self._lead.end()
        if self._held.cut() and self._thread is not None:
            self._thread.join(LEAVING_SECONDS)

    def _carry(self) -> None:
        try:
            with self._sent(self._gateway.client(), {"trace": self._watch}) as response:
                # It may have been used before, and not have been seen when it was made.
                self._held.hold(response.extensions["network_stream"])
                told = (response.status_code, self._gateway.mask.headers(response.headers))
                self._arrivals.put(told)
                if not self._abandoned:
                    self._bring(response)
            self._arrivals.put(None)
        except BaseException as error:  # noqa: BLE001 - a thread's error is its reader's error
            self._arrivals.put(error)

    @contextmanager
    def _sent(self, client: httpx.Client, extensions: dict[str, Any]) -> Iterator[httpx.Response]:
        gateway, request = self._gateway, self._request
        if trace := gateway.trace:
            headers = outgoing(request, gateway.headers, gateway.mask, reveal=False)
            told = gateway.mask.headers(headers)
            tell_head(trace, ">", f"{request.method} {self._url}", told)
        content = request.body[0] if len(request.body) == 1 else iter(request.body)
        self._arrivals.put("connect")
        with client.stream(
            request.method,
            gateway.address(self._url),
            headers=outgoing(request, gateway.headers, gateway.mask),
            content=content if request.body else None,
            extensions=extensions,
        ) as response:
            if trace:
                status = f"{response.status_code} {response.reason_phrase}"
                tell_head(trace, "<", status, gateway.mask.headers(safe_headers(response.headers)))
            yield response

    def _bring(self, response: httpx.Response) -> None:
        put = self._arrivals.put
        encoding = response.headers.get("content-encoding", "")
        for block in plain_blocks(response.iter_raw(), encoding):
            put(block)
            self._lead.grow(len(block))
            if self._abandoned:
                return

    def _watch(self, event: str, info: dict[str, Any]) -> None:
        self._held.watch(event, info)
        if self._abandoned:
            self._held.cut()

    def explain(self, error: BaseException, stage: str) -> Failure | None:
        """Return what *error* means for the exchange; None for an error of ours."""
        import httpx  # imported by now

        clocks = self._gateway.clocks
        match error:
            case httpx.ConnectTimeout():
                return faults.timeout_failure("connect", clocks, self.origin)
            case httpx.TimeoutException():
                clock = "first_byte" if stage == "first_byte" else "idle"
                return faults.timeout_failure(clock, clocks, self.origin)
            case httpx.ProxyError():
                return faults.proxy_failure(error, proxies.proxy_for(self._url))
            case httpx.ConnectError() | UnicodeError():
                return faults.connection_failure(error, self.origin, proxies.proxy_for(self._url))
            case httpx.RemoteProtocolError() | httpx.NetworkError():
                return faults.lost_failure(error, self.origin)
            case httpx.TransportError() | httpx.InvalidURL():
                return faults.protocol_failure(error, self.origin)
        return None
