"""Characters that arrive in two halves."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.events import Event, Finished, ReasoningDelta, TextDelta, Usage
from yourouter_cli.services.characters import Joiner, with_whole_characters


@given(st.text(), st.lists(st.integers(0, 60)))
def test_halves_are_joined(text: str, cuts: list[int]) -> None:
    """Text cut between two UTF-16 halves comes out whole, wherever it is cut."""
    units = text.encode("utf-16-le")
    halves = "".join(
        chr(int.from_bytes(units[at : at + 2], "little")) for at in range(0, len(units), 2)
    )
    places = [0, *sorted(min(cut, len(halves)) for cut in cuts), len(halves)]
    joiner = Joiner()

    joined = "".join(joiner.feed(halves[begin:end]) for begin, end in pairwise(places))

    assert text == joined + joiner.finish()


def test_a_lone_half_is_replaced() -> None:
    """A half that never meets its other is passed on as U+FFFD, at the latest at the end."""
    joiner = Joiner()

    assert "a" == joiner.feed("a\ud83d")
    assert "\ufffdb" == joiner.feed("b")
    assert "\ufffd" == joiner.feed("\ude00")
    assert "" == joiner.feed("\ud83d")
    assert "\ufffd" == joiner.finish()
    assert "" == joiner.finish()


def test_words_and_thoughts_are_apart() -> None:
    """A half of the answer waits for its other, whatever else comes in between."""
    kept, end = TextDelta("é"), Finished(reason="stop")
    events: list[Event] = [
        kept,
        TextDelta("a\ud83d"),
        ReasoningDelta("\ud83d"),
        Usage(),
        TextDelta("\ude00"),
        ReasoningDelta("b"),
        ReasoningDelta("\ud83d"),
        end,
    ]

    found = list(with_whole_characters(events))

    assert [
        kept,
        TextDelta("a"),
        Usage(),
        TextDelta("😀"),
        ReasoningDelta("\ufffdb"),
        ReasoningDelta("\ufffd"),
        end,
    ] == found
    assert kept is found[0]
