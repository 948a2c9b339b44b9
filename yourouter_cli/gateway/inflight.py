"""One request on its way: the waiting side, which keeps the clocks and takes what arrives."""

from __future__ import annotations

import threading
from contextlib import closing
from queue import Empty
from typing import TYPE_CHECKING, Any, Self

from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.gateway import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from queue import SimpleQueue

    from yourouter_cli.gateway.masking import Mask
    from yourouter_cli.gateway.transport import Carrier, Gateway

# Far above any whole answer, and held several times over while it is decoded.
MAX_WHOLE_BYTES = 16 * 1024 * 1024
BLOCK_BYTES = 256 * 1024
# Many threads may read small bodies at once; of those beyond this one at a time is taken in.
LARGE_BYTES = 4 * 1024 * 1024
_LARGE = threading.Lock()


class Exchange:
    """One request on its way, and its reply as it comes. Use as a context manager."""

    def __init__(
        self,
        gateway: Gateway,
        carrier: Carrier,
        arrivals: SimpleQueue[Any],
        *,
        pause: Callable[[], None] | None,
        tick: float | None,
    ) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self._gateway = gateway
        self._pause = pause
        self._tick = tick
        self._arrivals = arrivals
        # Until the library is loaded nothing is being waited for but this machine.
        self._stage = "prepare"
        self._since = gateway.clock.monotonic()
        self._carrier = carrier

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def begin(self) -> None:
        """Start the carrier and wait for the status and the headers."""
        self._carrier.start()
        while True:
            arrival = self._next()
            if isinstance(arrival, tuple):
                self.status, self.headers = arrival
                return
            if isinstance(arrival, str):
                self._enter(arrival)

    def blocks(self) -> Iterator[bytes]:
        """Yield the body in blocks: all that has arrived since the last one, at most 256 KB."""
        ended = False
        while not ended:
            arrival = self._next()
            block: list[bytes] = []
            size = 0
            while True:
                if isinstance(arrival, bytes):
                    block.append(arrival)
                    size += len(arrival)
                elif arrival is None:
                    ended = True
                elif isinstance(arrival, BaseException):
                    # What came before the fault is shown before the fault is.
                    if block:
                        yield b"".join(block)
                    raise self._failure(arrival)
                if ended or size >= BLOCK_BYTES or self._arrivals.empty():
                    break
                arrival = self._arrivals.get_nowait()
            if block:
                self._enter("idle")
                self._carrier.taken(size)
                yield block[0] if len(block) == 1 else b"".join(block)

    def read(self, limit: int = MAX_WHOLE_BYTES) -> bytes:
        """Return the whole body; raises `RequestFailed` when it is larger than *limit* bytes."""
        return self.read_on(self.blocks(), limit)

    def read_on(self, blocks: Iterable[bytes], limit: int = MAX_WHOLE_BYTES) -> bytes:
        """Return the whole body, of which *blocks* are what was looked at and what is to come."""
        check_length(self.headers, limit, self.status)
        return whole(blocks, limit, self.status, self._gateway.mask)

    def beginning(self, limit: int) -> bytes:
        """Return the first *limit* bytes of the body, or all of it when it is shorter."""
        body = b""
        for block in self.blocks():
            body += block
            if len(body) >= limit:
                break
        return self._gateway.mask.data(body[:limit])

    def close(self) -> None:
        """Let go of the reply; what is still on its way is not waited for."""
        self._carrier.abandon()

    def _enter(self, stage: str) -> None:
        self._stage, self._since = stage, self._gateway.clock.monotonic()

    def _next(self) -> Any:
        """Return the next arrival; raises when a clock runs out or the network fails."""
        if self._pause is not None:
            self._pause()
        while True:
            try:
                arrival = self._arrivals.get(timeout=self._patience())
            except Empty:
                # What arrived in the last instant wins over the clock.
                if self._arrivals.empty():
                    self._check_clocks()
                    if self._pause is not None:
                        self._pause()
                continue
            if isinstance(arrival, BaseException):
                raise self._failure(arrival)
            return arrival

    def _deadline(self) -> tuple[float | None, str]:
        """Return when the next clock runs out and its name; some stages have only the total one."""
        gateway = self._gateway
        limit = getattr(gateway.clocks, self._stage, None)
        stage_end = None if limit is None else self._since + limit
        if gateway.clocks.total is not None:
            total_end = gateway.started + gateway.clocks.total
            if stage_end is None or total_end < stage_end:
                return total_end, "total"
        return stage_end, self._stage

    def _patience(self) -> float | None:
        end, _ = self._deadline()
        left = None if end is None else max(0.0, end - self._gateway.clock.monotonic())
        if self._tick is None:
            return left
        return self._tick if left is None else min(left, self._tick)

    def _check_clocks(self) -> None:
        end, name = self._deadline()
        if end is not None and self._gateway.clock.monotonic() >= end:
            raise RequestFailed(
                faults.timeout_failure(name, self._gateway.clocks, self._carrier.origin)
            )

    def _failure(self, error: BaseException) -> RequestFailed:
        """Turn what the carrier ran into into a failure of ours; our own errors pass."""
        failure = self._carrier.explain(error, self._stage)
        if failure is None:
            raise error
        wrapped = RequestFailed(failure)
        wrapped.__cause__ = error
        return wrapped


def whole(blocks: Iterable[bytes], limit: int, status: int, mask: Mask) -> bytes:
    """Return *blocks* as one; raises `RequestFailed` when they are more than *limit* bytes.

    What a gateway says of a failure may repeat the key: *mask* takes it out.
    """
    pieces: list[bytes] = []
    size = 0
    for block in blocks:
        pieces.append(block)
        size += len(block)
        if size > limit:
            raise _too_large(limit, status)
    body = b"".join(pieces)
    return body if status < 300 else mask.data(body)  # noqa: PLR2004 - 2xx


def whole_in_turn(blocks: Iterable[bytes], limit: int, status: int, mask: Mask) -> bytes:
    """Do what `whole` does, in whatever thread, but take in what is large one after the other."""
    with closing(_in_turn(blocks)) as waiting:
        return whole(waiting, limit, status, mask)


def _in_turn(blocks: Iterable[bytes]) -> Generator[bytes, None, None]:
    size, is_large = 0, False
    try:
        for block in blocks:
            size += len(block)
            if size > LARGE_BYTES and not is_large:
                _LARGE.acquire()  # held from block to block, until the last one
                is_large = True
            yield block
    finally:
        if is_large:
            _LARGE.release()


def check_length(headers: Mapping[str, str], limit: int, status: int) -> None:
    """Raise `RequestFailed` when *headers* declare a body of more than *limit* bytes."""
    declared = headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_large(limit, status)


def _too_large(limit: int, status: int) -> RequestFailed:
    return RequestFailed(
        Failure(
            kind=FailureKind.PROTOCOL,
            message=f"the gateway's answer is larger than {limit / 2**20:.3g} MB",
            status=status,
        )
    )
