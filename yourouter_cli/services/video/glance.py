"""A glance at the tasks there are, for completion: it waits for nobody and leaves no trace.

The ledger is opened for reading only; one that is damaged, locked or of another version raises
whatever SQLite raises, and stays as it is.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE_SECONDS = 0.02


def tasks(path: Path, beginning: str, limit: int) -> list[tuple[str, str]]:
    """Return the id of each task whose id begins so, newest first, with its status and prompt."""
    if not path.exists():
        return []
    # Imported here because completion asks for more than tasks.
    import sqlite3

    where = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(where, uri=True, timeout=_PATIENCE_SECONDS)) as connection:
        return connection.execute(
            "SELECT id, status || ': ' || coalesce(prompt, '') FROM task"
            " WHERE substr(id, 1, ?) = ? ORDER BY created DESC, number DESC LIMIT ?",
            (len(beginning), beginning, limit),
        ).fetchall()
