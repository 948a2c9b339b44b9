"""How long a model may think: what the levels of `--reasoning` are on the APIs that count tokens.

| level   | tokens |
| ------- | ------ |
| none    |      0 |
| minimal |  1,024 |
| low     |  2,048 |
| medium  |  8,192 |
| high    | 16,384 |
| xhigh   | 20,480 |
| max     | 24,000 |
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yourouter_cli.conversation import ReasoningLevel

# 1,024 is the least that Messages takes. With 8,000 tokens for an answer the most is 32,000, where
# the smallest model that thinks stops writing; Gemini's smallest stops thinking at 24,576.
BUDGETS: dict[ReasoningLevel, int] = {
    "none": 0,
    "minimal": 1024,
    "low": 2048,
    "medium": 8192,
    "high": 16384,
    "xhigh": 20480,
    "max": 24000,
}
# `claude-3-7-sonnet-20250219`, `claude-sonnet-4-20250514`, `claude-opus-4-6`; a date is no version.
_CLAUDE = re.compile(r"claude-(?:[a-z]+-)?(\d)(?:[-.](\d{1,2})(?!\d))?")


def claude_version(model: str) -> tuple[int, int]:
    """Return the version in the name of a Claude model, (0, 0) for any other model."""
    found = _CLAUDE.search(model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
