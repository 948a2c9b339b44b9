"""What the headers of a reply say about a file and the part of it that is being sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18})")
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,18})")
_DIGITS = re.compile(r"\d{1,18}")
_NO_FILE = ("text/html", "text/xml", "application/json", "application/xml", "application/xhtml")


def part_sent(headers: Mapping[str, str]) -> tuple[int, int] | None:
    """Return where the part that is sent begins, and the size of the whole; None for no part."""
    found = _RANGE.fullmatch(headers.get("content-range", ""))
    return (int(found[1]), int(found[2])) if found else None


def size_refused(headers: Mapping[str, str]) -> int | None:
    """Return the size of the whole, as a reply says that has nothing of the part asked for."""
    found = _UNSATISFIED.fullmatch(headers.get("content-range", ""))
    return int(found[1]) if found else None


def size_sent(headers: Mapping[str, str]) -> int | None:
    """Return the size of a whole file, None where that is not known before its end."""
    found = _DIGITS.fullmatch(headers.get("content-length", ""))
    return int(found[0]) if found else None


def packing(headers: Mapping[str, str]) -> str | None:
    """Return how a file is packed for its way, None when it is not.

    Ranges and sizes would be of the packed file, and a film that can be packed is none.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    return None if encoding in {"", "identity"} else encoding[:40]


def strong_etag(headers: Mapping[str, str]) -> str | None:
    """Return the ETag, unless it stands for files that look the same, byte for byte or not."""
    etag = headers.get("etag", "")
    return etag if etag.startswith('"') else None


def wrong_type(headers: Mapping[str, str]) -> str | None:
    """Return the media type where it is that of a page or a message instead of a film."""
    kind = headers.get("content-type", "").lower()
    return kind.partition(";")[0].strip() if kind.startswith(_NO_FILE) else None
