"""One reply being read: bytes become events, completed with what only the turn knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import Attempt, Failure, FailureKind, RequestFailed
from yourouter_cli.events import (
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    Started,
    TextDelta,
    Timing,
    ToolCallDelta,
    Usage,
)
from yourouter_cli.gateway import sse
from yourouter_cli.services.characters import with_whole_characters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.gateway.inflight import Exchange
    from yourouter_cli.services.ask import Turn

MEASURABLE_MS = 5.0
# What ends a server-sent event stream's sniffing: its first line starts with one of these.
_EVENT_STARTS = (b"data:", b"event:", b":", b"id:", b"retry:")


class Reading:
    """One reply being read: its events, completed with what only the turn knows."""

    def __init__(self, turn: Turn, model: str, exchange: Exchange, began: float) -> None:
        self.turn = turn
        self.model = model
        self.exchange = exchange
        self.began = began
        self.first_byte: float | None = None
        self.first_token: float | None = None
        self.usage = Usage()
        self.refusal = ""
        self.has_text = False

    def events(self) -> Iterator[Event]:
        """Yield the events of the reply."""
        blocks = self._timed(self.exchange.blocks())
        started = False
        for event in with_whole_characters(self._decoded(blocks)):
            if isinstance(event, TextDelta | ReasoningDelta | ToolCallDelta):
                if self.first_token is None:
                    self.first_token = self._elapsed()
                    self.turn.content_seen = True
                    if not started:
                        started = True
                        yield self._started(Started())
                if isinstance(event, TextDelta):
                    self.has_text = True
            elif isinstance(event, Started):
                started = True
                event = self._started(event)  # noqa: PLW2901 - the event, completed
            elif isinstance(event, Usage):
                self.usage = event
            elif isinstance(event, Notice) and event.kind == "refusal":
                self.refusal = event.message
                continue
            elif isinstance(event, Finished):
                yield from self._finished(event)
                return
            yield event

    def _decoded(self, blocks: Iterator[bytes]) -> Iterator[Event]:
        """Decode the reply as what it is: a stream of events, or one whole answer."""
        head = b""
        for block in blocks:
            head += block
            if head.strip():
                break
        kind = self.exchange.headers.get("content-type", "")
        start = head.lstrip()
        is_stream = start.startswith(_EVENT_STARTS) or (
            "text/event-stream" in kind and start[:1] not in {b"{", b"["}
        )
        if is_stream:
            return self.turn.dialect.decode(sse.frames(_chained(head, blocks)))
        body = self.exchange.read_on(_chained(head, blocks))
        if not body.strip():
            raise RequestFailed(
                Failure(kind=FailureKind.TRUNCATED, message="the gateway's answer is empty")
            )
        return self.turn.dialect.decode_whole(body)

    def _timed(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            if self.first_byte is None:
                self.first_byte = self._elapsed()
            yield block

    def _elapsed(self) -> float:
        return (self.turn.clock.monotonic() - self.began) * 1000

    def _started(self, event: Started) -> Started:
        return event._replace(
            model=event.model or self.model,
            requested_model=self.turn.request.model,
            vendor=self.turn.route.vendor,
            dialect=self.turn.route.dialect,
            request_id=self.turn.request_id(self.exchange),
            vendor_message_id=self.exchange.headers.get("x-vendor-messages-id") or None,
            first_byte_ms=self.first_byte,
        )

    def _finished(self, event: Finished) -> Iterator[Event]:
        if event.reason == "content_filter" and not self.has_text:
            # What it thought is nothing of an answer: the turn was refused, it did not break off.
            self.turn.content_seen = False
            said = self.refusal or "it did not say why"
            raise RequestFailed(
                Failure(
                    kind=FailureKind.BLOCKED,
                    message=f"`{self.model}` refused ({event.raw or 'content_filter'}): {said}",
                    status=self.exchange.status,
                    code=event.raw,
                )
            )
        attempt = Attempt(
            model=self.model, vendor=self.turn.route.vendor, status=self.exchange.status
        )
        yield event._replace(timing=self._timing(), attempts=(*self.turn.attempts, attempt))

    def _timing(self) -> Timing:
        total = self._elapsed()
        tokens = self.usage.output_tokens
        speed = None
        # An answer that came in one piece has no speed that could be measured.
        if tokens and self.first_token is not None and total - self.first_token > MEASURABLE_MS:
            speed = tokens / ((total - self.first_token) / 1000)
        return Timing(
            first_byte_ms=_rounded(self.first_byte),
            first_token_ms=_rounded(self.first_token),
            total_ms=_rounded(total),
            tokens_per_second=_rounded(speed),
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _chained(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest
