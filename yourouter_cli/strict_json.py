"""JSON as the standard has it: no value that another program could not read back."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any


def read(text: str) -> Any:
    """Return the value in *text*; raises `ValueError` also for `NaN`, `Infinity` and `1e999`."""
    return json.loads(text, parse_constant=_refused, parse_float=_finite)


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError(f"{digits[:20]} is beyond all numbers")
    return number
