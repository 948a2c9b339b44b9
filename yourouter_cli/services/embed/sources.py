"""Where texts come from: words of the command line, lines, JSON lines, CSV and Parquet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from errno import EISDIR
from glob import glob
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from yourouter_cli.errors import UsageProblem
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# A line beyond this is no text that a model takes; it is skipped instead of held in memory.
LONGEST_LINE = 16 * 1024 * 1024
_BLOCK_BYTES = 1024 * 1024
_WILD = frozenset("*?[")


class Row(NamedTuple):
    """One text to embed; `problem` says why it cannot be, and then `text` is empty."""

    id: Any
    text: str
    problem: str | None = None


class Identity(NamedTuple):
    """What a file holds, to tell whether it is still the same; *lines* are those in it."""

    name: str
    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Which field of a record is the text and which its id; None takes the usual names."""

    text: str | None = None
    id: str | None = None


class Source(Protocol):
    """A sequence of rows that can be read once."""

    @property
    def name(self) -> str:
        """What to call it in messages."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order."""

    def identity(self) -> Identity | None:
        """Return what it holds; None when that cannot be known before it is read."""


class Words:
    """Texts given as such."""

    name = "the command line"

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def rows(self) -> Iterator[Row]:
        """Yield one row a text."""
        return (checked(None, text) for text in self._texts)

    def identity(self) -> Identity:
        """Return what the texts are."""
        from hashlib import blake2b  # 3 ms that --dry-run does without

        data = "\0".join(self._texts).encode("utf-8", "surrogatepass")
        return Identity(self.name, blake2b(data, digest_size=16).hexdigest(), len(self._texts))


class Lines:
    """Lines of UTF-8 text; what ends a line is a newline and nothing else."""

    def __init__(self, name: str, file: IO[bytes] | Path) -> None:
        self.name = name
        self._file = file

    def rows(self) -> Iterator[Row]:
        """Yield one row a line; a newline at the very end begins no further one."""
        for line in lines_of(self._file):
            if line is None:
                yield Row(None, "", f"the line is longer than {LONGEST_LINE // 2**20} MB")
                continue
            try:
                yield checked(None, line.decode())
            except UnicodeDecodeError:
                yield Row(None, "", "the text is not valid UTF-8")

    def identity(self) -> Identity | None:
        """Return what the file holds."""
        return identity_of(self._file) if isinstance(self._file, Path) else None


def checked(id_: Any, text: Any) -> Row:
    """Return the row for *text*, with its problem if it has one that can be seen from here."""
    if not isinstance(text, str):
        return Row(id_, "", "the text is missing" if text is None else "the text is not a string")
    if not text or text.isspace():
        return Row(id_, "", "the text is empty")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return Row(id_, "", "the text is not valid UTF-8")
    return Row(id_, text)


def lines_of(file: IO[bytes] | Path) -> Iterator[bytes | None]:
    """Yield the lines of *file* without their ends; None for one that is far too long."""
    opened = open_file(file) if isinstance(file, Path) else file
    try:
        is_first, is_within = True, False
        while line := opened.readline(LONGEST_LINE):
            is_whole = line.endswith(b"\n") or len(line) < LONGEST_LINE
            if is_within or not is_whole:
                # The pieces of an endless line are one bad line.
                if not is_within:
                    yield None
                is_within = not is_whole
                continue
            if is_first:
                line = line.removeprefix(b"\xef\xbb\xbf")
            is_first = False
            yield line.removesuffix(b"\n").removesuffix(b"\r")
    except OSError as error:
        raise _unreadable(str(file), error) from error
    except ValueError:
        return  # standard input was closed under our hands
    finally:
        if isinstance(file, Path):
            opened.close()


def open_file(path: Path) -> IO[bytes]:
    """Open *path* for reading; raises `UsageProblem` when that cannot be."""
    try:
        return path.open("rb", buffering=_BLOCK_BYTES)
    except OSError as error:
        raise _unreadable(str(path), error) from error


def _unreadable(name: str, error: OSError) -> UsageProblem:
    return UsageProblem(f"cannot read `{name}`: {reason_of(error)}")


def identity_of(path: Path) -> Identity | None:
    """Return what the file *path* holds; None for a pipe, which can be read only once."""
    from hashlib import blake2b  # 3 ms that --dry-run does without

    if not path.is_file():
        return None
    digest, lines, last = blake2b(digest_size=16), 0, b"\n"
    with open_file(path) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            lines += block.count(b"\n")
            last = block[-1:]
    return Identity(str(path), digest.hexdigest(), lines + (last != b"\n"))


def sources(
    texts: Sequence[str], inputs: Iterable[str], stdin: IO[bytes] | None, fields: Fields
) -> list[Source]:
    """Return the sources for the *texts* and *inputs* of a command line, in its order.

    `-` stands for *stdin*, which is also read when there is nothing else. Raises `UsageProblem`
    for a file that is not there or of an unknown kind.
    """
    found: list[Source] = []
    words: list[str] = []
    for text in texts:
        if text != "-":
            words.append(text)
            continue
        if words:
            found.append(Words(words))
        found.append(_standard_input(stdin, fields))
        words = []
    if words:
        found.append(Words(words))
    for pattern in inputs:
        if pattern == "-":
            found.append(_standard_input(stdin, fields))
        else:
            found += [_file_source(path, fields) for path in _matching(pattern)]
    return found or [_standard_input(stdin, fields)]


def read_rows(given: Iterable[Source]) -> Iterator[Row]:
    """Yield the rows of all sources, one source after the other."""
    return chain.from_iterable(source.rows() for source in given)


def _standard_input(stdin: IO[bytes] | None, fields: Fields) -> Source:
    if stdin is None:
        raise UsageProblem("cannot read standard input: it is closed")
    if fields.text is None and fields.id is None:
        return Lines("standard input", stdin)
    from yourouter_cli.services.embed.records import JsonLines  # which imports this module

    return JsonLines("standard input", stdin, fields)


def _matching(pattern: str) -> list[Path]:
    """Return the files that *pattern* names, in order; a file of that very name comes first."""
    if not _WILD & set(pattern) or os.access(pattern, os.F_OK):
        return [Path(pattern)]
    # Not `Path.glob`, which takes no pattern from the root on.
    names = sorted(glob(pattern, recursive=True))  # noqa: PTH207 - see above
    found = [Path(name) for name in names if Path(name).is_file()]
    if not found:
        raise UsageProblem(f"no file matches `{pattern}`")
    return found


def _check(path: Path) -> None:
    """Raise `UsageProblem` for what cannot be read; a pipe is not opened before its time."""
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        if not os.access(path, os.R_OK):
            path.open("rb").close()
    except OSError as error:
        raise _unreadable(str(path), error) from error


def _file_source(path: Path, fields: Fields) -> Source:
    from yourouter_cli.services.embed import records  # which imports this module

    _check(path)
    match path.suffix.lower():
        case ".txt" | "":
            return Lines(str(path), path)
        case ".jsonl" | ".ndjson":
            return records.JsonLines(str(path), path, fields)
        case ".csv" | ".tsv":
            return records.Csv(path, fields)
        case ".parquet":
            return records.Parquet(path, fields)
    # Imported here because only this mistake needs it.
    from shlex import quote

    raise UsageProblem(
        f"cannot read `{path}`: its kind is unknown (known: .txt, .jsonl, .csv, .parquet)",
        hints=f"yourouter embed < {quote(str(path))}",
    )
