"""Turns for renderers, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.driver import FakeClock
from yourouter_cli.events import Finished
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from yourouter_cli.events import Event

DONE = Finished(reason="stop")


def written(stream: Any) -> str:
    """Return what was written to a stream in memory, and forget it."""
    text: str = stream.getvalue().decode()
    stream.seek(0)
    stream.truncate()
    return text


def shown(*events: Event, streams: Streams | None = None, **options: Any) -> tuple[str, str]:
    """Return what standard output and standard error get for *events*."""
    streams = streams or Streams.memory()
    with renderer_for(streams, FakeClock(), **options) as renderer:
        for event in events:
            renderer.show(event)
    return written(streams.stdout), written(streams.stderr)
