"""Where texts come from, and what is wrong with some of them."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed.sources import Fields, Row, read_rows, sources

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = Row(None, "", "the text is empty")


def rows_of(*inputs: Path | str, fields: Fields | None = None, stdin: bytes = b"") -> list[Row]:
    """Return the rows that the *inputs* hold."""
    names = [str(name) for name in inputs]
    return list(read_rows(sources([], names, io.BytesIO(stdin), fields or Fields())))


def written(path: Path, data: bytes | str) -> Path:
    """Return *path*, which holds *data* now."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def texts(rows: list[Row]) -> list[str]:
    """Return the texts of *rows*."""
    return [row.text for row in rows]


class TestLines:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", []),
            (b"a", ["a"]),
            (b"a\n", ["a"]),
            (b"a\r\nb\r\n", ["a", "b"]),
            ("\ufeffa\nb".encode(), ["a", "b"]),
            ("a\u2028b\x0cc\x85d\n".encode(), ["a\u2028b\x0cc\x85d"]),
            (b" a \t\n", [" a \t"]),
        ],
    )
    def test_a_newline_ends_a_line_and_nothing_else(
        self, tmp_path: Path, data: bytes, expected: list[str]
    ) -> None:
        """A text is a line to its last byte, but for its end and a mark at the beginning."""
        assert expected == texts(rows_of(written(tmp_path / "a.txt", data)))

    def test_bad_lines_are_rows(self, tmp_path: Path) -> None:
        """An empty line and one that is not UTF-8 keep their place, with the reason."""
        rows = rows_of(written(tmp_path / "a.txt", b"a\n\n \n\xff\nb\n"))
        bad = Row(None, "", "the text is not valid UTF-8")
        assert [Row(None, "a"), EMPTY, EMPTY, bad, Row(None, "b")] == rows

    def test_an_endless_line_is_one_bad_row(self, tmp_path: Path) -> None:
        """A line that no memory should hold is passed over."""
        data = b"a\n" + b"x" * (40 * 1024 * 1024) + b"\nb\n"
        rows = rows_of(written(tmp_path / "a.txt", data))
        assert ["a", "", "b"] == texts(rows)
        assert "the line is longer than 16 MB" == rows[1].problem

    def test_standard_input_is_the_default(self) -> None:
        """Without texts and files, the lines of standard input are the texts; so with `-`."""
        assert ["a", "b"] == texts(rows_of(stdin=b"a\nb\n"))
        assert ["a", "b"] == texts(rows_of("-", stdin=b"a\nb\n"))
        with pytest.raises(UsageProblem, match="cannot read standard input: it is closed"):
            sources([], [], None, Fields())


