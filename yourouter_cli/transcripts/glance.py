"""A glance at the conversations there are, for completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli import sqlite
from yourouter_cli.transcripts.ids import LAST_CHARACTER, normalized

if TYPE_CHECKING:
    from pathlib import Path

_BEGINNING_SO = (
    "SELECT id, title FROM conversation WHERE id >= ? AND id < ?"
    " ORDER BY updated DESC, number DESC LIMIT ?"
)


def conversations(path: Path, beginning: str, limit: int) -> list[tuple[str, str]]:
    """Return id and title of the conversations whose id begins so, last used first.

    Raises what `sqlite.glance` raises.
    """
    first = normalized(beginning)
    return sqlite.glance(path, _BEGINNING_SO, (first, first + LAST_CHARACTER, limit))
