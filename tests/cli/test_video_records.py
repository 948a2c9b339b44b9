"""`video get` and `list`: what is known of tasks, here and at the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.filmed import NO_ROUTE, TASK_KEYS, listed, ordered
from tests.gateway.answering import AnsweringGateway, Asked, Says, task
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import FakeClock, Program
    from yourouter_cli.sandbox.server import Sandbox


class TestGet:
    def test_as_it_is_now(self, filming: Program, clock: FakeClock) -> None:
        """All that is known of a task is shown, a line each; the ledger learns of it."""
        name = ordered(filming, clock)
        clock.sleep(5)
        result = filming("video", "get", name, clock=clock)

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
        assert "succeeded" == listed(filming)[0]["status"]

    def test_json(self, filming: Program, clock: FakeClock) -> None:
        """As JSON the keys are always the same, in one order; the link is whole when asked for."""
        name = ordered(filming, clock)
        clock.sleep(5)
        masked = filming("video", "get", name, "--json", clock=clock).json
        shown = filming("video", "get", name, "--json", "--show-url", clock=clock).json

        assert TASK_KEYS == list(masked)
        assert masked["video_url"].endswith(".mp4?***")
        assert "&sig=" in shown["video_url"]
        assert {**masked, "video_url": ""} == {**shown, "video_url": ""}

    def test_a_failed_task(self, filming: Program, clock: FakeClock) -> None:
        """Asking for a task that failed succeeds; its error has code and message."""
        name = ordered(filming, clock, "video-fail")
        clock.sleep(5)
        result = filming("video", "get", name, "--json", clock=clock)

        assert (0, "failed") == (result.code, result.json["status"])
        assert {
            "code": "OutputVideoSensitiveContentDetected",
            "message": "the sandbox fails this task, as its model's name asks",
        } == result.json["error"]
        assert "error\tOutputVideo" in filming("video", "get", name, clock=clock).stdout

    def test_an_expired_link(self, filming: Program, clock: FakeClock) -> None:
        """A link that has ended is said so, with the time it ended."""
        name = ordered(filming, clock)
        clock.sleep(86_404)
        result = filming("video", "get", name, clock=clock)

        assert 0 == result.code
        assert (
            f"warning: `{name}` succeeded, but its link expired at 2023-11-15T22:13:23Z\n"
            == result.stderr
        )

    def test_the_last_frame(self, filming: Program, clock: FakeClock) -> None:
        """The link of the last frame is shown to a person, masked as well."""
        name = ordered(filming, clock, "video", "--return-last-frame")
        clock.sleep(5)

        assert "last_frame_url\thttp" in filming("video", "get", name, clock=clock).stdout

    def test_on_a_terminal(self, run: Program, clock: FakeClock) -> None:
        """On a terminal the values are aligned, and what would steer it is made visible."""
        evil = Says(task(status="run\x1b[2Jning"))
        with AnsweringGateway(lambda _: evil) as gateway:
            result = run.at(gateway.base_url)("video", "get", "cgt-1", tty=True, clock=clock)

        assert "id              cgt-1\nstatus          run␛[2Jning\n" in result.stdout

    def test_an_unknown_task(self, filming: Program, clock: FakeClock) -> None:
        """A task that nobody knows is exit 5, and it is said how to find one that is known."""
        result = filming("video", "get", "cgt-none", clock=clock)

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
        self, filming: Program, clock: FakeClock, run: Program, sandbox: Sandbox
    ) -> None:
        """A task that was made at another gateway than the one asked is pointed out."""
        name = ordered(filming, clock)
        with AnsweringGateway(lambda _: Says({"error": {"message": "what?"}}, 404)) as gateway:
            result = run.at(gateway.base_url)("video", "get", name, clock=clock)
            there = f"{gateway.origin}/api/v3"

        here = sandbox.base_url.replace("/v1", "/api/v3")
        assert ExitCode.REJECTED == result.code
        assert (
            f"warning: `{name}` was made at {here}, and is asked for at {there}\n" in result.stderr
        )


class TestList:
    def test_the_ledger(self, filming: Program, clock: FakeClock, sandbox: Sandbox) -> None:
        """The tasks made here are listed without asking anybody, the newest first."""
        first = ordered(filming, clock)
        clock.sleep(60)
        second = ordered(filming, clock, "video-fail")
        before = len(sandbox.requests)
        result = filming("video", "list")

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

    def test_json_lines(self, filming: Program, clock: FakeClock) -> None:
        """As JSON lines there is an object a line, with the keys of every task."""
        ordered(filming, clock)
        (event,) = filming("video", "list", "--format", "jsonl").events

        assert TASK_KEYS == list(event)

    def test_on_a_terminal(self, filming: Program, clock: FakeClock) -> None:
        """On a terminal there is a heading, and the prompt is what is cut."""
        name = ordered(filming, clock)
        heading, row = filming("video", "list", tty=True, size=(150, 24)).stdout.splitlines()

        assert ["ID", "STATUS", "MODEL", "CREATED", "PROFILE", "PROMPT"] == (
            heading.replace("\x1b[1m", "").replace("\x1b[0m", "").split()
        )
        assert row.startswith(
            f"{name}  queued  sandbox/video  2023-11-14T22:13:20Z  default  a boat"
        )

    def test_links(self, filming: Program, clock: FakeClock) -> None:
        """With `--show-url` there is a column of links."""
        name = ordered(filming, clock)
        filming("video", "wait", name, clock=clock)

        assert "?***" not in filming("video", "list").stdout
        assert "&sig=" in filming("video", "list", "--show-url").stdout

    def test_by_status(self, filming: Program, clock: FakeClock) -> None:
        """`--status` shows those alone, several when given several times."""
        done = ordered(filming, clock)
        filming("video", "wait", done, clock=clock)
        queued = ordered(filming, clock)

        assert [done] == [known["id"] for known in listed(filming, "--status", "succeeded")]
        assert {done, queued} == {
            known["id"] for known in listed(filming, "--status", "succeeded", "--status", "queued")
        }
        assert [] == listed(filming, "--status", "nonsense")

    def test_by_profile(self, filming: Program, run: Program, clock: FakeClock) -> None:
        """All profiles are listed, and one alone when it is named."""
        ordered(filming, clock)
        run("video", "create", "p", "-p", "sandbox", clock=clock)

        assert {"default", "sandbox"} == {known["profile"] for known in listed(run)}
        assert ["sandbox"] == [known["profile"] for known in listed(run, "-p", "sandbox")]
        assert ExitCode.CONFIG == run("video", "list", "-p", "sandbxo").code


class TestRemote:
    def test_what_the_gateway_knows_is_merged(
        self, filming: Program, run: Program, clock: FakeClock
    ) -> None:
        """`--remote` brings statuses up to date and shows tasks that were made elsewhere."""
        here = ordered(filming, clock)
        clock.sleep(5)
        other = run.having(YOUROUTER_HOME=f"{run.environ['YOUROUTER_HOME']}-other")
        there = ordered(other.having(**dict(filming.environ) | dict(other.environ)), clock)
        tasks = listed(filming, "--remote", clock=clock)

        assert [(there, "queued", None), (here, "succeeded", "a boat")] == [
            (known["id"], known["status"], known["prompt"]) for known in tasks
        ]
        assert [(here, "succeeded")] == [
            (known["id"], known["status"]) for known in listed(filming)
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
        self, run: Program, filming: Program, clock: FakeClock, answer: Says
    ) -> None:
        """Where the gateway lists nothing it is said so, and the ledger is shown."""
        name = ordered(filming, clock)
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
