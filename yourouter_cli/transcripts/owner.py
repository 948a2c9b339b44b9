"""Which process writes a turn, and whether it is still there to finish it."""

from __future__ import annotations

import os
from pathlib import Path

# Positions of state and start time in /proc/PID/stat, counted after the program's name.
_STATE_FIELD, _START_FIELD = 0, 19
# Killed, but not asked about yet by the process that began it; in a container perhaps never.
_DEAD = (b"Z", b"X")


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
    """Return when *process* started, in ticks since the machine did.

    Empty where that is unknown, and for one that has ended.
    """
    try:
        status = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        return ""
    # The program's name may hold blanks and brackets; everything after the last one is fields.
    fields = status.rpartition(b")")[2].split()
    return "" if fields[_STATE_FIELD] in _DEAD else fields[_START_FIELD].decode()
