"""Does an answer stream as it should: in order, to a proper end."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from yourouter_cli.checks import Finding
from yourouter_cli.errors import RequestFailed
from yourouter_cli.events import Started, TextDelta, Usage, collect
from yourouter_cli.gateway import retry, sse
from yourouter_cli.services import check
from yourouter_cli.services.ask import prepared
from yourouter_cli.services.brief import brief

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.events import Event
    from yourouter_cli.services.doctor.subject import Subject


def check_stream(subject: Subject) -> Finding:
    """Stream an answer of the subject's model; raises `RequestFailed` when it does not arrive."""
    clock = subject.gateway.clock
    for number in count():
        try:
            return _streamed(subject)
        except RequestFailed as error:
            again = retry.classify(error.failure) is retry.Verdict.AGAIN
            if not again or number >= subject.retries:
                error.hints = (f"yourouter chat{subject.option} --no-stream hello",)
                raise
            wait = retry.delay(number, error.failure.retry_after, clock.jitter)
            clock.sleep(min(wait, retry.LONGEST_WAIT_SECONDS))
    raise AssertionError("the loop has no end")


def _streamed(subject: Subject) -> Finding:
    """Read a stream, event by event."""
    clock, dialect = subject.gateway.clock, subject.dialect
    request = subject.request(subject.model, check.MOST_TOKENS, stream=True)
    http = prepared(request, subject.route(subject.model), dialect, None)
    began = clock.monotonic()
    with subject.gateway.open(http) as exchange:
        if exchange.status >= 300:  # noqa: PLR2004 - not 2xx
            raise RequestFailed(dialect.failure(exchange.status, exchange.read()))
        kind = exchange.headers.get("content-type", "")
        if "text/event-stream" not in kind:
            detail = f"`{subject.model}` answers whole, as {kind or 'something'}, not in a stream"
            return Finding("warn", detail, f"yourouter chat{subject.option} --no-stream hello")
        is_over = False

        def blocks() -> Iterator[bytes]:
            for block in exchange.blocks():
                yield block
                if is_over:  # a connection may stay open; nobody waits for what may come
                    return

        frames = sse.frames(blocks())
        events: list[Event] = []
        first = 0.0
        for event in brief(dialect.decode(frames)):
            if not first and isinstance(event, TextDelta):
                first = (clock.monotonic() - began) * 1000
            events.append(event)
        is_over = True
        after = sum(1 for _ in frames)
    if wrong := _wrong(events, after):
        return Finding("warn", f"a stream, but {wrong}", subject.debug)
    pieces = sum(isinstance(event, TextDelta) for event in events)
    return Finding(
        "ok",
        f"in order, {pieces} piece{'' if pieces == 1 else 's'} of text, the first after"
        f" {first:.0f} ms, to its proper end",
    )


def _wrong(events: Sequence[Event], after: int) -> str | None:
    """Return what is wrong with *events*, *after* whose last one further frames came; or None."""
    answer = collect(events)
    if not answer.text:
        return "it holds no text"
    if not isinstance(events[0], Started):
        return "text comes before the beginning"
    if after:
        return f"{after} more event{'s come' if after > 1 else ' comes'} after the end"
    if answer.finished is not None and answer.finished.reason != "stop":
        return f"it ends with `{answer.finished.raw or answer.finished.reason}`"
    if answer.usage == Usage():
        return "it does not count tokens"
    return check.wrong(answer, check.EXPECTED)
