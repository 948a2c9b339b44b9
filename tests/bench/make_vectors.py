"""Make vectors to search in: `python -m tests.bench.make_vectors PATH [ROWS [SIZE]]`."""

from __future__ import annotations

import sys
from pathlib import Path


def make_vectors(path: Path, rows: int = 1_000_000, size: int = 384) -> None:
    """Make the `.npy` file *path* of 32-bit floats, the same each time."""
    import numpy as np

    vectors = np.lib.format.open_memmap(path, "w+", "<f4", (rows, size))
    chance = np.random.default_rng(7)
    for start in range(0, rows, 50_000):
        count = min(50_000, rows - start)
        vectors[start : start + count] = chance.standard_normal((count, size), dtype="f4")
    vectors.flush()


if __name__ == "__main__":
    make_vectors(Path(sys.argv[1]), *map(int, sys.argv[2:]))
