"""`video wait`: whatever becomes of a single question, a task is followed to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, Silence, task
from yourouter_cli.errors import ExitCode, Terminated
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.driver import Program

DAY = 86_400
LINK = {"video_url": "https://files.example/a.mp4?sig=secret"}
DOWN = Says({"error": {"message": "down"}}, 503)
NEW_KEY = "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY"


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
    model = f"sandbox/{model}"
    return program("video", "create", "p", "-m", model, *further, clock=clock).stdout.strip()


def polls(sandbox: Sandbox) -> int:
    """Return how often a task was asked for."""
    return sum(request.method == "GET" for request in sandbox.requests)


def saying(*answers: Says) -> Callable[[Asked], Says]:
    """Return what a gateway decides that gives *answers* one by one, the last one for good."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


class TestEnds:
    def test_success(self, program: Program, clock: FakeClock) -> None:
        """A task that succeeds is exit 0; its end and the life of its link are told."""
        name = ordered(program, clock)
        result = program("video", "wait", name, clock=clock)

        assert (0, f"{name}\tsucceeded\n") == (result.code, result.stdout)
        assert (
            f"`{name}` is queued (0:00)\n"
            f"`{name}` succeeded (0:10); its link ends at 2023-11-15T22:13:23Z\n" == result.stderr
        )

    @pytest.mark.parametrize(
        ("model", "words"),
        [
            ("video-fail", "failed: OutputVideoSensitiveContentDetected: the sandbox fails"),
            ("video-cancel", "was cancelled"),
            ("video-expire", "expired before it was done"),
        ],
    )
    def test_other_ends(self, program: Program, clock: FakeClock, model: str, words: str) -> None:
        """A task that ends otherwise is exit 11; why is said in the words of the upstream."""
        name = ordered(program, clock, model)
        result = program("video", "wait", name, clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert f"yourouter: the task `{name}` {words}" in result.stderr
        assert result.stdout.startswith(f"{name}\t")

    def test_an_unknown_status(self, program: Program, clock: FakeClock) -> None:
        """A status that nobody has heard of is still running; each change is a line."""
        name = ordered(program, clock, "video-odd:9")
        result = program("video", "wait", name, "--poll", "2", "--format", "jsonl", clock=clock)

        assert 0 == result.code
        assert ["queued", "running", "archiving", "succeeded"] == [
            event["status"] for event in result.events
        ]
        assert "" == result.stderr

    def test_json(self, program: Program, clock: FakeClock) -> None:
        """As JSON the task is one object, its link without the signature."""
        name = ordered(program, clock)
        document = program("video", "wait", name, "--json", clock=clock).json

        assert (name, "succeeded", "p") == (document["id"], document["status"], document["prompt"])
        assert document["video_url"].endswith(f"/files/{name}.mp4?***")
        assert {"completion_tokens": 108_000, "total_tokens": 108_000} == document["usage"]

    def test_a_link_may_be_shown(self, program: Program, clock: FakeClock) -> None:
        """With `--show-url` the link is whole, and can be fetched by anybody."""
        name = ordered(program, clock)
        result = program("video", "wait", name, "--show-url", clock=clock)

        assert result.stdout.startswith(f"{name}\tsucceeded\thttp://127.0.0.1")
        assert "&sig=" in result.stdout

    def test_what_has_ended_is_known(
        self, program: Program, clock: FakeClock, sandbox: Sandbox
    ) -> None:
        """A task of which the end was seen needs no gateway any more."""
        name = ordered(program, clock)
        program("video", "wait", name, clock=clock)
        before = polls(sandbox)
        again = program("video", "wait", name, clock=clock)

        assert (0, f"{name}\tsucceeded\n") == (again.code, again.stdout)
        assert before == polls(sandbox)

    def test_an_expired_link(self, program: Program, clock: FakeClock) -> None:
        """That the link has ended meanwhile is said, with the time it ended."""
        name = ordered(program, clock)
        clock.sleep(86_404)
        result = program("video", "wait", name, clock=clock)

        assert 0 == result.code
        assert "; its link expired at 2023-11-15T22:13:23Z\n" in result.stderr

    def test_a_task_made_elsewhere(self, program: Program, clock: FakeClock, home: Any) -> None:
        """The whole id is enough for a task that this installation never heard of."""
        name = ordered(program, clock)
        (home / "state" / "tasks.db").unlink()
        result = program("video", "wait", name, "--json", clock=clock)

        assert (0, None) == (result.code, result.json["prompt"])


class TestHowOften:
    def test_every_ten_seconds(self, program: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A task is asked for every ten seconds."""
        name = ordered(program, clock, "video:95")
        program("video", "wait", name, clock=clock)

        assert [10.0] * 10 == clock.waits
        assert 11 == polls(sandbox)

    @pytest.mark.parametrize(
        ("poll", "waits", "words"),
        [("30", 1, ""), ("2.5", 4, ""), ("0.01", 10, "asking every 1 s, not faster\n")],
    )
    def test_otherwise(
        self, program: Program, clock: FakeClock, poll: str, waits: int, words: str
    ) -> None:
        """`--poll` says how often, but never faster than every second."""
        name = ordered(program, clock, "video:10")
        result = program("video", "wait", name, "--poll", poll, clock=clock)

        assert 0 == result.code
        assert [max(float(poll), 1.0)] * waits == clock.waits
        assert result.stderr.startswith(words)

    @pytest.mark.parametrize("poll", ["0", "-1", "nan", "inf"])
    def test_nonsense(self, program: Program, poll: str) -> None:
        """A pace that is none is wrong use."""
        assert ExitCode.USAGE == program("video", "wait", "cgt-1", f"--poll={poll}").code


class TestSeveral:
    def test_all_are_waited_for(self, program: Program, clock: FakeClock) -> None:
        """Several tasks are followed at once; each is printed when it ends."""
        slow, quick = ordered(program, clock, "video:25"), ordered(program, clock, "video:5")
        result = program("video", "wait", slow, quick, slow, clock=clock)

        assert 0 == result.code
        assert f"{quick}\tsucceeded\n{slow}\tsucceeded\n" == result.stdout
        assert 30.0 == sum(clock.waits)

    def test_some_do_not_succeed(self, program: Program, clock: FakeClock) -> None:
        """One failure does not keep the others from being waited for; then it is exit 11."""
        names = [
            ordered(program, clock, model) for model in ("video-fail", "video:50", "video-expire")
        ]
        result = program("video", "wait", *names, "--json", clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert ["failed", "succeeded", "expired"] == [each["status"] for each in result.json]
        assert result.error["message"].startswith(
            f"2 of 3 tasks did not succeed: `{names[0]}` failed: OutputVideo"
        )

    def test_a_failure_among_others(self, program: Program, clock: FakeClock) -> None:
        """Why one failed is told at once, since the others may take longer than we wait."""
        bad, slow = ordered(program, clock, "video-fail"), ordered(program, clock, "video:90")
        result = program("video", "wait", bad, slow, "--timeout", "45", clock=clock)

        assert ExitCode.RUNNING == result.code
        assert f"{bad}\tfailed\n" == result.stdout
        assert f"\n`{bad}` failed: OutputVideoSensitiveContentDetected: " in f"\n{result.stderr}"

    def test_one_that_is_not_there(self, run: Program, clock: FakeClock) -> None:
        """Of several ids the one that is refused is named."""

        def decide(asked: Asked) -> Says:
            if asked.path.endswith("cgt-2"):
                return Says({"error": {"message": "no"}}, 404)
            return Says(task("cgt-1", "running"))

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", "cgt-2", clock=clock)

        assert ExitCode.REJECTED == result.code
        assert "\nyourouter: `cgt-2`: the gateway answered 404: no\n" in result.stderr

    def test_the_time_is_up(self, program: Program, clock: FakeClock) -> None:
        """When the time is up, the command that resumes names those that still run."""
        quick, one, other = (ordered(program, clock, f"video:{life}") for life in (5, 90, 99))
        result = program("video", "wait", quick, one, other, "--timeout", "45", clock=clock)

        assert ExitCode.RUNNING == result.code
        assert f"{quick}\tsucceeded\n" == result.stdout
        assert result.stderr.endswith(f"hint: yourouter video wait {one} {other}\n")


class TestIds:
    def test_shortened(self, program: Program, clock: FakeClock) -> None:
        """An id may be shortened while it is unique."""
        name = ordered(program, clock)

        assert f"{name}\tsucceeded\n" == program("video", "wait", "cgt", clock=clock).stdout

    def test_ambiguous(self, program: Program, clock: FakeClock) -> None:
        """A beginning that several tasks have is refused, and they are named."""
        names = sorted(ordered(program, clock) for _ in range(2))
        result = program("video", "wait", "cgt", clock=clock)

        assert ExitCode.USAGE == result.code
        assert f"several tasks begin with `cgt`: `{names[0]}`, `{names[1]}`" in result.stderr

    @pytest.mark.parametrize("argv", [[], [""], [" "]])
    def test_none(self, program: Program, sandbox: Sandbox, argv: list[str]) -> None:
        """Without an id there is nothing to wait for."""
        assert ExitCode.USAGE == program("video", "wait", *argv).code
        assert [] == sandbox.requests

    def test_any_characters(self, run: Program, clock: FakeClock) -> None:
        """An id is one piece of a path, whatever it holds."""
        with AnsweringGateway(saying(Says(task("../a?b")))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "../a?b", clock=clock)

        assert 0 == result.code
        assert [f"{TASKS}/..%2Fa%3Fb"] == gateway.paths("GET")

    def test_the_profile_of_a_task_is_known(
        self, run: Program, program: Program, clock: FakeClock, sandbox: Sandbox
    ) -> None:
        """A task is asked for with the profile it was made with, unless another one is named."""
        run("config", "set", "-p", "work", "base_url", sandbox.base_url)
        run("config", "set", "-p", "work", "api_key", "-", stdin="sk-of-work-123")
        name = run(
            *("video", "create", "p", "-p", "work", "-m", "sandbox/video"), clock=clock
        ).stdout.strip()
        program = run.having(YOUROUTER_PROFILE="default")
        result = program("video", "wait", name, clock=clock)
        other = program("video", "get", name, "-p", "sandbox", clock=clock)

        assert (0, 0) == (result.code, other.code)
        assert {"Bearer sk-of-work-123"} == {
            request.headers["authorization"] for request in sandbox.requests
        }

    def test_a_pinned_vendor_stays(
        self, program: Program, clock: FakeClock, sandbox: Sandbox
    ) -> None:
        """Questions about a task go to the vendor that it was ordered from."""
        name = ordered(program, clock, "video", "--vendor", "volcengine")
        program("video", "wait", name, clock=clock)

        assert ["volcengine"] * 3 == [request.headers["vendor"] for request in sandbox.requests]


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

    def test_the_order_lies_in_the_past(self, program: Program, clock: FakeClock) -> None:
        """How long it took is counted from the order, not from when somebody began to wait."""
        name = ordered(program, clock, "video:30")
        clock.sleep(20)
        result = program("video", "wait", name, clock=clock)

        assert f"`{name}` is running (0:20)\n" in result.stderr
        assert f"`{name}` succeeded (0:30); its link ends at" in result.stderr

    def test_the_order_lies_in_the_future(self, run: Program, clock: FakeClock) -> None:
        """A gateway whose clock is ahead of ours does no harm."""
        ahead = task(status="running", created_at=clock.now() + DAY)
        with AnsweringGateway(saying(Says(ahead), Says(task()))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", clock=clock)

        assert "`cgt-1` is running (0:00)\n`cgt-1` succeeded (0:10)\n" == result.stderr

    def test_the_time_is_up(self, program: Program, clock: FakeClock) -> None:
        """`--timeout` is exit 10 to the second; as JSON the task is shown as it is."""
        name = ordered(program, clock, "video:90")
        result = program("video", "wait", name, "--timeout", "45", "--json", clock=clock)

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

    def test_how_long_it_usually_takes(self, program: Program, clock: FakeClock) -> None:
        """The estimate is what earlier tasks of the same model took."""
        for _ in range(2):
            program("video", "wait", ordered(program, clock, "video:30"), clock=clock)
        name = ordered(program, clock, "video:30")
        result = program("video", "wait", name, clock=clock)

        assert f"`{name}` is queued (0:00 of about 0:30)\n" in result.stderr


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
    def test_a_line_of_status(self, program: Program, clock: FakeClock) -> None:
        """On a terminal one line shows status, time and estimate, and is erased in the end."""
        program("video", "wait", ordered(program, clock, "video:30"), clock=clock)
        name = ordered(program, clock, "video:30")
        result = program("video", "wait", name, tty=True, size=(120, 24), clock=clock)

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

    def test_several_tasks_are_one_line(self, program: Program, clock: FakeClock) -> None:
        """Several tasks are counted by their statuses."""
        names = [ordered(program, clock, f"video:{life}") for life in (5, 60, 60)]
        result = program("video", "wait", *names, tty=True, clock=clock)

        assert " 1 succeeded, 2 queued 0:1" in result.stderr

    def test_a_narrow_one(self, program: Program, clock: FakeClock) -> None:
        """The line never wraps, nor does `^C` behind it: that could not be erased."""
        name = ordered(program, clock)
        result = program("video", "wait", name, tty=True, size=(30, 24), clock=clock)
        drawn = [line for line in result.stderr.split("\r\x1b[K") if line and "\n" not in line]

        assert drawn
        assert all(len(line) <= 27 for line in drawn)
        assert any(" queued 0:0" in line for line in drawn)

    @pytest.mark.parametrize(("argv", "term"), [(["-q"], "xterm"), ([], "dumb")])
    def test_where_there_is_none(
        self, program: Program, clock: FakeClock, argv: list[str], term: str
    ) -> None:
        """Quiet, and on a terminal that cannot erase, nothing is drawn."""
        name = ordered(program, clock)
        environ = {"TERM": term}
        result = program("video", "wait", name, *argv, tty=True, environ=environ, clock=clock)

        assert "\x1b" not in result.stderr
        assert (result.stderr == "") is bool(argv)

    def test_what_the_gateway_says_is_harmless(self, run: Program, clock: FakeClock) -> None:
        """A status that would steer the terminal is made visible."""
        evil = Says(task(status="run\x1b[2Jning"))
        with AnsweringGateway(saying(evil, Says(task()))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "cgt-1", tty=True, clock=clock)

        assert "\x1b[2J" not in result.stderr
        assert "run␛[2Jning" in result.stderr
