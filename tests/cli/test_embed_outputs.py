"""`embed` into files, in every form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.embedding import Embedder, numbers, packed, refusal, row, texts_beside
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestFiles:
    @pytest.mark.parametrize("options", [[], ["--batch-size", "1", "--concurrency", "3"]])
    def test_an_array(self, embedding: Program, tmp_path: Path, options: list[str]) -> None:
        """A .npy file is a table of floats, its ids and texts in a file beside it."""
        source, path = tmp_path / "a.jsonl", tmp_path / "a.npy"
        source.write_text('{"id":"x","text":"a"}\n{"id":2,"text":""}\n{"text":"c"}\n{"text":"a"}\n')
        result = embedding("embed", "-i", str(source), "-o", str(path), *options)
        assert ExitCode.PARTIAL == result.code

        np = pytest.importorskip("numpy")
        array = np.load(path)
        assert ((4, 8), np.dtype("<f4")) == (array.shape, array.dtype)
        assert numbers("a") == array[0].tolist() == array[3].tolist()
        assert numbers("c") == array[2].tolist()
        assert np.isnan(array[1]).all()
        beside = [json.loads(line) for line in texts_beside(path)]
        assert [
            {"index": 0, "id": "x", "text": "a"},
            {"index": 1, "id": 2, "text": ""},
            {"index": 2, "id": None, "text": "c"},
            {"index": 3, "id": None, "text": "a"},
        ] == beside
        assert {"a.jsonl", "a.npy", "a.npy.texts.jsonl"} == names(tmp_path)

    def test_an_array_without_numpy(self, embedding: Program, tmp_path: Path) -> None:
        """The file needs nobody's help to be written."""
        path = tmp_path / "a.npy"
        assert ExitCode.DONE == embedding("embed", "a", "b", "-o", str(path)).code
        data = path.read_bytes()
        assert data.startswith(b"\x93NUMPY\x01\x00")
        assert packed("a") + packed("b") == data[128:]

    def test_an_array_whose_first_rows_fail(self, run: Program, tmp_path: Path) -> None:
        """Rows before the first vector are known to have none, too."""
        path = tmp_path / "a.npy"
        decide = Embedder(lambda texts: refusal("no") if "a" in texts else None)
        with decide as gateway:
            words = ["--batch-size", "1", "--concurrency", "1", "-o", str(path)]
            run.at(gateway.base_url)("embed", *words, "", "a", "", "c")
        np = pytest.importorskip("numpy")
        array = np.load(path)
        assert [True, True, True, False] == [bool(np.isnan(row).all()) for row in array]

    def test_an_array_of_halves(self, embedding: Program, tmp_path: Path) -> None:
        """--dtype float16 makes the file half as large."""
        np = pytest.importorskip("numpy")
        path = tmp_path / "a.npy"
        embedding("embed", "a", "", "b", "-o", str(path), "--dtype", "float16")
        array = np.load(path)
        assert np.dtype("<f2") == array.dtype
        assert np.isnan(array[1]).all()
        assert (np.array(numbers("b"), "<f2") == array[2]).all()

    def test_json_lines(self, embedding: Program, tmp_path: Path) -> None:
        """A .jsonl file holds what standard output would; a failed row is not in it."""
        path = tmp_path / "a.jsonl"
        result = embedding("embed", "a", "", "b", "a", "-o", str(path), "--keep-text")
        assert "" == result.stdout
        expected = [row(0, "a", text="a"), row(2, "b", text="b"), row(3, "a", text="a")]
        assert expected == [json.loads(line) for line in path.read_text().splitlines()]
        assert {"a.jsonl"} == names(tmp_path)

    @pytest.mark.parametrize("dtype", ["float32", "float16"])
    def test_parquet(self, embedding: Program, tmp_path: Path, dtype: str) -> None:
        """A .parquet file has the same columns."""
        parquet = pytest.importorskip("pyarrow.parquet")
        source, path = tmp_path / "a.csv", tmp_path / "a.parquet"
        source.write_text("id,text\n1,a\n2,\n3,b\n")
        words = ["-i", str(source), "-o", str(path), "--dtype", dtype, "--keep-text"]
        assert ExitCode.PARTIAL == embedding("embed", *words).code
        table = parquet.read_table(path)
        assert ["index", "id", "embedding", "text"] == table.column_names
        assert [0, 2] == table["index"].to_pylist()
        assert (["1", "3"], ["a", "b"]) == (table["id"].to_pylist(), table["text"].to_pylist())
        assert numbers("b") == pytest.approx(table["embedding"].to_pylist()[1], abs=1e-3)
        assert {"a.csv", "a.parquet"} == names(tmp_path)

    def test_parquet_of_many_rows(self, embedding: Program, tmp_path: Path) -> None:
        """Rows are written in groups as they come."""
        parquet = pytest.importorskip("pyarrow.parquet")
        source, path = tmp_path / "a.txt", tmp_path / "a.parquet"
        source.write_text("".join(f"{number % 700}\n" for number in range(9000)))
        assert ExitCode.DONE == embedding("embed", "-i", str(source), "-o", str(path)).code
        table = parquet.read_table(path)
        assert list(range(9000)) == table["index"].to_pylist()
        embeddings = table["embedding"]
        for place in (0, 699, 700, 4095, 4096, 8999):
            assert numbers(str(place % 700)) == embeddings[place].as_py()

    def test_a_summary_for_programs(self, embedding: Program, tmp_path: Path) -> None:
        """With an output file, --json tells on standard output what became of it."""
        path = tmp_path / "a.npy"
        result = embedding("embed", "-m", "m", "a", "b", "-o", str(path), "--json")
        assert {
            "schema": 1,
            "output": str(path),
            "model": "m",
            "rows": 2,
            "failed": 0,
            "dimensions": 8,
            "requests": 1,
            "usage": {"input_tokens": 2, "cost": None},
        } == result.json


def names(directory: Path) -> set[str]:
    """Return what is in *directory* but the program's home."""
    return {path.name for path in directory.iterdir()} - {"home"}
