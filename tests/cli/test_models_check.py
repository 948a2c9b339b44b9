"""`yourouter models check`: every model by every vendor, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.checking import check, rows, said
from tests.gateway.answering import AnsweringGateway
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestMatrix:
    def test_asks_every_model_by_every_vendor(self, run: Program, sandbox: Sandbox) -> None:
        """Each model is asked by each vendor, once; the vendor travels in its header."""
        result = run.at(sandbox)(
            "models", "check", "sandbox/echo", "sandbox/think", "sandbox/echo",
            "--vendor", "auto", "--vendor", "azure",
        )  # fmt: skip

        assert [
            ["sandbox/echo", "auto", "connected"],
            ["sandbox/echo", "azure", "connected"],
            ["sandbox/think", "auto", "connected"],
            ["sandbox/think", "azure", "connected"],
        ] == [row[:3] for row in rows(result.stdout)]
        assert ("", ExitCode.DONE) == (result.stderr, result.code)
        asked = {(seen.model, seen.headers.get("vendor")) for seen in sandbox.requests}
        assert {
            ("sandbox/echo", None),
            ("sandbox/echo", "azure"),
            ("sandbox/think", None),
            ("sandbox/think", "azure"),
        } == asked
        assert 4 == len(sandbox.requests)

    def test_asks_one_small_question(self, run: Program, sandbox: Sandbox) -> None:
        """The question is small, and so may the answer be."""
        run.at(sandbox)("models", "check", "sandbox/echo")

        body = sandbox.requests[0].json
        assert [{"role": "user", "content": "Reply with exactly: connected"}] == body["messages"]
        assert 1024 == body["max_tokens"]
        assert body["stream"] is True

    def test_without_ids_those_of_the_profile(self, run: Program, sandbox: Sandbox) -> None:
        """The default model, its fallbacks and the embedding model are what a profile relies on."""
        program = run.at(sandbox).having(
            YOUROUTER_MODEL="sandbox/echo",
            YOUROUTER_FALLBACK_MODEL="sandbox/think,sandbox/slow",
            YOUROUTER_EMBEDDING_MODEL="sandbox/embed",
        )

        assert ["sandbox/echo", "sandbox/think", "sandbox/slow", "sandbox/embed"] == [
            cell["model"] for cell in check(program)
        ]

    def test_of_the_sandbox_needs_nothing(self, run: Program) -> None:
        """Everybody can try it."""
        result = run("models", "check", "-p", "sandbox")

        assert (0, "") == (result.code, result.stderr)
        assert ["sandbox/echo", "sandbox/embed"] == [row[0] for row in rows(result.stdout)]

    def test_an_embedding_model_is_asked_for_one_vector(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """Embedding models do not talk: one vector is their sign of life."""
        (cell,) = check(run.at(sandbox), "sandbox/embed", "--vendor", "openai")

        (seen,) = sandbox.requests
        assert ("/v1/embeddings", "openai") == (seen.path, seen.headers["vendor"])
        assert "connected" == seen.json["input"]
        assert (True, 200, None, 2) == (
            cell["ok"],
            cell["status"],
            cell["first_token_ms"],
            cell["usage"]["total_tokens"],
        )

    def test_an_embedding_model_without_a_vector_fails(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """A reply that holds no numbers is no vector."""
        cells = check(run.at(sandbox), "sandbox/embed-nan", "sandbox/embed-short")

        assert [False, False] == [cell["ok"] for cell in cells]
        assert "the answer holds no vector" == cells[0]["error"]

    def test_video_models_are_never_asked(self, run: Program, sandbox: Sandbox) -> None:
        """A video costs money: its model is named and left alone."""
        program = run.at(sandbox)
        result = program("models", "check", "sandbox/echo", "sandbox/video", "x-seedance-9")

        assert ["sandbox/echo"] == sandbox.models_asked
        assert (
            "`sandbox/video` makes videos, which cost: it is not checked\n"
            "`x-seedance-9` makes videos, which cost: it is not checked\n" == result.stderr
        )
        assert 0 == result.code
        assert ExitCode.USAGE == program("models", "check", "sandbox/video").code

    def test_nobody_stands_in(self, run: Program, sandbox: Sandbox) -> None:
        """What is checked is the model that was named, not its fallback."""
        program = run.at(sandbox).having(YOUROUTER_FALLBACK_MODEL="sandbox/echo")
        (cell,) = check(program, "sandbox/error:503", "--retries", "0")

        assert not cell["ok"]
        assert ["sandbox/error:503"] == sandbox.models_asked

    def test_speaks_the_profiles_dialect(self, run: Program, sandbox: Sandbox) -> None:
        """The API is the profile's, with the vendor that understands it."""
        program = run.at(sandbox).having(YOUROUTER_DIALECT="anthropic")
        (cell,) = check(program, "sandbox/echo")

        (seen,) = sandbox.requests
        assert ("/v1/messages", "anthropic") == (seen.path, seen.headers["vendor"])
        assert (True, "auto") == (cell["ok"], cell["vendor"])