class TestJsonLines:
    def test_objects_and_texts(self, tmp_path: Path) -> None:
        """A line is an object with `text` and perhaps `id`, or a text; blank lines are none."""
        lines = ['{"id": 7, "text": "a"}', '"b"', "", '{"text": "c", "id": "x"}', '{"text": null}']
        rows = rows_of(written(tmp_path / "a.jsonl", "\n".join(lines)))
        missing = Row(None, "", "the text is missing")
        assert [Row(7, "a"), Row(None, "b"), Row("x", "c"), missing] == rows

    def test_named_fields(self, tmp_path: Path) -> None:
        """`--field` and `--id-field` say where text and id are, also on standard input."""
        fields = Fields("body", "key")
        data = b'{"body": "a", "key": [1]}\n{"body": 3, "key": 2.5}\n'
        expected = [Row("[1]", "a"), Row(2.5, "", "the text is not a string")]
        assert expected == rows_of(written(tmp_path / "a.jsonl", data), fields=fields)
        assert expected == rows_of(stdin=data, fields=fields)

    def test_the_wrong_field(self, tmp_path: Path) -> None:
        """A field that the first object lacks is a mistake of the command line."""
        path = written(tmp_path / "a.jsonl", '{"body": "a"}\n')
        with pytest.raises(UsageProblem, match=r"has no field `text` \(it has: `body`\)") as raised:
            rows_of(path)
        assert ("the same command with --field body",) == raised.value.hints

    def test_a_damaged_line_is_one_bad_row(self, tmp_path: Path) -> None:
        """What is no JSON costs its own row only."""
        rows = rows_of(written(tmp_path / "a.jsonl", '{"text": "a"}\n{"text"\n{"text": "b"}\n'))
        assert ["a", "", "b"] == texts(rows)
        assert "the line is not valid JSON" == rows[1].problem


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_dialect_is_found_out(self, tmp_path: Path, delimiter: str) -> None:
        """What separates the columns is seen from the file; quotes hold breaks and separators."""
        lines = [
            delimiter.join(["id", "text", "n"]),
            delimiter.join(["1", f'"a{delimiter} ""b""\nc"', "5"]),
            delimiter.join(["2", "d", "6"]),
        ]
        rows = rows_of(written(tmp_path / "a.csv", "\r\n".join(lines) + "\r\n"))
        assert [Row("1", f'a{delimiter} "b"\nc'), Row("2", "d")] == rows

    def test_one_column(self, tmp_path: Path) -> None:
        """A table of one column needs no `--field`; a row with more cells is a bad one."""
        rows = rows_of(written(tmp_path / "a.csv", 'name\nab\n"c, d"\nnot, quoted\n\n'))
        assert ["ab", "c, d", ""] == texts(rows)
        assert "line 4 has more cells than the heading" == rows[2].problem

    def test_named_columns(self, tmp_path: Path) -> None:
        """`--field` and `--id-field` name columns, which must be there."""
        path = written(tmp_path / "a.csv", "key,body\nk1,a\nk2\n")
        rows = rows_of(path, fields=Fields("body", "key"))
        assert [Row("k1", "a"), Row("k2", "", "the text is missing")] == rows
        with pytest.raises(UsageProblem, match="has no field `text`"):
            rows_of(path)
        with pytest.raises(UsageProblem, match="has no field `id`") as raised:
            rows_of(path, fields=Fields("body", "id"))
        assert ("the same command with --id-field key",) == raised.value.hints

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        """A cell that is not UTF-8 is its row's problem."""
        rows = rows_of(written(tmp_path / "a.csv", b"id,text\n1,\xff\n\xfe,b\n"))
        assert Row("1", "", "the text is not valid UTF-8") == rows[0]
        assert Row("?", "b") == rows[1]

    def test_an_empty_table(self, tmp_path: Path) -> None:
        """Without a heading there are no rows."""
        assert [] == rows_of(written(tmp_path / "a.csv", ""))


