"""What a check of models makes of answers and durations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from yourouter_cli.errors import FailureKind, RequestFailed
from yourouter_cli.events import Answer, Finished, TextDelta, Usage
from yourouter_cli.gateway.exchange import HttpReply
from yourouter_cli.services.check import Cell, Place, Run, Spread, unreached, vector_in, wrong


def answer(text: str, reason: Any = "stop") -> Answer:
    """Return an answer that says *text* and ends for *reason*."""
    made = Answer()
    made.add(TextDelta(text))
    made.add(Finished(reason=reason))
    return made


def cell(*runs: Run) -> Cell:
    """Return a cell with these *runs*."""
    return Cell(place=Place("m", "chat", "auto"), runs=runs)


class TestSpread:
    @pytest.mark.parametrize(
        ("durations", "spread"),
        [
            ([5.0], (5.0, 5.0, 5.0)),
            ([3.0, 1.0], (1.0, 2.0, 3.0)),
            ([3.0, None, 1.0, 2.0], (1.0, 2.0, 3.0)),
            ([float(number) for number in range(1, 21)], (1.0, 10.5, 19.0)),
            ([float(number) for number in range(1, 101)], (1.0, 50.5, 95.0)),
        ],
    )
    def test_is_least_middle_and_nearest_rank(
        self, durations: list[float | None], spread: tuple[float, ...]
    ) -> None:
        """The least, the middle one, and the one that 95 % do not exceed."""
        assert spread == Spread.of(durations)

    def test_of_nothing_is_nothing(self) -> None:
        """Without a duration there is no spread, not one of zeros."""
        assert Spread.of([]) is None
        assert Spread.of([None]) is None


class TestCell:
    def test_is_as_good_as_its_worst_run(self) -> None:
        """One run that failed makes the cell fail, and speaks for it."""
        good, bad = Run(total_ms=5.0, first_token_ms=2.0), Run(error="no", total_ms=9.0)

        assert not cell(good, bad, good).ok
        assert bad is cell(good, bad, good).telling
        assert cell(good, good).ok

    def test_durations_are_those_of_runs_that_went_well(self) -> None:
        """How long a failure took is told only where nothing went well."""
        good = Run(total_ms=5.0, first_token_ms=2.0)
        bad = Run(error="no", total_ms=9.0, first_token_ms=7.0)

        assert (5.0, 5.0, 5.0) == cell(good, bad).total
        assert (2.0, 2.0, 2.0) == cell(good, bad).first_token
        assert (9.0, 9.0, 9.0) == cell(bad).total
        assert (7.0, 7.0, 7.0) == cell(bad).first_token
        assert cell(Run(error="no")).first_token is None


class TestReaching:
    NOBODY = Run(error="refused", kind=FailureKind.CONNECT, is_reached=False)

    @pytest.mark.parametrize(
        "other",
        [
            Run(),
            Run(error="the gateway answered 503", kind=FailureKind.UNAVAILABLE, status=503),
            Run(error="expected `a`, got `b`"),
        ],
    )
    def test_one_answer_is_enough(self, other: Run) -> None:
        """Whoever gets any answer at all, if only a refusal, has reached the gateway."""
        assert unreached([cell(self.NOBODY), cell(other)]) is None

    def test_nobody_reached_is_told_with_the_first_cause(self) -> None:
        """When no cell reached anybody, the failure is the first one's."""
        other = Run(error="x", kind=FailureKind.DNS, is_reached=False)
        failure = unreached([cell(self.NOBODY), cell(other)])

        assert failure is not None
        assert FailureKind.CONNECT is failure.kind
        assert "none of 2 could be reached: refused" == failure.message


class TestAnswer:
    @pytest.mark.parametrize(
        "text", ["connected", " connected\n", "Connected.", "`connected`", '"Connected!"']
    )
    def test_is_right_however_it_is_dressed(self, text: str) -> None:
        """Blanks, quotes, capitals and a final point are no difference."""
        assert wrong(answer(text), "connected") is None

    @pytest.mark.parametrize(
        ("text", "is_right"), [(" yes\n", True), ("Yes", False), ("yes.", False)]
    )
    def test_is_exact_where_the_user_says_what_it_has_to_be(
        self, text: str, is_right: bool
    ) -> None:
        """Trimmed, it is the text itself or wrong, as with `chat --expect`."""
        assert is_right is (wrong(answer(text), "yes", exact=True) is None)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("disconnected", "expected `connected`, got `disconnected`"),
            ("I am connected", "expected `connected`, got `I am connected`"),
            ("x" * 70, f"expected `connected`, got `{'x' * 60}…`"),
            ("", "answered nothing"),
            (" \n", "answered nothing"),
        ],
    )
    def test_is_wrong_in_words(self, text: str, why: str) -> None:
        """What came instead is told, shortened."""
        assert why == wrong(answer(text), "connected")

    def test_may_be_anything_where_nothing_is_expected(self) -> None:
        """Without an expectation any text will do, but there has to be some."""
        assert wrong(answer("whatever"), None) is None
        assert "answered nothing" == wrong(answer(""), None)

    def test_that_was_cut_before_it_began_says_so(self) -> None:
        """A model that thinks until its tokens are spent is told from one that says nothing."""
        assert "cut at the token limit before it said anything" == wrong(answer("", "length"), "a")


class TestVector:
    @pytest.mark.parametrize(
        ("embedding", "size"),
        [
            ([0.5, -1, 2], 3),
            ("AAAAAAAAgD8AAABA", 3),
            ([], 0),
            ("", 0),
            ("no base64, just words", 0),
            ("AACAPwA=", 0),  # five bytes are no floats
            ("AADAfw==", 0),  # not a number
            ([0.5, None], 0),
            ([0.5, float("nan")], 0),
            (None, 0),
            ({"a": 1}, 0),
        ],
    )
    def test_is_counted(self, embedding: object, size: int) -> None:
        """A vector is numbers, as a list or as base64; anything else is none."""
        usage = {"prompt_tokens": 2, "total_tokens": 2}

        assert (size, Usage(input_tokens=2, total_tokens=2)) == vector_in(
            reply({"data": [{"embedding": embedding}], "usage": usage})
        )

    @pytest.mark.parametrize(
        "document", [{}, {"data": []}, [], 5, {"error": {"message": "no such model"}}]
    )
    def test_that_is_not_there_is_a_failure(self, document: object) -> None:
        """A reply without any vector is a failure, in the words of its error if it has one."""
        with pytest.raises(RequestFailed) as raised:
            vector_in(reply(document))

        expected = (
            "no such model" if isinstance(document, dict) and "error" in document else "vector"
        )
        assert expected in raised.value.message


def reply(document: object) -> HttpReply:
    """Return *document* as a reply."""
    return HttpReply(status=200, headers={}, body=json.dumps(document).encode())
