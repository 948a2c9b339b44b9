"""Checks in the Test Anything Protocol, version 14, each as soon as it is done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yourouter_cli.render.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.checks import Check


def tap_head(count: int) -> str:
    """Return the first lines: the version, and a plan for *count* checks."""
    return f"TAP version 14\n1..{count}\n"


def tap_point(number: int, check: Check, details: Mapping[str, Any]) -> str:
    """Return the lines of *check*, the one with this *number*, counted from 1.

    What is known besides is a block of YAML: the words, and those *details* that are not None.
    """
    verdict = "not ok" if check.status == "fail" else "ok"
    line = f"{verdict} {number} - {_escaped(check.name)}"
    if check.status == "skip":
        return f"{line} # SKIP {_escaped(check.detail)}\n"
    known = {"message": check.detail or None, "fix": check.fix, "duration_ms": check.ms, **details}
    block = [
        # JSON on one line is YAML.
        f"  {name}: {json.dumps(_cleaned(value), ensure_ascii=False)}\n"
        for name, value in known.items()
        if value is not None
    ]
    return "".join([f"{line}\n", "  ---\n", *block, "  ...\n"] if block else [f"{line}\n"])


def _escaped(text: str) -> str:
    return clean_line(text).replace("\\", "\\\\").replace("#", "\\#")


def _cleaned(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value
