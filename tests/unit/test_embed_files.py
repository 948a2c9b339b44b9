"""What lies on the disk while vectors are made: the store, the journal, the head of an array."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from tests.unit.records import RECORD
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed import journal, npy
from yourouter_cli.services.embed.journal import Journal, Kept, Mark, Record
from yourouter_cli.services.embed.store import WINDOW_BYTES, FileStore, MemoryStore

if TYPE_CHECKING:
    from pathlib import Path


class TestFileStore:
    def test_any_order_and_any_place(self, tmp_path: Path) -> None:
        """What is put can be had, across the windows that are mapped one after the other."""
        store = FileStore(tmp_path / "store", offset=128)
        store.row_bytes = 1000
        rows = {row: bytes([row % 256]) * 1000 for row in range(0, 40_000, 1999)}
        for row in reversed(rows):
            store.put(row, rows[row])
        border = WINDOW_BYTES // 1000 - 1
        store.put(border, b"x" * 3000)
        assert b"x" * 3000 == store.get(border, 3)
        assert rows[1999] == store.get(1999, 1)
        store.copy(1999, 5)
        assert rows[1999] == store.get(5, 1)

        store.finish(20_000, b"head")
        store.close()
        store.close()
        data = (tmp_path / "store").read_bytes()
        assert 128 + 20_000 * 1000 == len(data)
        assert b"head" == data[:4]
        assert rows[1999] == data[128 + 1999 * 1000 :][:1000]

    def test_one_run_at_a_time(self, tmp_path: Path) -> None:
        """A second process, or a second run in this one, is told that there is a first."""
        first = FileStore(tmp_path / "store")
        with pytest.raises(UsageProblem, match="another run is writing"):
            FileStore(tmp_path / "store")
        first.close()
        FileStore(tmp_path / "store").close()

    def test_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        """A place that does not exist is told before anything is sent."""
        with pytest.raises(UsageProblem, match="no such file or directory"):
            FileStore(tmp_path / "missing" / "store")

    def test_clearing(self, tmp_path: Path) -> None:
        """What an earlier run left is forgotten."""
        store = FileStore(tmp_path / "store")
        store.row_bytes = 4
        store.put(0, b"abcd")
        store.clear()
        assert b"" == store.get(0, 1)
        store.put(1, b"efgh")
        assert b"\0\0\0\0efgh" == store.get(0, 2)
        store.close()


class TestMemoryStore:
    def test_the_last_rows_are_kept(self) -> None:
        """Rows within the window can be had, older ones are let go."""
        store = MemoryStore(capacity=0)
        assert 4096 == store.window()
        store.row_bytes = 2
        store.put(5000, b"xxyy")
        store.put(0, b"aabbcc")
        store.copy(5001, 5002)
        assert b"bb" == store.get(1, 1)
        assert b"xxyyyy" == store.get(5000, 3)
        assert b"cc\0\0" == store.get(2, 2)
        store.forget(4098)
        assert b"aabb" == store.get(0, 2)
        store.forget(4099)
        assert b"\0\0" == store.get(0, 1)
        store.forget(9098)
        assert b"\0\0" == store.get(5000, 1)

    def test_the_window_is_as_large_as_memory_allows(self) -> None:
        """Short vectors are kept for more rows."""
        store = MemoryStore(capacity=1_000_000)
        store.row_bytes = 100
        assert 10_000 == store.window()


class TestJournal:
    def test_what_is_written_is_read(self, tmp_path: Path) -> None:
        """Job, records, the last mark and the end are found again."""
        path = tmp_path / "j"
        assert journal.read(path) is None
        written = Journal(path, Kept({"model": "m"}))
        written.add(RECORD)
        written.mark(Mark(1, 3, 99))
        written.add(Record(first=3, rows=1, digest="e", size=2, checksum=0))
        assert 2 == written.count
        kept = journal.read(path)
        assert kept is not None
        assert ({"model": "m"}, 2, Mark(1, 3, 99), False) == (
            kept.job,
            len(kept.records),
            kept.mark,
            kept.is_finished,
        )
        assert RECORD.first == kept.records[0].first
        assert [(2, 400, "no")] == [tuple(failed) for failed in kept.records[0].failed]
        written.finish()
        written.close()
        kept = journal.read(path)
        assert kept is not None
        assert kept.is_finished

    def test_every_cut(self, tmp_path: Path) -> None:
        """Wherever the file is cut, what is whole before the cut holds."""
        path = tmp_path / "j"
        written = Journal(path, Kept({"model": "m"}))
        for first in range(3):
            written.add(Record(first=first, rows=1, digest="", size=1, checksum=0))
        written.close()
        data = path.read_bytes()
        head = data.index(b"\n", data.index(b"\n") + 1) + 1
        counts = []
        for end in range(head, len(data) + 1):
            path.write_bytes(data[:end])
            kept = journal.read(path)
            assert kept is not None
            assert list(range(len(kept.records))) == [record.first for record in kept.records]
            counts.append(len(kept.records))
        assert sorted(counts) == counts
        assert {0, 1, 2, 3} == set(counts)

    @pytest.mark.parametrize("data", [b"", b"{}\n", b"no\n", b'{"journal":99,"job":{}}\n'])
    def test_what_is_no_journal(self, tmp_path: Path, data: bytes) -> None:
        """Another file of that name is not taken for one, and not overwritten either."""
        path = tmp_path / "j"
        path.write_bytes(data)
        with pytest.raises(UsageProblem, match="is no checkpoint of this program"):
            journal.read(path)

    def test_beginning_again_is_one_step(self, tmp_path: Path) -> None:
        """A journal that goes on replaces the old one, and nothing is left beside it."""
        path = tmp_path / "j"
        first = Journal(path, Kept({}))
        first.close()
        Journal(path, Kept({}, [RECORD], Mark(1, 3, 5))).close()
        kept = journal.read(path)
        assert kept is not None
        assert Mark(1, 3, 5) == kept.mark
        assert [path] == list(tmp_path.iterdir())


class TestHead:
    @pytest.mark.parametrize("dtype", ["float32", "float16"])
    @pytest.mark.parametrize("shape", [(0, 0), (3, 8), (10**12, 4096)])
    def test_it_is_read_as_it_was_written(self, dtype: str, shape: tuple[int, int]) -> None:
        """A head is always 128 bytes and says shape and kind."""
        head = npy.head(*shape, dtype)
        assert npy.HEAD_BYTES == len(head)
        assert npy.Shape(*shape, dtype, 128) == npy.read_head(io.BytesIO(head), "a")

    def test_numpy_agrees(self, tmp_path: Path) -> None:
        """What is written here numpy reads, and the other way round."""
        np = pytest.importorskip("numpy")
        data = np.arange(6, dtype="<f4").reshape(2, 3)
        path = tmp_path / "a.npy"
        path.write_bytes(npy.head(2, 3, "float32") + data.tobytes())
        assert (data == np.load(path)).all()
        np.save(tmp_path / "b.npy", data)
        with (tmp_path / "b.npy").open("rb") as file:
            assert (2, 3, "float32") == npy.read_head(file, "b")[:3]

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "no .npy file"),
            (b"\x93NUMPY\x01\x00", "damaged"),
            (b"\x93NUMPY\x01\x00\x04\x00{'a'", "damaged"),
            (npy.head(1, 1, "float32").replace(b"<f4", b"<i4"), "rows of floats are wanted"),
            (npy.head(1, 1, "float32").replace(b"(1, 1)", b"(1,)  "), "rows of floats are wanted"),
            (npy.head(1, 1, "float32").replace(b"False", b"True "), "rows of floats are wanted"),
        ],
    )
    def test_other_files(self, data: bytes, words: str) -> None:
        """What is no table of floats is refused by name."""
        with pytest.raises(UsageProblem, match=words):
            npy.read_head(io.BytesIO(data), "a")


def test_a_full_disk_is_an_error() -> None:
    """When there is no room for vectors, that is told, and nothing crashes."""
    if not os.path.exists("/dev/full"):  # noqa: PTH110 - a device
        pytest.skip("this system has no full device")
    from pathlib import Path

    from yourouter_cli.errors import WriteFailed

    store = FileStore(Path("/dev/full"))
    store.row_bytes = 4
    with pytest.raises(WriteFailed, match="cannot write `/dev/full`"):
        store.put(0, b"abcd")
    store.close()
