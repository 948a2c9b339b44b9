"""Rows gathered into requests: within the limits, each text once, in step with a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed.batches import (
    MOST_INPUTS,
    MOST_TOKENS,
    MOST_TOKENS_TOGETHER,
    Batch,
    batches,
    estimated_tokens,
)
from yourouter_cli.services.embed.journal import Record
from yourouter_cli.services.embed.known import KnownTexts
from yourouter_cli.services.embed.sources import Row, checked

if TYPE_CHECKING:
    from collections.abc import Iterable


def gathered(texts: Iterable[str], most: int = MOST_INPUTS) -> list[Batch]:
    """Return *texts* in batches."""
    return list(batches((checked(None, text) for text in texts), most, KnownTexts()))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("a", 1), ("abcd", 1), ("abcde", 2), ("é" * 4, 2), ("漢字" * 4, 6), ("😀", 1)],
)
def test_the_estimate(text: str, tokens: int) -> None:
    """A token is taken as four bytes of UTF-8."""
    assert tokens == estimated_tokens(text)


class TestLimits:
    def test_inputs(self) -> None:
        """No request has more texts than it may."""
        found = gathered(map(str, range(5000)))
        assert [2048, 2048, 904] == [len(batch.texts) for batch in found]
        assert [0, 2048, 4096] == [batch.first for batch in found]

    def test_tokens_together(self) -> None:
        """No request has more tokens than it may."""
        texts = [f"{number:06}" + "x" * 31_994 for number in range(100)]
        found = gathered(texts)
        assert all(batch.tokens <= MOST_TOKENS_TOGETHER for batch in found)
        assert [37, 37, 26] == [len(batch.texts) for batch in found]

    def test_a_text_that_is_too_long(self) -> None:
        """It is that row's problem, and is not sent."""
        (batch,) = gathered(["a", "x" * (4 * MOST_TOKENS + 1), "x" * 4 * MOST_TOKENS])
        assert [0, 2] == batch.places
        assert {1: "the text is too long: about 8193 tokens, the most is 8192"} == batch.problems

    def test_rows_that_are_not_sent(self) -> None:
        """A batch ends although nothing in it is to be sent: it is held in memory."""
        found = gathered([""] * 20_000)
        assert [8192, 8192, 3616] == [len(batch.rows) for batch in found]
        assert [] == [text for batch in found for text in batch.texts]

    @given(st.lists(st.text(max_size=12), max_size=60), st.integers(1, 9))
    def test_every_row_is_in_one_batch(self, texts: list[str], most: int) -> None:
        """Rows keep their order, and each is sent, repeated or a problem."""
        found = gathered(texts, most)
        assert texts == [
            row.text or texts[batch.first + place]
            for batch in found
            for place, row in enumerate(batch.rows)
        ]
        for batch in found:
            assert len(batch.texts) <= most
            kinds = [*batch.places, *batch.repeats, *batch.problems]
            assert list(range(len(batch.rows))) == sorted(kinds)
            for place, earlier in batch.repeats.items():
                assert earlier < batch.first + place
                assert texts[earlier] == batch.rows[place].text
        sent = [text for batch in found for text in batch.texts]
        assert len(set(sent)) == len(sent)


class TestKnownTexts:
    def test_the_first_row_is_remembered(self) -> None:
        """A text is known by the row in which it came first."""
        known = KnownTexts()
        assert [None, None, 0, 1, 0] == [
            known.before(text, row) for row, text in enumerate(["a", "b", "a", "b", "a"])
        ]

    def test_the_table_grows(self) -> None:
        """Many texts are remembered as well as few."""
        known = KnownTexts()
        for row in range(40_000):
            assert known.before(f"text {row}", row) is None
        for row in range(40_000):
            assert row == known.before(f"text {row}", 40_000 + row)

    def test_a_full_table_forgets_newcomers(self) -> None:
        """When there is no more room, further texts are sent again; those known stay known."""
        known = KnownTexts(entries=32)
        for row in range(1000):
            known.before(f"text {row}", row)
        found = [known.before(f"text {row}", 2000 + row) for row in range(1000)]
        kept = [row for row, earlier in enumerate(found) if earlier is not None]
        assert [found[row] for row in kept] == kept
        assert 16 <= len(kept) <= 32
        assert 0 in kept

    def test_a_window(self) -> None:
        """Where vectors are kept for so many rows only, older rows are not known any more."""
        known = KnownTexts(lambda: 10)
        rows = (0, 5, 15, 26, 30)
        assert [None, 0, None, None, 26] == [known.before("a", row) for row in rows]

    def test_a_window_makes_room(self) -> None:
        """What is too old gives its place to what is new."""
        known = KnownTexts(lambda: 8, entries=32)
        for row in range(0, 4000, 2):
            assert known.before(f"text {row}", row) is None
            assert row == known.before(f"text {row}", row + 1)


class TestCheckpoint:
    def test_done_rows_make_their_own_batches(self) -> None:
        """Batches of another size fit around what was done before."""
        done = [
            Record(first=first, rows=rows, digest="", size=0, checksum=0)
            for first, rows in ((4, 5), (9, 1), (20, 3))
        ]
        rows = (Row(None, str(number)) for number in range(30))
        found = list(batches(rows, 7, KnownTexts(), done))
        assert [(0, 4), (4, 5), (9, 1), (10, 7), (17, 3), (20, 3), (23, 7)] == [
            (batch.first, len(batch.rows)) for batch in found
        ]
        assert [4, 9, 20] == [batch.first for batch in found if batch.done]

    def test_rows_that_are_gone(self) -> None:
        """When the input ends before the checkpoint does, it is not the same input."""
        done = [Record(first=4, rows=2, digest="", size=0, checksum=0)]
        with pytest.raises(UsageProblem, match="it has fewer rows now"):
            list(batches([Row(None, "a")] * 3, 7, KnownTexts(), done))

    def test_a_digest_stands_for_rows(self) -> None:
        """Other texts, ids or problems make another digest; the size of batches does not matter."""
        rows = [Row(1, "a"), Row("x", "b"), Row(None, "", "bad")]

        def digest(*given: Row) -> str:
            (batch,) = batches(given, 10, KnownTexts())
            return batch.digest()

        assert digest(*rows) == digest(*rows)
        for other in (Row(2, "a"), Row("1", "a"), Row(1, "b"), Row(1, "", "bad")):
            assert digest(*rows) != digest(other, *rows[1:])
