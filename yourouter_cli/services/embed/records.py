"""Records with fields: JSON lines, CSV and Parquet, one text and perhaps an id in each."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.services.embed import parquet
from yourouter_cli.services.embed.sources import (
    LONGEST_LINE,
    Fields,
    Identity,
    Row,
    checked,
    identity_of,
    lines_of,
    open_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEXT, ID = "text", "id"
_SAMPLE_CHARACTERS = 64 * 1024
_ROWS_AT_ONCE = 1024


class JsonLines:
    """One JSON value a line: an object with the text in a field, or the text itself."""

    def __init__(self, name: str, file: IO[bytes] | Path, fields: Fields) -> None:
        self.name = name
        self._file = file
        self._text = fields.text or TEXT
        self._id = fields.id or ID

    def rows(self) -> Iterator[Row]:
        """Yield one row a line that is not blank.

        Raises `UsageProblem` when the first object has no such field: then it is the wrong field.
        """
        # orjson is 5 times as fast as json, and a hundred million lines are read here.
        from orjson import loads

        is_first = True
        for line in lines_of(self._file):
            if line is None:
                yield Row(None, "", f"the line is longer than {LONGEST_LINE // 2**20} MB")
                continue
            if not line.strip():
                continue
            try:
                record = loads(line)
            except ValueError:
                yield Row(None, "", "the line is not valid JSON")
                continue
            if not isinstance(record, dict):
                yield checked(None, record)
                continue
            if is_first:
                require(self._text, record, self.name)
                is_first = False
            yield checked(plain_id(record.get(self._id)), record.get(self._text))

    def identity(self) -> Identity | None:
        """Return what the file holds."""
        return identity_of(self._file) if isinstance(self._file, Path) else None


class Csv:
    """A table with a heading; what separates the columns is found out from the beginning."""

    def __init__(self, path: Path, fields: Fields) -> None:
        self.name = str(path)
        self._path = path
        self._fields = fields

    def rows(self) -> Iterator[Row]:
        """Yield one row for each after the heading; raises `UsageProblem` for a missing column."""
        csv.field_size_limit(LONGEST_LINE)
        binary = open_file(self._path)
        # Bytes that are not UTF-8 come through as marks, and make their row a bad one.
        with TextIOWrapper(binary, "utf-8-sig", errors="surrogateescape", newline="") as file:
            sample = file.read(_SAMPLE_CHARACTERS)
            file.seek(0)
            reader = csv.reader(file, **self._dialect(sample))
            heading = next(reader, [])
            if not heading:
                return
            name, id_name = columns_of(heading, self._fields, self.name)
            text = heading.index(name)
            id_ = None if id_name is None else heading.index(id_name)
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Row(None, "", f"line {reader.line_num} is not valid CSV: {error}")
                    continue
                if len(cells) > len(heading):
                    problem = f"line {reader.line_num} has more cells than the heading"
                    yield Row(None, "", problem)
                elif cells:
                    yield checked(plain_id(_cell(cells, id_)), _cell(cells, text))

    def identity(self) -> Identity | None:
        """Return what the file holds."""
        return identity_of(self._path)

    def _dialect(self, sample: str) -> dict[str, Any]:
        """Return how the file separates and quotes, as `csv.reader` takes it."""
        if self._path.suffix.lower() == ".tsv":
            return {"delimiter": "\t"}
        try:
            sniffed = csv.Sniffer().sniff(sample, delimiters=",;\t|")
        except csv.Error:
            return {}  # one column, which nothing separates
        if sniffed.delimiter not in sample.partition("\n")[0]:
            return {}  # punctuation of the texts
        return {
            "delimiter": sniffed.delimiter,
            "quotechar": sniffed.quotechar or '"',
            "skipinitialspace": sniffed.skipinitialspace,
        }


class Parquet:
    """A Parquet file; needs pyarrow, which comes with the extra `data`."""

    def __init__(self, path: Path, fields: Fields) -> None:
        self._library = parquet.arrow("to read Parquet files")
        self.name = str(path)
        self._path = path
        self._fields = fields

    def rows(self) -> Iterator[Row]:
        """Yield the rows; raises `UsageProblem` for a missing column or a damaged file."""
        with self._opened() as file:
            name, id_ = columns_of(list(file.schema_arrow.names), self._fields, self.name)
            columns = [name, id_] if id_ is not None else [name]
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                texts = batch.column(name).to_pylist()
                ids = [None] * len(texts) if id_ is None else batch.column(id_).to_pylist()
                for one, text in zip(ids, texts, strict=True):
                    yield checked(plain_id(one), text)

    def identity(self) -> Identity | None:
        """Return what the file holds."""
        found = identity_of(self._path)
        if found is None:
            raise UsageProblem(f"cannot read `{self.name}`: a Parquet file must be a regular one")
        with self._opened() as file:
            return found._replace(lines=file.metadata.num_rows)

    def _opened(self) -> Any:
        try:
            return self._library.ParquetFile(self._path)
        except Exception as error:  # pyarrow raises errors of its own and of the system's
            raise UsageProblem(f"cannot read `{self.name}`: {error}") from error


def columns_of(names: Sequence[str], fields: Fields, where: str) -> tuple[str, str | None]:
    """Return which of the columns *names* have the text and the id; None for no id.

    Raises `UsageProblem` for one that is asked for and not there.
    """
    text = fields.text or (names[0] if len(names) == 1 else TEXT)
    require(text, names, where)
    if fields.id is not None:
        require(fields.id, names, where, "--id-field")
    id_ = fields.id or ID
    return text, id_ if id_ in names else None


def require(
    name: str, known: Sequence[str] | dict[str, Any], where: str, option: str = "--field"
) -> None:
    """Raise `UsageProblem` when *name* is none of the fields *known*."""
    if name in known:
        return
    names = ", ".join(f"`{each}`" for each in list(known)[:20]) or "none"
    first = next(iter(known), "NAME")
    raise UsageProblem(
        f"`{where}` has no field `{name}` (it has: {names})", hints=Again(option, first)
    )


def plain_id(value: Any) -> Any:
    """Return *value* as an id: text and numbers as they are, anything else in words."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    return value if value is None or isinstance(value, int | float) else str(value)


def _cell(cells: list[str], column: int | None) -> str | None:
    return cells[column] if column is not None and column < len(cells) else None