class TestParquet:
    def test_columns(self, tmp_path: Path) -> None:
        """A Parquet file has its text and id in columns."""
        pa = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        path = tmp_path / "a.parquet"
        parquet.write_table(pa.table({"id": [1, 2], "text": ["a", None]}), path)

        assert [Row(1, "a"), Row(2, "", "the text is missing")] == rows_of(path)
        with pytest.raises(UsageProblem, match="has no field `body`"):
            rows_of(path, fields=Fields("body"))

    def test_a_damaged_file(self, tmp_path: Path) -> None:
        """What is no Parquet file is refused."""
        pytest.importorskip("pyarrow")
        with pytest.raises(UsageProblem, match="cannot read"):
            rows_of(written(tmp_path / "a.parquet", "no"))

    def test_without_pyarrow(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the extra the error names it."""
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
        with pytest.raises(UsageProblem, match="pyarrow is needed") as raised:
            rows_of(written(tmp_path / "a.parquet", "PAR1"))
        assert ("pip install 'yourouter-cli[data]'",) == raised.value.hints


class TestSeveral:
    def test_in_the_order_of_the_command_line(self, tmp_path: Path) -> None:
        """Texts come first, then files in their order; a pattern stands for its files, sorted."""
        for name in ("b", "a", "c"):
            written(tmp_path / f"{name}.txt", f"{name}1\n{name}2\n")
        written(tmp_path / "z.jsonl", '"z"\n')
        names = [str(tmp_path / "z.jsonl"), str(tmp_path / "[ab].txt")]
        found = sources(["one", "-", "two"], names, io.BytesIO(b"in\n"), Fields())
        assert ["one", "in", "two", "z", "a1", "a2", "b1", "b2"] == texts(list(read_rows(found)))

    def test_a_file_whose_name_is_a_pattern(self, tmp_path: Path) -> None:
        """A file of that very name is meant by it."""
        path = written(tmp_path / "a[1].txt", "literally\n")
        written(tmp_path / "a1.txt", "not this\n")
        assert ["literally"] == texts(rows_of(path))

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("missing.txt", "cannot read `HERE/missing.txt`: no such file or directory"),
            ("", "cannot read `HERE`: is a directory"),
            ("*.none", "no file matches `HERE/*.none`"),
            ("x" * 300 + "*", "no file matches `HERE/" + "x" * 300 + "*`"),
            ("a.docx", "cannot read `HERE/a.docx`: its kind is unknown"),
        ],
    )
    def test_what_cannot_be_read(self, tmp_path: Path, name: str, words: str) -> None:
        """A file that is missing or of an unknown kind is told before anything is sent."""
        written(tmp_path / "a.docx", "x")
        with pytest.raises(UsageProblem) as raised:
            sources([], [str(tmp_path / name)], None, Fields())
        assert raised.value.message.startswith(words.replace("HERE", str(tmp_path)))

    def test_an_unknown_kind_can_be_read_as_lines(self, tmp_path: Path) -> None:
        """What is to be pasted then holds for names with blanks, too."""
        path = written(tmp_path / "my notes.md", "x")
        with pytest.raises(UsageProblem) as raised:
            sources([], [str(path)], None, Fields())
        assert (f"yourouter embed < '{path}'",) == raised.value.hints

    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        """Missing rights are told by name."""
        path = written(tmp_path / "a.txt", "x")
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")
        with pytest.raises(UsageProblem, match="permission denied"):
            sources([], [str(path)], None, Fields())


class TestIdentity:
    def test_of_files(self, tmp_path: Path) -> None:
        """What a file holds has a digest and a number of lines, whatever it is called."""
        kinds: list[tuple[str, Any]] = [("a.txt", "a\nb"), ("b.jsonl", '"a"\n"b"\n')]
        for name, data in kinds:
            path = written(tmp_path / name, data)
            (source,) = sources([], [str(path)], None, Fields())
            before = source.identity()
            assert before is not None
            assert 2 == before.lines
            written(path, data.replace("b", "c"))
            after = source.identity()
            assert after is not None
            assert before.digest != after.digest

    def test_of_words(self) -> None:
        """Texts of the command line have one, too."""
        (one,) = sources(["a", "b"], [], None, Fields())
        (other,) = sources(["a\0b"], [], None, Fields())
        assert one.identity() != other.identity()

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_of_a_pipe(self, tmp_path: Path) -> None:
        """What can be read only once is not read to look at it."""
        path = tmp_path / "pipe"
        os.mkfifo(path)
        (source,) = sources([], [str(path)], None, Fields())
        assert source.identity() is None
        threading.Thread(target=lambda: path.write_text("a\nb\n"), daemon=True).start()
        assert ["a", "b"] == texts(list(source.rows()))


def test_json_of_any_kind_never_stops_the_reading(tmp_path: Path) -> None:
    """Whatever a line holds, it is a row, and the next line is read."""
    values: list[Any] = [
        {"text": "a"},
        1,
        None,
        [],
        {},
        {"text": {}},
        "b",
        True,
        {"text": "\ud800"},
    ]
    path = written(tmp_path / "a.jsonl", "".join(json.dumps(value) + "\n" for value in values))
    rows = rows_of(path)
    assert len(values) == len(rows)
    assert {"a", "b", ""} == set(texts(rows))
