"""`embed --nearest`: the rows of a file that point where a text points."""

from __future__ import annotations

import json
import sys
from math import sqrt
from typing import TYPE_CHECKING

import pytest

from tests.embedding import Embedder, numbers
from yourouter_cli.errors import ExitCode
from yourouter_cli.services.embed import npy
from yourouter_cli.services.embed.nearest import nearest
from yourouter_cli.services.embed.vectors import open_vectors

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program

TEXTS = [f"text {number}" for number in range(3000)]
ENDINGS = [".npy", ".jsonl", ".parquet"]


@pytest.fixture(params=[True, False], ids=["numpy", "by hand"])
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute once with numpy and once without."""
    if request.param:
        pytest.importorskip("numpy")
    else:
        monkeypatch.setitem(sys.modules, "numpy", None)


def made(program: Program, path: Path, texts: list[str], *further: str) -> Path:
    """Embed *texts*, each with an id, into *path* and return it."""
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow")
    source = path.with_name("source.jsonl")
    lines = [json.dumps({"id": f"id {place}", "text": text}) for place, text in enumerate(texts)]
    source.write_text("\n".join(lines))
    result = program("embed", "-i", str(source), "-o", str(path), "--keep-text", "-q", *further)
    assert result.code in {ExitCode.DONE, ExitCode.PARTIAL}, result.stderr
    return path


def cosine(one: list[float], other: list[float]) -> float:
    """Return the cosine of the angle between two vectors."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / sqrt(sum(a * a for a in one) * sum(b * b for b in other))


def expected(query: str, texts: list[str], top: int) -> list[tuple[float, int]]:
    """Return the scores and rows that ought to be found."""
    wanted = numbers(query)
    scored = [(cosine(wanted, numbers(text)), -row) for row, text in enumerate(texts) if text]
    return [(score, -row) for score, row in sorted(scored, reverse=True)[:top]]


@pytest.mark.usefixtures("_both_ways")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_closest_rows(embedding: Program, tmp_path: Path, ending: str) -> None:
    """Score, index, id and text of the closest rows, the closest first, whatever the file."""
    texts = [*TEXTS[:1500], "", *TEXTS[1500:]]
    path = made(embedding, tmp_path / f"a{ending}", texts)
    result = embedding("embed", "needle", "--nearest", str(path), "--top", "7", "-q")
    assert ExitCode.DONE == result.code, result.stderr
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    wanted = expected("needle", texts, 7)
    assert [row for _, row in wanted] == [int(row[1]) for row in rows]
    assert [score for score, _ in wanted] == pytest.approx(
        [float(row[0]) for row in rows], abs=2e-6
    )
    assert [[f"id {row}", texts[row]] for _, row in wanted] == [row[2:] for row in rows]


@pytest.mark.usefixtures("_both_ways")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_arrays_of_either_kind(embedding: Program, tmp_path: Path, dtype: str) -> None:
    """Half-size numbers are searched as well."""
    path = made(embedding, tmp_path / "a.npy", TEXTS[:200], "--dtype", dtype)
    (best,) = embedding("embed", "text 77", "--nearest", str(path), "--top", "1", "--json").json
    assert (77, "id 77", "text 77") == (best["index"], best["id"], best["text"])
    assert 1.0 == pytest.approx(best["score"], abs=1e-3)


def test_json(embedding: Program, tmp_path: Path) -> None:
    """--json is a list of score, index, id and text."""
    path = made(embedding, tmp_path / "a.jsonl", ["a", "b"])
    result = embedding("embed", "b", "--nearest", str(path), "--json")
    first, second = result.json
    assert {"score": 1.0, "index": 1, "id": "id 1", "text": "b"} == first
    assert ["score", "index", "id", "text"] == list(second)


def test_equals_keep_their_order(embedding: Program, tmp_path: Path) -> None:
    """Of rows that are equally close the earlier comes first."""
    path = made(embedding, tmp_path / "a.npy", ["b", *["a"] * 2000, "b"])
    result = embedding("embed", "a", "--nearest", str(path), "--top", "3", "--json")
    assert [1, 2, 3] == [row["index"] for row in result.json]


def test_an_array_of_somebody_else(embedding: Program, tmp_path: Path) -> None:
    """An array without texts beside it is searched by row, also one of 64-bit floats."""
    np = pytest.importorskip("numpy")
    path = tmp_path / "a.npy"
    np.save(path, np.array([numbers("a"), numbers("b")]))
    result = embedding("embed", "b", "--nearest", str(path), "--top", "1")
    assert "1.000000\t1\t\t\n" == result.stdout


def test_on_a_terminal(embedding: Program, tmp_path: Path) -> None:
    """A person sees columns under a heading, and no control characters."""
    path = made(embedding, tmp_path / "a.jsonl", ["a\x1b[2J\nb", "c"])
    result = embedding("embed", "c", "--nearest", str(path), tty=True)
    assert "score" in result.stdout.splitlines()[0]
    assert "\x1b[2J" not in result.stdout
    assert "a␛[2J b" in result.stdout


