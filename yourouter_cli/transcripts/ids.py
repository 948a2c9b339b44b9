"""Names of conversations: short, unique, and in the order in which they were begun."""

from __future__ import annotations

import os

# Crockford's base 32: no letter that could be read as another sign.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_CHARACTERS = 7  # seconds since the epoch, for the next thousand years
_CHANCE_CHARACTERS = 3
# What begins like an id comes, in the order of ids, before the same with this behind it.
LAST_CHARACTER = "\U0010ffff"


def new_id(seconds: float) -> str:
    """Return an id for what begins at *seconds* since the epoch; chance keeps a second's apart."""
    return _spelled(int(seconds), _TIME_CHARACTERS) + _spelled(
        int.from_bytes(os.urandom(2)), _CHANCE_CHARACTERS
    )


def normalized(typed: str) -> str:
    """Return what *typed*, an id or the beginning of one, means: case does not matter."""
    return typed.strip().lower()


def _spelled(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
