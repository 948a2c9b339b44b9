"""The head of a `.npy` file: what numpy writes before the numbers, and how it is read."""

from __future__ import annotations

import ast
import struct
from typing import IO, NamedTuple

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed.numbers import ITEM_BYTES, numpy_name

MAGIC = b"\x93NUMPY"
# Always this long, so that it can be written last, when the number of rows is known.
HEAD_BYTES = 128
_DTYPES = {numpy_name(dtype): dtype for dtype in ITEM_BYTES}
_LONGEST_HEAD = 65536


class Shape(NamedTuple):
    """What the head says: rows, numbers a row, their kind, and where they begin."""

    rows: int
    size: int
    dtype: str
    offset: int


def head(rows: int, size: int, dtype: str) -> bytes:
    """Return the head of an array of *rows* rows of *size* numbers, row after row."""
    words = (
        f"{{'descr': '{numpy_name(dtype)}', 'fortran_order': False, 'shape': ({rows}, {size}), }}"
    )
    length = HEAD_BYTES - len(MAGIC) - 4
    text = words.ljust(length - 1) + "\n"
    return MAGIC + b"\x01\x00" + struct.pack("<H", length) + text.encode("ascii")


def read_head(file: IO[bytes], name: str) -> Shape:
    """Return the shape of the array in *file*, which is at its beginning.

    Raises `UsageProblem` for what is no table of little-endian floats in rows.
    """
    magic = file.read(8)
    if magic[:6] != MAGIC:
        raise UsageProblem(f"`{name}` is no .npy file")
    code, size = ("<H", 2) if magic[6] == 1 else ("<I", 4)
    try:
        (length,) = struct.unpack(code, file.read(size))
        if length > _LONGEST_HEAD:
            raise ValueError("too long")
        fields = ast.literal_eval(file.read(length).decode("latin-1").strip())
        dtype, shape = fields["descr"], fields["shape"]
        is_by_column = fields["fortran_order"]
    except (struct.error, ValueError, SyntaxError, KeyError, TypeError):
        raise UsageProblem(f"`{name}` is a damaged .npy file") from None
    if dtype not in _DTYPES or len(shape) != 2 or is_by_column:  # noqa: PLR2004 - rows and columns
        raise UsageProblem(
            f"`{name}` holds {dtype} numbers of shape {shape}; rows of floats are wanted"
        )
    return Shape(shape[0], shape[1], _DTYPES[dtype], len(magic) + size + length)
