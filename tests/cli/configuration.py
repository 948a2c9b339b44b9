"""The configuration file, as the tests of `yourouter config` read and write it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-canary-2718281828459045"


def profiles(file: Path) -> dict[str, Any]:
    """Return the profiles in *file*."""
    found: dict[str, Any] = tomllib.loads(file.read_text())["profiles"]
    return found


def write(file: Path, text: str) -> None:
    """Write *text* as the configuration."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)
