"""Cells of `yourouter models check`, and a gateway's word that makes one good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.gateway.answering import Says

if TYPE_CHECKING:
    from tests.driver import Program


def said(text: str = "connected", **headers: str) -> Says:
    """Return a whole chat completion."""
    choice = {"index": 0, "message": {"content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 4, "completion_tokens": 1, "total_tokens": 5}
    return Says({"id": "msg-1", "choices": [choice], "usage": usage}, headers=headers)


def rows(stdout: str) -> list[list[str]]:
    """Return the cells of each line."""
    return [line.split("\t") for line in stdout.splitlines()]


def check(program: Program, *argv: str) -> list[dict[str, Any]]:
    """Return the cells of a check as JSON."""
    cells: list[dict[str, Any]] = program("models", "check", *argv, "--json").json["cells"]
    return cells
