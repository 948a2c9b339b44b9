"""Values of settings, and who said them."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple


class Origin(Enum):
    """Who said what a setting is, strongest first."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    PROFILE = "profile"
    DEFAULT = "default"


class Value(NamedTuple):
    """The value of a setting, who said so, and where: "--model", "profile `work`", "default"."""

    value: Any
    origin: Origin
    source: str

    @property
    def variable(self) -> str | None:
        """The environment variable that says it, None when something else does."""
        return self.source if self.origin is Origin.ENVIRONMENT else None
