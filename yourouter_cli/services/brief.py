"""Answers that have to be short: who goes on and on is not listened to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.events import ReasoningDelta, TextDelta, ToolCallDelta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.events import Event

# Far more than a model thinks before it says one word, far less than a machine cannot hold.
MOST_CHARACTERS = 1_000_000


def brief(events: Iterable[Event]) -> Iterator[Event]:
    """Yield *events*; raises `RequestFailed` when they come to more than `MOST_CHARACTERS`."""
    said = 0
    for event in events:
        match event:
            case TextDelta(text) | ReasoningDelta(text):
                said += len(text)
            case ToolCallDelta():
                said += len(event.arguments)
        if said > MOST_CHARACTERS:
            message = f"the answer goes on after {MOST_CHARACTERS:,} characters"
            raise RequestFailed(Failure(kind=FailureKind.PROTOCOL, message=message, status=200))
        yield event
