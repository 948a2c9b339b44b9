"""Video tasks of the sandbox, as its tests make and look at them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.gateway.answering import TASKS
from tests.gateway.caller import Answer, Caller

DAY = 86_400


def create(
    caller: Caller, model: str = "sandbox/video", text: str = "a boat", **fields: Any
) -> str:
    """Make a task and return its id."""
    body = {"model": model, "content": [{"type": "text", "text": text}], **fields}
    answer = caller.post(TASKS, body)
    assert 200 == answer.status, answer.body
    assert ["id"] == list(answer.json)
    return str(answer.json["id"])


def show(caller: Caller, task: str) -> Any:
    """Return a task as it is."""
    return caller.get(f"{TASKS}/{task}").json


def fetch(caller: Caller, url: str, **headers: str) -> Answer:
    """Download from *url*, without a key."""
    parts = urlsplit(url)
    anonymous = object.__new__(Caller)
    anonymous.address, anonymous.key = caller.address, ""
    return anonymous.get(f"{parts.path}?{parts.query}", **headers)
