"""The configuration file: read without making it, changed under a lock, replaced in one step."""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from yourouter_cli.clock import Clock
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.settings.private_file import locked, quoted, read_private, replace_file
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from yourouter_cli.settings.schema import Fault
    from yourouter_cli.settings.toml_edit import Edit

Document = dict[str, Any]

EDIT_HINT = "yourouter config edit"

# What should stand where the parser says only, by how it begins, what is wrong.
_EXPECTED = {
    "Invalid value": 'expected a value such as "text", 5, true or ["a", "b"]',
    "Invalid statement": "expected `key = value`, a `[table]` or a comment",
    "Invalid initial character for a key part": 'expected a name; a special one in quotes: "a b"',
    "Illegal character '\\n'": "expected a closing quote before the end of the line",
    "Unterminated string": "expected a closing quote",
    "Unescaped": "expected `\\\\` for a backslash, or the text in single quotes",
    "Unclosed array": "expected `,` or `]`",
    "Unclosed inline table": "expected `,` or `}`",
    "Cannot overwrite a value": "expected each key once, and this one is there already",
    "Duplicate inline table key": "expected each key once, and this one is there already",
    "Cannot declare": "expected each table once, and this one is there already",
}


class Store:
    """The file at *path*, which need not exist.

    Every method raises `ConfigProblem` when the file is not usable: not TOML, readable by others,
    not a file, on a full disk, in a directory that cannot be written.
    """

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        self.path = path
        self._clock = clock or Clock()

    def read(self) -> Document:
        """Return what the file says; nothing when there is none. Creates nothing."""
        return self.parse(self.text())

    def text(self) -> str:
        """Return the file as text, without parsing it; empty when there is none."""
        try:
            data = read_private(self.path)
        except FileNotFoundError:
            if self.path.is_symlink():
                raise ConfigProblem(
                    f"`{self.path}` is a link to `{self.path.readlink()}`, which does not exist"
                ) from None
            return ""
        except OSError as error:
            raise ConfigProblem(f"cannot read `{self.path}`: {reason_of(error)}") from error
        return self.decoded(data)

    def decoded(self, data: bytes, *, called: Path | None = None) -> str:
        """Return *data* as text; where it is none, the error names the line.

        *called* is the file it is from, when that is another one.
        """
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._broken(f"line {line}", "expected UTF-8 text", called=called) from None

    def parse(self, text: str, *, called: Path | None = None) -> Document:
        """Return what *text* says; where it is not TOML, the error names line and column.

        *called* is the file it is from, when that is another one.
        """
        if not text:
            return {}
        # Imported here because it costs 4 ms or more, and many have no file.
        import tomllib

        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise self._broken(*_explained(str(error), text), called=called) from None
        except RecursionError:
            raise self._broken("", "nested too deeply", called=called) from None

    def problem(
        self, fault: Fault, text: str | None = None, *, called: Path | None = None
    ) -> ConfigProblem:
        """Return the error that reports *fault* with the line of *text* that it is on."""
        from yourouter_cli.settings.toml_edit import line_of  # 1 ms that only a mistake needs

        line = line_of(self.text() if text is None else text, fault.path)
        return self._broken("" if line is None else f"line {line}", fault.message, called=called)

    def change(self, plan: Callable[[Document], list[Edit]]) -> tuple[str, ...]:
        """Make the edits that *plan* chooses, given what the file says now.

        From the reading to the replacing no other writer comes between, so *plan* can decide by
        what it sees. Comments and order stay; where that fails, the file is written anew and the
        old one kept beside it. Returns notices about that for the user.
        """
        # Imported here because it costs 1 ms, and most commands only read.
        from yourouter_cli.settings.toml_edit import Barred, applied, edited

        with self._writing() as target:
            text = self.text()
            before = document = self.parse(text)
            try:
                edits = plan(document)
                for edit in edits:
                    document = applied(edit, document)
            except Barred as error:
                raise self._broken("", str(error)) from None
            if document == before:
                return ()
            new = edited(text, edits)
            if new is not None:
                replace_file(target, new.encode())
                return ()
            import tomli_w  # 0.4 ms; comments can nearly always be kept

            backup = _backup(target)
            replace_file(backup, text.encode())
            replace_file(target, tomli_w.dumps(document).encode())
            return (f"comments could not be kept; the old file is `{backup}`",)

    def replace(self, old: str, new: str, *, keep: bool = False) -> None:
        """Replace the whole text *old* by *new*; refused when the file is no longer *old*.

        With *keep* the old text stays beside it, as `config.toml.bak`.
        """
        with self._writing() as target:
            if self.text() != old:
                raise ConfigProblem(f"`{self.path}` was changed by another program meanwhile")
            if keep and old:
                replace_file(_backup(target), old.encode())
            replace_file(target, new.encode())

    @contextmanager
    def _writing(self) -> Iterator[Path]:
        """Hold the lock; gives the file behind all links, so that a link stays a link."""
        try:
            target = _behind_links(self.path)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(target, self._clock):
                yield target
        except OSError as error:
            why = reason_of(error)
            raise ConfigProblem(
                f"cannot write `{self.path}`: {why}; nothing was changed",
                hints=f"ls -ld {quoted(self.path.parent)} {quoted(self.path)}",
            ) from error

    def _broken(self, where: str, what: str, *, called: Path | None = None) -> ConfigProblem:
        place = ", ".join(filter(None, (f"`{called or self.path}`", where)))
        return ConfigProblem(f"{place}: {what}", hints=EDIT_HINT)


def _behind_links(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # what a loop of links is to Python before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def _backup(target: Path) -> Path:
    return target.with_name(f"{target.name}.bak")


def _explained(message: str, text: str) -> tuple[str, str]:
    """Split the parser's *message* into the place and what was expected there."""
    what, _, where = message.partition(" (at ")
    if found := re.match(r"line \d+, column \d+", where):
        place = found[0]
    else:
        lines = text.splitlines() or [""]
        place = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    for beginning, expected in _EXPECTED.items():
        if what.startswith(beginning):
            return place, expected
    return place, what[:1].lower() + what[1:]
