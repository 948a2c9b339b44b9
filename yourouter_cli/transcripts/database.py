"""The database file: private from birth, shared between processes, set aside when damaged."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from yourouter_cli import sqlite
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.transcripts.schema import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from yourouter_cli.clock import Clock

    Warn = Callable[[str], None]

Outcome = TypeVar("Outcome")

# How long to wait for another process that is writing; each holds the lock for milliseconds.
PATIENCE_SECONDS = 3.0
_CHECK_SECONDS = 0.01
_OTHERS = 0o077


class Unavailable(ConfigProblem):
    """The transcripts cannot be read or written now; *why* is the reason in a few words."""

    def __init__(self, path: Path, why: str, *, busy: bool = False) -> None:
        super().__init__(f"cannot use the transcripts in `{path}`: {why}")
        self.why = why
        self.busy = busy


class Damaged(Unavailable):
    """The database was damaged; it is out of the way now, and the user knows."""


class IndexBroken(Unavailable):
    """The index of words is out of order; it can be made anew from the rest."""


class Database:
    """One file, opened when it is first needed. What its methods raise is `Unavailable`."""

    def __init__(self, path: Path, *, clock: Clock, warn: Warn, patience: float) -> None:
        self.path = path
        self.warn = warn
        self._clock = clock
        self._patience = patience
        self._connection: Connection | None = None
        self._identity: tuple[int, int] | None = None

    def read(self, action: Callable[[Connection], Outcome], nothing: Outcome) -> Outcome:
        """Return what *action* finds; *nothing* when there is no database, or a damaged one."""
        return self._kept_trying(lambda: self._on_existing(action, nothing))

    def write(self, action: Callable[[Connection], Outcome]) -> Outcome:
        """Do *action* in one transaction, in a new database where there is none."""
        return self._kept_trying(lambda: self._in_transaction(self._connected(), action))

    def write_on(
        self, action: Callable[[Connection], None], *, patience: float | None = None
    ) -> None:
        """Do *action* in one transaction, in the database that is open already and no other.

        Nothing is waited for longer than *patience* seconds; then `Unavailable` is `busy`.
        """
        if self._connection is None:
            raise Unavailable(self.path, "it was closed")
        connection = self._connection
        self._guarded(lambda: self._in_transaction(connection, action, patience))

    def scrub(self) -> None:
        """Leave nothing of what was deleted beside the file."""

        def empty_log(connection: Connection) -> None:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        self.read(empty_log, None)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            sqlite.close(connection)

    def _kept_trying(self, action: Callable[[], Outcome]) -> Outcome:
        """Do *action*; a second time when the first showed that the database was damaged."""
        try:
            return self._guarded(action)
        except Damaged:
            return self._guarded(action)

    def _guarded(self, action: Callable[[], Outcome]) -> Outcome:
        """Do *action*; its troubles are `Unavailable`, a damaged file is set aside first."""
        try:
            return action()
        # The last two are about values that SQLite cannot hold.
        except (sqlite3.Error, sqlite.TooNew, OSError, OverflowError, UnicodeError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT_VTAB:
                raise IndexBroken(self.path, "the index of words is damaged") from error
            if sqlite.is_damage(error):
                self._set_aside()
                raise Damaged(self.path, "it was damaged") from error
            raise Unavailable(self.path, sqlite.reason(error), busy=_is_busy(error)) from error

    def _on_existing(self, action: Callable[[Connection], Outcome], nothing: Outcome) -> Outcome:
        if self._connection is None and not self.path.exists():
            return nothing
        return action(self._connected(create=False))

    def _in_transaction(
        self,
        connection: Connection,
        action: Callable[[Connection], Outcome],
        patience: float | None = None,
    ) -> Outcome:
        _wait_for_others(connection, self._patience if patience is None else patience)
        return sqlite.in_transaction(connection, action)

    def _connected(self, *, create: bool = True) -> Connection:
        """Return the open database; its file is made first when there is none."""
        if self._connection is not None:
            return self._connection
        if create:
            sqlite.make_private(self.path)
        status = self.path.stat()
        self._identity = status.st_dev, status.st_ino
        if os.name == "posix" and status.st_mode & _OTHERS:
            with suppress(OSError):
                self.path.chmod(0o600)
        return self._opened()

    def _opened(self) -> Connection:
        try:
            return self._prepared(str(self.path))
        except sqlite3.OperationalError as error:
            if sqlite.primary_code(error) not in {
                sqlite3.SQLITE_READONLY,
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_IOERR,
                sqlite3.SQLITE_FULL,
            }:
                raise
        # Where nothing can be written, not even beside the file, reading is possible all the same.
        return self._prepared(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)

    def _prepared(self, name: str, *, uri: bool = False) -> Connection:
        # One thread at a time uses it, but not always the one that opened it.
        connection = sqlite3.connect(name, uri=uri, isolation_level=None, check_same_thread=False)
        self._connection = connection
        try:
            _wait_for_others(connection, self._patience)
            # Enough against the end of the process; against a power cut, all but the last moments.
            connection.execute("PRAGMA synchronous = NORMAL")
            # What was deleted is not to be found in the file any more.
            connection.execute("PRAGMA secure_delete = ON")
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            if mode == "delete" and not uri:
                self._use_write_ahead_log(connection)
            sqlite.migrate(connection, STEPS)
        except BaseException as error:
            if not sqlite.is_damage(error):
                self.close()
            raise
        return connection

    def _use_write_ahead_log(self, connection: Connection) -> None:
        """Let readers and a writer work at the same time, from now on.

        SQLite does not wait here for another process that is opening the same new file.
        """
        deadline = self._clock.monotonic() + self._patience
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or self._clock.monotonic() >= deadline:
                    raise
                self._clock.sleep(_CHECK_SECONDS)
            else:
                return

    def _set_aside(self) -> None:
        """Move the damaged file out of the way, with what SQLite keeps beside it."""
        if os.name != "posix":
            self.close()  # elsewhere, what is open cannot be moved
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock.now()))
        try:
            with suppress(FileNotFoundError), _alone_in(self.path.parent):
                status = self.path.stat()
                # Another process may have done it meanwhile: what is there now is a new one.
                if (status.st_dev, status.st_ino) != self._identity:
                    return
                aside = _moved(self.path, f"{self.path.name}.corrupt-{stamp}")
                self.warn(f"the transcripts were damaged; they are kept as `{aside}`")
        except OSError as error:
            raise Unavailable(
                self.path, f"it is damaged, and cannot be moved: {sqlite.reason(error)}"
            ) from error
        finally:
            # Only now: SQLite leaves a file alone that was moved, and would tidy up otherwise.
            self.close()


def _wait_for_others(connection: Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _is_busy(error: Exception) -> bool:
    return sqlite.primary_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _moved(path: Path, name: str) -> Path:
    """Rename the database and its companions so that they still belong together."""
    aside, number = path.with_name(name), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{name}-{number}")
    # The database goes last: without it, its log would be taken for that of the next one.
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Keep other processes from the same work in *directory*, where the system can."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # Windows has none

    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
