"""What work costs, counted in modules and function calls: the same on every machine, every time."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.clock import Clock
from yourouter_cli.dialects import openai
from yourouter_cli.events import Answer
from yourouter_cli.gateway import sse
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.driver import Program

COUNTED = """
import sys
from yourouter_cli.cli import main
from yourouter_cli.session import Session
code = main(sys.argv[1:], Session())
sys.stderr.write(f"\\n{len(sys.modules)}")
sys.exit(code)
"""
SECTION = """## A heading

A paragraph with **strong** words, `code` and [a link](https://example.org).

- an item
- another item

```python
def add(one, other):
    return one + other
```

| name | value |
|------|------:|
| one | 1 |

"""


@pytest.mark.parametrize(
    ("argv", "most"),
    [
        # A little above what it takes now; a new import has to be worth raising its number.
        (["--help"], 170),
        (["config", "get", "model"], 175),
        (["history", "list"], 180),
        (["chat", "-p", "sandbox", "hi"], 375),
    ],
)
def test_modules(run: Program, argv: list[str], most: int) -> None:
    """Starting a command loads no more modules than are counted here."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, *argv],
        env=run.process_environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    assert int(done.stderr.rpartition("\n")[2]) <= most


def calls(work: Callable[[], object]) -> int:
    """Return how many functions *work* calls, Python's and those written in C."""
    count = 0

    def watch(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _streamed(deltas: list[str]) -> list[bytes]:
    """Return the bytes of a stream of *deltas*, a hundred events in a block."""
    events = [
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': delta}}]})}\n\n".encode()
        for delta in deltas
    ]
    events.append(b"data: [DONE]\n\n")
    return [b"".join(events[start : start + 100]) for start in range(0, len(events), 100)]


def _shown(stream: list[bytes], *, terminal: bool) -> None:
    """Take a *stream* from the wire to the screen."""
    renderer = renderer_for(Streams.memory(terminal=terminal, size=(120, 40)), Clock())

    def blocks() -> Iterator[bytes]:
        for block in stream:
            renderer.pause()
            yield block

    answer = Answer()
    with renderer:
        for event in openai.decode(sse.frames(blocks())):
            answer.add(event)
            renderer.show(event)


def test_a_delta_in_a_pipe() -> None:
    """From the wire to the pipe a delta costs at most 40 calls, however long the answer is."""
    deltas = [f"w{number} " for number in range(2000)]
    some, all_ = _streamed(deltas[:1000]), _streamed(deltas)
    _shown(some, terminal=False)  # what is imported once is not counted

    few = calls(lambda: _shown(some, terminal=False))
    many = calls(lambda: _shown(all_, terminal=False))

    assert (many - few) / 1000 <= 40


def test_markdown_is_flat() -> None:
    """On a terminal four times the Markdown costs at most 4.4 times the calls."""
    text = SECTION * 200
    deltas = [text[start : start + 4] for start in range(0, len(text), 4)]
    assert len(deltas) > 8000
    some, all_ = _streamed(deltas[:2000]), _streamed(deltas[:8000])
    _shown(some, terminal=True)  # what is imported once is not counted

    few = calls(lambda: _shown(some, terminal=True))
    many = calls(lambda: _shown(all_, terminal=True))

    assert many <= 4.4 * few
