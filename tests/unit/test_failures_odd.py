"""What an error body means that no upstream would write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.upstreams import openai
from yourouter_cli.dialects import failures
from yourouter_cli.errors import FailureKind

REJECTED, UNKNOWN_MODEL = FailureKind.REJECTED, FailureKind.UNKNOWN_MODEL


class TestOddBodies:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b'{"error":"just words"}', ": just words"),
            (b'{"message":"m"}', ": m"),
            (b'{"detail":"d"}', ": d"),
            (b'{"msg":"m","code":1}', ": m"),
            (b'{"error":{},"message":"beside"}', ": beside"),
            (b'{"error":{"message":{"deep":1}}}', ""),
            (b'"a string"', ": a string"),
            (b"{}", ""),
            (b"[]", ""),
            (b"17", ""),
            (b"", ""),
            (b"upstream connect error", ": upstream connect error"),
            (b"\xff\xfe", ": \ufffd\ufffd"),
            (
                b"<html><title>502 Bad</title><style>p{}</style>\n<h1>Bad\t  Gateway</h1></html>",
                ": 502 Bad Bad Gateway",
            ),
            (b'{"error":{"message":"' + b"x" * 1000 + b'"}}', ": " + "x" * 299 + "…"),
        ],
    )
    def test_message(self, body: bytes, reason: str) -> None:
        """The reason is found in any shape, without markup and at a bearable length."""
        assert f"the gateway answered 502{reason}" == failures.failure_of(502, body).message

    @pytest.mark.parametrize(
        "reason",
        [
            "The model `gpt-9` does not exist or you do not have access to it.",
            "Model Not Exist",
            "model 'x' not found",
            "models/gemini-9 is not found for API version v1",
            "model x is not supported",
            "the model is not available in your region",
            "Unknown model: x",
            "Invalid model name",
            "no such model",
            "The provided model identifier is invalid.",
        ],
    )
    def test_a_model_that_is_not_there(self, reason: str) -> None:
        """A 400 that says that there is no such model is as good as a 404."""
        body = json.dumps(openai(reason, "invalid_request_error", None)).encode()

        assert UNKNOWN_MODEL is failures.failure_of(400, body).kind

    @pytest.mark.parametrize(
        "reason",
        [
            "model `gpt-4o`: image input is not supported",
            "'temperature' does not support 0.2 with this model. Only 1 is supported.",
            "the file was not found",
            "this model's context is 8192 tokens; the parameter `n` is not supported",
        ],
    )
    def test_a_model_that_is_there(self, reason: str) -> None:
        """A 400 that speaks of a model but blames the request is about the request."""
        body = json.dumps(openai(reason, "invalid_request_error", None)).encode()

        assert REJECTED is failures.failure_of(400, body).kind

    def test_a_page_instead_of_an_api(self) -> None:
        """A 404 that is no error object says that the address is wrong, not the model."""
        assert REJECTED is failures.failure_of(404, b"<h1>Not Found</h1>").kind


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "error",
                    "message",
                    "code",
                    "type",
                    "status",
                    "details",
                    "retryDelay",
                    "request_id",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(status=st.integers(300, 599), body=JSON.map(json.dumps).map(str.encode) | st.binary())
def test_any_body_has_a_meaning(status: int, body: bytes) -> None:
    """No error body is so odd that it would not be a failure with a message."""
    assert failures.failure_of(status, body).message.startswith(f"the gateway answered {status}")


@given(error=JSON)
def test_any_error_in_a_stream_has_a_meaning(error: Any) -> None:
    """No error object is so odd that it would not be a failure with a message."""
    assert failures.failure_in(error).message.startswith("the gateway broke off: ")
