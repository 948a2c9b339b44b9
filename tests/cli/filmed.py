"""Videos that were ordered from the sandbox, and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.gateway.answering import Says

if TYPE_CHECKING:
    from tests.driver import FakeClock, Program
    from yourouter_cli.sandbox.server import Sandbox

TASK_KEYS = [
    "id", "status", "model", "prompt", "created", "updated", "expires", "video_url", "usage",
    "error", "profile",
]  # fmt: skip
NO_ROUTE = [Says({"error": {"message": "no"}}, 404), Says(b"<html>", 405)]


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
