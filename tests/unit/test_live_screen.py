"""An answer that streams onto a terminal: what a person sees at each moment, and in the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.driver import FakeClock
from tests.screen import ALLOWED, Screen, rendered
from yourouter_cli.errors import Interrupted
from yourouter_cli.events import Finished, Notice, ReasoningDelta, TextDelta
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


class TestFinalScreen:
    @pytest.mark.parametrize("size", [(80, 24), (120, 40), (20, 10)])
    @pytest.mark.parametrize("piece", [1, 7, 1000])
    def test_it_is_the_answer_rendered_at_once(self, size: tuple[int, int], piece: int) -> None:
        """Screen and scrollback hold each row exactly once, whatever was drawn on the way."""
        with Watched(size, color=False) as watched:
            watched.say(*pieces_of(DOCUMENT, piece))
            watched.renderer.show(DONE)

        assert rendered(DOCUMENT, size[0]) == watched.lines
        assert not watched.screen.cursor.hidden
        assert 0 == watched.screen.cursor.x

    @settings(max_examples=40)
    @given(
        st.lists(
            st.text(st.sampled_from("ab *_`#->|\n\n1.中👩\u200d\x1b[]"), max_size=20), max_size=20
        )
    )
    def test_whatever_is_written(self, pieces: list[str]) -> None:
        """Any text in any pieces leaves the screen of its rendering at once."""
        with Watched((24, 6), color=False) as watched:
            watched.say(*pieces)

        # The emulator has its own idea of how wide joined emoji are: see only what it agrees on.
        expected = rendered("".join(pieces), 24)
        if "\u200d" not in "".join(pieces):
            assert [line.rstrip() for line in expected] == watched.lines + [""] * (
                len(expected) - len(watched.lines)
            )

    def test_longer_than_the_screen(self) -> None:
        """An answer of many screens scrolls away line by line, none twice and none missing."""
        text = "\n\n".join(f"paragraph {number}" for number in range(200))
        with Watched((40, 10)) as watched:
            watched.say(*pieces_of(text, 40))

        assert [str(number) for number in range(200)] == re.findall(
            r"\d+", "\n".join(watched.lines)
        )


class TestFrames:
    def test_the_first_words_come_at_once(self) -> None:
        """The first piece is on the screen at the next pause, though nothing is imported yet."""
        with Watched() as watched:
            watched.renderer.show(TextDelta("**First** w"))
            watched.renderer.pause()
            watched.look()

            assert ["First w"] == watched.lines

    def test_a_burst_is_one_frame(self) -> None:
        """However many pieces come at once, they are drawn once."""
        with Watched() as watched:
            watched.say("begin ")
            for _ in range(1_000):
                watched.renderer.show(TextDelta("word "))
                watched.renderer.pause()
            assert "" == watched.look()
            watched.clock.sleep(FRAME_SECONDS)
            watched.renderer.pause()

            assert 1 == watched.look().count("\x1b[?2026h")

    def test_a_network_that_never_pauses_is_drawn_too(self) -> None:
        """Text that comes without a pause appears while it comes."""
        with Watched() as watched:
            for _ in range(200):
                watched.renderer.show(TextDelta("word "))
                watched.clock.sleep(0.01)
            watched.look()

            assert "word word" in watched.lines[0]

    def test_nothing_new_is_not_drawn(self) -> None:
        """While nothing comes, nothing is written."""
        with Watched() as watched:
            watched.say("words")
            watched.look()
            for _ in range(10):
                watched.clock.sleep(FRAME_SECONDS)
                watched.renderer.pause()

            assert "" == watched.look()

    def test_an_open_block_shows_its_end(self) -> None:
        """A block that is higher than the screen is cropped to its last rows."""
        with Watched((20, 6)) as watched:
            watched.say(*(f"word{number:03} more and " for number in range(12)))

            assert "word011" in "\n".join(watched.screen.display)
            assert watched.screen.cursor.hidden

    def test_only_known_sequences(self) -> None:
        """Every escape sequence is one of the few that drawing needs."""
        with Watched((40, 12)) as watched:
            watched.say(*pieces_of(DOCUMENT + "\x1b[2J\x9b\x07\x1b]0;t\x1b\\&#27;", 3))

        assert None is re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", ALLOWED.sub("", watched.raw)
        )

    def test_without_colour(self) -> None:
        """Without colour not one style is written; marks in the text do the work."""
        with Watched(color=False) as watched:
            watched.say("# Title\n\n**bold** `code` [a](http://b)\n\n```python\nx = 1\n```\n")

        assert None is re.search(r"\x1b\[[0-9;]*m", watched.raw)
        assert ["# Title", "", "bold `code` a (http://b)", "", "  x = 1"] == watched.lines


class TestBesides:
    def test_a_notice_keeps_the_order(self) -> None:
        """What is said in the middle stands below what came before, on a line of its own."""
        with Watched() as watched:
            watched.say("some *words*")
            watched.renderer.show(Notice(kind="warning", message="cut"))
            watched.renderer.show(DONE)

        assert ["some words", "warning: cut"] == watched.lines

    def test_reasoning_stands_above(self) -> None:
        """Reasoning is shown as it comes, apart from the answer below it."""
        with Watched() as watched:
            watched.renderer.show(ReasoningDelta("let me "))
            watched.renderer.show(ReasoningDelta("see"))
            watched.say("yes", "!")

        assert ["let me see", "", "yes!"] == watched.lines

    def test_reasoning_in_between(self) -> None:
        """A model that thinks again in the middle loses nothing of either."""
        with Watched() as watched:
            watched.say("first words")
            watched.renderer.show(ReasoningDelta("hm"))
            watched.say(", then more")

        assert {"hm", "first words, then more"} == set(watched.lines) - {""}

    def test_others_may_write(self) -> None:
        """After `settle` the cursor is at the start of a free line, and visible."""
        with Watched() as watched:
            watched.say("half an *answer")
            watched.renderer.settle()
            watched.look()

            assert ["half an *answer"] == watched.lines
            assert (0, 1) == (watched.screen.cursor.x, watched.screen.cursor.y)
            assert not watched.screen.cursor.hidden

    def test_an_interrupted_answer_stays(self) -> None:
        """What came before Ctrl-C is kept, and the cursor given back below it."""
        watched = Watched()

        def turn() -> None:
            with watched:
                watched.say("half an", " answer")
                raise Interrupted

        with pytest.raises(Interrupted):
            turn()
        assert ["half an answer"] == watched.lines
        assert (0, 1) == (watched.screen.cursor.x, watched.screen.cursor.y)
        assert not watched.screen.cursor.hidden

    def test_nothing_at_all(self) -> None:
        """An empty answer draws nothing."""
        with Watched() as watched:
            watched.renderer.pause()
            watched.renderer.show(DONE)

        assert "" == watched.raw


class TestResize:
    @pytest.mark.parametrize("columns", [30, 100])
    def test_another_width(self, columns: int) -> None:
        """After a resize the open rows are drawn anew, and no row is lost or doubled."""
        words = [f"word{number}" for number in range(120)]
        # This emulator forgets what a narrower window cuts off: so what is final is short.
        text = "\n\n".join(" ".join(words[at : at + 3]) for at in range(0, 60, 3))
        text += "\n\n" + " ".join(words[60:])
        with Watched((60, 20)) as watched:
            for number, piece in enumerate(pieces_of(text, 9)):
                if number in {20, 70}:
                    watched.resize(columns + number % 3, 20)
                watched.say(piece)

        assert words == re.findall(r"word\d+", " ".join(watched.lines))

    def test_even_when_nothing_comes(self) -> None:
        """A resize is answered though the network is silent."""
        with Watched((40, 10)) as watched:
            watched.say("some words that fill more than one half of a line")
            watched.resize(20, 10)
            watched.clock.sleep(FRAME_SECONDS)
            watched.renderer.pause()
            watched.look()

            assert ["some words that fill", "more than one half", "of a line"] == watched.lines
