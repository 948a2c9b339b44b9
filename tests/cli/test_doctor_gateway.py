"""`yourouter config doctor`: what can be wrong with a gateway, broken in turn."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import write
from tests.cli.diagnosis import (
    GOOD_STREAM,
    NOW,
    USAGE,
    Diagnosis,
    but,
    error,
    is_chat,
    is_list,
    is_stream,
    sound,
    streamed,
)
from tests.driver import KEY, FakeClock
from tests.gateway.answering import AnsweringGateway, Says, Silence
from tests.gateway.faults import DONE, finish, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.answering import Asked


@pytest.fixture
def file(home: Path) -> Path:
    """Return the path of the configuration, which is not there yet."""
    return home / "config" / "config.toml"


class TestTheGateway:
    def diagnosis(
        self, run: Program, decide: Callable[[Asked], Says | Silence], *argv: str, **environ: str
    ) -> Diagnosis:
        """Return what is found with a gateway of this mind; one try of everything is enough."""
        with AnsweringGateway(decide) as gateway:
            program = run.at(gateway.base_url).having(**environ)
            return Diagnosis(program, "--retries", "0", *argv)

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_that_is_not_taken(self, run: Program, status: int) -> None:
        """A refused key is told where it is from, and nothing is asked with it any more."""
        found = self.diagnosis(run, but(lambda _: True, error(status, "who are you")))

        assert (
            "fail",
            f"the gateway answered {status}: who are you",
            "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",
        ) == found["auth"]
        assert ["auth"] == found.names("fail")
        assert ("skip", "it needs `auth`", None) == found["chat"] == found["models"]

    def test_a_key_that_is_kept_is_mended_where_it_is(self, run: Program, file: Path) -> None:
        """The fix changes the key that is used."""
        with AnsweringGateway(but(lambda _: True, error(401))) as gateway:
            write(file, f'[profiles.work]\nbase_url = "{gateway.base_url}"\napi_key = "{KEY}"\n')
            found = Diagnosis(run, "-p", "work", "--retries", "0")

        assert "yourouter config set -p work api_key" == found["auth"][2]

    def test_a_key_that_only_the_model_refuses(self, run: Program) -> None:
        """A list that is open to everybody proves nothing about a key."""
        found = self.diagnosis(run, but(is_chat, error(401, "bad key")))

        assert "the gateway answered 401: bad key" == found["auth"][1]
        assert ["auth"] == found.names("fail")

    @pytest.mark.parametrize(("ids", "words"), [([], "0 are listed"), (["gpt-4o"], "1 is listed")])
    def test_how_many_models_there_are(self, run: Program, ids: list[str], words: str) -> None:
        """The list is told by its length, which may be anything as long as the model answers."""
        found = self.diagnosis(run, but(is_list, Says({"data": [{"id": name} for name in ids]})))

        assert ("ok", words, None) == found["models"]

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_list_that_is_not_for_this_key(self, run: Program, status: int) -> None:
        """A key with which the model answers is taken, whatever else it may not do."""
        found = self.diagnosis(run, but(is_list, error(status, "not for you")))

        assert ("ok", "the key is taken", None) == found["auth"]
        assert "warn" == found["models"][0]
        assert [] == found.names("fail")

    def test_a_gateway_that_does_not_answer(self, run: Program) -> None:
        """A gateway that takes a request and says nothing is where it ends."""
        found = self.diagnosis(run, lambda _: Silence(), "--first-byte-timeout", "0.1")

        status, detail, fix = found["auth"]
        assert ("fail", "yourouter config set first_byte_timeout 300") == (status, fix)
        assert detail.endswith("within 0.1 s (first-byte timeout)")
        assert ["auth"] == found.names("fail")

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (error(404, "no such route"), "the gateway answered 404: no such route"),
            (Says(b"<html>Sign in</html>"), "the gateway sent not JSON: <html>Sign in</html>"),
            (Says(b"", 302, {"Location": "https://e.example"}), "the gateway redirects to "),
        ],
    )
    def test_no_list_of_models_is_a_warning(self, run: Program, answer: Says, why: str) -> None:
        """Many gateways list no models: that breaks nothing."""
        found = self.diagnosis(run, but(is_list, answer))

        status, detail, fix = found["models"]
        assert ("warn", "yourouter models list --catalog") == (status, fix)
        assert detail.startswith(why)
        assert detail.endswith("; the built-in catalogue stands in for the list")
        assert ([], 0) == (found.names("fail"), found.result.code)
        assert "ok" == found["auth"][0]

    def test_a_model_that_is_not_there(self, run: Program) -> None:
        """An unknown model is told in both places, with the one that was meant."""
        found = self.diagnosis(run, sound, YOUROUTER_MODEL="gpt4o")

        fix = "export YOUROUTER_MODEL=gpt-4o"
        assert ("fail", "the gateway answered 404: no such model", fix) == found["chat"]
        assert ("warn", "`gpt4o` is not among the 3 that are listed", fix) == found["models"]
        assert ["chat"] == found.names("fail")
        assert ("skip", "it needs `chat`", None) == found["stream"]

    def test_a_gateway_that_has_other_models(self, run: Program) -> None:
        """Where nothing is like the model that is missing, one that is there is named."""
        ids = ("llama-guard", "nomic-embed-text", "gpt-4o")

        def decide(asked: Asked) -> Says:
            if is_list(asked):
                return Says({"data": [{"id": name} for name in ids]})
            return error(404, "no such model")

        found = self.diagnosis(run, decide)

        assert "yourouter models use llama-guard" == found["chat"][2]
        assert "yourouter models use nomic-embed-text" == found["embeddings"][2]

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
        found = self.diagnosis(run, but(is_chat, answer), YOUROUTER_FALLBACK_MODEL="")

        assert ("fail", detail, fix) == found["chat"]
        assert "ok" == found["auth"][0]

    def test_a_model_that_breaks_off(self, run: Program) -> None:
        """An answer that breaks off is the model's failure, and no word about the key."""
        found = self.diagnosis(
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

        assert [] == self.diagnosis(run, decide).names("fail")

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
        found = self.diagnosis(run, but(is_stream, answer))

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
        found = self.diagnosis(run, but(is_stream, held), "--idle-timeout", "5")

        assert "ok" == found["stream"][0]

    def test_an_answer_that_goes_on(self, run: Program) -> None:
        """What is to be one word and does not end is given up, however fast it comes."""
        found = self.diagnosis(run, but(is_stream, streamed(*[text("word " * 50_000)] * 5)))

        assert (
            "fail",
            "the answer goes on after 1,000,000 characters",
            "yourouter chat --no-stream hello",
        ) == found["stream"]

    def test_a_stream_in_order(self, run: Program) -> None:
        """Pieces and the time of the first one are told."""
        status, detail, _ = self.diagnosis(run, sound)["stream"]

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
        found = self.diagnosis(run, decide, **environ)

        assert status == found["embeddings"][0]
        assert found["embeddings"][1].startswith(detail)
        assert found["embeddings"][2] is not None
        assert (["embeddings"] if status == "fail" else []) == found.names("fail")

    @pytest.mark.parametrize(
        ("fallbacks", "status", "detail", "fix"),
        [
            ("[]", "skip", "no model stands in when the first does not answer", None),
            ('["gpt-4o", "gemini-2.5-flash"]', "ok", "`gpt-4o`, `gemini-2.5-flash`", None),
            (
                '["gpt-4o", "gemini-2.5-flush"]',
                "fail",
                "`gemini-2.5-flush`: the gateway answered 404: no such model",
                "yourouter config set fallback_models gpt-4o,gemini-2.5-flash",
            ),
        ],
    )
    def test_models_that_stand_in(
        self, run: Program, file: Path, fallbacks: str, status: str, detail: str, fix: str | None
    ) -> None:
        """A fallback that does not work is found before it is needed."""
        write(file, f"[profiles.default]\nfallback_models = {fallbacks}\n")

        assert (status, detail, fix) == self.diagnosis(run, sound)["fallback"]

    @pytest.mark.parametrize(
        ("skew", "status", "detail"),
        [
            (-30, "ok", "as the gateway's"),
            (-31, "warn", "31 s ahead of the gateway's"),
            (300, "warn", "300 s behind the gateway's"),
            (301, "fail", "301 s behind the gateway's"),
        ],
    )
    def test_a_clock_that_is_wrong(
        self, run: Program, skew: float, status: str, detail: str
    ) -> None:
        """A clock far from the gateway's is told, with how to set it."""
        date = {"Date": formatdate(NOW + skew, usegmt=True)}
        decide = but(is_list, Says({"data": []}, headers=date))
        with AnsweringGateway(decide) as gateway:
            found = Diagnosis(run.at(gateway.base_url), clock=FakeClock(epoch=NOW))

        assert (status, detail) == found["clock"][:2]
        assert (found["clock"][2] is None) is (status == "ok")

    def test_a_gateway_without_a_clock(self, run: Program) -> None:
        """Nothing is known about time where the gateway does not tell it."""
        found = self.diagnosis(run, but(is_list, Says({"data": []}, headers={"Date": "today"})))

        assert ("skip", "the gateway does not say what time it is", None) == found["clock"]
