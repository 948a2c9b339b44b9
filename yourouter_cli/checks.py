"""A check and what came of it: what commands that check things hand to whatever shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

# A warning is worth knowing and fails nothing; what was skipped says nothing either way.
Status = Literal["ok", "warn", "fail", "skip"]


class Finding(NamedTuple):
    """What a check found: in words, and as a command that may mend it.

    `ms` is how long it took, where that is not the time of the check itself.
    """

    status: Status
    detail: str
    fix: str | None = None
    ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check; `ms` is how long it took, None when nothing was done."""

    name: str
    status: Status
    ms: float | None = None
    detail: str = ""
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Checks made together under one name; `began` in seconds since the epoch, `seconds` in all."""

    name: str
    checks: tuple[Check, ...]
    began: float
    seconds: float

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.status == "fail")
