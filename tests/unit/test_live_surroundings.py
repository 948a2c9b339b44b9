"""An answer that streams onto a terminal: what comes beside it, and a size that changes."""

from __future__ import annotations

import re

import pytest

from tests.unit.watching import DONE, FRAME_SECONDS, Watched, pieces_of
from yourouter_cli.errors import Interrupted
from yourouter_cli.events import Notice, ReasoningDelta


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
