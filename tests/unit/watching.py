"""A terminal in memory that is watched while an answer streams onto it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pyte

from tests.driver import FakeClock
from tests.screen import Screen
from yourouter_cli.events import Finished, TextDelta
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

DONE = Finished(reason="stop")
FRAME_SECONDS = 0.1
DOCUMENT = """# A document

Words with *emphasis* and enough of them that the paragraph has to be wrapped over a few rows.

- one
- two
  - 中文流式输出测试，日本語も混ざる
    1. deep

> 👩\u200d👩\u200d👧 family and עברית

| name | value |
|:-----|------:|
| alpha | 1 |
| beta | 42 |

```python
def f(x):
    return x + 1
```

last words
"""


class Watched:
    """A renderer on a terminal in memory, which an emulator reads after each step."""

    def __init__(self, size: tuple[int, int] = (80, 24), *, color: bool = True) -> None:
        self.streams = Streams.memory(terminal=True, size=size)
        self.streams.stdout_color = self.streams.stderr_color = color
        self.streams.stderr = self.streams.stdout
        self.clock = FakeClock()
        self.renderer = renderer_for(self.streams, self.clock)
        self.screen = Screen(*size)
        self.screen.set_mode(pyte.modes.LNM)  # what a terminal's driver does with newlines
        self.raw = ""
        self._parser = pyte.Stream(self.screen)

    def __enter__(self) -> Self:
        self.renderer.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.renderer.__exit__(kind, error, trace)
        self.look()

    def say(self, *pieces: str) -> None:
        """Stream *pieces*, each in a frame of its own."""
        for piece in pieces:
            self.renderer.show(TextDelta(piece))
            self.clock.sleep(FRAME_SECONDS)
            self.renderer.pause()
            self.look()

    def look(self) -> str:
        """Let the emulator read what was written since the last look, and return that."""
        assert self.streams.stdout is not None
        self.streams.stdout.seek(0)
        written = self.streams.stdout.read().decode()
        self.streams.stdout.seek(0)
        self.streams.stdout.truncate()
        self._parser.feed(written)
        self.raw += written
        return written

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the terminal."""
        self.streams.fixed_size = columns, lines
        self.screen.resize(lines, columns)

    @property
    def lines(self) -> list[str]:
        """What can be seen, scrolling back."""
        return self.screen.text_lines


def pieces_of(text: str, size: int) -> Iterable[str]:
    """Return *text* in pieces of *size* characters."""
    return (text[at : at + size] for at in range(0, len(text), size))
