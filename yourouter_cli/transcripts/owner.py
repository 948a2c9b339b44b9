"""Which process writes a turn, and whether it is still there to finish it."""

from __future__ import annotations

import os
from pathlib import Path

# Position of the start time in /proc/PID/stat, counted after the program's name.
_START_FIELD = 19


def this_process() -> str:
    """Return the name of this process, which no other one has until the machine restarts."""
    return f"{os.getpid()}@{_start_of(os.getpid())}"


def is_gone(owner: str | None) -> bool:
    """Return whether the process named *owner* has ended.

    Where processes cannot be asked about, all but this one count as gone.
    """
    number, _, start = (owner or "").partition("@")
    if not number.isdecimal():
        return True
    process = int(number)
    if process == os.getpid():
        return owner != this_process()
    if start:
        return _start_of(process) != start
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except PermissionError:
        return False
    except OSError:
        return True
    return False


def _start_of(process: int) -> str:
    """Return when *process* started, in ticks since the machine did; empty where unknown."""
    try:
        status = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        return ""
    # The program's name may hold blanks and brackets; everything after the last one is fields.
    return status.rpartition(b")")[2].split()[_START_FIELD].decode()
