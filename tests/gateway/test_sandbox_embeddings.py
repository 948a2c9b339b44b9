from __future__ import annotations

import base64
import json
import math
from array import array
from http.client import IncompleteRead
from typing import Any

import pytest

from tests.gateway.caller import Answer, Caller
from yourouter_cli.sandbox.server import Sandbox

PATH = "/v1/embeddings"


def embed(caller: Caller, given: Any, model: str = "sandbox/embed", **fields: Any) -> Answer:
    """Ask for vectors."""
    return caller.post(PATH, {"model": model, "input": given, **fields})


def vectors(answer: Answer) -> list[array[float]]:
    """Return the vectors of an answer, in the order of their index."""
    rows = sorted(answer.json["data"], key=lambda row: int(row["index"]))
    return [
        array("f", base64.b64decode(row["embedding"]))
        if isinstance(row["embedding"], str)
        else array("f", row["embedding"])
        for row in rows
    ]


def cosine(one: array[float], other: array[float]) -> float:
    """Return how similar two vectors of length 1 are."""
    return sum(a * b for a, b in zip(one, other, strict=True))


class TestVectors:
    def test_an_answer_to_the_byte(self, caller: Caller) -> None:
        """A text has a list of numbers, and its tokens are counted."""
        answer = embed(caller, "a", dimensions=2)

        first, second = vectors(answer)[0]
        assert answer.body.decode() == (
            '{"object":"list","data":[{"object":"embedding","index":0,'
            f'"embedding":[{first!r},{second!r}]}}],"model":"sandbox/embed",'
            '"usage":{"prompt_tokens":1,"total_tokens":1}}'
        )

    def test_both_encodings_are_the_same_numbers(self, caller: Caller) -> None:
        """Vectors in base64 are little-endian 32-bit floats."""
        texts = ["one boat", "two boats", "你好 👋", "!?"]

        as_text = embed(caller, texts, encoding_format="base64")
        as_list = embed(caller, texts, encoding_format="float")

        assert all(isinstance(row["embedding"], str) for row in as_text.json["data"])
        assert vectors(as_list) == vectors(as_text)
        assert [384] * 4 == [len(vector) for vector in vectors(as_list)]

    @pytest.mark.parametrize("size", [1, 7, 384])
    def test_vectors_have_length_one(self, caller: Caller, size: int) -> None:
        """Every vector has as many numbers as asked for, and length 1."""
        for vector in vectors(embed(caller, ["a b c", "...", "a a a"], dimensions=size)):
            assert size == len(vector)
            assert math.isclose(1, math.hypot(*vector), rel_tol=1e-6)

    def test_similar_texts_are_close(self, caller: Caller) -> None:
        """Texts that share words, or parts of words, are closer than those that do not."""
        base, same, near, related, other = vectors(
            embed(caller, [
                "The boat drifts down the river",
                "the BOAT drifts down, the river!",
                "a boat drifts on the river",
                "boats are drifting on rivers",
                "quarterly tax report for accountants",
            ])
        )  # fmt: skip

        assert cosine(base, same) > 0.999999
        assert 0.9 > cosine(base, near) > cosine(base, related) + 0.2
        assert cosine(base, related) > cosine(base, other) + 0.1

    def test_tokens_are_embedded_too(self, caller: Caller) -> None:
        """An input may be token numbers, one list or many."""
        one = vectors(embed(caller, [1, 2, 3]))
        many = vectors(embed(caller, [[1, 2, 3], [3, 2], [9]]))

        assert one[0] == many[0]
        assert (1, 3) == (len(one), len(many))
        assert cosine(many[0], many[1]) > cosine(many[0], many[2])
        assert 6 == embed(caller, [[1, 2, 3], [3, 2], [9]]).json["usage"]["total_tokens"]


