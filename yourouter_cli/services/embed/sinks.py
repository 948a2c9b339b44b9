"""How vectors are written out, in the order of their rows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from yourouter_cli.services.embed.files import said
from yourouter_cli.services.embed.numbers import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from yourouter_cli.services.embed.send import RowFailure
    from yourouter_cli.services.embed.sources import Row

_PIECE_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Settled:
    """Consecutive rows from *first* on, and what became of each.

    `data` holds their vectors one after the other, `row_bytes` each; `failed` names the places
    among `rows` of those that have none, where `data` means nothing.
    """

    first: int
    rows: Sequence[Row]
    data: Any
    row_bytes: int
    failed: Mapping[int, RowFailure]


class Sink(Protocol):
    """Takes rows in order; `length` is how much was written, in whatever can be cut to it."""

    length: int

    def write(self, settled: Settled) -> None:
        """Take the next rows."""

    def finish(self) -> None:
        """Complete what was written: nothing more comes."""

    def sync(self) -> None:
        """Return once what was written is on the disk."""

    def close(self) -> None:
        """Let go of what is open; safe to call again."""


class Form:
    """How a row looks as JSON."""

    def __init__(self, dtype: str, *, keep_text: bool) -> None:
        from orjson import OPT_APPEND_NEWLINE, dumps  # 0.5 ms that --dry-run does without

        self._dumps = dumps
        self._newline = OPT_APPEND_NEWLINE
        self._dtype = dtype
        self._keep_text = keep_text

    def lines(self, settled: Settled) -> Iterator[bytes]:
        """Yield a line for each row that has a vector."""
        view, step = memoryview(settled.data), settled.row_bytes
        for place, row in enumerate(settled.rows):
            if place in settled.failed:
                continue
            numbers = unpacked(view[place * step : (place + 1) * step], self._dtype)
            line = {"index": settled.first + place, "id": row.id, "embedding": numbers}
            if self._keep_text:
                line["text"] = row.text
            yield self._dumps(line, option=self._newline)


def gathered(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield *lines* in pieces worth a write each.

    They are no larger: memory of more than 128 KB is taken from the system each time anew.
    """
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _PIECE_BYTES:
            yield b"".join(held) if len(held) > 1 else line
            held, size = [], 0
    if held:
        yield b"".join(held)


class JsonStream:
    """JSON lines, or with *as_list* one list, given to *write* as they come."""

    def __init__(
        self, write: Callable[[bytes], None], form: Form, *, as_list: bool = False
    ) -> None:
        self.length = 0
        self._write = write
        self._form = form
        self._as_list = as_list
        self._open = b"["

    def write(self, settled: Settled) -> None:
        """Write the next rows."""
        lines = self._form.lines(settled)
        for piece in gathered(self._listed(lines) if self._as_list else lines):
            self._write(piece)

    def _listed(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        for line in lines:
            yield self._open + line
            self._open = b","

    def finish(self) -> None:
        """Close the list."""
        if self._as_list:
            self._write(b"]\n" if self._open == b"," else b"[]\n")

    def sync(self) -> None:
        """Do nothing: what was written belongs to the reader."""

    def close(self) -> None:
        """Do nothing, as above."""


class AppendedFile:
    """A file of lines that goes on after *length* bytes; *lines_of* says what they are."""

    def __init__(
        self, path: Path, length: int, lines_of: Callable[[Settled], Iterable[bytes]]
    ) -> None:
        self.length = length
        self._path = path
        self._lines_of = lines_of
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        with said(path):
            self._file = os.fdopen(os.open(path, flags, 0o666), "r+b")
            self._file.truncate(length)
            self._file.seek(length)

    def write(self, settled: Settled) -> None:
        """Write the next rows through to the system."""
        length = self.length
        with said(self._path):
            for piece in gathered(self._lines_of(settled)):
                self._file.write(piece)
                length += len(piece)
            self._file.flush()
        self.length = length

    def finish(self) -> None:
        """Do nothing: lines are complete as they are."""

    def sync(self) -> None:
        """Return once what was written is on the disk."""
        with said(self._path):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file; safe to call again."""
        self._file.close()


def text_lines(settled: Settled) -> Iterator[bytes]:
    """Yield a line with index, id and text for each row: what an array of numbers cannot hold."""
    from orjson import OPT_APPEND_NEWLINE, dumps  # 0.5 ms that --dry-run does without

    for index, row in enumerate(settled.rows, settled.first):
        yield dumps({"index": index, "id": row.id, "text": row.text}, option=OPT_APPEND_NEWLINE)
