"""The ledger: every task ordered here, written down before it is waited for."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from yourouter_cli.errors import ConfigProblem, UsageProblem
from yourouter_cli.services.video.database import Database
from yourouter_cli.services.video.part import Part
from yourouter_cli.services.video.task import LOCAL_PREFIX, SUCCEEDED, UNKNOWN, Fault, Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from sqlite3 import Connection

    from yourouter_cli.clock import Clock

Outcome = TypeVar("Outcome")

_COLUMNS = (
    "id",
    "status",
    "model",
    "prompt",
    "created",
    "updated",
    "video_url",
    "last_frame_url",
    "usage",
    "error_code",
    "error_message",
    "profile",
    "base_url",
    "vendor",
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM task"  # noqa: S608 - our own names
_UPDATE = f"UPDATE task SET {', '.join(f'{name} = ?' for name in _COLUMNS[1:])} WHERE id = ?"  # noqa: S608 - our own names
_MOST_NAMED = 5
_LATELY = 20


class Usual(NamedTuple):
    """How many seconds tasks of a model usually take, by how many of them."""

    seconds: float
    tasks: int


class Ledger:
    """The tasks made with this installation, in the file *path*.

    Reading creates nothing. What a paid task needs, finding it and writing down what is seen of
    it, goes on without the ledger when that cannot be used: *warn* is told so, once.
    """

    def __init__(self, path: Path, *, clock: Clock, warn: Callable[[str], None]) -> None:
        self._database = Database(path)
        self._clock = clock
        self._warn = warn
        self._is_warned = False

    def intend(self, task: Task) -> Task:
        """Write down that *task*, whose id and times do not matter, is about to be ordered.

        Returns it with an id of ours and the status `unknown`: what is true if this process ends
        now. Raises `ConfigProblem` when it cannot be written down: then nothing may be sent.
        """
        now = self._clock.now()
        name = f"{LOCAL_PREFIX}{os.urandom(5).hex()}"
        intended = replace(task, id=name, status=UNKNOWN, created=now, updated=now)
        marks = ", ".join("?" * len(_COLUMNS))
        insert = f"INSERT INTO task ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608 - our own names
        self._database.write(lambda connection: connection.execute(insert, _row(intended)))
        return intended

    def ordered(self, intended: Task, name: str) -> Task:
        """Write down that the gateway calls the *intended* task *name*; return it so."""
        task = replace(intended, id=name, status="queued", updated=self._clock.now())

        def change(connection: Connection) -> None:
            # A gateway that knows the operation may answer it with a task that is here already.
            connection.execute("DELETE FROM task WHERE id = ?", (name,))
            connection.execute(
                "UPDATE task SET id = ?, status = ?, updated = ? WHERE id = ?",
                (name, task.status, task.updated, intended.id),
            )

        self._try(lambda: self._database.write(change), None)
        return task

    def forget(self, name: str) -> bool:
        """Strike the task *name* off; return whether it was there."""

        def change(connection: Connection) -> bool:
            return connection.execute("DELETE FROM task WHERE id = ?", (name,)).rowcount > 0

        return self._try(lambda: self._database.write(change), nothing=False)

    def seen(self, task: Task) -> Task:
        """Write down what was just seen of *task* if it was made here; return all that is known."""
        known = self._try(lambda: self._exactly(task.id), None)
        if known is None:
            return task
        merged = known.seen_as(task)
        if merged != known:
            row = _row(merged)
            self._try(
                lambda: self._database.write(
                    lambda connection: connection.execute(_UPDATE, (*row[1:], merged.id))
                ),
                None,
            )
        return merged

    def find(self, name: str) -> Task | None:
        """Return the task made here whose id is *name* or begins with it, None when there is none.

        Raises `UsageProblem` when several begin so.
        """
        found: list[Task] = self._try(lambda: self._beginning_with(name), [])
        exact = [task for task in found if task.id == name]
        if len(found) > 1 and not exact:
            names = ", ".join(f"`{task.id}`" for task in found[:_MOST_NAMED])
            more = ", …" if len(found) > _MOST_NAMED else ""
            raise UsageProblem(f"several tasks begin with `{name}`: {names}{more}")
        return next(iter(exact or found), None)

    def tasks(self, profile: str | None = None) -> list[Task]:
        """Return the tasks made here, or those of *profile*, newest first."""

        def query(connection: Connection) -> list[Task]:
            rows = connection.execute(f"{_SELECT} ORDER BY created DESC, number DESC")
            return [_task(row) for row in rows]

        found: list[Task] = self._database.read(query, [])
        return [task for task in found if profile in {None, task.profile}]

    def usual(self, model: str | None) -> Usual | None:
        """Return how long the last tasks of *model* took, None when none is known."""

        def query(connection: Connection) -> list[float]:
            rows = connection.execute(
                "SELECT updated - created FROM task WHERE model = ? AND status = ?"
                " AND updated > created ORDER BY created DESC LIMIT ?",
                (model, SUCCEEDED, _LATELY),
            )
            return [seconds for (seconds,) in rows]

        nothing: list[float] = []
        took = self._try(lambda: self._database.read(query, nothing), nothing)
        return Usual(sorted(took)[len(took) // 2], len(took)) if took else None

    def part(self, path: Path) -> Part | None:
        """Return what is known of the unfinished file at *path*."""

        def query(connection: Connection) -> Part | None:
            row = connection.execute(
                "SELECT task, what, etag, size FROM part WHERE path = ?", (str(path),)
            ).fetchone()
            return Part(task=row[0], what=row[1], etag=row[2], size=row[3]) if row else None

        return self._try(lambda: self._database.read(query, None), None)

    def remember_part(self, path: Path, part: Part | None) -> None:
        """Write down what is known of the unfinished file at *path*; None: nothing any more."""

        def change(connection: Connection) -> None:
            connection.execute("DELETE FROM part WHERE path = ?", (str(path),))
            if part is not None:
                values = (str(path), part.task, part.what, part.etag, part.size)
                connection.execute("INSERT INTO part VALUES (?, ?, ?, ?, ?)", values)

        self._try(lambda: self._database.write(change), None)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _exactly(self, name: str) -> Task | None:
        def query(connection: Connection) -> Task | None:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (name,)).fetchone()
            return _task(row) if row else None

        return self._database.read(query, None)

    def _beginning_with(self, name: str) -> list[Task]:
        def query(connection: Connection) -> list[Task]:
            rows = connection.execute(
                f"{_SELECT} WHERE substr(id, 1, ?) = ? ORDER BY id", (len(name), name)
            )
            return [_task(row) for row in rows]

        nothing: list[Task] = []
        return self._database.read(query, nothing)

    def _try(self, action: Callable[[], Outcome], nothing: Outcome) -> Outcome:
        """Return what *action* does, or *nothing* when the ledger cannot be used."""
        try:
            return action()
        except ConfigProblem as error:
            if not self._is_warned:
                self._is_warned = True
                self._warn(error.message)
            return nothing


def _row(task: Task) -> tuple[Any, ...]:
    fault = task.error or Fault()
    usage = None if task.usage is None else json.dumps(dict(task.usage))
    given = {"usage": usage, "error_code": fault.code, "error_message": fault.message}
    return tuple(given[name] if name in given else getattr(task, name) for name in _COLUMNS)


def _task(row: tuple[Any, ...]) -> Task:
    fields = dict(zip(_COLUMNS, row, strict=True))
    code, message = fields.pop("error_code"), fields.pop("error_message")
    usage = fields.pop("usage")
    return Task(
        **fields,
        usage=json.loads(usage) if usage else None,
        error=Fault(code=code, message=message) if code or message else None,
    )
