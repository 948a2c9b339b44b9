"""A file that belongs to its user alone: read with suspicion, locked, and replaced in one step."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from yourouter_cli.disk import sync_directory, try_lock
from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from yourouter_cli.clock import Clock

LOCK_SECONDS = 10.0
_OTHERS = 0o066  # group and others, reading and writing


def quoted(text: object) -> str:
    """Return *text* as one word of a command line that can be pasted."""
    # Imported here because it costs 0.3 ms, and only the hints of errors need it.
    import shlex

    return shlex.quote(str(text))


def read_private(path: Path) -> bytes:
    """Return what the file *path* holds.

    Raises `ConfigProblem` when it is not a file, or when group or others can read or change it, and
    `OSError` when it cannot be read. A link is followed, one that leads nowhere is an error.
    """
    # Without blocking, so that a FIFO nobody writes to is refused instead of waited for.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        _check_private(path, os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _check_private(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise ConfigProblem(f"`{path}` is not a file")
    if os.name == "posix" and mode & _OTHERS:
        raise ConfigProblem(
            f"`{path}` can be read or changed by others", hints=f"chmod 600 {quoted(path)}"
        )


@contextmanager
def locked(path: Path, clock: Clock, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Keep every other writer of *path* waiting, for as long as the context lasts.

    The lock is on a file beside *path*, because *path* itself is replaced. It ends with the
    process, however that ends. Raises `ConfigProblem` when another writer does not let go in time.
    """
    descriptor = os.open(_beside(path, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = clock.monotonic() + seconds
        while not try_lock(descriptor):
            if clock.monotonic() >= deadline:
                raise ConfigProblem(
                    f"another program has held `{path}` for {seconds:g} s; nothing was changed"
                )
            clock.sleep(0.005)
        yield
    finally:
        os.close(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """Replace *path* by *data* so that a reader sees the old file or the new one, never a part.

    The new file is readable by its user alone from its first byte on, and on the disk when this
    returns. Raises `OSError`, with the old file untouched.
    """
    temporary = _beside(path, "new")
    with suppress(FileNotFoundError):
        temporary.unlink()  # left by a writer that was killed; we hold the lock
    try:
        with _create(temporary) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_directory(path.parent)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.name}.{ending}")


def _create(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")
