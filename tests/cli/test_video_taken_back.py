"""`video cancel` and `delete`: tasks that are taken back, here and at the gateway."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.cli.filmed import NO_ROUTE, listed, methods, ordered
from tests.driver import FakeClock, Result
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, task
from yourouter_cli.cli import main
from yourouter_cli.errors import ExitCode
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestCancel:
    def test_a_queued_task(self, filming: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A queued task is taken out of the queue, after a look whether it is still there."""
        name = ordered(filming, clock)
        result = filming("video", "cancel", name, clock=clock)

        assert (0, "", f"cancelled `{name}`\n") == (result.code, result.stdout, result.stderr)
        assert ["POST", "GET", "DELETE"] == methods(sandbox)
        assert "cancelled" == listed(filming)[0]["status"]

    def test_json(self, filming: Program, clock: FakeClock) -> None:
        """As JSON the task is shown as it is then."""
        name = ordered(filming, clock)

        assert "cancelled" == filming("video", "cancel", name, "--json", clock=clock).json["status"]

    def test_made_at_another_gateway(
        self, filming: Program, clock: FakeClock, run: Program
    ) -> None:
        """That is pointed out once, however often the task is asked for."""
        name = ordered(filming, clock)
        with AnsweringGateway(lambda _: Says(task(name, "queued"))) as gateway:
            result = run.at(gateway.base_url)("video", "cancel", name, clock=clock)

        assert 0 == result.code
        assert 1 == result.stderr.count("warning: ") == result.stderr.count(" was made at ")

    @pytest.mark.parametrize(
        ("model", "seconds", "status"),
        [("video", 2, "running"), ("video", 9, "succeeded"), ("video-fail", 9, "failed")],
    )
    def test_any_other_task(
        self,
        filming: Program,
        clock: FakeClock,
        sandbox: Sandbox,
        model: str,
        seconds: float,
        status: str,
    ) -> None:
        """The same request would destroy a finished task: anything but a queued one is left."""
        name = ordered(filming, clock, model)
        clock.sleep(seconds)
        result = filming("video", "cancel", name, clock=clock)

        assert ExitCode.REJECTED == result.code
        assert f"`{name}` is {status}: only a queued task can be cancelled\n" in result.stderr
        assert "DELETE" not in methods(sandbox)

    def test_twice(self, filming: Program, clock: FakeClock) -> None:
        """What is cancelled already needs no more."""
        name = ordered(filming, clock)
        filming("video", "cancel", name, clock=clock)
        result = filming("video", "cancel", name, clock=clock)

        assert (0, f"`{name}` is cancelled already\n") == (result.code, result.stderr)

    @pytest.mark.parametrize("answer", NO_ROUTE, ids=["404", "405"])
    def test_a_gateway_without_the_route(self, run: Program, answer: Says) -> None:
        """A gateway that cannot cancel is said so."""

        def decide(asked: Asked) -> Says:
            return answer if asked.method == "DELETE" else Says(task(status="queued"))

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url)("video", "cancel", "cgt-1")

        assert ExitCode.REJECTED == result.code
        assert "the gateway does not offer to cancel or delete tasks (" in result.stderr

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Says({"error": {"message": "it runs"}}, 409), ExitCode.REJECTED),
            (Says({"error": {"message": "oops"}}, 500), ExitCode.UNREACHABLE),
        ],
    )
    def test_is_not_sent_twice(self, run: Program, answer: Says, code: ExitCode) -> None:
        """A task may go on between two tries, and the second would destroy what it made."""

        def decide(asked: Asked) -> Says:
            return answer if asked.method == "DELETE" else Says(task(status="queued"))

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url)("video", "cancel", "cgt-1")

        assert code == result.code
        assert [f"{TASKS}/cgt-1"] == gateway.paths("DELETE")


