"""What is done, beside the output: an append-only file that survives a kill at any moment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.services.embed.files import said
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What came of the rows of one batch.

    `digest` stands for the rows; `stored` lists the ranges of rows (first, count) whose vectors
    were put into the store, and `checksum` is the CRC-32 of those bytes; `failed` lists (place in
    the batch, status, message).
    """

    first: int
    rows: int
    digest: str
    size: int
    checksum: int
    stored: list[tuple[int, int]] = field(default_factory=list)
    failed: list[tuple[int, int | None, str]] = field(default_factory=list)
    requests: int = 0
    tokens: int | None = None
    cost: float | None = None


class Mark(NamedTuple):
    """What is surely on the disk: so many records, and what was written out of the first rows."""

    records: int = 0
    rows: int = 0
    length: int = 0


@dataclass(slots=True)
class Kept:
    """What a journal says: about which job, what was done, and whether all of it."""

    job: dict[str, Any]
    records: list[Record] = field(default_factory=list)
    mark: Mark = field(default_factory=Mark)
    is_finished: bool = False


class Journal:
    """Appends records; each is whole in the file when `add` returns."""

    def __init__(self, path: Path, kept: Kept) -> None:
        """Begin with *kept*, in one step: before it the old file is there, then the new one."""
        self._path = path
        self._count = len(kept.records)
        new = path.with_name(path.name + ".new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        with said(path):
            self._descriptor = os.open(new, flags | os.O_TRUNC, 0o666)
            self._write({"journal": VERSION, "job": kept.job})
            for record in kept.records:
                self._write(record)
            self.mark(kept.mark)
            self.close()  # Windows gives no other name to a file that is open
            new.replace(path)
            self._descriptor = os.open(path, flags, 0o666)

    @property
    def count(self) -> int:
        """How many records there are."""
        return self._count

    def add(self, record: Record) -> None:
        """Append *record*."""
        self._write(record)
        self._count += 1

    def mark(self, mark: Mark) -> None:
        """Append *mark* and return once the journal is on the disk."""
        self._write({"mark": list(mark)})
        with said(self._path):
            os.fsync(self._descriptor)

    def finish(self) -> None:
        """Note that the output is complete and only needs its name."""
        self._write({"finished": True})
        with said(self._path):
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of the file; safe to call again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, value: dict[str, Any] | Record) -> None:
        from orjson import OPT_APPEND_NEWLINE, dumps  # 0.5 ms that --dry-run does without

        with said(self._path):
            os.write(self._descriptor, dumps(value, option=OPT_APPEND_NEWLINE))


def read(path: Path) -> Kept | None:
    """Return what the journal at *path* says; None when there is none.

    A last line that was cut off is ignored. Raises `UsageProblem` for a file that is no journal.
    """
    from orjson import loads  # 0.5 ms that --dry-run does without

    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = reason_of(error)
        raise UsageProblem(f"cannot read `{path}`: {reason}") from error
    kept: Kept | None = None
    for line in lines:
        try:
            match loads(line):
                case {"journal": version, "job": dict(job)} if version == VERSION:
                    kept = Kept(job)
                case {"mark": [records, rows, length]} if kept:
                    kept.mark = Mark(records, rows, length)
                case {"finished": True} if kept:
                    kept.is_finished = True
                case dict(fields) if kept:
                    kept.records.append(Record(**fields))
                case _:
                    break
        except (ValueError, TypeError):
            break
    if kept is None:
        raise UsageProblem(
            f"`{path}` is no checkpoint of this program",
            hints=Again("--force", without=("--resume",)),
        )
    return kept
