"""What the tests of the dialects share: recorded bytes, and events without what differs by API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yourouter_cli import dialects
from yourouter_cli.errors import RequestFailed
from yourouter_cli.events import collect
from yourouter_cli.gateway import sse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.dialects import Dialect
    from yourouter_cli.errors import Failure
    from yourouter_cli.events import Event

FOLDER = Path(__file__).parent
NAMES = tuple(dialects.DIALECTS)
STREAMS = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.glob("*/*.sse"))]
WHOLES = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.glob("*/*.json"))]


def recorded(file: str) -> tuple[Dialect, bytes]:
    """Return the dialect and the bytes of a recorded answer, such as `gemini/text.sse`."""
    path = FOLDER / file
    return dialects.load(path.parent.name), path.read_bytes()


def streamed(dialect: Dialect, blocks: Iterable[bytes]) -> list[Event]:
    """Return the events of a stream that arrives in *blocks*."""
    return list(dialect.decode(sse.frames(blocks)))


def spoken(name: str, *documents: Any) -> Iterator[Event]:
    """Yield the events of a stream of *documents* in the dialect *name*; text goes out as it is."""
    data = [each if isinstance(each, str) else json.dumps(each) for each in documents]
    return dialects.load(name).decode(sse.Frame("", each) for each in data)


def broken_off(events: Iterator[Event]) -> tuple[list[Event], Failure]:
    """Return what came before *events* failed, and the failure; it must fail."""
    before: list[Event] = []
    try:
        before.extend(events)
    except RequestFailed as error:
        return before, error.failure
    raise AssertionError(f"expected a failure after {before}")


def gist(events: Iterable[Event]) -> dict[str, Any]:
    """Return what *events* tell, without what each API words and cuts in its own way."""
    answer = collect(events)
    assert answer.finished is not None
    return {
        "id": answer.started.id,
        "model": answer.started.model,
        "text": answer.text,
        "reasoning": answer.reasoning,
        "calls": [(call.name, call.arguments) for call in answer.tool_calls],
        "usage": answer.usage,
        "notices": [(notice.kind, notice.message) for notice in answer.notices],
        "finish": answer.finished.reason,
    }
