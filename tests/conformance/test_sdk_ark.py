from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox

ark: Any = pytest.importorskip("volcenginesdkarkruntime", reason="the Ark SDK is not installed")

CONTENT = [{"type": "text", "text": "a boat --dur 3"}]


@pytest.fixture
def tasks(sandbox: Sandbox) -> Any:
    """Return the part of the official client that makes videos."""
    root = sandbox.base_url.removesuffix("/v1")
    client = ark.Ark(base_url=f"{root}/api/v3", api_key="k", max_retries=0)
    return client.content_generation.tasks


class TestTasks:
    def test_a_success(self, tasks: Any) -> None:
        """The SDK makes a task, and reads all that is said of it."""
        made = tasks.create(model="sandbox/video:0", content=CONTENT, return_last_frame=True)
        task = tasks.get(task_id=made.id)
        listed = tasks.list(page_size=5, status="succeeded", task_ids=[made.id])

        assert (made.id, "succeeded", None, 3) == (task.id, task.status, task.error, task.duration)
        assert (".mp4?" in task.content.video_url, ".png?" in task.content.last_frame_url) == (
            True,
            True,
        )
        assert 3 * 1280 * 720 * 24 // 1024 == task.usage.completion_tokens
        assert (1, [made.id]) == (listed.total, [item.id for item in listed.items])

    def test_a_failure(self, tasks: Any) -> None:
        """The SDK reads why a task failed."""
        made = tasks.create(model="sandbox/video-fail:0", content=CONTENT)

        assert "OutputVideoSensitiveContentDetected" == tasks.get(task_id=made.id).error.code

    def test_a_deleted_task_is_gone(self, tasks: Any) -> None:
        """The SDK deletes a task, and finds it no more."""
        made = tasks.create(model="sandbox/video:0", content=CONTENT)
        tasks.delete(task_id=made.id)

        with pytest.raises(ark._exceptions.ArkNotFoundError) as caught:
            tasks.get(task_id=made.id)

        assert "ResourceNotFound" == caught.value.code

    def test_errors(self, tasks: Any) -> None:
        """The SDK finds the code and the parameter of an error."""
        with pytest.raises(ark._exceptions.ArkBadRequestError) as caught:
            tasks.create(model="sandbox/video", content=[])

        assert ("InvalidParameter", "content") == (caught.value.code, caught.value.param)
