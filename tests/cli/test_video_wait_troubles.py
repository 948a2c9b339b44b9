"""`video wait`: whatever becomes of a single question, and of the time, a task is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.filmed import ordered
from tests.cli.waiting import DAY, DOWN, LINK, saying
from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Says, Silence, task
from yourouter_cli.errors import ExitCode
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from tests.driver import Program

NEW_KEY = "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY"


class TestFailedQuestions:
    def test_are_survived(self, run: Program, clock: FakeClock) -> None:
        """A question without an answer is shown and counted, and the task is asked for again."""
        answers = saying(Says(task(status="running")), *[DOWN] * 4, Says(task(content=LINK)))
        with AnsweringGateway(answers) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", clock=clock)

        said = "warning: no news of `cgt-1`: the gateway answered 503: down"
        assert 0 == result.code
        assert [10.0, 1.0, 2.0, 10.0, 10.0] == clock.waits
        assert [
            "`cgt-1` is running (0:00)",
            f"{said} (1 in a row); asking again in 1 s",
            f"{said} (2 in a row); asking again in 2 s",
            f"{said} (3 in a row); asking again in 10 s",
            f"{said} (4 in a row); asking again in 10 s",
            "`cgt-1` succeeded (0:33)",
        ] == result.stderr.splitlines()

    def test_without_retries(self, run: Program, clock: FakeClock) -> None:
        """With `--retries 0` a failed question changes nothing about the pace."""
        with AnsweringGateway(saying(DOWN, DOWN, Says(task()))) as gateway:
            run.at(gateway.base_url)("video", "wait", "cgt-1", "--retries", "0", clock=clock)

        assert [10.0, 10.0] == clock.waits

    def test_the_gateway_may_ask_for_patience(self, run: Program, clock: FakeClock) -> None:
        """`Retry-After` is waited for, but no longer than a minute."""
        busy = [
            Says(status=429, headers={"Retry-After": seconds}) for seconds in ("0", "25", "9999")
        ]
        with AnsweringGateway(saying(*busy, Says(task()))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", clock=clock)

        assert 0 == result.code
        assert [1.0, 25.0, 60.0] == clock.waits

    @pytest.mark.parametrize(
        "answer",
        [
            DOWN,
            Says({"error": {"message": "gone"}}, 404),
            Says({"error": {"message": "not you"}}, 401),
            Says(b"<html>"),
            Says({"id": "cgt-1"}),
            Says(task(), sent=3),
        ],
        ids=["503", "404", "401", "no JSON", "no status", "cut"],
    )
    def test_five_minutes_of_nothing_else(
        self, run: Program, clock: FakeClock, answer: Says
    ) -> None:
        """After five minutes of nothing but failures it is exit 6, with the command to resume."""
        with AnsweringGateway(saying(Says(task(status="running")), answer)) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", "--json", clock=clock)

        assert ExitCode.UNREACHABLE == result.code == result.error["code"]
        assert result.error["message"].startswith("no news of the task for 5 minutes: ")
        assert "yourouter video wait cgt-1" in result.error["hint"].splitlines()
        assert 300 <= sum(clock.waits) <= 320
        assert "" == result.stdout

    def test_a_gateway_that_cannot_be_reached(self, run: Program, clock: FakeClock) -> None:
        """A gateway that is not there is waited for as well, as long."""
        with AnsweringGateway(saying(DOWN)) as gone:
            base_url = gone.base_url
        result = run.at(base_url)("video", "wait", "cgt-1", clock=clock)

        assert ExitCode.UNREACHABLE == result.code
        assert "connection refused" in result.stderr.splitlines()[-3]

    @pytest.mark.parametrize(("age", "code"), [(50, 0), (70, ExitCode.REJECTED)])
    def test_a_gateway_that_does_not_know_its_task_yet(
        self, run: Program, clock: FakeClock, age: int, code: int
    ) -> None:
        """In its first minute a task that was made here may be unknown at first; later it is not.

        Where nobody knows it, waiting again would only be refused again.
        """
        gone = Says({"error": {"message": "gone"}}, 404)
        with AnsweringGateway(saying(Says({"id": "cgt-1"}), gone, Says(task()))) as gateway:
            program = run.at(gateway.base_url)
            program("video", "create", "p", clock=clock)
            clock.sleep(age)
            result = program("video", "wait", "cgt-1", clock=clock)

        assert code == result.code
        assert (code == 0) == ("no news of `cgt-1`" in result.stderr)
        assert "hint: yourouter video wait" not in result.stderr

    def test_one_answer_begins_the_minutes_anew(self, run: Program, clock: FakeClock) -> None:
        """Four minutes without news, one answer, and four more are no reason to give up."""
        running = Says(task(status="running"))
        answers = saying(running, *[DOWN] * 24, running, *[DOWN] * 24, Says(task()))
        with AnsweringGateway(answers) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", clock=clock)

        assert 0 == result.code

    @pytest.mark.parametrize(
        ("status", "code", "hints"),
        [
            (401, ExitCode.DENIED, [NEW_KEY, "yourouter video wait cgt-1"]),
            (403, ExitCode.DENIED, ["yourouter video wait cgt-1"]),
            (404, ExitCode.REJECTED, ["yourouter video list"]),
            (400, ExitCode.REJECTED, []),
        ],
    )
    def test_a_refusal_from_the_start(
        self, run: Program, clock: FakeClock, status: int, code: ExitCode, hints: list[str]
    ) -> None:
        """A key or an id that is refused from the start is no reason to wait, nor to try again."""
        with AnsweringGateway(saying(Says({"error": {"message": "no"}}, status))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", clock=clock)

        assert code == result.code
        assert [f"hint: {hint}" for hint in hints] == result.stderr.splitlines()[1:]
        assert [] == clock.waits

    def test_a_question_that_hangs(self, run: Program) -> None:
        """A question that is never answered is one that failed, however long it took."""
        answers: list[Says | Silence] = [Silence(), Says(task())]
        with AnsweringGateway(lambda _: answers.pop(0)) as gateway:
            program = run.at(gateway.base_url)
            result = program("video", "wait", "cgt-1", "--first-byte-timeout", "0.6")

        assert 0 == result.code
        assert "no answer from" in result.stderr
        assert "(first-byte timeout) (1 in a row)" in result.stderr


class JumpingClock(FakeClock):
    """A clock that is set to another time while it is waited for."""

    def __init__(self, *jumps: float) -> None:
        super().__init__()
        self._jumps = list(jumps)

    def sleep(self, seconds: float) -> None:
        """Move on, and jump."""
        super().sleep(seconds)
        self._epoch += self._jumps.pop(0) if self._jumps else 0.0


class TestTime:
    @pytest.mark.parametrize("jump", [DAY, -DAY, 1e9])
    def test_the_clock_is_set(self, run: Program, jump: float) -> None:
        """A clock that is set while we wait changes neither the pace nor what is shown."""
        clock = JumpingClock(jump, -jump, jump)
        began = clock.now()
        with Sandbox(clock=lambda: began + clock.monotonic()) as sandbox:
            program = run.at(sandbox)
            name = ordered(program, clock, "video:25")
            result = program("video", "wait", name, "--timeout", "500", clock=clock)

        assert 0 == result.code
        assert [10.0] * 3 == clock.waits
        assert f"`{name}` is running (0:10)\n" in result.stderr
        assert (
            f"`{name}` succeeded (0:30); its link ends at 2023-11-15T22:13:45Z\n" in result.stderr
        )

    def test_the_order_lies_in_the_past(self, filming: Program, clock: FakeClock) -> None:
        """How long it took is counted from the order, not from when somebody began to wait."""
        name = ordered(filming, clock, "video:30")
        clock.sleep(20)
        result = filming("video", "wait", name, clock=clock)

        assert f"`{name}` is running (0:20)\n" in result.stderr
        assert f"`{name}` succeeded (0:30); its link ends at" in result.stderr

    def test_the_order_lies_in_the_future(self, run: Program, clock: FakeClock) -> None:
        """A gateway whose clock is ahead of ours does no harm."""
        ahead = task(status="running", created_at=clock.now() + DAY)
        with AnsweringGateway(saying(Says(ahead), Says(task()))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", clock=clock)

        assert "`cgt-1` is running (0:00)\n`cgt-1` succeeded (0:10)\n" == result.stderr

    def test_the_time_is_up(self, filming: Program, clock: FakeClock) -> None:
        """`--timeout` is exit 10 to the second; as JSON the task is shown as it is."""
        name = ordered(filming, clock, "video:90")
        result = filming("video", "wait", name, "--timeout", "45", "--json", clock=clock)

        assert ExitCode.RUNNING == result.code == result.error["code"]
        assert 45.0 == sum(clock.waits)
        assert "running" == result.json["status"]
        assert f"yourouter video wait {name}" == result.error["hint"]

    def test_the_time_is_up_while_asking(self, run: Program) -> None:
        """The time may be up in the middle of a question as well, which then needs no answer."""
        answers: list[Says | Silence] = [Says(task(status="running")), Silence()]
        with AnsweringGateway(lambda _: answers.pop(0)) as gateway:
            program = run.at(gateway.base_url)
            result = program("video", "wait", "cgt-1", "--timeout", "10.3")

        assert ExitCode.RUNNING == result.code
        assert [] == answers
        assert "no news" not in result.stderr

    def test_how_long_it_usually_takes(self, filming: Program, clock: FakeClock) -> None:
        """The estimate is what earlier tasks of the same model took."""
        for _ in range(2):
            filming("video", "wait", ordered(filming, clock, "video:30"), clock=clock)
        name = ordered(filming, clock, "video:30")
        result = filming("video", "wait", name, clock=clock)

        assert f"`{name}` is queued (0:00 of about 0:30)\n" in result.stderr
