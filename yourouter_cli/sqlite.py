"""SQLite as this program needs it: private files, tables of this version, transactions."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from sqlite3 import Connection

Outcome = TypeVar("Outcome")
_GLANCE_SECONDS = 0.02


class TooNew(Exception):
    """The database was written by a later version of this program."""

    def __init__(self) -> None:
        super().__init__("it was written by a later version of yourouter")


def make_private(path: Path) -> None:
    """Make an empty file at *path*, for this user alone, unless there is one.

    SQLite would let others read it. What it puts beside the file gets the same permissions.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def in_transaction(connection: Connection, action: Callable[[Connection], Outcome]) -> Outcome:
    """Do *action* as a whole or not at all, while nobody else writes; return its outcome."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcome = action(connection)
        connection.execute("COMMIT")
    except BaseException:
        # Some failures have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcome


def migrate(connection: Connection, steps: Sequence[Sequence[str]]) -> None:
    """Bring the tables to the version that all *steps* lead to; raises `TooNew` for a later one.

    Each step is the statements that lead from one version to the next.
    """

    def missing(connection: Connection) -> None:
        # Asked again under the lock: another process may have done it meanwhile.
        found = _version(connection)
        if found > len(steps):
            raise TooNew
        for statement in (statement for step in steps[found:] for statement in step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")

    if _version(connection) != len(steps):
        in_transaction(connection, missing)


def glance(path: Path, query: str, values: Sequence[object]) -> list[Any]:
    """Return the rows that *query* finds, none where there is no file.

    It waits for nobody and leaves no trace: a database that is damaged, locked or of another
    version raises whatever SQLite raises, and stays as it is.
    """
    if not path.exists():
        return []
    where = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(where, uri=True, timeout=_GLANCE_SECONDS)) as connection:
        return connection.execute(query, values).fetchall()


def close(connection: Connection) -> None:
    """Close *connection*; nothing is lost when its tidying up fails, as it does on a full disk."""
    with suppress(sqlite3.Error):
        connection.close()


def primary_code(error: BaseException) -> int:
    """Return SQLite's primary code for *error*, or 0."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def is_damage(error: BaseException) -> bool:
    """Return whether *error* says that the file is no database, or not any more."""
    return primary_code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def reason(error: Exception) -> str:
    """Return in a few words why a database cannot be used."""
    if isinstance(error, OSError):
        return reason_of(error)
    return str(error)


def _version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
