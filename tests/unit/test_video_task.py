"""What a gateway says of a task, whatever it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import RequestFailed
from yourouter_cli.services.video.task import Fault, Task, task_in
from yourouter_cli.wording import moment

LINK = "https://h/a.mp4?X-Tos-Signature=a"
DONE = {
    "id": "cgt-1",
    "model": "m",
    "status": "succeeded",
    "content": {"video_url": LINK, "last_frame_url": "https://h/a.png?s"},
    "usage": {"completion_tokens": 108_900, "total_tokens": 108_900},
    "created_at": 1_779_348_818,
    "updated_at": 1_779_348_874,
    "seed": 78_674,
    "error": None,
}


class TestReading:
    def test_a_success(self) -> None:
        """What is known of a finished task is taken over; its link ends a day after its end."""
        task = task_in(DONE)

        assert (
            Task(
                id="cgt-1",
                status="succeeded",
                model="m",
                created=1_779_348_818.0,
                updated=1_779_348_874.0,
                video_url=LINK,
                last_frame_url="https://h/a.png?s",
                usage={"completion_tokens": 108_900, "total_tokens": 108_900},
            )
            == task
        )
        assert task.has_ended
        assert 1_779_348_874.0 + 86_400 == task.expires

    @pytest.mark.parametrize("seconds", [253_402_300_800, 1e300, 0, -1, True, "1779348818"])
    def test_a_time_that_no_calendar_has(self, seconds: Any) -> None:
        """A time that cannot be shown is not known."""
        assert task_in({**DONE, "created_at": seconds}).created is None

    @pytest.mark.parametrize(
        ("error", "fault", "words"),
        [
            ({"code": "Output", "message": "no"}, Fault(code="Output", message="no"), "Output: no"),
            ({"code": 17}, Fault(code="17"), "17"),
            ({}, None, ""),
            ("just words", Fault(message="just words"), "just words"),
            ({"odd": True}, Fault(), "it is not said why"),
        ],
    )
    def test_a_failure(self, error: Any, fault: Fault | None, words: str) -> None:
        """The upstream's code and message are kept, in whatever shape they come."""
        task = task_in({"id": "cgt-1", "status": "failed", "error": error})

        assert fault == task.error
        assert words == ("" if task.error is None else str(task.error))

    @pytest.mark.parametrize("status", ["queued", "running", "archiving", "SUCCEEDED?", "unknown"])
    def test_what_is_not_an_end(self, status: str) -> None:
        """A status that is not one of the four ends is still running."""
        assert not task_in({"id": "cgt-1", "status": status}).has_ended

    @pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled", "expired"])
    def test_what_is_an_end(self, status: str) -> None:
        """There are four ends."""
        assert task_in({"id": "cgt-1", "status": status}).has_ended

    @pytest.mark.parametrize("document", [None, [], {}, {"id": 7}, {"id": "a"}, {"status": "x"}])
    def test_what_is_no_task(self, document: Any) -> None:
        """A document without id or status is no task."""
        with pytest.raises(RequestFailed):
            task_in(document)

    def test_an_error_under_200(self) -> None:
        """An error object in the place of a task is that error."""
        with pytest.raises(RequestFailed, match="bad luck"):
            task_in({"error": {"code": "InternalServiceError", "message": "bad luck"}})

    @given(
        st.fixed_dictionaries(
            {"id": st.just("cgt-1"), "status": st.just("running")},
            optional={
                name: st.recursive(
                    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                    max_leaves=5,
                )
                for name in ("model", "content", "usage", "error", "created_at", "updated_at")
            },
        )
    )
    def test_anything_in_any_field(self, document: dict[str, Any]) -> None:
        """Whatever stands in a field, the task can be read and shown."""
        task = task_in(document)

        assert "cgt-1" == task.id
        for seconds in (task.created, task.updated, task.expires):
            assert seconds is None or moment(seconds)
        for text in (task.model, task.video_url, task.error):
            assert text is None or str(text).encode()


class TestMerging:
    def test_what_was_kept_here_stays(self) -> None:
        """The prompt and the profile are known here only; the rest comes from the gateway."""
        known = Task(id="cgt-1", status="queued", prompt="a boat", profile="work", created=1.0)

        merged = known.seen_as(task_in(DONE))

        assert ("a boat", "work", "succeeded") == (merged.prompt, merged.profile, merged.status)
        assert 1_779_348_818.0 == merged.created

    @pytest.mark.parametrize("later", ["queued", "running", "succeeded"])
    def test_an_end_is_final(self, later: str) -> None:
        """A task that was seen to have ended is not alive again, whatever a replica says."""
        known = Task(id="cgt-1", status="cancelled")

        assert known == known.seen_as(Task(id="cgt-1", status=later))

    def test_a_new_link(self) -> None:
        """The link of a finished task may be signed anew."""
        known = Task(id="cgt-1", status="succeeded", video_url="https://h/old")

        assert LINK == known.seen_as(task_in(DONE)).video_url