class TestDelete:
    @pytest.fixture
    def done(self, filming: Program, clock: FakeClock) -> str:
        """Return the id of a task that has succeeded."""
        name = ordered(filming, clock)
        filming("video", "wait", name, clock=clock)
        return name

    def test_a_finished_task(
        self, filming: Program, clock: FakeClock, sandbox: Sandbox, done: str
    ) -> None:
        """The record of a finished task is removed, there and here."""
        result = filming("video", "delete", done, "--yes", clock=clock)

        assert (0, f"deleted `{done}`\n") == (result.code, result.stderr)
        assert "DELETE" == methods(sandbox)[-1]
        assert [] == listed(filming)
        assert ExitCode.REJECTED == filming("video", "get", done, clock=clock).code

    @pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
    def test_asks(
        self, filming: Program, clock: FakeClock, done: str, answer: str, left: int
    ) -> None:
        """A person is asked first; no is the answer to be on the safe side."""
        result = _at_a_terminal(filming, clock, answer, "video", "delete", done)

        assert 0 == result.code
        assert (
            f"delete `{done}` (succeeded)? its record and its video are gone then" in result.stderr
        )
        assert left == len(listed(filming))

    def test_nobody_to_ask(
        self, filming: Program, clock: FakeClock, sandbox: Sandbox, done: str
    ) -> None:
        """Without a person and without `--yes` nothing is deleted."""
        before = len(sandbox.requests)
        result = filming("video", "delete", done, clock=clock)

        assert ExitCode.USAGE == result.code
        assert f"hint: yourouter video delete {done} --yes\n" in result.stderr
        assert before == len(sandbox.requests)

    def test_a_queued_task(self, filming: Program, clock: FakeClock) -> None:
        """Deleting a queued task cancels it, which is said in the question."""
        name = ordered(filming, clock, "video-cancel:90")
        result = _at_a_terminal(filming, clock, "y\n", "video", "delete", name)

        assert 0 == result.code
        assert "it is queued, and is cancelled by that" in result.stderr

    def test_a_cancelled_task(self, filming: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A cancelled task is struck off here: the gateway refuses that, and drops it by itself."""
        name = ordered(filming, clock)
        filming("video", "cancel", name, clock=clock)
        before = len(sandbox.requests)
        result = filming("video", "delete", name, "--yes", clock=clock)

        assert 0 == result.code
        assert "the gateway drops a cancelled task by itself" in result.stderr
        assert ["GET"] == methods(sandbox)[before:]
        assert [] == listed(filming)

    def test_a_running_task(self, filming: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A running task cannot be deleted; it stays in the ledger."""
        name = ordered(filming, clock)
        clock.sleep(2)
        result = filming("video", "delete", name, "--yes", clock=clock)

        assert ExitCode.REJECTED == result.code
        assert "it can be deleted when it has ended" in result.stderr
        assert "DELETE" not in methods(sandbox)
        assert 1 == len(listed(filming))

    def test_gone_at_the_gateway(self, filming: Program, clock: FakeClock, done: str) -> None:
        """A task that only the ledger remembers is struck off there."""
        clock.sleep(8 * 86_400)
        result = filming("video", "delete", done, "--yes", clock=clock)

        assert (0, []) == (result.code, listed(filming))

    def test_known_to_nobody(self, filming: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A task that nobody knows cannot be deleted."""
        result = filming("video", "delete", "cgt-1", "--yes", clock=clock)

        assert ExitCode.REJECTED == result.code
        assert "the task `cgt-1` does not exist" in result.stderr
        assert ["GET"] == methods(sandbox)

    def test_made_somewhere_else(self, run: Program) -> None:
        """Here there is nothing to strike off, so that even a cancelled task is the gateway's."""
        with AnsweringGateway(lambda _: Says(task(status="cancelled"))) as gateway:
            result = run.at(gateway.base_url)("video", "delete", "cgt-1", "--yes")

        assert (0, "deleted `cgt-1`\n") == (result.code, result.stderr)
        assert [f"{TASKS}/cgt-1"] == gateway.paths("DELETE")

    def test_a_gateway_without_the_route(self, run: Program) -> None:
        """A gateway that cannot delete is said so, and the ledger keeps the task."""

        def decide(asked: Asked) -> Says:
            if asked.method == "POST":
                return Says({"id": "cgt-1"})
            return Says(b"", 405) if asked.method == "DELETE" else Says(task())

        with AnsweringGateway(decide) as gateway:
            program = run.at(gateway.base_url)
            program("video", "create", "p")
            result = program("video", "delete", "cgt-1", "--yes")

        assert ExitCode.REJECTED == result.code
        assert "the gateway does not offer to cancel or delete tasks (" in result.stderr
        assert 1 == len(listed(run))


def _at_a_terminal(program: Program, clock: FakeClock, answer: str, *argv: str) -> Result:
    """Run a command at a terminal at which *answer* is typed."""
    streams = Streams.memory(answer.encode(), terminal=True)
    streams.stdin_is_terminal = True
    code = main(argv, Session(streams=streams, environ=program.environ, clock=clock))
    assert isinstance(streams.stdout, BytesIO)
    assert isinstance(streams.stderr, BytesIO)
    return Result(streams.stdout.getvalue(), streams.stderr.getvalue(), code)
