"""Files of texts to embed that may hold anything."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed.sources import Fields, Row, read_rows, sources

FIELDS = st.sampled_from([Fields(), Fields(text="text"), Fields(id="id"), Fields("a", "b")])
# What separates, quotes and ends things, in any order.
MARKUP = st.text(st.sampled_from("a,;\t|\"'\n\r\x00\ufeff \\#é\u2028\x85:{}[]"), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "id", "a", ""]), inner, max_size=3)
    ),
    max_leaves=5,
)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


def rows_in(data: bytes, suffix: str, fields: Fields) -> list[Row]:
    """Return the rows of a file that holds *data*."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"texts{suffix}"
        path.write_bytes(data)
        given = sources([], [str(path)], None, fields)
        for source in given:
            source.identity()
        return list(read_rows(given))


def check(rows: list[Row]) -> None:
    """Check that every row can be sent, or says why not, and that its id can be written."""
    for row in rows:
        assert bool(row.problem) is not bool(row.text)
        row.text.encode()
        json.dumps(row.id, ensure_ascii=False).encode()


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv", ".tsv"])
@given(data=st.binary(max_size=80) | MARKUP.map(str.encode), fields=FIELDS)
def test_any_bytes(suffix: str, data: bytes, fields: Fields) -> None:
    """A file of any bytes gives rows, bad rows among them, or is a wrong file."""
    with suppress(UsageProblem):
        check(rows_in(data, suffix, fields))


@given(st.lists(JSON, max_size=6), FIELDS)
def test_any_json(values: list[Any], fields: Fields) -> None:
    """Whatever values the lines hold, each is one row or the field is wrong."""
    lines = [json.dumps(value) for value in values]

    with suppress(UsageProblem):
        rows = rows_in("\n".join(lines).encode(), ".jsonl", fields)
        check(rows)
        assert len(values) == len(rows)


@given(
    st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_a_table_is_read_as_it_was_written(cells: list[tuple[str, str]], delimiter: str) -> None:
    """Whatever is in the cells and between them, each text comes back with its id."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "text"), *cells])

    rows = rows_in(written.getvalue().encode(), ".csv", Fields())

    sound = [(id_, text) for id_, text in cells if not text.isspace()]
    assert sound == [(row.id, row.text) for row in rows if row.problem is None]


@given(st.text(max_size=60))
def test_lines_are_the_lines(text: str) -> None:
    """The rows of a text are its lines, which end at newlines and nowhere else."""
    data = text.encode("utf-8", "surrogatepass").removeprefix(b"\xef\xbb\xbf")
    lines = data.removesuffix(b"\n").split(b"\n") if data else []

    rows = rows_in(data, ".txt", Fields())

    check(rows)
    assert len(lines) == len(rows)
