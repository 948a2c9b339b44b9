"""Answers in which any field may hold anything."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.wires import FOLDER, NAMES
from yourouter_cli import dialects
from yourouter_cli.errors import RequestFailed
from yourouter_cli.events import Finished, collect
from yourouter_cli.gateway.sse import Frame, frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DataObject

    from yourouter_cli.events import Event

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 1, 0.5, 1e308, 10**30, float("inf"), float("nan")])
    | st.sampled_from(["", " ", "a", "\ud800", "STOP", "text", "tool_use", "thinking", "error"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["text", "type", "name", "error", "id"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in *value*, itself included."""
    yield path
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, below in steps:
            yield from places(below, (*path, step))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return *value* with what is at *path* replaced by *new*."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def draw_changed(data: DataObject, document: Any) -> Any:
    """Return *document* with some of its values replaced by anything."""
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(document))))
        document = changed(document, path, data.draw(ANYTHING))
    return document


def documents_of(body: bytes) -> list[Any]:
    """Return the JSON documents in a recorded stream."""
    return [json.loads(data) for _, data in frames([body]) if data.strip() not in {"", "[DONE]"}]


# All streams of a dialect, and all its whole answers.
STREAMS = {
    name: [documents_of(path.read_bytes()) for path in sorted((FOLDER / name).glob("*.sse"))]
    for name in NAMES
}
WHOLES = {
    name: [json.loads(path.read_bytes()) for path in sorted((FOLDER / name).glob("*.json"))]
    for name in NAMES
}


def check_that_it_ends(decoded: Iterator[Event]) -> None:
    """Check that *decoded* ends once, with `Finished` or with a failure, and can be collected."""
    events: list[Event] = []
    with suppress(RequestFailed):
        for event in decoded:
            assert not any(isinstance(before, Finished) for before in events)
            events.append(event)
        assert isinstance(events[-1], Finished)
    collect(events)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_streams(name: str, data: DataObject) -> None:
    """Whatever is in a frame, it is let by or a failure; an answer that is told ends once."""
    documents = draw_changed(data, data.draw(st.sampled_from(STREAMS[name])))
    documents = documents if isinstance(documents, list) else [documents]
    decoded = dialects.load(name).decode(Frame("", json.dumps(each)) for each in documents)

    check_that_it_ends(decoded)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_whole_answers(name: str, data: DataObject) -> None:
    """Whatever is in a whole answer, it is let by or a failure; an answer that is told ends."""
    document = draw_changed(data, data.draw(st.sampled_from(WHOLES[name])))

    check_that_it_ends(dialects.load(name).decode_whole(json.dumps(document).encode()))


@pytest.mark.parametrize("name", NAMES)
@given(lines=st.lists(st.text(max_size=12), max_size=4), body=st.binary(max_size=20))
def test_garbage(name: str, lines: list[str], body: bytes) -> None:
    """What is not JSON at all is a failure, not a crash."""
    dialect = dialects.load(name)

    with suppress(RequestFailed):
        list(dialect.decode(Frame("", line) for line in lines))
    with suppress(RequestFailed):
        list(dialect.decode_whole(body))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"error":', '{"choices":[{"delta":'])
def test_json_without_a_floor(name: str, opening: str) -> None:
    """JSON that is nested deeper than can be read is a failure, not a crash."""
    deep = opening * 100_000

    with pytest.raises(RequestFailed):
        list(dialects.load(name).decode([Frame("", deep)]))
    with pytest.raises(RequestFailed):
        list(dialects.load(name).decode_whole(deep.encode()))
