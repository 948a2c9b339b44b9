"""An answer that streams onto a terminal: what a person sees at each moment, and in the end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.screen import ALLOWED, rendered
from tests.unit.watching import DOCUMENT, DONE, FRAME_SECONDS, Watched, pieces_of
from yourouter_cli.events import TextDelta


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
