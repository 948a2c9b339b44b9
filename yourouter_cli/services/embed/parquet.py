"""Parquet: read as rows, written as index, id, embedding and text; needs the extra `data`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed.files import said
from yourouter_cli.services.embed.numbers import FLOAT32

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.services.embed.sinks import Settled

_ROWS_IN_GROUP = 4096


def arrow(purpose: str) -> Any:
    """Return `pyarrow.parquet`; raises `UsageProblem` naming the extra that brings it."""
    try:
        import pyarrow.parquet  # 250 ms and 60 MB that other files do without
    except ImportError:
        raise UsageProblem(
            f"pyarrow is needed {purpose}", hints="pip install 'yourouter-cli[data]'"
        ) from None
    return pyarrow.parquet


class ParquetFile:
    """A Parquet table: index, id, embedding, and with *keep_text* the text; begun anew always."""

    def __init__(self, path: Path, dtype: str, *, keep_text: bool) -> None:
        self.length = 0
        self._path = path
        self._dtype = dtype
        self._keep_text = keep_text
        self._indices: list[int] = []
        self._ids: list[str | None] = []
        self._texts: list[str] = []
        self._data: list[bytes] = []
        self._writer: Any = None
        self._library = arrow("to write Parquet files")

    def write(self, settled: Settled) -> None:
        """Take the next rows; groups of a fixed number of them are written."""
        step = settled.row_bytes
        for place, row in enumerate(settled.rows):
            if place in settled.failed:
                continue
            self._indices.append(settled.first + place)
            self._ids.append(None if row.id is None else str(row.id))
            self._texts.append(row.text)
            self._data.append(bytes(settled.data[place * step : (place + 1) * step]))
            if len(self._indices) == _ROWS_IN_GROUP:
                self._write_group()

    def finish(self) -> None:
        """Write the last group and the end of the file."""
        self._write_group()
        with said(self._path):
            self._writer.close()

    def sync(self) -> None:
        """Do nothing: before its end is written the file is worth nothing."""

    def close(self) -> None:
        """Let go of the file; safe to call again."""
        if self._writer is not None:
            self._writer.close()

    def _write_group(self) -> None:
        import pyarrow as pa  # imported by now

        kind = pa.float32() if self._dtype == FLOAT32 else pa.float16()
        data = b"".join(self._data)
        width = kind.bit_width // 8
        size = len(self._data[0]) // width if self._data else 0
        numbers = pa.Array.from_buffers(kind, len(data) // width, [None, pa.py_buffer(data)])
        columns = {
            "index": pa.array(self._indices, pa.int64()),
            "id": pa.array(self._ids, pa.string()),
            "embedding": _lists(numbers, size, len(self._data)),
        }
        if self._keep_text:
            columns["text"] = pa.array(self._texts, pa.string())
        table = pa.table(columns)
        with said(self._path):
            if self._writer is None:
                self._writer = self._library.ParquetWriter(self._path, table.schema)
            if self._indices:
                self._writer.write_table(table)
        self._indices, self._ids, self._texts, self._data = [], [], [], []


def _lists(numbers: Any, size: int, count: int) -> Any:
    """Return *numbers* as *count* lists of *size* each."""
    import pyarrow as pa  # imported by now

    offsets = pa.array(range(0, (count + 1) * size, size) if size else [0] * (count + 1))
    return pa.ListArray.from_arrays(offsets.cast(pa.int32()), numbers)
