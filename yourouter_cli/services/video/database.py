"""The file of the ledger: private from birth, on the disk at once, shared between processes."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, TypeVar

from yourouter_cli import sqlite
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

        def work() -> Outcome:
            if self._connection is None and not self.path.exists():
                return nothing
            return action(self._connected())

        return self._guarded(work)

    def write(self, action: Callable[[Connection], Outcome]) -> Outcome:
        """Do *action* in one transaction, which is on the disk when this returns."""
        return self._guarded(lambda: sqlite.in_transaction(self._connected(), action))

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            sqlite.close(connection)

    def _guarded(self, work: Callable[[], Outcome]) -> Outcome:
        try:
            return work()
        except (sqlite3.DatabaseError, sqlite.TooNew, OSError) as error:
            raise _unusable(self.path, error) from error

    def _connected(self) -> Connection:
        if self._connection is None:
            if not self.path.exists():
                sqlite.make_private(self.path)
            self._connection = self._opened()
        return self._connection

    def _opened(self) -> Connection:
        connection = sqlite3.connect(self.path, timeout=PATIENCE_SECONDS, isolation_level=None)
        try:
            # Against a power cut too: what is in here has been paid for.
            connection.execute("PRAGMA synchronous = FULL")
            sqlite.migrate(connection, _STEPS)
        except BaseException:
            connection.close()
            raise
        return connection


def _unusable(path: Path, error: Exception) -> ConfigProblem:
    from shlex import quote  # 0.3 ms, only for the words of this error

    hint = f"mv {quote(str(path))} {quote(f'{path}.damaged')}"
    return ConfigProblem(
        f"cannot use the ledger of tasks in `{path}`: {sqlite.reason(error)}",
        hints=hint if sqlite.is_damage(error) else (),
    )
