"""What is found where vectors are to go, and what becomes of it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from tests.unit.records import RECORD
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed import npy
from yourouter_cli.services.embed.journal import Journal, Kept, Record
from yourouter_cli.services.embed.output import Output, Plan, found

if TYPE_CHECKING:
    from pathlib import Path


def plan(path: Path, **identity: object) -> Plan:
    """Return a plan for *path*."""
    return Plan(path, "float32", keep_text=False, identity={"inputs": [["a", "1"]], **identity})


class TestFound:
    def test_nothing(self, tmp_path: Path) -> None:
        """Where nothing is, the work begins, with --resume as well."""
        for resume in (False, True):
            assert found(plan(tmp_path / "a.npy"), resume=resume, force=False) is None

    def test_a_finished_output(self, tmp_path: Path) -> None:
        """It is overwritten with --force only; --resume has nothing to do."""
        there = plan(tmp_path / "a.npy")
        there.path.write_bytes(b"x")
        with pytest.raises(UsageProblem, match="exists already") as raised:
            found(there, resume=False, force=False)
        assert ("the same command with --force",) == raised.value.hints
        assert found(there, resume=False, force=True) is None
        kept = found(there, resume=True, force=False)
        assert kept is not None
        assert kept.is_finished

    def test_an_unfinished_one(self, tmp_path: Path) -> None:
        """It is gone on with by --resume, begun anew by --force, and not forgotten otherwise."""
        there = plan(tmp_path / "a.npy")
        there.part.write_bytes(b"")
        Journal(there.checkpoint, Kept(there.identity, [RECORD])).close()
        with pytest.raises(UsageProblem, match="an unfinished run of"):
            found(there, resume=False, force=False)
        assert found(there, resume=False, force=True) is None
        for force in (False, True):
            kept = found(there, resume=True, force=force)
            assert kept is not None
            assert 1 == len(kept.records)
        there.part.unlink()
        with pytest.raises(UsageProblem, match="is gone"):
            found(there, resume=True, force=False)

    def test_something_else_of_that_name(self, tmp_path: Path) -> None:
        """What is no checkpoint is in the way until --force says that it is not."""
        there = plan(tmp_path / "a.npy")
        there.checkpoint.write_bytes(b"mine")
        with pytest.raises(UsageProblem, match="is no checkpoint") as raised:
            found(there, resume=True, force=False)
        assert ("the same command with --force",) == raised.value.hints
        assert found(there, resume=False, force=True) is None

    def test_one_that_holds_nothing(self, tmp_path: Path) -> None:
        """A run that was stopped before anything was done is as if it had not been."""
        there = plan(tmp_path / "a.npy")
        Journal(there.checkpoint, Kept(there.identity)).close()
        assert found(there, resume=False, force=False) is None

    @pytest.mark.parametrize(
        ("then", "now", "words"),
        [
            ({"model": "a"}, {"model": "b"}, "model was `a` and is `b`"),
            ({"dimensions": None}, {"dimensions": 5}, "dimensions was not given and is `5`"),
            ({"inputs": [["x", "1"]]}, {"inputs": [["x", "2"]]}, "the input `x` has changed"),
            ({"inputs": [["x", "1"]]}, {"inputs": []}, "the inputs were 1 and are 0"),
            ({"inputs": [["x", "1"]]}, {"inputs": [["y", "1"]]}, None),
        ],
    )
    def test_what_has_changed(
        self, tmp_path: Path, then: dict[str, object], now: dict[str, object], words: str | None
    ) -> None:
        """Another model, size or input is told by name; a file may have moved."""
        before, after = plan(tmp_path / "a.npy", **then), plan(tmp_path / "a.npy", **now)
        before.part.write_bytes(b"")
        Journal(before.checkpoint, Kept(before.identity, [RECORD])).close()
        if words is None:
            assert found(after, resume=True, force=False)
            return
        with pytest.raises(UsageProblem) as raised:
            found(after, resume=True, force=False)
        assert f"cannot go on with `{after.path}`: {words}" == raised.value.message

    @pytest.mark.parametrize("ending", [".npy", ".jsonl", ".parquet"])
    @pytest.mark.parametrize("renamed", [False, True])
    def test_killed_at_the_very_end(self, tmp_path: Path, ending: str, *, renamed: bool) -> None:
        """A complete output that only lacked its name gets it, and nothing stays beside it."""
        there = plan(tmp_path / f"a{ending}")
        done = Journal(there.checkpoint, Kept(there.identity, [RECORD]))
        done.finish()
        done.close()
        if ending != ".npy":
            there.vectors.write_bytes(b"")
        (there.path if renamed else there.part).write_bytes(b"x")
        kept = found(there, resume=True, force=False)
        assert kept is not None
        assert kept.is_finished
        assert [there.path] == list(tmp_path.iterdir())
        assert b"x" == there.path.read_bytes()

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("a.txt", "its kind is unknown"),
            ("missing/a.npy", "no such directory"),
            ("d.npy", "is a directory"),
            ("x" * 300 + ".npy", "file name too long"),
        ],
    )
    def test_where_no_output_can_be(self, tmp_path: Path, name: str, words: str) -> None:
        """A name that cannot become an output is refused at once."""
        (tmp_path / "d.npy").mkdir()
        with pytest.raises(UsageProblem, match=words):
            plan(tmp_path / name)


def test_vectors_that_a_crash_of_the_system_lost_are_made_again(tmp_path: Path) -> None:
    """What came after the last mark holds only when its checksum does."""
    from zlib import crc32

    there = plan(tmp_path / "a.npy")
    output = Output(there, None)
    output.store.row_bytes = 4
    records = []
    for first in range(3):
        data = struct.pack("<f", first + 1.0)
        output.store.put(first, data)
        records.append(
            Record(
                first=first, rows=1, digest="", size=1, checksum=crc32(data), stored=[(first, 1)]
            )
        )
        output.journal.add(records[-1])
    output.leave()
    with there.part.open("r+b") as file:
        file.seek(npy.HEAD_BYTES + 4)
        file.write(bytes(4))

    again = Output(there, found(there, resume=True, force=False))
    assert [0, 2] == [record.first for record in again.records]
    again.leave()
