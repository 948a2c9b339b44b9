"""What `yourouter models check` writes, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.checking import check, rows, said
from tests.gateway.answering import AnsweringGateway, Asked, Says
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
