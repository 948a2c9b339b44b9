"""Where a download goes: a file that appears when it is whole, or a pipe."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from shutil import disk_usage
from typing import IO, TYPE_CHECKING, Protocol, Self

from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENDING = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is known of the whole file of which a part is there: whose it is, its ETag and size."""

    task: str
    what: str
    etag: str
    size: int


class Sink(Protocol):
    """Where a download goes. `position` are the bytes that are there; `name` is for messages."""

    name: str
    position: int

    def write(self, block: bytes) -> None:
        """Append *block*."""

    def restart(self) -> bool:
        """Drop what is there; returns False where that is impossible, since it was passed on."""

    def room(self) -> int | None:
        """Return how many bytes still fit; None when that cannot be known."""

    def kept(self) -> str:
        """Say what became of the bytes of a download that broke off."""


class PartFile:
    """The file *target*, which is written beside itself as `.part` and appears when it is whole.

    Use as a context manager; what is there when it is left stays there. Only one process at a time
    can write it. Raises `UsageProblem` for what cannot be written.
    """

    def __init__(self, target: Path) -> None:
        self.name = str(target)
        self.path = target.resolve()  # a link stays one
        self.part = self.path.with_name(self.path.name + ENDING)
        self.position = 0
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            while not self._opened():
                pass
        except OSError as error:
            raise cannot_write(self.name, error) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            if self.position == 0:
                # Nothing came, so nothing is worth keeping.
                with suppress(OSError):
                    self.part.unlink()
            self._file.close()

    def _opened(self) -> bool:
        """Open the part and lock it; False when another process finished with it meanwhile."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        # Unbuffered, so that what was written is there whatever becomes of this process.
        file = os.fdopen(os.open(self.part, flags, 0o666), "r+b", buffering=0)
        if not _locked(file):
            file.close()
            raise UsageProblem(f"another process is downloading to `{self.name}`")
        with suppress(FileNotFoundError):
            if _same(file, self.part):
                self.position = file.seek(0, os.SEEK_END)
                self._file = file
                return True
        file.close()
        return False

    def write(self, block: bytes) -> None:
        """Append *block*."""
        rest = memoryview(block)
        try:
            while rest:
                written = self._open_file.write(rest)
                self.position += written
                rest = rest[written:]
        except OSError as error:
            raise cannot_write(self.name, error) from None

    def restart(self) -> bool:
        """Drop what is there."""
        self._open_file.seek(0)
        self._open_file.truncate()
        self.position = 0
        return True

    def room(self) -> int | None:
        """Return how many bytes are free on the disk."""
        return disk_usage(self.path.parent).free

    def kept(self) -> str:
        """Say where the bytes of a download that broke off are."""
        return f"they are kept in `{self.name}{ENDING}`"

    def finish(self, *, replace: bool) -> None:
        """Let the file appear under its name; without *replace* another one there is kept."""
        file = self._open_file
        try:
            os.fsync(file.fileno())
            if sys.platform == "win32":
                file.close()  # an open file cannot be renamed there
            if replace or not self._linked():
                self.part.replace(self.path)
        except OSError as error:
            raise cannot_write(self.name, error) from None
        self._file = None
        file.close()

    def _linked(self) -> bool:
        """Give the part its final name unless that is taken; False where links are unknown."""
        try:
            os.link(self.part, self.path)
        except FileExistsError:
            raise taken(self.name) from None
        except OSError:
            return False
        self.part.unlink()
        return True

    @property
    def _open_file(self) -> IO[bytes]:
        if self._file is None:
            raise ValueError("the part is not open")
        return self._file


class Passing:
    """A pipe, or anything else that keeps nothing: what was written is gone."""

    def __init__(self, name: str, write: Callable[[bytes], None]) -> None:
        self.name = name
        self.position = 0
        self._write = write

    def write(self, block: bytes) -> None:
        """Pass *block* on."""
        self._write(block)
        self.position += len(block)

    def restart(self) -> bool:
        """Refuse, unless nothing was passed on."""
        return self.position == 0

    def room(self) -> int | None:
        """Return None: what happens behind the pipe is not known."""
        return None

    def kept(self) -> str:
        """Say where the bytes of a download that broke off are."""
        return f"they went to {self.name}"


def taken(name: str) -> UsageProblem:
    """Return the error for a file *name* that is there already."""
    return UsageProblem(f"`{name}` exists already", hints=Again("--force"))


def cannot_write(name: str, error: OSError) -> UsageProblem:
    """Return the error for a file *name* that cannot be written."""
    return UsageProblem(f"cannot write `{name}`: {reason_of(error)}")


def _same(file: IO[bytes], path: Path) -> bool:
    one, other = os.fstat(file.fileno()), path.stat()
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _locked(file: IO[bytes]) -> bool:
    """Lock *file* until it is closed; False when another process has. Windows locks by opening."""
    if sys.platform == "win32":
        return True
    import fcntl  # Windows has none

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
