"""Vectors from words: texts that share words, or parts of words, point in similar directions."""

from __future__ import annotations

from array import array
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NATIVE_SIZE = 384
CACHED_WORDS = 10_000


def vector(words: Iterable[str], size: int) -> array[float]:
    """Return the vector of a text, of length 1, as *size* 32-bit floats."""
    sums: dict[int, float] = {}
    for word in words:
        for place, weight in _places_of(word, size):
            sums[place] = sums.get(place, 0.0) + weight
    length = sqrt(sum([number * number for number in sums.values()]))
    numbers = array("f", bytes(4 * size))
    if not length:
        numbers[0] = 1.0
        return numbers
    for place, number in sums.items():
        numbers[place] = number / length
    return numbers


@lru_cache(CACHED_WORDS)
def _places_of(word: str, size: int) -> tuple[tuple[int, float], ...]:
    """Return which numbers of a vector of *size* a word changes, and by how much.

    A word has three places for itself, so that two words hardly share all of them, and one for
    every three letters in a row, so that `boat` and `boats` are no strangers.
    """
    marked = f"^{word}$"
    places = [*_hashed(word, 3, size, 1.0)]
    for trigram in sorted({marked[at : at + 3] for at in range(len(word))}):
        places += _hashed(trigram, 1, size, 0.7)
    return tuple(places)


def _hashed(text: str, count: int, size: int, weight: float) -> Iterator[tuple[int, float]]:
    state = crc32(text.encode("utf-8", "surrogatepass"))
    for _ in range(count):
        # A linear congruential generator; its high bits are the random ones.
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield (state >> 8) % size, weight if state >> 31 else -weight
