"""Where vectors are until they are written out: a file that is mapped, or recent memory."""

from __future__ import annotations

import mmap
import os
from bisect import bisect, insort
from typing import TYPE_CHECKING, Any, Protocol

from yourouter_cli.services.embed.files import opened_alone, said

if TYPE_CHECKING:
    from pathlib import Path

# The file grows, and is mapped, in pieces of this size: what is mapped counts as memory.
WINDOW_BYTES = 32 * 1024 * 1024
_ZEROS = bytes(1024 * 1024)
MEMORY_BYTES = 24 * 1024 * 1024
_LEAST_ROWS = 4096


class Store(Protocol):
    """Vectors by row, each of `row_bytes`."""

    row_bytes: int

    def put(self, row: int, data: Any) -> None:
        """Keep the vectors of consecutive rows from *row* on."""

    def get(self, row: int, count: int) -> Any:
        """Return the vectors of *count* rows from *row* on, one after the other."""

    def copy(self, row: int, to: int) -> None:
        """Make the vector of row *to* that of an earlier *row*."""


class FileStore:
    """Vectors in a file after *offset* bytes, in the order of their rows; mapped while written.

    Room on the disk is taken before it is mapped, so that a full disk is an error and no crash.
    One thread at a time may put; any may get what was put.
    """

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset
        self._window: Any = None
        self._number = -1
        self._descriptor = opened_alone(path)
        self._allocated = os.fstat(self._descriptor).st_size
        self.row_bytes = 0

    def clear(self) -> None:
        """Forget what an earlier run left."""
        self._unmap()  # touching what is no longer there would end the process
        with said(self._path):
            os.ftruncate(self._descriptor, 0)
        self._allocated = 0

    def put(self, row: int, data: Any) -> None:
        """Keep the vectors of consecutive rows from *row* on."""
        view = memoryview(data)
        at = self._offset + row * self.row_bytes
        while view:
            number, within = divmod(at, WINDOW_BYTES)
            size = min(len(view), WINDOW_BYTES - within)
            self._mapped(number)[within : within + size] = view[:size]
            view, at = view[size:], at + size

    def get(self, row: int, count: int) -> bytes:
        """Return the vectors of *count* rows from *row* on, one after the other."""
        at, size = self._offset + row * self.row_bytes, count * self.row_bytes
        with said(self._path):
            if hasattr(os, "pread"):
                return os.pread(self._descriptor, size, at)
            os.lseek(self._descriptor, at, os.SEEK_SET)
            return os.read(self._descriptor, size)

    def copy(self, row: int, to: int) -> None:
        """Make the vector of row *to* that of an earlier *row*."""
        self.put(to, self.get(row, 1))

    def sync(self) -> None:
        """Return once everything is on the disk."""
        with said(self._path):
            os.fsync(self._descriptor)

    def finish(self, rows: int, head: bytes = b"") -> None:
        """Cut the file to *rows* rows, write *head* at its beginning, and sync it."""
        self._unmap()
        with said(self._path):
            os.ftruncate(self._descriptor, self._offset + rows * self.row_bytes)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, head)
        self.sync()

    def close(self) -> None:
        """Let go of the file; safe to call again."""
        self._unmap()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _mapped(self, number: int) -> Any:
        """Return the mapping of window *number*; there is one at a time."""
        if number != self._number:
            self._unmap()
            start = number * WINDOW_BYTES
            with said(self._path):
                self._take_room(start + WINDOW_BYTES)
                self._window = mmap.mmap(self._descriptor, WINDOW_BYTES, offset=start)
            self._number = number
        return self._window

    def _take_room(self, end: int) -> None:
        if end <= self._allocated:
            return
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._descriptor, self._allocated, end - self._allocated)
        else:
            os.lseek(self._descriptor, self._allocated, os.SEEK_SET)
            for _ in range(self._allocated, end, len(_ZEROS)):
                os.write(self._descriptor, _ZEROS)
        self._allocated = end

    def _unmap(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window, self._number = None, -1


class MemoryStore:
    """The vectors of the last rows; `window` says how many rows back one can still be had.

    They are kept in the pieces in which they came: one object for each would scatter the memory.
    """

    def __init__(self, capacity: int = MEMORY_BYTES) -> None:
        self._capacity = capacity
        self._firsts: list[int] = []
        self._pieces: dict[int, bytes] = {}
        self._copies: dict[int, int] = {}
        self.row_bytes = 0

    def window(self) -> int:
        """Return how many rows before the one that comes next are kept."""
        if not self.row_bytes:
            return _LEAST_ROWS
        return max(_LEAST_ROWS, self._capacity // self.row_bytes)

    def put(self, row: int, data: Any) -> None:
        """Keep the vectors of consecutive rows from *row* on."""
        insort(self._firsts, row)
        self._pieces[row] = bytes(data)

    def get(self, row: int, count: int) -> bytes:
        """Return the vectors of *count* rows from *row* on; zeros for one that has none."""
        copies = self._copies
        return b"".join([self._row(copies.get(each, each)) for each in range(row, row + count)])

    def copy(self, row: int, to: int) -> None:
        """Make the vector of row *to* that of an earlier *row*."""
        self._copies[to] = row

    def forget(self, row: int) -> None:
        """Let go of what lies more than a window before *row*, which comes next."""
        oldest = row - self.window()
        while self._firsts and self._end(self._firsts[0]) <= oldest:
            del self._pieces[self._firsts.pop(0)]
        while self._copies and (first := next(iter(self._copies))) < row:
            del self._copies[first]

    def _end(self, first: int) -> int:
        return first + len(self._pieces[first]) // self.row_bytes

    def _row(self, row: int) -> Any:
        at = bisect(self._firsts, row) - 1
        if at >= 0 and row < self._end(first := self._firsts[at]):
            start = (row - first) * self.row_bytes
            return memoryview(self._pieces[first])[start : start + self.row_bytes]
        return bytes(self.row_bytes)
