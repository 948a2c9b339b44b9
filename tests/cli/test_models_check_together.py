"""`yourouter models check` with many at once: how many, for how long, and how often."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.checking import check, rows, said
from tests.gateway.answering import AnsweringGateway, Asked, Says, Silence
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program


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