class TestVerdict:
    def test_one_that_fails_stops_no_other(self, run: Program, sandbox: Sandbox) -> None:
        """Every cell has its own verdict; exit 9 says that one is bad."""
        result = run.at(sandbox)(
            "models", "check", "sandbox/error:500", "nope", "sandbox/echo", "sandbox/length",
            "--retries", "0",
        )  # fmt: skip

        broken, unknown, good, wrong = (row[2] for row in rows(result.stdout))
        assert broken.startswith("the gateway answered 500: the sandbox answers 500, ")
        assert unknown.startswith("the gateway answered 404: the model `nope` does not exist; ")
        assert "connected" == good
        assert wrong.startswith("expected `connected`, got `")
        assert ExitCode.UNEXPECTED == result.code
        assert (
            "yourouter: 3 of 4 checks failed: sandbox/error:500 by auto, nope by auto,"
            " sandbox/length by auto\n" == result.stderr
        )

    def test_an_answer_that_goes_on_is_given_up(self, run: Program) -> None:
        """A cell takes as much of an answer as a model may think, and no more."""
        with AnsweringGateway(lambda _: said("connected " * 100_001)) as gateway:
            (cell,) = check(run.at(gateway.base_url), "a", "--retries", "0")

        assert (False, 200) == (cell["ok"], cell["status"])
        assert "the answer goes on after 1,000,000 characters" == cell["error"]

    def test_nobody_was_reached(self, run: Program) -> None:
        """Exit 6 when no cell reached anybody: then it is not about the models."""
        result = run.at("http://127.0.0.1:9/v1")("models", "check", "a", "b", "--retries", "0")

        assert ExitCode.UNREACHABLE == result.code
        assert (
            "yourouter: none of 2 could be reached: cannot connect to http://127.0.0.1:9:"
            " connection refused\nhint: yourouter config doctor\n" == result.stderr
        )
        assert 2 == len(rows(result.stdout))

    def test_refused_is_reached(self, run: Program, sandbox: Sandbox) -> None:
        """A bad key fails every cell, but somebody answered."""
        result = run.at(sandbox, "bad")("models", "check", "sandbox/echo", "sandbox/embed")

        assert ExitCode.UNEXPECTED == result.code
        assert ["401"] * 2 == [row[2].split(":")[0][-3:] for row in rows(result.stdout)]

    @pytest.mark.parametrize(
        ("model", "shown"),
        [
            ("sandbox/stall:1", "timeout"),
            ("sandbox/reset:1", "reset"),
            ("sandbox/truncate:1", "truncated"),
            ("sandbox/error-in-stream:0", "unavailable"),
        ],
    )
    def test_an_answer_that_breaks_off_is_reached(
        self, run: Program, sandbox: Sandbox, model: str, shown: str
    ) -> None:
        """Half an answer is no answer, but somebody gave it."""
        result = run.at(sandbox)(
            "models", "check", model, "--cell-timeout", "1", "--retries", "0", tty=True
        )

        assert ExitCode.UNEXPECTED == result.code
        assert f"\x1b[31m{shown}" in result.stdout

    def test_no_key(self, run: Program) -> None:
        """Without a key nothing is asked."""
        result = run("models", "check", "gpt-4o")

        assert (ExitCode.CONFIG, "") == (result.code, result.stdout)

    def test_a_hiccup_is_forgiven(self, run: Program, sandbox: Sandbox) -> None:
        """One further attempt is made unless the user says otherwise."""
        program = run.at(sandbox)

        assert check(program, "sandbox/rate-limit:1")[0]["ok"]
        assert not check(program, "sandbox/rate-limit:2")[0]["ok"]
        assert check(program, "sandbox/rate-limit:2", "--retries", "2")[0]["ok"]

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            (["--prompt", "Reply with exactly: yes"], ExitCode.DONE),
            (["--prompt", "Reply with exactly: yes", "--expect", "yes"], ExitCode.DONE),
            (["--prompt", "Reply with exactly: yes", "--expect", "no"], ExitCode.UNEXPECTED),
            (["--expect", "no"], ExitCode.UNEXPECTED),
            (["--expect", "Connected"], ExitCode.UNEXPECTED),
        ],
    )
    def test_another_question(
        self, run: Program, sandbox: Sandbox, options: list[str], code: ExitCode
    ) -> None:
        """`--prompt` asks something else; any answer will do unless `--expect` says which."""
        assert code == run.at(sandbox)("models", "check", "sandbox/echo", *options).code

    @pytest.mark.parametrize(
        "options",
        [
            ["--concurrency", "0"],
            ["--repeat", "0"],
            ["--cell-timeout", "0"],
            ["--junit", "/no/such/place/report.xml"],
            ["--junit", "/"],
            ["--junit", "-", "--json"],
            ["--format", "yaml"],
            ["--prompt", " "],
            ["--vendor", ""],
            ["--vendor", "a\nb"],
            ["--", ""],
        ],
    )
    def test_wrong_use_is_found_before_anything_is_sent(
        self, run: Program, sandbox: Sandbox, options: list[str]
    ) -> None:
        """Nothing is paid for a report that could not be written."""
        result = run.at(sandbox)("models", "check", "sandbox/echo", *options)

        assert (ExitCode.USAGE, "") == (result.code, result.stdout)
        assert [] == sandbox.requests
