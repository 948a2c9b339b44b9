"""What files need of the system beyond reading and writing: a lock, and names that are kept."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


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
