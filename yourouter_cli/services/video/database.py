"""The file of the ledger: private from birth, on the disk at once, shared between processes."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from sqlite3 import Connection

Outcome = TypeVar("Outcome")

# How long to wait for another process that is writing; each holds the lock for milliseconds.
PATIENCE_SECONDS = 5.0
# Each step leads from one version to the next. A released step is never edited: a new one is added.
_STEPS: tuple[tuple[str, ...], ...] = (
    (
        # `id` is one of ours until the gateway tells its own. Times are seconds since the epoch.
        """CREATE TABLE task (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            status TEXT NOT NULL,
            model TEXT,
            prompt TEXT,
            created REAL,
            updated REAL,
            video_url TEXT,
            last_frame_url TEXT,
            usage TEXT,
            error_code TEXT,
            error_message TEXT,
            profile TEXT,
            base_url TEXT,
            vendor TEXT
        )""",
        "CREATE INDEX task_by_model ON task (model, status)",
        # What is known of a file that is not whole yet, by the path it is written to.
        """CREATE TABLE part (
            path TEXT PRIMARY KEY,
            task TEXT NOT NULL,
            what TEXT NOT NULL,
            etag TEXT NOT NULL,
            size INTEGER NOT NULL
        ) WITHOUT ROWID""",
    ),
)


class Database:
    """One file, opened when it is first needed; its troubles are `ConfigProblem`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: Connection | None = None

    def read(self, action: Callable[[Connection], Outcome], nothing: Outcome) -> Outcome:
        """Return what *action* finds, or *nothing* when there is no database."""
        if self._connection is None and not self.path.exists():
            return nothing
        return self._guarded(action)

    def write(self, action: Callable[[Connection], Outcome]) -> Outcome:
        """Do *action* in one transaction, which is on the disk when this returns."""

        def within(connection: Connection) -> Outcome:
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

        return self._guarded(within)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            import sqlite3

            # It tidies up while it closes, which fails on a full disk; nothing is lost by that.
            with suppress(sqlite3.Error):
                connection.close()

    def _guarded(self, action: Callable[[Connection], Outcome]) -> Outcome:
        # Imported here because it costs 8 ms, which `--help` need not pay.
        import sqlite3

        try:
            return action(self._connected())
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            damage = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
            raise _unusable(self.path, str(error), is_damaged=code in damage) from error
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise _unusable(self.path, why) from error

    def _connected(self) -> Connection:
        if self._connection is None:
            if not self.path.exists():
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                # Made here because SQLite would make it readable by others; what it puts beside
                # it gets the same permissions.
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = self._opened()
        return self._connection

    def _opened(self) -> Connection:
        import sqlite3

        connection = sqlite3.connect(self.path, timeout=PATIENCE_SECONDS, isolation_level=None)
        try:
            # Against a power cut too: what is in here has been paid for.
            connection.execute("PRAGMA synchronous = FULL")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: Connection) -> None:
        """Bring the tables to this version."""
        if _version(connection) == len(_STEPS):
            return
        connection.execute("BEGIN IMMEDIATE")
        # Asked again under the lock: another process may have done it meanwhile.
        found = _version(connection)
        if found > len(_STEPS):
            raise _unusable(self.path, "it was written by a later version of yourouter")
        for step in _STEPS[found:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_STEPS)}")
        connection.execute("COMMIT")


def _unusable(path: Path, why: str, *, is_damaged: bool = False) -> ConfigProblem:
    from shlex import quote  # only for the words of this error

    hint = f"mv {quote(str(path))} {quote(f'{path}.damaged')}"
    return ConfigProblem(
        f"cannot use the ledger of tasks in `{path}`: {why}", hints=hint if is_damaged else ()
    )


def _version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
