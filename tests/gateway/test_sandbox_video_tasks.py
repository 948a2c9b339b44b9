"""The sandbox's video tasks: how they go on, are listed and are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.gateway.answering import TASKS
from tests.gateway.caller import Answer, Caller
from tests.gateway.filming import DAY, create, fetch, show
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from tests.driver import FakeClock

BEGIN = 1_700_000_000.0
# The status at the beginning and after each third of a task's life.
STATUSES = {
    "video": ["queued", "running", "running", "succeeded"],
    "video-fail": ["queued", "running", "running", "failed"],
    "video-cancel": ["queued", "queued", "queued", "cancelled"],
    "video-expire": ["queued", "running", "running", "expired"],
    "video-odd": ["queued", "running", "archiving", "succeeded"],
}


class TestLife:
    @pytest.mark.parametrize("suffix", ["", ":30", ":0.3"])
    @pytest.mark.parametrize("kind", STATUSES)
    def test_a_task_goes_its_way(
        self, caller: Caller, clock: FakeClock, kind: str, suffix: str
    ) -> None:
        """A task takes three seconds, or as long as its model says, and ends as that says."""
        step = float(suffix[1:] or 3) / 3
        task = create(caller, f"sandbox/{kind}{suffix}")
        seen = []
        for _ in range(4):
            described = show(caller, task)
            seen.append(described["status"])
            assert f"sandbox/{kind}{suffix}" == described["model"]
            assert ("content" in described) == (described["status"] == "succeeded")
            assert (described["error"] is not None) == (described["status"] == "failed")
            clock.sleep(step + 0.001)

        assert STATUSES[kind] == seen

    def test_a_task_may_take_no_time(self, caller: Caller) -> None:
        """`video:0` has succeeded as soon as it is there."""
        assert "succeeded" == show(caller, create(caller, "video:0"))["status"]

    def test_a_success_is_described(self, caller: Caller, clock: FakeClock) -> None:
        """A task that has succeeded says what was made, when, and what it took."""
        task = create(
            caller, resolution="1080p", ratio="9:16", duration=10, seed=7,
            return_last_frame=True, generate_audio=True, service_tier="flex",
        )  # fmt: skip
        clock.sleep(5)

        described = show(caller, task)

        content, usage = described.pop("content"), described.pop("usage")
        assert {
            "id": task,
            "model": "sandbox/video",
            "status": "succeeded",
            "error": None,
            "created_at": int(BEGIN),
            "updated_at": int(BEGIN) + 3,
            "seed": 7,
            "resolution": "1080p",
            "ratio": "9:16",
            "framespersecond": 24,
            "service_tier": "flex",
            "execution_expires_after": 172_800,
            "generate_audio": True,
            "duration": 10,
        } == described
        assert ["video_url", "last_frame_url"] == list(content)
        assert 10 * 1080 * 1920 * 24 // 1024 == usage["completion_tokens"] == usage["total_tokens"]

    def test_a_failure_says_why(self, caller: Caller) -> None:
        """A failed task has an error with a code."""
        error = show(caller, create(caller, "video-fail:0"))["error"]

        assert "OutputVideoSensitiveContentDetected" == error["code"]

    def test_another_sandbox_knows_the_task(self, caller: Caller, clock: FakeClock) -> None:
        """A task's id says all: a sandbox that never made it answers for it just as well."""
        task = create(caller, "video:2.5", frames=29, seed=2**32 - 1, ratio="adaptive")
        clock.sleep(3)
        described = show(caller, task)
        with Sandbox(clock=clock.now, seed_tasks=[task]) as other:
            there = Caller(other)
            elsewhere = show(there, task)
            listed = there.get(TASKS).json
            film = fetch(there, elsewhere["content"]["video_url"])

        assert urlsplit(elsewhere["content"]["video_url"]).netloc == there.address.netloc
        assert described | {"content": None} == elsewhere | {"content": None}
        assert fetch(caller, described["content"]["video_url"]).body == film.body
        assert [task] == [item["id"] for item in listed["items"]]

    def test_equal_requests_are_two_tasks(self, caller: Caller) -> None:
        """Asking twice in the same moment makes two tasks, in order of time by their ids."""
        first, second = create(caller), create(caller)

        assert first != second
        assert first.startswith("cgt-20231114221320-")

    @pytest.mark.parametrize("task", ["cgt-20231114221320-aaaa", "cgt-1-2", "x", "cgt--", "%00"])
    def test_a_made_up_task_is_404(self, caller: Caller, task: str) -> None:
        """An id that no sandbox gave is unknown."""
        answer = caller.get(f"{TASKS}/{task}")

        assert (404, "ResourceNotFound") == (answer.status, answer.error["code"])
        assert answer.headers["x-request-id"] in answer.error["message"]

    def test_a_changed_id_is_404(self, caller: Caller) -> None:
        """An id in which a letter was changed is unknown."""
        task = create(caller)
        changed = [task[:at] + "7" + task[at + 1 :] for at in range(len(task))]

        statuses = {caller.get(f"{TASKS}/{name}").status for name in changed if name != task}

        assert {404} == statuses

    def test_history_ends_after_a_week(self, caller: Caller, clock: FakeClock) -> None:
        """Seven days later a task is forgotten."""
        task = create(caller)
        clock.sleep(7 * DAY - 1)
        assert "succeeded" == show(caller, task)["status"]
        clock.sleep(2)

        assert 404 == caller.get(f"{TASKS}/{task}").status
        assert 0 == caller.get(TASKS).json["total"]


