"""`video wait`: waiting that is ended from outside, and what a person sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.filmed import ordered
from tests.cli.waiting import DOWN, saying
from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Says, task
from yourouter_cli.errors import ExitCode, Terminated
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from tests.driver import Program


class InterruptingClock(FakeClock):
    """A clock on which waiting is ended from outside, the second time."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def sleep(self, seconds: float) -> None:
        """Move on, or be interrupted."""
        super().sleep(seconds)
        if len(self.waits) == 2:
            raise self._error


class TestDetaching:
    @pytest.mark.parametrize(
        ("error", "code", "kind"),
        [
            (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted"),
            (Terminated("terminated"), ExitCode.TERMINATED, "terminated"),
        ],
    )
    def test_the_task_goes_on(
        self, run: Program, error: BaseException, code: ExitCode, kind: str
    ) -> None:
        """Ctrl-C stops the waiting, not the task, and prints the command that resumes."""
        clock = InterruptingClock(error)
        with Sandbox(clock=clock.now) as sandbox:
            program = run.at(sandbox)
            name = ordered(program, clock, "video:90")
            result = program("video", "wait", name, "--json", clock=clock)

        assert code == result.code == result.error["code"]
        assert (kind, "stopped waiting; the task goes on", f"yourouter video wait {name}") == (
            result.error["kind"],
            result.error["message"],
            result.error["hint"],
        )

    def test_while_creating(self, run: Program) -> None:
        """With `create -o` the command that resumes saves the file as well, by its profile."""
        clock = InterruptingClock(KeyboardInterrupt())
        result = run(
            *("video", "create", "p", "-p", "sandbox", "-m", "sandbox/video:90", "-o", "a.mp4"),
            clock=clock,
        )

        name = result.stdout.strip()
        assert ExitCode.INTERRUPTED == result.code
        assert (
            "yourouter: stopped waiting; the task goes on\n"
            f"hint: yourouter video wait -p sandbox {name}"
            f" && yourouter video download -p sandbox {name} -o a.mp4\n" in result.stderr
        )


class TestOnATerminal:
    def test_a_line_of_status(self, filming: Program, clock: FakeClock) -> None:
        """On a terminal one line shows status, time and estimate, and is erased in the end."""
        filming("video", "wait", ordered(filming, clock, "video:30"), clock=clock)
        name = ordered(filming, clock, "video:30")
        result = filming("video", "wait", name, tty=True, size=(120, 24), clock=clock)

        lines = result.stderr.split("\r\x1b[K")
        assert any(f" queued 0:00 of about 0:30 {name}" in line for line in lines)
        assert any(f" running 0:19 of about 0:30 {name}" in line for line in lines)
        assert "\r\x1b[K`" in result.stderr
        assert f"{name}  succeeded\n" == result.stdout

    def test_failures_are_counted_in_it(self, run: Program, clock: FakeClock) -> None:
        """Questions without an answer are counted in the line."""
        running = Says(task(status="running"))
        with AnsweringGateway(saying(running, DOWN, DOWN, Says(task()))) as gateway:
            program = run.at(gateway.base_url)
            result = program("video", "wait", "cgt-1", tty=True, clock=clock)

        assert " running 0:11, no news 2 times cgt-1" in result.stderr

    def test_several_tasks_are_one_line(self, filming: Program, clock: FakeClock) -> None:
        """Several tasks are counted by their statuses."""
        names = [ordered(filming, clock, f"video:{life}") for life in (5, 60, 60)]
        result = filming("video", "wait", *names, tty=True, clock=clock)

        assert " 1 succeeded, 2 queued 0:1" in result.stderr

    def test_a_narrow_one(self, filming: Program, clock: FakeClock) -> None:
        """The line never wraps, nor does `^C` behind it: that could not be erased."""
        name = ordered(filming, clock)
        result = filming("video", "wait", name, tty=True, size=(30, 24), clock=clock)
        drawn = [line for line in result.stderr.split("\r\x1b[K") if line and "\n" not in line]

        assert drawn
        assert all(len(line) <= 27 for line in drawn)
        assert any(" queued 0:0" in line for line in drawn)

    @pytest.mark.parametrize(("argv", "term"), [(["-q"], "xterm"), ([], "dumb")])
    def test_where_there_is_none(
        self, filming: Program, clock: FakeClock, argv: list[str], term: str
    ) -> None:
        """Quiet, and on a terminal that cannot erase, nothing is drawn."""
        name = ordered(filming, clock)
        environ = {"TERM": term}
        result = filming("video", "wait", name, *argv, tty=True, environ=environ, clock=clock)

        assert "\x1b" not in result.stderr
        assert (result.stderr == "") is bool(argv)

    def test_what_the_gateway_says_is_harmless(self, run: Program, clock: FakeClock) -> None:
        """A status that would steer the terminal is made visible."""
        evil = Says(task(status="run\x1b[2Jning"))
        with AnsweringGateway(saying(evil, Says(task()))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", tty=True, clock=clock)

        assert "\x1b[2J" not in result.stderr
        assert "run␛[2Jning" in result.stderr
