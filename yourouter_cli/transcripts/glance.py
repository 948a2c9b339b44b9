"""A glance at the conversations there are, for completion: it waits for nobody and leaves no trace.

The database is opened for reading only; one that is damaged, locked or of another version raises
whatever SQLite raises, and stays as it is.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from yourouter_cli.transcripts.ids import normalized

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE_SECONDS = 0.02


def conversations(path: Path, beginning: str, limit: int) -> list[tuple[str, str]]:
    """Return id and title of the conversations whose id begins so, last used first."""
    if not path.exists():
        return []
    # Imported here because completion asks for more than conversations.
    import sqlite3

    first = normalized(beginning)
    where = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(where, uri=True, timeout=_PATIENCE_SECONDS)) as connection:
        return connection.execute(
            "SELECT id, title FROM conversation WHERE id >= ? AND id < ?"
            " ORDER BY updated DESC, number DESC LIMIT ?",
            (first, f"{first}\U0010ffff", limit),
        ).fetchall()
