"""What the sandbox takes for a video, and what it refuses as the upstream does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.answering import TASKS
from tests.gateway.filming import create, show

if TYPE_CHECKING:
    from tests.gateway.caller import Caller


class TestFlags:
    def test_flags_in_the_prompt_are_heeded(self, caller: Caller) -> None:
        """What is written behind the prompt counts, long and short."""
        task = show(caller, create(caller, text="a boat --rs 480p --ratio 1:1 --dur 7 --seed 11"))

        assert ("480p", "1:1", 7, 11) == (
            task["resolution"], task["ratio"], task["duration"], task["seed"],
        )  # fmt: skip

    def test_fields_win_over_flags(self, caller: Caller) -> None:
        """A field of the body counts more than the prompt."""
        task = show(
            caller, create(caller, text="x --rs 480p --dur 7", resolution="720p", frames=33)
        )

        assert ("720p", 33) == (task["resolution"], task["frames"])
        assert "duration" not in task

    def test_bad_flags_are_passed_over(self, caller: Caller) -> None:
        """A flag with a value that makes no sense is ignored."""
        task = show(caller, create(caller, text="x --rs 999p --dur 99 --frames 30 --seed x --rt"))

        assert ("720p", "16:9", 5) == (task["resolution"], task["ratio"], task["duration"])


IMAGE = {"url": "https://example.com/a.png"}


def picture(role: str = "") -> dict[str, Any]:
    """Return an image for the content."""
    return {"type": "image_url", "image_url": IMAGE, **({"role": role} if role else {})}


TEXT = {"type": "text", "text": "x"}
# What is wrong with a body, the parameter that is named for it, and the code.
REJECTED: list[tuple[dict[str, Any], str, str]] = [
    ({"model": None}, "model", "MissingParameter"),
    ({"content": None}, "content", "MissingParameter"),
    ({"content": "x"}, "content", "InvalidParameter"),
    ({"content": []}, "content", "InvalidParameter"),
    ({"content": [{"type": "x"}]}, "content[0].type", "InvalidParameter"),
    ({"content": [{"type": "text", "text": " "}]}, "content[0].text", "InvalidParameter"),
    ({"content": [{"type": "audio_url", "audio_url": IMAGE}]}, "content", "InvalidParameter"),
    (
        {"content": [{"type": "image_url", "image_url": {}}]},
        "content[0].image_url.url",
        "MissingParameter",
    ),
    (
        {"content": [{"type": "image_url", "image_url": {"url": "a"}}]},
        "content[0].image_url.url",
        "InvalidParameter",
    ),
    ({"content": [picture("middle")]}, "content[0].role", "InvalidParameter"),
    ({"content": [picture("last_frame")]}, "content", "InvalidParameter"),
    ({"content": [picture(), picture()]}, "content", "InvalidParameter"),
    (
        {"content": [picture("first_frame"), picture("reference_image")]},
        "content",
        "InvalidParameter",
    ),
    ({"duration": 13}, "duration", "InvalidParameter"),
    ({"duration": 1}, "duration", "InvalidParameter"),
    ({"duration": 5, "frames": 29}, "frames", "InvalidParameter"),
    ({"frames": 30}, "frames", "InvalidParameter"),
    ({"frames": 293}, "frames", "InvalidParameter"),
    ({"resolution": "999p"}, "resolution", "InvalidParameter"),
    ({"ratio": "5:4"}, "ratio", "InvalidParameter"),
    ({"seed": 2**32}, "seed", "InvalidParameter"),
    ({"watermark": "yes"}, "watermark", "InvalidParameter"),
    ({"return_last_frame": 1}, "return_last_frame", "InvalidParameter"),
    ({"service_tier": "slow"}, "service_tier", "InvalidParameter"),
    ({"execution_expires_after": 60}, "execution_expires_after", "InvalidParameter"),
    ({"callback_url": "x"}, "callback_url", "InvalidParameter"),
]


class TestStrictness:
    @pytest.mark.parametrize(
        ("changes", "param", "code"), REJECTED, ids=lambda value: str(value)[:60]
    )
    def test_what_the_upstream_rejects_is_rejected(
        self, caller: Caller, changes: dict[str, Any], param: str, code: str
    ) -> None:
        """A wrong parameter is 400 in Ark's shape, and no task is made."""
        answer = caller.post(TASKS, {"model": "video", "content": [TEXT], **changes})

        assert (400, param, code) == (answer.status, answer.error["param"], answer.error["code"])
        assert "BadRequest" == answer.error["type"]
        assert 0 == caller.get(TASKS).json["total"]

    @pytest.mark.parametrize("changes", [
        {"content": [picture()]},
        {"content": [TEXT, picture("first_frame"), picture("last_frame")]},
        {"content": [TEXT, picture("reference_image"), picture("reference_image")]},
        {"content": [{"type": "draft_task", "draft_task": {"id": "cgt-1"}}]},
        {"duration": -1, "seed": -1, "camera_fixed": True, "watermark": False},
        {"frames": 289, "callback_url": "https://example.com/", "priority": 1},
    ], ids=lambda value: str(value)[:60])  # fmt: skip
    def test_what_the_upstream_takes_is_taken(
        self, caller: Caller, changes: dict[str, Any]
    ) -> None:
        """Good requests make a task."""
        answer = caller.post(TASKS, {"model": "video", "content": [TEXT], **changes})

        assert 200 == answer.status

    @pytest.mark.parametrize("model", ["gpt-4o", "video:x", "video:-1", "video:1:2", "echo"])
    def test_an_unknown_model_is_404(self, caller: Caller, model: str) -> None:
        """Only models for videos make tasks."""
        answer = caller.post(TASKS, {"model": model, "content": [TEXT]})

        assert (404, "InvalidEndpointOrModel.NotFound") == (answer.status, answer.error["code"])
