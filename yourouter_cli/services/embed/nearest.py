"""Which rows of a file point where a vector points: cosine, over everything, exactly."""

from __future__ import annotations

import struct
from heapq import nlargest
from math import isfinite, sqrt
from operator import mul
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.services.embed.numbers import CODES, ITEM_BYTES, numpy_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from yourouter_cli.services.embed.vectors import Block, Label, VectorsFile

_DIGITS = 6


class Neighbour(NamedTuple):
    """A row, and the cosine of the angle between its vector and the one asked for."""

    score: float
    label: Label


def nearest(file: VectorsFile, query: Sequence[float], top: int) -> list[Neighbour]:
    """Return the *top* rows of *file* closest to *query*, the closest first.

    Rows whose vector has no direction, such as those that are NaN, are passed over. Of equals the
    earlier row comes first.
    """
    score = _scorer(query)
    best: list[tuple[float, int, Label | None]] = []
    for block in file.blocks():
        least = best[-1][0] if len(best) == top else -2.0
        found = [
            (value, -(block.first + place), block.labels[place] if block.labels else None)
            for place, value in score(block, least)
        ]
        if found:
            # Row numbers differ, so that labels are never compared.
            best = nlargest(top, best + found)
    unlabelled = [-row for _, row, label in best if label is None]
    labels = file.labels(unlabelled) if unlabelled else {}
    return [Neighbour(round(value, _DIGITS), label or labels[-row]) for value, row, label in best]


def _scorer(query: Sequence[float]) -> Callable[[Block, float], Iterable[tuple[int, float]]]:
    """Return what yields the places in a block that score more than a bound, and their scores."""
    length = sqrt(sum(map(mul, query, query)))
    unit = [number / length for number in query] if length else list(query)
    try:
        import numpy as np  # 90 ms that other uses of embed do without
    except ImportError:
        return lambda block, least: _by_hand(block, unit, least)
    direction = np.array(unit, np.float32)
    return lambda block, least: _by_numpy(block, direction, least)


def _by_numpy(block: Block, direction: Any, least: float) -> Iterable[tuple[int, float]]:
    import numpy as np  # imported by now

    rows = np.frombuffer(block.data, numpy_name(block.dtype)).reshape(-1, len(direction))
    rows = rows.astype(np.float32, copy=False)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        scores = (rows @ direction) / np.sqrt(np.einsum("ij,ij->i", rows, rows))
    # A comparison with NaN is false.
    places = np.flatnonzero(scores > least)
    return zip(places.tolist(), scores[places].tolist(), strict=True)


def _by_hand(block: Block, direction: list[float], least: float) -> Iterable[tuple[int, float]]:
    size = len(direction)
    unpack = struct.Struct(f"<{size}{CODES[block.dtype]}").unpack_from
    step = size * ITEM_BYTES[block.dtype]
    for place in range(len(block.data) // step):
        row = unpack(block.data, place * step)
        length = sqrt(sum(map(mul, row, row)))
        score = sum(map(mul, row, direction)) / length if length and isfinite(length) else -2.0
        if score > least:
            yield place, score
