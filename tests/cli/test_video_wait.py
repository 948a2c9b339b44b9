"""`video wait`: a task, or several, followed to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.filmed import ordered
from tests.cli.waiting import polls, saying
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, task
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import FakeClock, Program
    from yourouter_cli.sandbox.server import Sandbox


class TestEnds:
    def test_success(self, filming: Program, clock: FakeClock) -> None:
        """A task that succeeds is exit 0; its end and the life of its link are told."""
        name = ordered(filming, clock)
        result = filming("video", "wait", name, clock=clock)

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
    def test_other_ends(self, filming: Program, clock: FakeClock, model: str, words: str) -> None:
        """A task that ends otherwise is exit 11; why is said in the words of the upstream."""
        name = ordered(filming, clock, model)
        result = filming("video", "wait", name, clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert f"yourouter: the task `{name}` {words}" in result.stderr
        assert result.stdout.startswith(f"{name}\t")

    def test_an_unknown_status(self, filming: Program, clock: FakeClock) -> None:
        """A status that nobody has heard of is still running; each change is a line."""
        name = ordered(filming, clock, "video-odd:9")
        result = filming("video", "wait", name, "--poll", "2", "--format", "jsonl", clock=clock)

        assert 0 == result.code
        assert ["queued", "running", "archiving", "succeeded"] == [
            event["status"] for event in result.events
        ]
        assert "" == result.stderr

    def test_json(self, filming: Program, clock: FakeClock) -> None:
        """As JSON the task is one object, its link without the signature."""
        name = ordered(filming, clock)
        document = filming("video", "wait", name, "--json", clock=clock).json

        assert (name, "succeeded", "a boat") == (
            document["id"],
            document["status"],
            document["prompt"],
        )
        assert document["video_url"].endswith(f"/files/{name}.mp4?***")
        assert {"completion_tokens": 108_000, "total_tokens": 108_000} == document["usage"]

    def test_a_link_may_be_shown(self, filming: Program, clock: FakeClock) -> None:
        """With `--show-url` the link is whole, and can be fetched by anybody."""
        name = ordered(filming, clock)
        result = filming("video", "wait", name, "--show-url", clock=clock)

        assert result.stdout.startswith(f"{name}\tsucceeded\thttp://127.0.0.1")
        assert "&sig=" in result.stdout

    def test_what_has_ended_is_known(
        self, filming: Program, clock: FakeClock, sandbox: Sandbox
    ) -> None:
        """A task of which the end was seen needs no gateway any more."""
        name = ordered(filming, clock)
        filming("video", "wait", name, clock=clock)
        before = polls(sandbox)
        again = filming("video", "wait", name, clock=clock)

        assert (0, f"{name}\tsucceeded\n") == (again.code, again.stdout)
        assert before == polls(sandbox)

    def test_an_expired_link(self, filming: Program, clock: FakeClock) -> None:
        """That the link has ended meanwhile is said, with the time it ended."""
        name = ordered(filming, clock)
        clock.sleep(86_404)
        result = filming("video", "wait", name, clock=clock)

        assert 0 == result.code
        assert "; its link expired at 2023-11-15T22:13:23Z\n" in result.stderr

    def test_a_task_made_elsewhere(self, filming: Program, clock: FakeClock, home: Any) -> None:
        """The whole id is enough for a task that this installation never heard of."""
        name = ordered(filming, clock)
        (home / "state" / "tasks.db").unlink()
        result = filming("video", "wait", name, "--json", clock=clock)

        assert (0, None) == (result.code, result.json["prompt"])


class TestHowOften:
    def test_every_ten_seconds(self, filming: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """A task is asked for every ten seconds."""
        name = ordered(filming, clock, "video:95")
        filming("video", "wait", name, clock=clock)

        assert [10.0] * 10 == clock.waits
        assert 11 == polls(sandbox)

    @pytest.mark.parametrize(
        ("poll", "waits", "words"),
        [("30", 1, ""), ("2.5", 4, ""), ("0.01", 10, "asking every 1 s, not faster\n")],
    )
    def test_otherwise(
        self, filming: Program, clock: FakeClock, poll: str, waits: int, words: str
    ) -> None:
        """`--poll` says how often, but never faster than every second."""
        name = ordered(filming, clock, "video:10")
        result = filming("video", "wait", name, "--poll", poll, clock=clock)

        assert 0 == result.code
        assert [max(float(poll), 1.0)] * waits == clock.waits
        assert result.stderr.startswith(words)

    @pytest.mark.parametrize("poll", ["0", "-1", "nan", "inf"])
    def test_nonsense(self, filming: Program, poll: str) -> None:
        """A pace that is none is wrong use."""
        assert ExitCode.USAGE == filming("video", "wait", "cgt-1", f"--poll={poll}").code


class TestSeveral:
    def test_all_are_waited_for(self, filming: Program, clock: FakeClock) -> None:
        """Several tasks are followed at once; each is printed when it ends."""
        slow, quick = ordered(filming, clock, "video:25"), ordered(filming, clock, "video:5")
        result = filming("video", "wait", slow, quick, slow, clock=clock)

        assert 0 == result.code
        assert f"{quick}\tsucceeded\n{slow}\tsucceeded\n" == result.stdout
        assert 30.0 == sum(clock.waits)

    def test_some_do_not_succeed(self, filming: Program, clock: FakeClock) -> None:
        """One failure does not keep the others from being waited for; then it is exit 11."""
        names = [
            ordered(filming, clock, model) for model in ("video-fail", "video:50", "video-expire")
        ]
        result = filming("video", "wait", *names, "--json", clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert ["failed", "succeeded", "expired"] == [each["status"] for each in result.json]
        assert result.error["message"].startswith(
            f"2 of 3 tasks did not succeed: `{names[0]}` failed: OutputVideo"
        )

    def test_a_failure_among_others(self, filming: Program, clock: FakeClock) -> None:
        """Why one failed is told at once, since the others may take longer than we wait."""
        bad, slow = ordered(filming, clock, "video-fail"), ordered(filming, clock, "video:90")
        result = filming("video", "wait", bad, slow, "--timeout", "45", clock=clock)

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

    def test_the_time_is_up(self, filming: Program, clock: FakeClock) -> None:
        """When the time is up, the command that resumes names those that still run."""
        quick, one, other = (ordered(filming, clock, f"video:{life}") for life in (5, 90, 99))
        result = filming("video", "wait", quick, one, other, "--timeout", "45", clock=clock)

        assert ExitCode.RUNNING == result.code
        assert f"{quick}\tsucceeded\n" == result.stdout
        assert result.stderr.endswith(f"hint: yourouter video wait {one} {other}\n")


class TestIds:
    def test_shortened(self, filming: Program, clock: FakeClock) -> None:
        """An id may be shortened while it is unique."""
        name = ordered(filming, clock)

        assert f"{name}\tsucceeded\n" == filming("video", "wait", "cgt", clock=clock).stdout

    def test_ambiguous(self, filming: Program, clock: FakeClock) -> None:
        """A beginning that several tasks have is refused, and they are named."""
        names = sorted(ordered(filming, clock) for _ in range(2))
        result = filming("video", "wait", "cgt", clock=clock)

        assert ExitCode.USAGE == result.code
        assert f"several tasks begin with `cgt`: `{names[0]}`, `{names[1]}`" in result.stderr

    @pytest.mark.parametrize("argv", [[], [""], [" "]])
    def test_none(self, filming: Program, sandbox: Sandbox, argv: list[str]) -> None:
        """Without an id there is nothing to wait for."""
        assert ExitCode.USAGE == filming("video", "wait", *argv).code
        assert [] == sandbox.requests

    def test_any_characters(self, run: Program, clock: FakeClock) -> None:
        """An id is one piece of a path, whatever it holds."""
        with AnsweringGateway(saying(Says(task("../a?b")))) as gateway:
            result = run.at(gateway.base_url)("video", "wait", "../a?b", clock=clock)

        assert 0 == result.code
        assert [f"{TASKS}/..%2Fa%3Fb"] == gateway.paths("GET")

    def test_the_profile_of_a_task_is_known(
        self, run: Program, filming: Program, clock: FakeClock, sandbox: Sandbox
    ) -> None:
        """A task is asked for with the profile it was made with, unless another one is named."""
        run("config", "set", "-p", "work", "base_url", sandbox.base_url)
        run("config", "set", "-p", "work", "api_key", "-", stdin="sk-of-work-123")
        name = run(
            *("video", "create", "p", "-p", "work", "-m", "sandbox/video"), clock=clock
        ).stdout.strip()
        filming = run.having(YOUROUTER_PROFILE="default")
        result = filming("video", "wait", name, clock=clock)
        other = filming("video", "get", name, "-p", "sandbox", clock=clock)

        assert (0, 0) == (result.code, other.code)
        assert {"Bearer sk-of-work-123"} == {
            request.headers["authorization"] for request in sandbox.requests
        }

    def test_a_pinned_vendor_stays(
        self, filming: Program, clock: FakeClock, sandbox: Sandbox
    ) -> None:
        """Questions about a task go to the vendor that it was ordered from."""
        name = ordered(filming, clock, "video", "--vendor", "volcengine")
        filming("video", "wait", name, clock=clock)

        assert ["volcengine"] * 3 == [request.headers["vendor"] for request in sandbox.requests]
