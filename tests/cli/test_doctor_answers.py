"""`yourouter config doctor`: what can be wrong with what a gateway answers, broken in turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.cli.diagnosis import (
    GOOD_STREAM,
    USAGE,
    but,
    diagnosis,
    error,
    is_chat,
    is_stream,
    sound,
    streamed,
)
from tests.gateway.answering import Says
from tests.gateway.faults import DONE, finish, text

if TYPE_CHECKING:
    from tests.driver import Program
    from tests.gateway.answering import Asked


class TestTheAnswer:
    @pytest.mark.parametrize(
        ("answer", "detail", "fix"),
        [
            (error(503), "the gateway answered 503: no", "yourouter chat --debug hello"),
            (
                error(402, "balance spent"),
                "the gateway answered 402: balance spent",
                "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",
            ),
            (
                Says(b"<html>hello</html>", 200),
                "the gateway sent not JSON: <html>hello</html>",
                "yourouter config get base_url --origin",
            ),
        ],
    )
    def test_a_model_that_does_not_answer(
        self, run: Program, answer: Says, detail: str, fix: str
    ) -> None:
        """What keeps the model from answering is told with what may help."""
        found = diagnosis(run, but(is_chat, answer), YOUROUTER_FALLBACK_MODEL="")

        assert ("fail", detail, fix) == found["chat"]
        assert "ok" == found["auth"][0]

    def test_a_model_that_breaks_off(self, run: Program) -> None:
        """An answer that breaks off is the model's failure, and no word about the key."""
        found = diagnosis(
            run, but(is_chat, streamed(text("con"))), YOUROUTER_FALLBACK_MODEL="gpt-4o"
        )

        cause, fix = (
            "the stream ended before the model was finished",
            "yourouter chat --debug hello",
        )
        assert ("ok", "the key is not refused", None) == found["auth"]
        assert ("fail", cause, fix) == found["chat"]
        assert ("fail", f"`gpt-4o`: {cause}", fix) == found["fallback"]

    def test_a_model_for_which_one_token_is_too_few(self, run: Program) -> None:
        """Some models that think refuse to say a single token: they are asked for more."""

        def decide(asked: Asked) -> Says:
            if is_chat(asked) and asked.json["max_tokens"] == 1:
                return error(400, "max_tokens is too small")
            return sound(asked)

        assert [] == diagnosis(run, decide).names("fail")

    @pytest.mark.parametrize(
        ("answer", "status", "detail"),
        [
            (streamed(text("con")), "fail", "the stream ended before the model was finished"),
            (
                streamed(text("con"), {"error": {"message": "too busy", "code": 503}}),
                "fail",
                "the gateway broke off: too busy",
            ),
            (error(500, "no streams"), "fail", "the gateway answered 500: no streams"),
            (
                Says({"choices": [{"message": {"content": "connected"}, "finish_reason": "stop"}]}),
                "warn",
                "`gpt-4o` answers whole, as application/json, not in a stream",
            ),
            (
                streamed(*GOOD_STREAM, text("more")),
                "warn",
                "a stream, but 1 more event comes after the end",
            ),
            (
                streamed(text("nected"), text("con"), finish(), USAGE, DONE),
                "warn",
                "a stream, but expected `connected`, got `nectedcon`",
            ),
            (
                streamed(text("connected"), finish("length"), USAGE, DONE),
                "warn",
                "a stream, but it ends with `length`",
            ),
            (
                streamed(text("connected"), finish(), DONE),
                "warn",
                "a stream, but it does not count tokens",
            ),
            (streamed(finish(), USAGE, DONE), "warn", "a stream, but it holds no text"),
        ],
    )
    def test_a_stream_that_is_none(
        self, run: Program, answer: Says, status: str, detail: str
    ) -> None:
        """A stream has its events in order and an end; what does not is told."""
        found = diagnosis(run, but(is_stream, answer))

        assert (status, detail) == found["stream"][:2]
        assert found["stream"][2] in {
            "yourouter chat --no-stream hello",
            "yourouter chat --debug hello",
        }
        assert (["stream"] if status == "fail" else []) == found.names("fail")

    def test_a_connection_that_stays_open(self, run: Program) -> None:
        """A stream is over with its last event: nobody waits for the connection to end."""
        held = streamed(*GOOD_STREAM)
        held = replace(held, headers={**held.headers, "Content-Length": "99999"})
        found = diagnosis(run, but(is_stream, held), "--idle-timeout", "5")

        assert "ok" == found["stream"][0]

    def test_an_answer_that_goes_on(self, run: Program) -> None:
        """What is to be one word and does not end is given up, however fast it comes."""
        found = diagnosis(run, but(is_stream, streamed(*[text("word " * 50_000)] * 5)))

        assert (
            "fail",
            "the answer goes on after 1,000,000 characters",
            "yourouter chat --no-stream hello",
        ) == found["stream"]

    def test_a_stream_in_order(self, run: Program) -> None:
        """Pieces and the time of the first one are told."""
        status, detail, _ = diagnosis(run, sound)["stream"]

        assert "ok" == status
        assert detail.startswith("in order, 2 pieces of text, the first after ")
        assert detail.endswith(" ms, to its proper end")

    @pytest.mark.parametrize(
        ("answer", "environ", "status", "detail"),
        [
            (error(404, "no such model"), {}, "warn", "`text-embedding-3-small`, the default: "),
            (error(404, "no such model"), {"YOUROUTER_EMBEDDING_MODEL": "e"}, "fail", "`e`: "),
            (error(503), {}, "fail", "`text-embedding-3-small`: the gateway answered 503: no"),
            (
                Says({"data": [{"embedding": []}]}),
                {},
                "fail",
                "`text-embedding-3-small`: the answer",
            ),
            (
                Says({"data": []}),
                {},
                "fail",
                "`text-embedding-3-small`: the gateway's answer holds",
            ),
        ],
    )
    def test_no_vectors(
        self, run: Program, answer: Says, environ: dict[str, str], status: str, detail: str
    ) -> None:
        """No vectors are a failure, unless nobody ever asked for any."""
        decide = but(lambda asked: asked.path.endswith("/embeddings"), answer)
        found = diagnosis(run, decide, **environ)

        assert status == found["embeddings"][0]
        assert found["embeddings"][1].startswith(detail)
        assert found["embeddings"][2] is not None
        assert (["embeddings"] if status == "fail" else []) == found.names("fail")
