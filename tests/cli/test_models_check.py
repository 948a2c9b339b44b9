"""`yourouter models check`: every model by every vendor, and what came of it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.answering import AnsweringGateway, Asked, Says, Silence
from tests.junit import faults_of, parsed
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

KEYS = {
    "model", "vendor", "ok", "status", "error", "first_token_ms", "total_ms", "usage",
    "vendor_message_id",
}  # fmt: skip


def said(text: str = "connected", **headers: str) -> Says:
    """Return a whole chat completion."""
    choice = {"index": 0, "message": {"content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 4, "completion_tokens": 1, "total_tokens": 5}
    return Says({"id": "msg-1", "choices": [choice], "usage": usage}, headers=headers)


def rows(stdout: str) -> list[list[str]]:
    """Return the cells of each line."""
    return [line.split("\t") for line in stdout.splitlines()]


def check(program: Program, *argv: str) -> list[dict[str, Any]]:
    """Return the cells of a check as JSON."""
    cells: list[dict[str, Any]] = program("models", "check", *argv, "--json").json["cells"]
    return cells


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


class TestManyAtOnce:
    def test_are_under_way_together(self, run: Program) -> None:
        """As many as `--concurrency` allows are asked at the same time, and told in order."""
        meeting = threading.Barrier(4, timeout=5)

        def decide(asked: Asked) -> Says:
            meeting.wait()
            time.sleep(0.02 if asked.json["model"] == "a" else 0)
            return said()

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url)(
                "models", "check", "a", "b", "c", "d", "--concurrency", "4"
            )

        assert [("a", "connected"), ("b", "connected"), ("c", "connected"), ("d", "connected")] == [
            (row[0], row[2]) for row in rows(result.stdout)
        ]

    def test_but_no_more_than_allowed(self, run: Program) -> None:
        """With `--concurrency 1` each waits for the one before."""
        busy = threading.Semaphore(1)
        crowds: list[str] = []

        def decide(asked: Asked) -> Says:
            if not busy.acquire(blocking=False):
                crowds.append(asked.json["model"])
                return said()
            time.sleep(0.01)
            busy.release()
            return said()

        with AnsweringGateway(decide) as gateway:
            program = run.at(gateway.base_url)
            assert 0 == program("models", "check", *"abcdef", "--concurrency", "1").code

        assert [] == crowds

    def test_one_that_hangs_is_given_up_alone(self, run: Program) -> None:
        """Each cell has its own time, and the others do not wait for it."""

        def decide(asked: Asked) -> Says | Silence:
            return Silence() if asked.json["model"] == "hangs" else said()

        with AnsweringGateway(decide) as gateway:
            began = time.monotonic()
            program = run.at(gateway.base_url)
            cells = check(program, "hangs", "a", "b", "--cell-timeout", "1")

        assert [False, True, True] == [cell["ok"] for cell in cells]
        assert "not done within 1 s (total timeout)" == cells[0]["error"]
        assert 1000 <= cells[0]["total_ms"] < 5000
        assert time.monotonic() - began < 10

    @pytest.mark.parametrize("model", ["talks", "text-embedding-3-small"])
    def test_a_wait_that_is_too_long_is_told_with_its_cause(self, run: Program, model: str) -> None:
        """Who asks for more time than a cell has answered all the same, and why is known."""
        busy = Says({"error": {"message": "busy"}}, 429, {"Retry-After": "50"})
        with AnsweringGateway(lambda _: busy) as gateway:
            result = run.at(gateway.base_url)(
                "models", "check", model, "--cell-timeout", "5", "--json"
            )

        (cell,) = result.json["cells"]
        assert (ExitCode.UNEXPECTED, 429) == (result.code, cell["status"])
        assert (
            "the gateway answered 429: busy; waiting 50.0 s to try again takes longer than 5 s"
            " (total timeout)" == cell["error"]
        )

    def test_the_whole_has_its_time_too(self, run: Program) -> None:
        """`--timeout` ends every cell that is not done by then."""
        with AnsweringGateway(lambda _: Silence()) as gateway:
            program = run.at(gateway.base_url)
            result = program("models", "check", "a", "b", "--timeout", "0.3")

        assert ExitCode.UNREACHABLE == result.code


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


class TestShape:
    def test_json(self, run: Program, sandbox: Sandbox) -> None:
        """The keys are fixed; the error is an object on standard error."""
        result = run.at(sandbox)("models", "check", "sandbox/echo", "sandbox/error:400", "--json")

        assert {"schema", "ok", "cells"} == set(result.json)
        assert (1, False) == (result.json["schema"], result.json["ok"])
        good, bad = result.json["cells"]
        assert KEYS == set(good) == set(bad)
        assert (True, 200, None, 5) == (
            good["ok"],
            good["status"],
            good["error"],
            good["usage"]["total_tokens"],
        )
        assert 0 < good["first_token_ms"] <= good["total_ms"]
        assert (False, 400, None, None) == (
            bad["ok"],
            bad["status"],
            bad["first_token_ms"],
            bad["vendor_message_id"],
        )
        assert "the gateway answered 400: " in bad["error"]
        assert bad["usage"]["total_tokens"] is None
        assert (9, "unexpected") == (result.error["code"], result.error["kind"])

    def test_the_vendors_message_id(self, run: Program) -> None:
        """The vendor's own id is the header's where there is one, else the message's."""
        answers = [said(**{"X-Vendor-Messages-Id": "vendor-7"}), said()]
        with AnsweringGateway(lambda _: answers.pop(0)) as gateway:
            program = run.at(gateway.base_url)
            ids = [check(program, "a")[0]["vendor_message_id"] for _ in range(2)]

        assert ["vendor-7", "msg-1"] == ids

    def test_repeat(self, run: Program) -> None:
        """`--repeat` asks again and again, and tells how durations are spread."""
        shaky = [said(), Says({"error": "busy"}, 503), said()]

        def decide(asked: Asked) -> Says:
            return shaky.pop() if asked.json["model"] == "shaky" else said()

        with AnsweringGateway(decide) as gateway:
            program = run.at(gateway.base_url)
            cells = check(program, "firm", "shaky", "--repeat", "3", "--retries", "0")

        assert KEYS | {"repeat"} == set(cells[0])
        assert [(3, 0), (3, 1)] == [
            (cell["repeat"]["runs"], cell["repeat"]["failed"]) for cell in cells
        ]
        assert [True, False] == [cell["ok"] for cell in cells]
        for name in ("first_token_ms", "total_ms"):
            spread = cells[0]["repeat"][name]
            assert spread["min"] <= spread["median"] <= spread["p95"]
            assert round(spread["median"], 1) == cells[0][name]

    def test_tap(self, run: Program, sandbox: Sandbox) -> None:
        """`--format tap` is what TAP harnesses read."""
        result = run.at(sandbox)(
            "models", "check", "sandbox/echo", "nope", "sandbox/embed", "--format", "tap"
        )

        lines = result.stdout.splitlines()
        assert ["TAP version 14", "1..3", "ok 1 - sandbox/echo by auto", "  ---"] == lines[:4]
        points = [line for line in lines if "ok " in line and not line.startswith(" ")]
        assert [
            "ok 1 - sandbox/echo by auto",
            "not ok 2 - nope by auto",
            "ok 3 - sandbox/embed by auto",
        ] == points
        assert "  status: 404" in lines
        assert ExitCode.UNEXPECTED == result.code

    def test_junit(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """`--junit` writes a report that fits the schema, beside whatever is shown."""
        file = tmp_path / "report.xml"
        result = run.at(sandbox)(
            "models", "check", "sandbox/echo", "sandbox/escape", "--junit", str(file)
        )

        assert 2 == len(rows(result.stdout))
        document = file.read_text()
        assert [] == faults_of(document)
        suite = parsed(document)[0]
        assert ("models.check", "2", "1") == (
            suite.get("name"),
            suite.get("tests"),
            suite.get("failures"),
        )
        assert ExitCode.UNEXPECTED == result.code

    def test_junit_alone(self, run: Program, sandbox: Sandbox) -> None:
        """`--junit -` writes the report to standard output, and nothing else."""
        result = run.at(sandbox)("models", "check", "sandbox/echo", "--junit", "-")

        assert [] == faults_of(result.stdout)

    def test_on_a_terminal(self, run: Program) -> None:
        """A person sees words and colour: green for connected, red for the cause in few words."""
        answers = {"good": said(), "bad": Says({"error": {"message": "\x1b[2J no"}}, 503)}
        with AnsweringGateway(lambda asked: answers[asked.json["model"]]) as gateway:
            result = run.at(gateway.base_url)(
                "models", "check", "good", "bad", "--retries", "0", tty=True
            )

        screen = result.stdout.rpartition("\x1b[?2026l")[2]
        heading, good, bad, cause = screen.splitlines()
        assert heading.startswith("\x1b[1mMODEL  VENDOR  RESULT           FIRST TOKEN  TOTAL")
        assert good.startswith("good   auto    \x1b[32mconnected      \x1b[0m  ")
        assert good.endswith("  5       msg-1")
        assert bad.startswith("bad    auto    \x1b[31m503 unavailable\x1b[0m  ")
        assert "bad by auto: the gateway answered 503: ␛[2J no" == cause

    @pytest.mark.parametrize(("columns", "is_shown"), [(66, False), (72, True)])
    def test_ids_need_room(
        self, run: Program, sandbox: Sandbox, columns: int, is_shown: bool
    ) -> None:
        """The message's id has a column where something of it can be read."""
        result = run.at(sandbox)("models", "check", "sandbox/echo", tty=True, size=(columns, 24))

        heading = result.stdout.rpartition("\x1b[?2026l")[2].splitlines()[0]
        assert is_shown == ("TOKENS  MES" in heading)

    def test_tokens_that_nobody_added_up(self, run: Program) -> None:
        """Where the gateway counts what goes in and what comes out, the table has the sum."""
        usage = {"prompt_tokens": 4, "completion_tokens": 3}
        answer = {"choices": [{"message": {"content": "connected"}}], "usage": usage}
        with AnsweringGateway(lambda _: Says(answer)) as gateway:
            result = run.at(gateway.base_url)("models", "check", "any")

        assert "7" == rows(result.stdout)[-1][5]

    def test_without_colour(self, run: Program, sandbox: Sandbox) -> None:
        """The words say it all where there is no colour."""
        result = run.at(sandbox)(
            "models", "check", "sandbox/echo", "nope", "--color", "never", tty=True
        )

        screen = result.stdout.rpartition("\x1b[?2026l")[2]
        assert "\x1b" not in screen
        assert "connected" in screen
        assert "404 unknown model" in screen

    def test_on_a_tiny_terminal(self, run: Program, sandbox: Sandbox) -> None:
        """Where no table fits, each cell is a block of lines."""
        result = run.at(sandbox)(
            "models", "check", "sandbox/echo", "--color", "never", tty=True, size=(20, 24)
        )

        lines = result.stdout.rpartition("\x1b[?2026l")[2].splitlines()
        assert ["sandbox/echo", "  vendor       auto", "  result       connected"] == lines[:3]
