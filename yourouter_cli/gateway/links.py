"""Links that carry their own permission: shown without it, and followed only where that is safe."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from yourouter_cli.gateway.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

_QUERY = re.compile(r"\?[^\s\"'>]+")
_PASSWORD = re.compile(r"(://)[^/\s@]+@")
# Later than this no link is valid; a smaller number of seconds is a life, not a date.
_EARLIEST, _LATEST = 1_000_000_000, 10_000_000_000
_STAMPED = ("x-tos", "x-amz")


def masked(text: str) -> str:
    """Return *text*, a link or a line that has some in it, with every query made unreadable."""
    return _PASSWORD.sub(rf"\1{MASK}@", _QUERY.sub(f"?{MASK}", text))


def origin(link: str) -> str:
    """Return the scheme, host and port of *link*, as they are written there."""
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"


def path_in(link: str) -> str | None:
    """Return the path in *link*, which may tell what it leads to; None when it is no link."""
    try:
        parts = urlsplit(link)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return None
    return parts.path if parts.hostname else None


def is_safe(link: str, *, is_loopback: Callable[[str], bool]) -> bool:
    """Tell whether *link* may be fetched: https anywhere, plain http on this machine only."""
    try:
        parts = urlsplit(link)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(link))


def followed(link: str, location: str, *, is_loopback: Callable[[str], bool]) -> str:
    """Return where *link* leads when it is answered with a redirect to *location*.

    Raises `ValueError`, saying why, for what is not to be followed: https never leads to http.
    """
    try:
        target = urljoin(link, location)
    except ValueError:
        target = ""
    if not location or not target:
        raise ValueError("it redirects nowhere")
    if not is_safe(target, is_loopback=is_loopback):
        raise ValueError(f"it redirects to {masked(target)}, which is not https")
    if target.startswith("http:") and not link.startswith("http:"):
        raise ValueError(f"it redirects from https to {masked(target)}")
    return target


def expiry(link: str) -> float | None:
    """Return when *link* ends by its own account, in seconds since the epoch, if it says so."""
    try:
        query = {
            name.lower(): values[-1] for name, values in parse_qs(urlsplit(link).query).items()
        }
    except ValueError:
        return None
    for prefix in _STAMPED:
        begin, life = query.get(f"{prefix}-date"), query.get(f"{prefix}-expires", "")
        if begin and life.isascii() and life.isdigit():
            return _stamp(begin, int(life))
    date = query.get("expires", "")
    if date.isascii() and date.isdigit() and _EARLIEST < int(date[:12]) < _LATEST:
        return float(date[:12])
    return None


def _stamp(text: str, life: int) -> float | None:
    try:
        begin = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return begin.timestamp() + min(life, _LATEST)
