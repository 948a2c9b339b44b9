"""`yourouter config doctor`: what can be wrong with a gateway, broken in turn."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import write
from tests.cli.diagnosis import NOW, Diagnosis, but, diagnosis, error, is_chat, is_list, sound
from tests.driver import KEY, FakeClock
from tests.gateway.answering import AnsweringGateway, Says, Silence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.answering import Asked


class TestTheGateway:
    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_that_is_not_taken(self, run: Program, status: int) -> None:
        """A refused key is told where it is from, and nothing is asked with it any more."""
        found = diagnosis(run, but(lambda _: True, error(status, "who are you")))

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
        found = diagnosis(run, but(is_chat, error(401, "bad key")))

        assert "the gateway answered 401: bad key" == found["auth"][1]
        assert ["auth"] == found.names("fail")

    @pytest.mark.parametrize(("ids", "words"), [([], "0 are listed"), (["gpt-4o"], "1 is listed")])
    def test_how_many_models_there_are(self, run: Program, ids: list[str], words: str) -> None:
        """The list is told by its length, which may be anything as long as the model answers."""
        found = diagnosis(run, but(is_list, Says({"data": [{"id": name} for name in ids]})))

        assert ("ok", words, None) == found["models"]

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_list_that_is_not_for_this_key(self, run: Program, status: int) -> None:
        """A key with which the model answers is taken, whatever else it may not do."""
        found = diagnosis(run, but(is_list, error(status, "not for you")))

        assert ("ok", "the key is taken", None) == found["auth"]
        assert "warn" == found["models"][0]
        assert [] == found.names("fail")

    def test_a_gateway_that_does_not_answer(self, run: Program) -> None:
        """A gateway that takes a request and says nothing is where it ends."""
        found = diagnosis(run, lambda _: Silence(), "--first-byte-timeout", "0.1")

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
        found = diagnosis(run, but(is_list, answer))

        status, detail, fix = found["models"]
        assert ("warn", "yourouter models list --catalog") == (status, fix)
        assert detail.startswith(why)
        assert detail.endswith("; the built-in catalogue stands in for the list")
        assert ([], 0) == (found.names("fail"), found.result.code)
        assert "ok" == found["auth"][0]

    def test_a_model_that_is_not_there(self, run: Program) -> None:
        """An unknown model is told in both places, with the one that was meant."""
        found = diagnosis(run, sound, YOUROUTER_MODEL="gpt4o")

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

        found = diagnosis(run, decide)

        assert "yourouter models use llama-guard" == found["chat"][2]
        assert "yourouter models use nomic-embed-text" == found["embeddings"][2]

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

        assert (status, detail, fix) == diagnosis(run, sound)["fallback"]

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
        found = diagnosis(run, but(is_list, Says({"data": []}, headers={"Date": "today"})))

        assert ("skip", "the gateway does not say what time it is", None) == found["clock"]
