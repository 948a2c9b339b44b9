"""`video create --wait`: an order that is followed to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.filmed import TASK_KEYS, listed
from tests.gateway.answering import AnsweringGateway, Says, task
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import FakeClock, Program


class TestUntilTheEnd:
    def test_wait(self, filming: Program, clock: FakeClock) -> None:
        """`--wait` prints the id at once and follows the task to its end."""
        result = filming("video", "create", "p", "--wait", clock=clock)

        name = result.stdout.strip()
        assert 0 == result.code
        assert [10.0] == clock.waits
        assert (
            f"`{name}` succeeded (0:10); its link ends at 2023-11-15T22:13:23Z\n" == result.stderr
        )

    def test_save(self, filming: Program, clock: FakeClock, tmp_path: Path) -> None:
        """`-o FILE` waits and downloads; as JSON the task as it ended is printed."""
        target = tmp_path / "boat.mp4"
        result = filming("video", "create", "p", "-o", str(target), "--json", clock=clock)

        assert 0 == result.code
        assert set(TASK_KEYS) == result.json.keys()
        assert ("succeeded", "2023-11-15T22:13:23Z") == (
            result.json["status"],
            result.json["expires"],
        )
        assert b"ftyp" == target.read_bytes()[4:8]
        assert {"boat.mp4"} == {path.name for path in tmp_path.iterdir()} - {"home"}

    def test_save_with_the_last_frame(
        self, filming: Program, clock: FakeClock, tmp_path: Path
    ) -> None:
        """The last frame is a picture beside the video, when it was asked for."""
        target = tmp_path / "boat.mp4"
        argv = ("video", "create", "p", "-o", str(target), "--return-last-frame")

        assert 0 == filming(*argv, clock=clock).code
        assert b"\x89PNG" == (tmp_path / "boat-last-frame.png").read_bytes()[:4]

    def test_to_a_pipe(self, filming: Program, clock: FakeClock) -> None:
        """With `-o -` the video alone is on standard output; the id is told beside it."""
        result = filming("video", "create", "p", "-o", "-", clock=clock)

        assert 0 == result.code
        assert b"ftyp" == result.output[4:8]
        assert f"task {listed(filming)[0]['id']}\n" in result.stderr

    def test_lines(self, filming: Program, clock: FakeClock) -> None:
        """As JSON lines each change of the task is a line, the order being the first."""
        result = filming(
            *("video", "create", "p", "--wait", "--poll", "1", "--format", "jsonl"), clock=clock
        )

        assert ["queued", "running", "succeeded"] == [event["status"] for event in result.events]
        assert all(set(TASK_KEYS) == event.keys() for event in result.events)

    @pytest.mark.parametrize("as_json", [False, True])
    def test_a_failure(
        self, filming: Program, clock: FakeClock, tmp_path: Path, *, as_json: bool
    ) -> None:
        """A task that fails is exit 11, with the upstream's code and message; no file is left."""
        argv = ["video", "create", "p", "-m", "sandbox/video-fail", "-o", str(tmp_path / "a.mp4")]
        result = filming(*argv, *(["--json"] if as_json else []), clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert "failed: OutputVideoSensitiveContentDetected: the sandbox fails" in result.stderr
        assert not list(tmp_path.glob("a.mp4*"))
        if as_json:
            assert "OutputVideoSensitiveContentDetected" == result.json["error"]["code"]
            assert "task_failed" == result.error["kind"]

    def test_the_time_is_up(self, filming: Program, clock: FakeClock, tmp_path: Path) -> None:
        """Without enough time the task goes on, and the commands that resume are printed."""
        target = tmp_path / "a b.mp4"
        result = filming(
            *("video", "create", "p", "-m", "sandbox/video:90", "-o", str(target)),
            *("--timeout", "60"),
            clock=clock,
        )

        name = result.stdout.strip()
        assert ExitCode.RUNNING == result.code
        assert 60.0 == sum(clock.waits)
        assert (
            f"yourouter: the task `{name}` (running) is still running\n"
            f"hint: yourouter video wait {name} && yourouter video download {name} -o '{target}'\n"
            in result.stderr
        )

    def test_a_settling_gateway(self, run: Program, clock: FakeClock) -> None:
        """A gateway that does not know the new task yet is asked again."""
        answers = iter(
            [
                Says({"id": "cgt-1"}),
                Says({"error": {"message": "what?"}}, 404),
                Says(task(status="running")),
                Says(task(content={"video_url": "https://h/a?b"})),
            ]
        )
        with AnsweringGateway(lambda _: next(answers)) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p", "--wait", clock=clock)

        assert 0 == result.code
        assert [1.0, 10.0] == clock.waits
        assert (
            "warning: no news of `cgt-1`: the gateway answered 404: what? (1 in a row);"
            " asking again in 1 s\n" in result.stderr
        )

    def test_quiet(self, filming: Program, clock: FakeClock) -> None:
        """Quiet leaves the id on standard output, and nothing on standard error."""
        result = filming("video", "create", "p", "--wait", "-q", clock=clock)

        assert (0, "") == (result.code, result.stderr)
        assert 1 == result.stdout.count("\n")
