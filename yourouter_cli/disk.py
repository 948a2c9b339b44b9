"""What files need of the system beyond reading and writing: a place, a lock, names that stay."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from errno import EACCES, EISDIR, ENOENT
from pathlib import Path
from stat import S_ISDIR, S_ISREG

# The longest that is put after the name of a file while it is made.
_SUFFIX = ".texts.jsonl.part"


def named(name: str) -> Path:
    """Return the path *name* is for; raises `OSError` when it begins with a home nobody knows."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FileNotFoundError(ENOENT, "no such home directory") from None


def check_writable(path: Path, *, is_replaced: bool = True) -> None:
    """Raise the `OSError` that writing the file *path* would, as far as that can be seen before.

    With *is_replaced* a file that is there gives way to another, which is written beside it.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    if mode is None or (is_replaced and S_ISREG(mode)):
        target = path.resolve()  # a link stays one
        check_directory(target.parent)
        with suppress(FileNotFoundError):
            target.with_name(target.name + _SUFFIX).stat()  # a name may be too long for that
    elif not os.access(path, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))


def check_directory(path: Path) -> None:
    """Raise the `OSError` that making a file in the directory *path* would, if that can be seen."""
    if not path.is_dir():
        raise FileNotFoundError(ENOENT, "no such directory")
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))


def is_directory(path: Path) -> bool:
    """Tell whether *path* is a directory, as far as anybody lets us look."""
    with suppress(OSError):
        return path.is_dir()
    return False


def try_lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; return False when another process has."""
    try:
        if sys.platform == "win32":
            import msvcrt  # Windows alone has it

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # Windows has none

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def sync_directory(path: Path) -> None:
    """Return once the names in the directory *path* are on the disk, where that can be had."""
    if os.name != "posix":
        return
    # Some file systems cannot do this; the files are in place all the same.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
