"""Files of vectors, read in blocks: arrays mapped into memory, JSON lines, Parquet."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed import npy, parquet
from yourouter_cli.services.embed.numbers import FLOAT32, ITEM_BYTES
from yourouter_cli.services.embed.output import texts_of
from yourouter_cli.services.embed.sources import lines_of, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Small enough that the numbers are still in the processor's cache when their length is wanted.
ROWS_IN_BLOCK = 1024
_READ_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Label:
    """What a row is: its index, its id and its text, None where the file does not say."""

    index: int
    id: Any = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows: `data` are their packed numbers, of the kind `dtype`, one row after the other.

    `labels` is None when the rows are only known by their number, from *first* on.
    """

    first: int
    data: Any
    dtype: str
    labels: list[Label] | None = None


class VectorsFile(Protocol):
    """A file of vectors of `size` numbers each."""

    size: int

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in order."""

    def labels(self, rows: list[int], /) -> dict[int, Label]:
        """Return what the rows of these numbers are, where blocks do not say."""


def open_vectors(path: Path) -> VectorsFile:
    """Return the file of vectors at *path*; raises `UsageProblem` when it is none."""
    match path.suffix.lower():
        case ".npy":
            return _Array(path)
        case ".jsonl" | ".ndjson":
            return _JsonLines(path)
        case ".parquet":
            return _Parquet(path)
    raise UsageProblem(
        f"cannot search `{path}`: its kind is unknown (known: .npy, .jsonl, .parquet)"
    )


class _Array:
    """A `.npy` file, and the ids and texts beside it if there are any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with open_file(path) as file:
            self._shape = npy.read_head(file, str(path))
            self.size = self._shape.size
            self._width = ITEM_BYTES[self._shape.dtype]
            end = self._shape.offset + self._shape.rows * self.size * self._width
            file.seek(0, 2)
            if file.tell() < end:
                raise UsageProblem(f"`{path}` is shorter than its head says")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def blocks(self) -> Iterator[Block]:
        step = self.size * self._width
        view = memoryview(self._map)[self._shape.offset :]
        for first in range(0, self._shape.rows, ROWS_IN_BLOCK):
            end = min(first + ROWS_IN_BLOCK, self._shape.rows)
            yield Block(first, view[first * step : end * step], self._shape.dtype)

    def labels(self, rows: list[int]) -> dict[int, Label]:
        found = {row: Label(row) for row in rows}
        texts = texts_of(self._path)
        if not texts.exists():
            return found
        from orjson import loads  # 0.5 ms that an array without texts does without

        for row, line in _lines_at(texts, sorted(rows)):
            try:
                fields = loads(line)
                found[row] = Label(row, fields.get("id"), fields.get("text"))
            except (ValueError, AttributeError):
                continue  # whoever changed that file has lost this text, and no more
        return found


def _lines_at(path: Path, numbers: list[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of the given *numbers*, counted from 0 and in order.

    Whole blocks are passed over by counting their newlines, 10 times as fast as by reading lines.
    """
    wanted = iter(numbers)
    number = next(wanted, None)
    with open_file(path) as file:
        line, rest = 0, b""
        while number is not None and (block := file.read(_READ_BYTES)):
            count = block.count(b"\n")
            if line + count <= number:
                line += count
                rest = block.rpartition(b"\n")[2] if count else rest + block
                continue
            lines = (rest + block).split(b"\n")
            while number is not None and number - line < count:
                yield number, lines[number - line]
                number = next(wanted, None)
            line, rest = line + count, lines[-1]


class _JsonLines:
    """The rows that `embed` writes: index, id, embedding and perhaps text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = 0
        self.size = next((len(row["embedding"]) for row in self._rows()), 0)

    def blocks(self) -> Iterator[Block]:
        data, labels = bytearray(), list[Label]()
        packer = struct.Struct(f"<{self.size}f")
        first = 0
        for number, row in enumerate(self._rows()):
            try:
                data += packer.pack(*row["embedding"])
            except (struct.error, TypeError, OverflowError):
                raise self._damaged(number) from None
            labels.append(Label(row.get("index", number), row.get("id"), row.get("text")))
            if len(labels) == ROWS_IN_BLOCK:
                yield Block(first, bytes(data), FLOAT32, labels)
                first, data, labels = number + 1, bytearray(), []
        if labels:
            yield Block(first, bytes(data), FLOAT32, labels)

    def labels(self, _rows: list[int]) -> dict[int, Label]:
        return {}  # the blocks say what their rows are

    def _rows(self) -> Iterator[dict[str, Any]]:
        from orjson import loads  # 0.5 ms that an array does without

        for number, line in enumerate(lines_of(self._path)):
            if line is None:
                raise self._damaged(number)
            if not line.strip():
                continue
            try:
                row = loads(line)
            except ValueError:
                raise self._damaged(number) from None
            if not isinstance(row, dict) or not isinstance(row.get("embedding"), list):
                raise self._damaged(number)
            yield row

    def _damaged(self, number: int) -> UsageProblem:
        words = f"line {number + 1} holds no embedding"
        if self.size:
            words += f" of {self.size} numbers"
        return UsageProblem(f"cannot search `{self._path}`: {words}")


class _Parquet:
    """The table that `embed` writes: index, id, embedding and perhaps text."""

    def __init__(self, path: Path) -> None:
        library = parquet.arrow("to search Parquet files")
        self._path = path
        try:
            self._file = library.ParquetFile(path)
        except Exception as error:  # pyarrow raises errors of its own and of the system's
            raise UsageProblem(f"cannot read `{path}`: {error}") from error
        self._names = set(self._file.schema_arrow.names)
        if "embedding" not in self._names:
            raise UsageProblem(f"cannot search `{path}`: it has no column `embedding`")
        self.size = next((len(row) for row in self._embeddings(1)), 0)

    def _embeddings(self, count: int) -> Iterator[Any]:
        for batch in self._file.iter_batches(batch_size=count, columns=["embedding"]):
            yield from batch.column("embedding").to_pylist()

    def blocks(self) -> Iterator[Block]:
        import pyarrow as pa  # imported by now

        columns = [name for name in ("index", "id", "embedding", "text") if name in self._names]
        first = 0
        for batch in self._file.iter_batches(batch_size=ROWS_IN_BLOCK, columns=columns):
            numbers = batch.column("embedding").flatten().cast(pa.float32())
            if len(numbers) != batch.num_rows * self.size:
                raise UsageProblem(f"cannot search `{self._path}`: its vectors differ in length")
            width = ITEM_BYTES[FLOAT32]
            start = numbers.offset * width
            data = memoryview(numbers.buffers()[1])[start : start + len(numbers) * width]
            yield Block(first, data, FLOAT32, self._labels(batch, first))
            first += batch.num_rows

    def labels(self, _rows: list[int]) -> dict[int, Label]:
        return {}  # the blocks say what their rows are

    def _labels(self, batch: Any, first: int) -> list[Label]:
        count = batch.num_rows
        numbers: list[int] = list(range(first, first + count))
        indices = batch.column("index").to_pylist() if "index" in self._names else numbers
        ids = batch.column("id").to_pylist() if "id" in self._names else [None] * count
        texts = batch.column("text").to_pylist() if "text" in self._names else [None] * count
        return [Label(*label) for label in zip(indices, ids, texts, strict=True)]
