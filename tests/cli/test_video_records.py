"""`video get`, `list`, `cancel` and `delete`: what is known of tasks, here and at the gateway."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock, Result
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, task
from yourouter_cli.cli import main
from yourouter_cli.errors import ExitCode
from yourouter_cli.sandbox.server import Sandbox
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.driver import Program

TASK_KEYS = [
    "id", "status", "model", "prompt", "created", "updated", "expires", "video_url", "usage",
    "error", "profile",
]  # fmt: skip
NO_ROUTE = [Says({"error": {"message": "no"}}, 404), Says(b"<html>", 405)]


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[Sandbox]:
    """Yield a gateway whose tasks go on by *clock*."""
    with Sandbox(clock=clock.now) as running:
        yield running


@pytest.fixture
def program(run: Program, sandbox: Sandbox) -> Program:
    """Return the program set up for the sandbox."""
    return run.at(sandbox)


def ordered(program: Program, clock: FakeClock, model: str = "video", *further: str) -> str:
    """Order a video from a model of the sandbox and return the id of the task."""
    argv = ("video", "create", "a boat", "-m", f"sandbox/{model}", *further)
    return program(*argv, clock=clock).stdout.strip()


def listed(program: Program, *argv: str, clock: FakeClock | None = None) -> list[Any]:
    """Return the listing as JSON."""
    tasks: list[Any] = program("video", "list", "--json", *argv, clock=clock).json
    return tasks


def methods(sandbox: Sandbox) -> list[str]:
    """Return the methods of all requests."""
    return [request.method for request in sandbox.requests]


class TestGet:
    def test_as_it_is_now(self, program: Program, clock: FakeClock) -> None:
        """All that is known of a task is shown, a line each; the ledger learns of it."""
        name = ordered(program, clock)
        clock.sleep(5)
        result = program("video", "get", name, clock=clock)

        assert (0, "") == (result.code, result.stderr)
        rows = dict(line.split("\t") for line in result.stdout.splitlines())
        assert rows.pop("video_url").endswith(f"/files/{name}.mp4?***")
        assert {
            "id": name,
            "status": "succeeded",
            "model": "sandbox/video",
            "prompt": "a boat",
            "created": "2023-11-14T22:13:20Z",
            "updated": "2023-11-14T22:13:23Z",
            "expires": "2023-11-15T22:13:23Z",
            "usage": "completion_tokens 108000, total_tokens 108000",
            "profile": "default",
        } == rows
        assert "succeeded" == listed(program)[0]["status"]

    def test_json(self, program: Program, clock: FakeClock) -> None:
        """As JSON the keys are always the same, in one order; the link is whole when asked for."""
        name = ordered(program, clock)
        clock.sleep(5)
        masked = program("video", "get", name, "--json", clock=clock).json
        shown = program("video", "get", name, "--json", "--show-url", clock=clock).json

        assert TASK_KEYS == list(masked)
        assert masked["video_url"].endswith(".mp4?***")
        assert "&sig=" in shown["video_url"]
        assert {**masked, "video_url": ""} == {**shown, "video_url": ""}

    def test_a_failed_task(self, program: Program, clock: FakeClock) -> None:
        """Asking for a task that failed succeeds; its error has code and message."""
        name = ordered(program, clock, "video-fail")
        clock.sleep(5)
        result = program("video", "get", name, "--json", clock=clock)

        assert (0, "failed") == (result.code, result.json["status"])
        assert {
            "code": "OutputVideoSensitiveContentDetected",
            "message": "the sandbox fails this task, as its model's name asks",
        } == result.json["error"]
        assert "error\tOutputVideo" in program("video", "get", name, clock=clock).stdout

    def test_an_expired_link(self, program: Program, clock: FakeClock) -> None:
        """A link that has ended is said so, with the time it ended."""
        name = ordered(program, clock)
        clock.sleep(86_404)
        result = program("video", "get", name, clock=clock)

        assert 0 == result.code
        assert (
            f"warning: `{name}` succeeded, but its link expired at 2023-11-15T22:13:23Z\n"
            == result.stderr
        )

    def test_the_last_frame(self, program: Program, clock: FakeClock) -> None:
        """The link of the last frame is shown to a person, masked as well."""
        name = ordered(program, clock, "video", "--return-last-frame")
        clock.sleep(5)

        assert "last_frame_url\thttp" in program("video", "get", name, clock=clock).stdout

    def test_on_a_terminal(self, run: Program, clock: FakeClock) -> None:
        """On a terminal the values are aligned, and what would steer it is made visible."""
        evil = Says(task(status="run\x1b[2Jning"))
        with AnsweringGateway(lambda _: evil) as gateway:
            result = run.at(gateway.base_url)("video", "get", "cgt-1", tty=True, clock=clock)

        assert "id              cgt-1\nstatus          run␛[2Jning\n" in result.stdout

    def test_an_unknown_task(self, program: Program, clock: FakeClock) -> None:
        """A task that nobody knows is exit 5, and it is said how to find one that is known."""
        result = program("video", "get", "cgt-none", clock=clock)

        assert ExitCode.REJECTED == result.code
        assert "the task `cgt-none` does not exist" in result.stderr
        assert "hint: yourouter video list\n" in result.stderr

    def test_whose_profile_it_was_asked_by(self, run: Program) -> None:
        """A task that was not made here is shown with the profile that found it."""
        with AnsweringGateway(lambda _: Says(task())) as gateway:
            found = run.at(gateway.base_url)("video", "get", "cgt-1", "--json").json

        assert ("cgt-1", "default") == (found["id"], found["profile"])

    def test_is_retried(self, run: Program, clock: FakeClock) -> None:
        """A single question is retried as every reading request is."""
        answers = [Says(status=502), Says(task(), sent=9), Says(task())]
        with AnsweringGateway(lambda _: answers.pop(0)) as gateway:
            result = run.at(gateway.base_url)("video", "get", "cgt-1", "--json", clock=clock)

        assert (0, "succeeded") == (result.code, result.json["status"])
        assert [0.5, 1.0] == clock.waits
        assert ["retry", "retry"] == [notice["kind"] for notice in result.notices]

    def test_made_somewhere_else(
        self, program: Program, clock: FakeClock, run: Program, sandbox: Sandbox
    ) -> None:
        """A task that was made at another gateway than the one asked is pointed out."""
        name = ordered(program, clock)
        with AnsweringGateway(lambda _: Says({"error": {"message": "what?"}}, 404)) as gateway:
            result = run.at(gateway.base_url)("video", "get", name, clock=clock)
            there = f"{gateway.origin}/api/v3"

        here = sandbox.base_url.replace("/v1", "/api/v3")
        assert ExitCode.REJECTED == result.code
        assert (
            f"warning: `{name}` was made at {here}, and is asked for at {there}\n" in result.stderr
        )


class TestList:
    def test_the_ledger(self, program: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """The tasks made here are listed without asking anybody, the newest first."""
        first = ordered(program, clock)
        clock.sleep(60)
        second = ordered(program, clock, "video-fail")
        before = len(sandbox.requests)
        result = program("video", "list")

        assert (
            f"{second}\tqueued\tsandbox/video-fail\t2023-11-14T22:14:20Z\tdefault\ta boat\n"
            f"{first}\tqueued\tsandbox/video\t2023-11-14T22:13:20Z\tdefault\ta boat\n"
            == result.stdout
        )
        assert (0, "") == (result.code, result.stderr)
        assert before == len(sandbox.requests)

    def test_nothing(self, run: Program, home: Any) -> None:
        """Without tasks the listing is empty, and nothing is created by looking."""
        assert (0, "") == (run("video", "list").code, run("video", "list").stdout)
        assert [] == listed(run)
        assert not home.exists()

    def test_json_lines(self, program: Program, clock: FakeClock) -> None:
        """As JSON lines there is an object a line, with the keys of every task."""
        ordered(program, clock)
        (event,) = program("video", "list", "--format", "jsonl").events

        assert TASK_KEYS == list(event)

    def test_on_a_terminal(self, program: Program, clock: FakeClock) -> None:
        """On a terminal there is a heading, and the prompt is what is cut."""
        name = ordered(program, clock)
        heading, row = program("video", "list", tty=True, size=(150, 24)).stdout.splitlines()

        assert ["ID", "STATUS", "MODEL", "CREATED", "PROFILE", "PROMPT"] == (
            heading.replace("\x1b[1m", "").replace("\x1b[0m", "").split()
        )
        assert row.startswith(
            f"{name}  queued  sandbox/video  2023-11-14T22:13:20Z  default  a boat"
        )

    def test_links(self, program: Program, clock: FakeClock) -> None:
        """With `--show-url` there is a column of links."""
        name = ordered(program, clock)
        program("video", "wait", name, clock=clock)

        assert "?***" not in program("video", "list").stdout
        assert "&sig=" in program("video", "list", "--show-url").stdout

    def test_by_status(self, program: Program, clock: FakeClock) -> None:
        """`--status` shows those alone, several when given several times."""
        done = ordered(program, clock)
        program("video", "wait", done, clock=clock)
        queued = ordered(program, clock)

        assert [done] == [known["id"] for known in listed(program, "--status", "succeeded")]
        assert {done, queued} == {
            known["id"] for known in listed(program, "--status", "succeeded", "--status", "queued")
        }
        assert [] == listed(program, "--status", "nonsense")

    def test_by_profile(self, program: Program, run: Program, clock: FakeClock) -> None:
        """All profiles are listed, and one alone when it is named."""
        ordered(program, clock)
        run("video", "create", "p", "-p", "sandbox", clock=clock)

        assert {"default", "sandbox"} == {known["profile"] for known in listed(run)}
        assert ["sandbox"] == [known["profile"] for known in listed(run, "-p", "sandbox")]
        assert ExitCode.CONFIG == run("video", "list", "-p", "sandbxo").code


class TestRemote:
    def test_what_the_gateway_knows_is_merged(
        self, program: Program, run: Program, clock: FakeClock
    ) -> None:
        """`--remote` brings statuses up to date and shows tasks that were made elsewhere."""
        here = ordered(program, clock)
        clock.sleep(5)
        other = run.having(YOUROUTER_HOME=f"{run.environ['YOUROUTER_HOME']}-other")
        there = ordered(other.having(**dict(program.environ) | dict(other.environ)), clock)
        tasks = listed(program, "--remote", clock=clock)

        assert [(there, "queued", None), (here, "succeeded", "a boat")] == [
            (known["id"], known["status"], known["prompt"]) for known in tasks
        ]
        assert [(here, "succeeded")] == [
            (known["id"], known["status"]) for known in listed(program)
        ]

    def test_all_pages(self, run: Program) -> None:
        """However many tasks there are, all pages are read."""

        def decide(asked: Asked) -> Says:
            page = int(asked.path.partition("page_num=")[2].partition("&")[0])
            first = (page - 1) * 100
            names = range(first, min(first + 100, 230))
            return Says({"total": 230, "items": [task(f"cgt-{name}") for name in names]})

        with AnsweringGateway(decide) as gateway:
            tasks = listed(run.at(gateway.base_url), "--remote")

        assert {f"cgt-{name}" for name in range(230)} == {known["id"] for known in tasks}
        assert 3 == len(gateway.asked)

    @pytest.mark.parametrize("total", [None, 10**9])
    def test_a_gateway_that_cannot_count(self, run: Program, total: int | None) -> None:
        """A total that is missing or wrong does not lead round in circles."""
        page = Says({"total": total, "items": []})
        with AnsweringGateway(lambda _: page) as gateway:
            assert [] == listed(run.at(gateway.base_url), "--remote")
        assert 1 == len(gateway.asked)

    @pytest.mark.parametrize("answer", NO_ROUTE, ids=["404", "405"])
    def test_a_gateway_without_the_route(
        self, run: Program, program: Program, clock: FakeClock, answer: Says
    ) -> None:
        """Where the gateway lists nothing it is said so, and the ledger is shown."""
        name = ordered(program, clock)
        with AnsweringGateway(lambda _: answer) as gateway:
            result = run.at(gateway.base_url)("video", "list", "--remote")

        assert 0 == result.code
        assert result.stdout.startswith(f"{name}\tqueued\t")
        assert result.stderr.startswith("warning: the gateway does not offer to list tasks (")

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Says({"error": {"message": "no"}}, 401), ExitCode.DENIED),
            (Says({"error": {"message": "no"}}, 503), ExitCode.UNREACHABLE),
            (Says({"tasks": []}), ExitCode.UNREACHABLE),
            (Says(b"<html>"), ExitCode.UNREACHABLE),
        ],
        ids=["401", "503", "other JSON", "no JSON"],
    )
    def test_other_failures(self, run: Program, answer: Says, code: ExitCode) -> None:
        """Any other failure is one: half a listing would look like a whole."""
        with AnsweringGateway(lambda _: answer) as gateway:
            result = run.at(gateway.base_url)("video", "list", "--remote")

        assert (code, "") == (result.code, result.stdout)


class TestCancel:
    def test_a_queued_task(self, program: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A queued task is taken out of the queue, after a look whether it is still there."""
        name = ordered(program, clock)
        result = program("video", "cancel", name, clock=clock)

        assert (0, "", f"cancelled `{name}`\n") == (result.code, result.stdout, result.stderr)
        assert ["POST", "GET", "DELETE"] == methods(sandbox)
        assert "cancelled" == listed(program)[0]["status"]

    def test_json(self, program: Program, clock: FakeClock) -> None:
        """As JSON the task is shown as it is then."""
        name = ordered(program, clock)

        assert "cancelled" == program("video", "cancel", name, "--json", clock=clock).json["status"]

    def test_made_at_another_gateway(
        self, program: Program, clock: FakeClock, run: Program
    ) -> None:
        """That is pointed out once, however often the task is asked for."""
        name = ordered(program, clock)
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
        program: Program,
        clock: FakeClock,
        sandbox: Sandbox,
        model: str,
        seconds: float,
        status: str,
    ) -> None:
        """The same request would destroy a finished task: anything but a queued one is left."""
        name = ordered(program, clock, model)
        clock.sleep(seconds)
        result = program("video", "cancel", name, clock=clock)

        assert ExitCode.REJECTED == result.code
        assert f"`{name}` is {status}: only a queued task can be cancelled\n" in result.stderr
        assert "DELETE" not in methods(sandbox)

    def test_twice(self, program: Program, clock: FakeClock) -> None:
        """What is cancelled already needs no more."""
        name = ordered(program, clock)
        program("video", "cancel", name, clock=clock)
        result = program("video", "cancel", name, clock=clock)

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
    def done(self, program: Program, clock: FakeClock) -> str:
        """Return the id of a task that has succeeded."""
        name = ordered(program, clock)
        program("video", "wait", name, clock=clock)
        return name

    def test_a_finished_task(
        self, program: Program, clock: FakeClock, sandbox: Sandbox, done: str
    ) -> None:
        """The record of a finished task is removed, there and here."""
        result = program("video", "delete", done, "--yes", clock=clock)

        assert (0, f"deleted `{done}`\n") == (result.code, result.stderr)
        assert "DELETE" == methods(sandbox)[-1]
        assert [] == listed(program)
        assert ExitCode.REJECTED == program("video", "get", done, clock=clock).code

    @pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
    def test_asks(
        self, program: Program, clock: FakeClock, done: str, answer: str, left: int
    ) -> None:
        """A person is asked first; no is the answer to be on the safe side."""
        result = _at_a_terminal(program, clock, answer, "video", "delete", done)

        assert 0 == result.code
        assert (
            f"delete `{done}` (succeeded)? its record and its video are gone then" in result.stderr
        )
        assert left == len(listed(program))

    def test_nobody_to_ask(
        self, program: Program, clock: FakeClock, sandbox: Sandbox, done: str
    ) -> None:
        """Without a person and without `--yes` nothing is deleted."""
        before = len(sandbox.requests)
        result = program("video", "delete", done, clock=clock)

        assert ExitCode.USAGE == result.code
        assert f"hint: yourouter video delete {done} --yes\n" in result.stderr
        assert before == len(sandbox.requests)

    def test_a_queued_task(self, program: Program, clock: FakeClock) -> None:
        """Deleting a queued task cancels it, which is said in the question."""
        name = ordered(program, clock, "video-cancel:90")
        result = _at_a_terminal(program, clock, "y\n", "video", "delete", name)

        assert 0 == result.code
        assert "it is queued, and is cancelled by that" in result.stderr

    def test_a_cancelled_task(self, program: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A cancelled task is struck off here: the gateway refuses that, and drops it by itself."""
        name = ordered(program, clock)
        program("video", "cancel", name, clock=clock)
        before = len(sandbox.requests)
        result = program("video", "delete", name, "--yes", clock=clock)

        assert 0 == result.code
        assert "the gateway drops a cancelled task by itself" in result.stderr
        assert ["GET"] == methods(sandbox)[before:]
        assert [] == listed(program)

    def test_a_running_task(self, program: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A running task cannot be deleted; it stays in the ledger."""
        name = ordered(program, clock)
        clock.sleep(2)
        result = program("video", "delete", name, "--yes", clock=clock)

        assert ExitCode.REJECTED == result.code
        assert "it can be deleted when it has ended" in result.stderr
        assert "DELETE" not in methods(sandbox)
        assert 1 == len(listed(program))

    def test_gone_at_the_gateway(self, program: Program, clock: FakeClock, done: str) -> None:
        """A task that only the ledger remembers is struck off there."""
        clock.sleep(8 * 86_400)
        result = program("video", "delete", done, "--yes", clock=clock)

        assert (0, []) == (result.code, listed(program))

    def test_known_to_nobody(self, program: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A task that nobody knows cannot be deleted."""
        result = program("video", "delete", "cgt-1", "--yes", clock=clock)

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
