"""What an answer with vectors may look like, and what is refused."""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from typing import Any

import pytest

from tests.embedding import numbers, packed, vectors
from yourouter_cli.errors import FailureKind, RequestFailed
from yourouter_cli.services.embed import wire
from yourouter_cli.services.embed.numbers import narrowed, unpacked
from yourouter_cli.services.embed.wire import EmbedRoute, answered

TEXTS = ["a", "b", "c"]
WHOLE = b"".join(packed(text) for text in TEXTS)


def document(*embeddings: Any, indices: Any = None, **further: Any) -> bytes:
    """Return an answer with these *embeddings*."""
    places = range(len(embeddings)) if indices is None else indices
    data = [
        {"index": index, "embedding": embedding}
        for index, embedding in zip(places, embeddings, strict=True)
    ]
    return json.dumps({"data": data, **further}).encode()


def refused(body: bytes, count: int) -> str:
    """Return why *body* is no answer to *count* inputs."""
    with pytest.raises(RequestFailed) as raised:
        answered(body, count)
    assert FailureKind.PROTOCOL is raised.value.failure.kind
    return raised.value.message


class TestRequest:
    def test_a_body(self) -> None:
        """A request asks for base64, and for a size only where one is wanted."""
        request = wire.request(EmbedRoute(model="m"), ["a", "ü"], operation="key")
        assert ("POST", "/embeddings") == (request.method, request.path)
        assert {"idempotency-key": "key"} == request.headers
        body = b"".join(request.body)
        assert {"model": "m", "input": ["a", "ü"], "encoding_format": "base64"} == json.loads(body)

    def test_options(self) -> None:
        """Dimensions, vendor, parameters and headers go where they belong; parameters win."""
        route = EmbedRoute(
            model="m",
            dimensions=256,
            vendor="azure",
            params={"user": "u", "encoding_format": "float"},
            headers={"x-team": "blue"},
        )
        request = wire.request(route, ["a"])
        assert {"vendor": "azure", "x-team": "blue"} == request.headers
        assert {
            "model": "m",
            "input": ["a"],
            "dimensions": 256,
            "user": "u",
            "encoding_format": "float",
        } == json.loads(request.body[0])


class TestAnswer:
    @pytest.mark.parametrize("base64", [True, False])
    def test_base64_and_lists(self, *, base64: bool) -> None:
        """Both give the same floats."""
        found = answered(json.dumps(vectors(TEXTS, base64=base64)).encode(), 3)
        assert (WHOLE, 8, 3, None) == (found.data, found.size, found.tokens, found.cost)

    def test_the_order_is_that_of_the_index(self) -> None:
        """Wherever a vector stands, its index says whose it is; without any, its place does."""
        lists = [numbers(text) for text in TEXTS]
        turned = document(lists[2], lists[0], lists[1], indices=[2, 0, 1])
        assert WHOLE == answered(turned, 3).data
        assert WHOLE == answered(document(*lists, indices=[None] * 3), 3).data

    def test_usage(self) -> None:
        """Tokens and cost are what the gateway says; what it does not say is unknown."""
        body = document([1.0], usage={"total_tokens": 7, "cost": 0.25})
        assert (7, 0.25) == (answered(body, 1).tokens, answered(body, 1).cost)
        found = answered(document([1.0]), 1)
        assert (None, None) == (found.tokens, found.cost)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (document([1.0]), "1 vectors for 2 texts"),
            (document([1.0], [1.0], [1.0]), "3 vectors for 2 texts"),
            (document(), "0 vectors for 2 texts"),
            (b"{}", "0 vectors for 2 texts"),
            (b"[]", "0 vectors for 2 texts"),
            (document([1.0], [1.0], indices=[0, 0]), "indices are not those of the texts"),
            (document([1.0], [1.0], indices=[1, 2]), "indices are not those of the texts"),
            (document([1.0], [1.0], indices=[0, None]), "indices are not those of the texts"),
            (document([1.0], [1.0], indices=[True, False]), "indices are not those of the texts"),
            (document([1.0], [1.0, 2.0]), "vectors of 1 and 2 numbers"),
            (document([], []), "vectors of 0 numbers"),
            (document("AAA=", "AAA="), "vectors of 0.5 numbers"),
            (document("@@@@", "AAAA"), "not valid base64"),
            (document(None, [1.0]), "vectors of 0 and 1 numbers"),
            (document(["x"], [1.0]), "a vector that is no list of numbers"),
            (document([None], [1.0]), "a vector that is no list of numbers"),
            (document([1e39], [1.0]), "a number that is not finite"),
            (b"<html>", "not JSON"),
            (b"", "nothing at all"),
        ],
    )
    def test_anything_else_is_an_error(self, body: bytes, words: str) -> None:
        """A wrong count, index, length or encoding is never taken as data."""
        assert words in refused(body, 2)

    @pytest.mark.parametrize("place", [0, 700, 1535])
    @pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
    def test_what_is_not_finite(self, place: int, number: float) -> None:
        """NaN and infinity are found wherever they are; the largest float is data."""
        data = [0.5] * 1536
        data[place] = number
        body = document(b64encode(struct.pack("<1536f", *data)).decode())
        assert "a number that is not finite" in refused(body, 1)

        data[place] = -3.4028234663852886e38
        body = document(b64encode(struct.pack("<1536f", *data)).decode())
        assert data[place] == struct.unpack("<1536f", answered(body, 1).data)[place]

    def test_an_error_under_status_200(self) -> None:
        """An error object is judged by its own code."""
        with pytest.raises(RequestFailed) as raised:
            answered(b'{"error":{"message":"slow down","type":"rate_limit_error"}}', 1)
        assert FailureKind.RATE_LIMIT is raised.value.failure.kind

    @pytest.mark.parametrize(
        ("body", "param"),
        [
            (b'{"error":{"param":"input[3]"}}', "input[3]"),
            (b'{"param":"dimensions"}', "dimensions"),
            (b'{"error":"no"}', ""),
            (b"<html>", ""),
            (b"[1]", ""),
        ],
    )
    def test_which_field_is_blamed(self, body: bytes, param: str) -> None:
        """An error may say which field of the request it is about."""
        assert param == wire.param_of(body)


class TestNarrowing:
    def test_with_and_without_numpy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Half the size, rounded alike with numpy and without."""
        pytest.importorskip("numpy")
        data = b"".join(packed(str(number), 64) for number in range(50))
        data += struct.pack("<6f", 65504, 65519.9, 1e-8, -0.0, 2049, 2051)
        with_numpy = narrowed(data)
        monkeypatch.setitem(__import__("sys").modules, "numpy", None)
        assert with_numpy == narrowed(data)
        assert len(data) == 2 * len(with_numpy)
        assert [65504.0, 65504.0, 0.0, -0.0, 2048.0, 2052.0] == list(
            unpacked(with_numpy[-12:], "float16")
        )
        with pytest.raises(RequestFailed, match="too large for float16"):
            narrowed(struct.pack("<f", 65520))

    def test_too_large_for_numpy_as_well(self) -> None:
        """A number that no 16-bit float holds is an error, not infinity."""
        pytest.importorskip("numpy")
        with pytest.raises(RequestFailed, match="too large for float16"):
            narrowed(struct.pack("<f", 65520))