REJECTED: list[tuple[dict[str, Any], str]] = [
    ({"model": None}, "model"),
    ({"input": None}, "input"),
    ({"input": []}, "input"),
    ({"input": ""}, "input[0]"),
    ({"input": 5}, "input"),
    ({"input": {}}, "input"),
    ({"input": ["a", ""]}, "input[1]"),
    ({"input": ["a", None]}, "input[1]"),
    ({"input": ["a", 5]}, "input[1]"),
    ({"input": ["a", [5]]}, "input[1]"),
    ({"input": [[1], []]}, "input[1]"),
    ({"input": [[1], ["a"]]}, "input[1]"),
    ({"input": [-1]}, "input[0]"),
    ({"input": [True]}, "input[0]"),
    ({"input": ["a"] * 2049}, "input"),
    ({"input": ["a", "a" * 32_772]}, "input[1]"),
    ({"input": ["a" * 32_768] * 37}, "input"),
    ({"dimensions": 0}, "dimensions"),
    ({"dimensions": 385}, "dimensions"),
    ({"dimensions": "2"}, "dimensions"),
    ({"encoding_format": "int8"}, "encoding_format"),
]


class TestStrictness:
    @pytest.mark.parametrize(("changes", "param"), REJECTED, ids=lambda value: str(value)[:40])
    def test_what_the_upstream_rejects_is_rejected(
        self, caller: Caller, changes: dict[str, Any], param: str
    ) -> None:
        """A wrong parameter is 400, and the input at fault is named."""
        answer = caller.post(PATH, {"model": "embed", "input": "a", **changes})

        assert (400, param) == (answer.status, answer.error["param"])

    @pytest.mark.parametrize("given", [["a"] * 2048, "a" * 32_768, ["a" * 32_768] * 36])
    def test_the_limits_themselves_are_fine(self, caller: Caller, given: Any) -> None:
        """2,048 inputs, 8,192 tokens, and just under 300,000 tokens together pass."""
        assert 200 == embed(caller, given, dimensions=1, user="me").status

    @pytest.mark.parametrize("model", ["gpt-4o", "echo", "embed:3", "embed-flaky:x", "embed-odd"])
    def test_an_unknown_model_is_404(self, caller: Caller, model: str) -> None:
        """Only models for embeddings answer here."""
        answer = embed(caller, "a", model)

        assert (404, "model_not_found") == (answer.status, answer.error["code"])


class TestMisbehaviour:
    def test_every_nth_request_is_limited(self, caller: Caller) -> None:
        """`embed-rate-limit:N` refuses each Nth request and says when to try again."""
        answers = [embed(caller, "a", "embed-rate-limit:3") for _ in range(6)]

        assert [200, 200, 429] * 2 == [answer.status for answer in answers]
        assert "10" == answers[2].headers["retry-after-ms"]

    def test_flaky_fails_in_every_way(self, sandbox: Sandbox) -> None:
        """`embed-flaky:SEED` limits, fails, resets and breaks off, always in the same order."""
        first = [outcome(Caller(sandbox), "embed-flaky:7") for _ in range(60)]
        other = [outcome(Caller(sandbox), "embed-flaky:8") for _ in range(60)]
        with Sandbox() as fresh:
            again = [outcome(Caller(fresh), "embed-flaky:7") for _ in range(60)]

        assert {"200", "429", "500", "reset", "short"} == set(first)
        assert first == again
        assert first != other
        assert first.count("200") > 24

    def test_lists_may_come_where_base64_was_asked_for(self, caller: Caller) -> None:
        """`embed-float` answers with lists, whatever was asked for."""
        answer = embed(caller, "a", "embed-float", encoding_format="base64")

        assert isinstance(answer.json["data"][0]["embedding"], list)

    def test_one_vector_may_be_missing(self, caller: Caller) -> None:
        """`embed-short` answers with one vector too few."""
        assert 2 == len(embed(caller, ["a", "b", "c"], "embed-short").json["data"])

    def test_numbers_may_be_none(self, caller: Caller) -> None:
        """`embed-nan` has a number in every vector that is not one."""
        as_list = embed(caller, ["a", "b"], "embed-nan")
        as_text = embed(caller, ["a", "b"], "embed-nan", encoding_format="base64")

        for answer in (as_list, as_text):
            assert [True, True] == [math.isnan(vector[0]) for vector in vectors(answer)]


def outcome(caller: Caller, model: str) -> str:
    """Say in a word what came of a request."""
    try:
        answer = embed(caller, ["a", "b"], model)
    except ConnectionResetError:
        return "reset"
    except IncompleteRead:
        return "short"
    assert json.loads(answer.body)
    return str(answer.status)
