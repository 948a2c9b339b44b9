"""Where the request of each API goes, and what it says beside its body."""

from __future__ import annotations

import json

import pytest

from tests.unit.requesting import chat, user
from yourouter_cli import dialects
from yourouter_cli.errors import UsageProblem

GEMINI = "/projects/cognition/locations/us/publishers/google/models"


class TestAddresses:
    def test_openai(self) -> None:
        """Streaming is a field of the body, and usage is asked for."""
        request = dialects.load("openai").request(chat(user("Hi"), stream=True))
        body = json.loads(b"".join(request.body))

        assert ("POST", "/chat/completions") == (request.method, request.path)
        assert (True, {"include_usage": True}) == (body["stream"], body["stream_options"])

    def test_anthropic(self) -> None:
        """Streaming is a field of the body; the version of the API is a header."""
        request = dialects.load("anthropic").request(chat(user("Hi"), stream=True))

        assert ("POST", "/messages") == (request.method, request.path)
        assert {"anthropic-version": "2023-06-01"} == request.headers
        assert json.loads(b"".join(request.body))["stream"] is True

    @pytest.mark.parametrize(
        ("stream", "action"),
        [(True, ":streamGenerateContent?alt=sse"), (False, ":generateContent")],
    )
    def test_gemini(self, stream: bool, action: str) -> None:
        """Model and streaming are part of the path; a model may hold any character."""
        whole = chat(user("Hi"), stream=stream, model="sandbox/error:503?#ä%")

        request = dialects.load("gemini").request(whole)

        assert f"{GEMINI}/sandbox%2Ferror%3A503%3F%23%C3%A4%25{action}" == request.path

    @pytest.mark.parametrize(
        ("name", "vendor", "header"),
        [
            ("openai", None, "x-request-id"),
            ("anthropic", "anthropic", "request-id"),
            ("gemini", "google", "x-request-id"),
        ],
    )
    def test_vendor_and_request_id(self, name: str, vendor: str | None, header: str) -> None:
        """A dialect names the vendor that understands it, and the header that names a request."""
        dialect = dialects.load(name)

        assert (vendor, header) == (dialect.VENDOR, dialect.REQUEST_ID_HEADERS[0])

    @pytest.mark.parametrize(
        ("name", "limit"), [("openai", None), ("anthropic", 32 * 2**20), ("gemini", None)]
    )
    def test_largest_body(self, name: str, limit: int | None) -> None:
        """A dialect names the size of the largest body, where the API states one."""
        assert limit == dialects.load(name).MAX_BODY_BYTES

    def test_an_unknown_dialect(self) -> None:
        """Only known dialects are spoken."""
        with pytest.raises(UsageProblem, match=r"unknown dialect `klingon` \(known: `openai`"):
            dialects.load("klingon")
