"""Gateways that are asked for a task again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.gateway.answering import Asked, Says

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.sandbox.server import Sandbox

DAY = 86_400
LINK = {"video_url": "https://files.example/a.mp4?sig=secret"}
DOWN = Says({"error": {"message": "down"}}, 503)


def polls(sandbox: Sandbox) -> int:
    """Return how often a task was asked for."""
    return sum(request.method == "GET" for request in sandbox.requests)


def saying(*answers: Says) -> Callable[[Asked], Says]:
    """Return what a gateway decides that gives *answers* one by one, the last one for good."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
