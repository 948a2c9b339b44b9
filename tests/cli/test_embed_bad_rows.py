"""What `embed` says of rows that fail, and what it counts before anything is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.embedding import Embedder, refusal
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestBadRows:
    def test_they_are_listed(self, run: Program, tmp_path: Path) -> None:
        """--errors lists index, id, status and message of each row that failed; exit 8."""
        source, errors = tmp_path / "a.csv", tmp_path / "errors.jsonl"
        source.write_text(f"id,text\nx,a\ny,\nz,bad\nw,{'x' * 40_000}\n")
        with Embedder(lambda texts: refusal("no such luck") if "bad" in texts else None) as gateway:
            result = run.at(gateway.base_url)("embed", "-i", str(source), "--errors", str(errors))
        assert ExitCode.PARTIAL == result.code
        assert [0] == [event["index"] for event in result.events]
        assert [
            {"index": 1, "id": "y", "status": None, "message": "the text is empty"},
            {
                "index": 2,
                "id": "z",
                "status": 400,
                "message": "the gateway answered 400: no such luck",
            },
            {
                "index": 3,
                "id": "w",
                "status": None,
                "message": "the text is too long: about 10000 tokens, the most is 8192",
            },
        ] == [json.loads(line) for line in errors.read_text().splitlines()]
        last = result.stderr.splitlines()[-1]
        assert f"3 of 4 rows without a vector: 1, 2, 3, listed in `{errors}`" in last

    def test_they_are_said(self, embedding: Program) -> None:
        """Without a list each is a line on standard error."""
        result = embedding("embed", "a", "", "b", " ")
        assert "row 1: the text is empty\nrow 3: the text is empty\n" in result.stderr
        assert result.stderr.endswith("without a vector: 1, 3 (--errors FILE lists them)\n")

    def test_many(self, embedding: Program) -> None:
        """The last line names the first ten, and how many there are."""
        result = embedding("embed", "-q", *[""] * 12, "a")
        assert (
            "yourouter: 12 of 13 rows without a vector: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
            in result.stderr
        )

    def test_on_standard_output(self, embedding: Program, tmp_path: Path) -> None:
        """`-` is standard output, where the vectors go elsewhere."""
        result = embedding("embed", "a", "", "-o", str(tmp_path / "a.npy"), "--errors", "-")
        assert ExitCode.PARTIAL == result.code
        assert [1] == [entry["index"] for entry in result.events]

    @pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "-"])
    def test_not_over_something_else(
        self, embedding: Program, embedder: Embedder, tmp_path: Path, name: str
    ) -> None:
        """The list never takes the place of the texts, nor of the vectors."""
        source = tmp_path / "a.txt"
        source.write_text("a\n")
        errors = name if name == "-" else f"{tmp_path}/./{name}"
        target = "-" if name == "-" else str(tmp_path / "a.jsonl")
        result = embedding("embed", "-i", str(source), "-o", target, "--errors", errors)
        assert (ExitCode.USAGE, "") == (result.code, result.stdout)
        assert "would overwrite the texts or the vectors" in result.stderr
        assert ("a\n", [], [source]) == (
            source.read_text(),
            embedder.billed,
            list(tmp_path.glob("a.*")),
        )

    def test_no_bad_rows(self, embedding: Program, tmp_path: Path) -> None:
        """A list without entries says that all is well."""
        errors = tmp_path / "errors.jsonl"
        assert ExitCode.DONE == embedding("embed", "a", "--errors", str(errors)).code
        assert "" == errors.read_text()


class TestPreview:
    def test_nothing_is_sent(self, run: Program, tmp_path: Path) -> None:
        """--dry-run counts rows, requests and tokens; it needs no key."""
        source = tmp_path / "a.txt"
        source.write_text("".join(f"{number % 250:08}\n" for number in range(300)) + "\n")
        result = run("embed", "-i", str(source), "--dry-run", "--batch-size", "100", "-m", "m")
        assert (
            "301 rows: 50 repeated, 1 that cannot be sent\n"
            "3 requests with 250 texts\n"
            "about 500 tokens\n"
        ) == result.stdout
        assert {
            "schema": 1,
            "model": "m",
            "rows": 301,
            "failing": 1,
            "repeated": 50,
            "texts": 250,
            "batches": 3,
            "requests": 3,
            "estimated_tokens": 500,
        } == run(
            "embed", "-i", str(source), "--dry-run", "--batch-size", "100", "-m", "m", "--json"
        ).json

    def test_of_a_search(self, run: Program) -> None:
        """Nothing is sent for --nearest either."""
        result = run("embed", "--dry-run", "--nearest", "a.npy", "a", "--json")
        assert (1, 1) == (result.json["rows"], result.json["requests"])

    def test_no_rows(self, run: Program) -> None:
        """Nothing to count is a mistake here as well."""
        assert ExitCode.USAGE == run("embed", "--dry-run", stdin="").code
