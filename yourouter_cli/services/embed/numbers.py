"""Packed numbers: 32-bit floats as they travel, 16-bit floats where half the size is enough.

Little-endian all of them.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Any

from yourouter_cli.services.embed import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.errors import RequestFailed

FLOAT32, FLOAT16, FLOAT64 = "float32", "float16", "float64"
# What is written; the last kind is only read.
DTYPES = (FLOAT32, FLOAT16)
# The letter of `struct` and the bytes of each kind of number.
CODES = {FLOAT32: "f", FLOAT16: "e", FLOAT64: "d"}
ITEM_BYTES = {dtype: struct.calcsize(f"<{code}") for dtype, code in CODES.items()}
# As numpy and Python write it: a quiet NaN, by which a row without a vector is known.
NAN = {dtype: struct.pack(f"<{CODES[dtype]}", float("nan")) for dtype in DTYPES}


def numpy_name(dtype: str) -> str:
    """Return what numpy calls numbers of the kind *dtype*."""
    return f"<f{ITEM_BYTES[dtype]}"


def unpacked(data: Any, dtype: str) -> Sequence[float]:
    """Return the numbers in *data*, which is packed as *dtype* says."""
    if dtype == FLOAT32 and sys.byteorder == "little":
        return memoryview(data).cast("f").tolist()  # a tenth faster than the general way
    return struct.unpack(f"<{len(data) // ITEM_BYTES[dtype]}{CODES[dtype]}", data)


def narrowed(data: Any) -> bytes:
    """Return packed 32-bit floats as 16-bit floats, rounded to the nearest, ties to even.

    Raises `RequestFailed` for a number that is too large for one.
    """
    try:
        import numpy as np  # 90 ms that float32 does without
    except ImportError:
        return _narrowed_by_hand(data)
    with np.errstate(over="ignore"):
        halves = np.frombuffer(data, "<f4").astype("<f2")
    if not np.isfinite(halves).all():
        raise _too_large()
    return halves.tobytes()


def _narrowed_by_hand(data: Any) -> bytes:
    numbers = unpacked(data, FLOAT32)
    try:
        return struct.pack(f"<{len(numbers)}e", *numbers)
    except OverflowError:
        raise _too_large() from None


def _too_large() -> RequestFailed:
    return wire.wrong("a number that is too large for float16")
