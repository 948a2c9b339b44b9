"""One turn of a conversation: read by a wire, played by a scenario, written by the wire."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Protocol

from yourouter_cli.sandbox.exchange import JSON, Cut, Pause, Reply, encode
from yourouter_cli.sandbox.failures import error_body
from yourouter_cli.sandbox.pieces import Failed
from yourouter_cli.sandbox.scenarios import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.sandbox.exchange import Request
    from yourouter_cli.sandbox.failures import Shape
    from yourouter_cli.sandbox.memory import Memory
    from yourouter_cli.sandbox.pieces import Ask, Piece

EVENTS = "text/event-stream; charset=utf-8"


class Wire(Protocol):
    """What a module must offer to carry conversations."""

    SHAPE: Shape

    def read(self, request: Request, memory: Memory) -> Ask:
        """Check *request* as strictly as an upstream, and return what is asked."""

    def stream(self, ask: Ask, pieces: Iterator[Piece]) -> Iterator[bytes | Pause | Cut]:
        """Write an answer as events."""

    def whole(self, ask: Ask, pieces: Iterable[Piece]) -> tuple[str, bytes]:
        """Write an answer as one body; returns the upstream's id of it, too."""


def respond(wire: Wire, request: Request, memory: Memory) -> Reply:
    """Answer one turn, as a stream or whole."""
    ask = wire.read(request, memory)
    chosen = choose(ask.model)
    ask = ask._replace(model=chosen.name)
    pieces = chosen.play(ask)
    # The first piece is taken now: a scenario that rejects the request does so before it.
    first = next(pieces)
    if isinstance(first, Cut) and first.early:
        return Reply(0, {}, (first,))
    pieces = chain((first,), pieces)
    if ask.stream and chosen.kind != "whole":
        media_type = "application/json" if ask.is_array else EVENTS
        headers = {"content-type": media_type, "cache-control": "no-cache"}
        return Reply(200, headers, wire.stream(ask, pieces))
    return _whole(wire, ask, pieces)


def _whole(wire: Wire, ask: Ask, pieces: Iterator[Piece]) -> Reply:
    """Answer in one body; what breaks a stream off breaks this off in the middle."""
    said: list[Piece] = []
    seconds = 0.0
    cut: Cut | None = None
    for piece in pieces:
        match piece:
            case Pause():
                seconds += piece.seconds
            case Cut():
                cut = piece
            case Failed():
                body = encode(error_body(wire.SHAPE, piece.problem, "req_" + ask.digest))
                return Reply(200, JSON, body)
            case _:
                said.append(piece)
    message_id, body = wire.whole(ask, said)
    headers = {
        **JSON,
        "x-vendor-messages-id": message_id,
        "x-vendor-api-key": "sandbox-****-" + ask.digest[-4:],
    }
    if cut is None and not seconds:
        return Reply(200, headers, body)
    return Reply(200, headers, _in_time(body, seconds, cut), len(body))


def _in_time(body: bytes, seconds: float, cut: Cut | None) -> Iterator[bytes | Pause | Cut]:
    if seconds:
        yield Pause(seconds)
    if cut is None:
        yield body
        return
    yield body[: len(body) // 2]
    # The length was announced, so the end of the stream is a broken connection here.
    yield Cut("break") if cut.how == "end" else cut