class TestList:
    def test_newest_first_page_by_page(self, caller: Caller, clock: FakeClock) -> None:
        """The tasks of this sandbox are listed, twenty at a time unless told otherwise."""
        tasks = []
        for _ in range(25):
            tasks.append(create(caller))
            clock.sleep(1)
        tasks.reverse()

        first, second = caller.get(TASKS).json, caller.get(f"{TASKS}?page_num=2").json
        small = caller.get(f"{TASKS}?page_num=2&page_size=3").json

        assert (25, 25) == (first["total"], small["total"])
        assert tasks == [item["id"] for item in first["items"] + second["items"]]
        assert tasks[3:6] == [item["id"] for item in small["items"]]

    def test_filters_narrow_it(self, caller: Caller) -> None:
        """Status, model, tier and ids filter the list."""
        done = create(caller, "video:0")
        failed = create(caller, "video-fail:0")
        waiting = create(caller, service_tier="flex")

        def ids(query: str) -> list[str]:
            return [item["id"] for item in caller.get(f"{TASKS}?{query}").json["items"]]

        assert [done] == ids("filter.status=succeeded")
        assert [failed] == ids("filter.model=sandbox/video-fail:0")
        assert [waiting] == ids("filter.service_tier=flex")
        assert [waiting, done] == ids(f"filter.task_ids={done}&filter.task_ids={waiting}")
        assert [] == ids(f"filter.task_ids={done},{waiting}")

    @pytest.mark.parametrize("query", ["page_num=0", "page_size=501", "page_num=x", "page_size="])
    def test_pages_have_bounds(self, caller: Caller, query: str) -> None:
        """Page number and size go from 1 to 500."""
        answer = caller.get(f"{TASKS}?{query}")

        assert (400, query.partition("=")[0]) == (answer.status, answer.error["param"])


class TestDelete:
    def delete(self, caller: Caller, task: str) -> Answer:
        """Send DELETE."""
        return caller.ask("DELETE", f"{TASKS}/{task}")

    def test_a_queued_task_is_cancelled(self, caller: Caller, clock: FakeClock) -> None:
        """A task that waits is taken out of the queue, and stays cancelled."""
        task = create(caller)
        clock.sleep(0.5)

        answer = self.delete(caller, task)

        assert (200, {}) == (answer.status, answer.json)
        clock.sleep(100)
        described = show(caller, task)
        assert ("cancelled", int(BEGIN)) == (described["status"], described["updated_at"])
        assert 409 == self.delete(caller, task).status

    @pytest.mark.parametrize(("model", "seconds"), [("video", 1.5), ("video-odd", 2.5)])
    def test_a_running_task_is_not(
        self, caller: Caller, clock: FakeClock, model: str, seconds: float
    ) -> None:
        """A task that is under way cannot be deleted."""
        task = create(caller, model)
        clock.sleep(seconds)

        answer = self.delete(caller, task)

        assert (409, "InvalidAction") == (answer.status, answer.error["code"])
        assert 200 == caller.get(f"{TASKS}/{task}").status

    @pytest.mark.parametrize("model", ["video:0", "video-fail:0", "video-expire:0"])
    def test_an_ended_task_is_removed(self, caller: Caller, model: str) -> None:
        """The record of a task that has ended is destroyed."""
        task = create(caller, model)

        assert 200 == self.delete(caller, task).status
        assert 404 == caller.get(f"{TASKS}/{task}").status
        assert 404 == self.delete(caller, task).status
        assert 0 == caller.get(TASKS).json["total"]
