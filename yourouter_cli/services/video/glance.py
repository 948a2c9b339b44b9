"""A glance at the tasks there are, for completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli import sqlite

if TYPE_CHECKING:
    from pathlib import Path

_BEGINNING_SO = (
    "SELECT id, status || ': ' || coalesce(prompt, '') FROM task"
    " WHERE substr(id, 1, ?) = ? ORDER BY created DESC, number DESC LIMIT ?"
)


def tasks(path: Path, beginning: str, limit: int) -> list[tuple[str, str]]:
    """Return the id of each task whose id begins so, newest first, with its status and prompt.

    Raises what `sqlite.glance` raises.
    """
    return sqlite.glance(path, _BEGINNING_SO, (len(beginning), beginning, limit))