def test_a_text_from_standard_input(embedding: Program, tmp_path: Path) -> None:
    """The text may come from a pipe; it must be one."""
    path = made(embedding, tmp_path / "a.jsonl", ["a", "b"])
    result = embedding("embed", "--nearest", str(path), "--top", "1", stdin="b\n")
    assert result.stdout.startswith("1.000000\t1\t")
    for texts in (["a", "b"], [""], ["x" * 40_000]):
        assert ExitCode.USAGE == embedding("embed", *texts, "--nearest", str(path)).code
    assert ExitCode.USAGE == embedding("embed", "--nearest", str(path), stdin="").code


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("missing.npy", None, "no such file or directory"),
        ("a.txt", b"a", "its kind is unknown"),
        ("a.npy", b"x" * 200, "is no .npy file"),
        ("a.npy", npy.head(5, 8, "float32"), "is shorter than its head says"),
        ("a.jsonl", b"{}\n", "line 1 holds no embedding"),
        ("a.jsonl", b"no\n", "line 1 holds no embedding"),
        ("a.parquet", b"no", "cannot read"),
    ],
)
def test_a_file_that_cannot_be_searched(
    embedding: Program,
    embedder: Embedder,
    tmp_path: Path,
    name: str,
    data: bytes | None,
    words: str,
) -> None:
    """It is told before the text is sent and paid for."""
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    result = embedding("embed", "a", "--nearest", str(path))
    assert (ExitCode.USAGE, []) == (result.code, embedder.asked)
    assert words in result.stderr


def test_lines_that_differ_in_length(embedding: Program, tmp_path: Path) -> None:
    """A line whose vector is longer than the first is damage, and is named."""
    path = tmp_path / "a.jsonl"
    rows = [numbers("a"), numbers("b"), [1.0], numbers("c")]
    path.write_text("".join(json.dumps({"embedding": row}) + "\n" for row in rows))
    result = embedding("embed", "a", "--nearest", str(path))
    assert ExitCode.USAGE == result.code
    assert "line 3 holds no embedding of 8 numbers" in result.stderr


def test_another_model(embedding: Program, tmp_path: Path) -> None:
    """Vectors of another length cannot be compared, and it is said what to do."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"embedding":[1.0,2.0]}\n')
    result = embedding("embed", "-m", "m", "a", "--nearest", str(path))
    assert ExitCode.USAGE == result.code
    assert f"the vectors of `{path}` have 2 numbers, `m` gave 8" in result.stderr
    assert f"nearest {path} --dimensions 2\n" in result.stderr


@pytest.mark.usefixtures("_both_ways")
def test_rows_without_a_direction(tmp_path: Path) -> None:
    """NaN, infinity and nothing but zeros are near to nothing."""
    import struct

    rows = [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0], [-1.0, 0.0], [3.0, 4.0]]
    path = tmp_path / "a.npy"
    data = b"".join(struct.pack("<2f", *row) for row in rows)
    path.write_bytes(npy.head(len(rows), 2, "float32") + data)
    found = nearest(open_vectors(path), [2.0, 0.0], 10)
    assert [(0.6, 4), (-1.0, 3)] == [(row.score, row.label.index) for row in found]


def test_texts_far_into_a_large_file(tmp_path: Path) -> None:
    """The texts of a few rows are found without reading all of them."""
    path = tmp_path / "a.npy"
    count = 100_000
    path.write_bytes(npy.head(count, 1, "float32") + bytes(4 * count))
    lines = [json.dumps({"id": row, "text": "x" * (row % 97)}) for row in range(count)]
    path.with_name("a.npy.texts.jsonl").write_text("\n".join(lines) + "\n")
    rows = [0, 1, 7, 50_000, 50_001, count - 1]
    labels = open_vectors(path).labels(rows)
    assert [(row, row, "x" * (row % 97)) for row in rows] == [
        (labels[row].index, labels[row].id, labels[row].text) for row in rows
    ]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--nearest", "a.jsonl", "--keep-text"], "`--keep-text` is for vectors"),
        (["--nearest", "a.jsonl", "--errors", "b.jsonl"], "`--errors` is for vectors"),
        (["--nearest", "a.jsonl", "--resume"], "`--resume` is for vectors"),
        (["--nearest", "a.jsonl", "--force"], "`--force` is for vectors"),
        (["--nearest", "a.jsonl", "--dtype", "float16"], "`--dtype` is for vectors"),
        (["--top", "3"], "`--top` needs a file to search"),
        (["--force"], "`--force` needs an output file"),
    ],
)
def test_what_would_mean_nothing(
    embedding: Program, embedder: Embedder, argv: list[str], words: str
) -> None:
    """An option that would be ignored is refused before anything is sent."""
    result = embedding("embed", "a", *argv)
    assert (ExitCode.USAGE, []) == (result.code, embedder.asked)
    assert words in result.stderr
