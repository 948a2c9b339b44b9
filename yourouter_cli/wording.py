"""Times, durations, sizes and reasons in words."""

from __future__ import annotations

import time

_STEP = 1000
_MINUTE = 60


def moment(seconds: float) -> str:
    """Return a time, in seconds since the epoch, in UTC to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def duration(seconds: float) -> str:
    """Return *seconds* as minutes and seconds, with hours where there are some: `0:42`."""
    minutes, rest = divmod(max(0, int(seconds)), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes}:{rest:02}"
    return f"{minutes // _MINUTE}:{minutes % _MINUTE:02}:{rest:02}"


def span(milliseconds: float | None) -> str:
    """Return a time that is mostly below a second: `320 ms`, `1.2 s`; nothing for None."""
    if milliseconds is None:
        return ""
    if milliseconds < _STEP:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / _STEP:.1f} s"


def size(count: float) -> str:
    """Return a number of bytes in the unit that suits it: `1.2 MB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < _STEP:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} TB"


def reason_of(error: Exception) -> str:
    """Return in a few words, as the system has them, why something could not be done."""
    return (getattr(error, "strerror", None) or str(error)).lower()
