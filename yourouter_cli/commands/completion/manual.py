"""Manual pages, one for the program and one for each command, in the language of man(7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yourouter_cli import __version__
from yourouter_cli.commands import topics
from yourouter_cli.commands.surface import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yourouter_cli.commands.surface import Command, Option

_ESCAPES = {
    "\\": "\\e",
    "-": "\\-",
    "`": "\\(ga",
    "'": "\\(aq",
    '"': "\\(dq",
    "^": "\\(ha",
    "~": "\\(ti",
}
_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"\b[A-Z][A-Z_|@]*\b|[a-z][a-z|]*\|[a-z|]+")


def pages(commands: Sequence[Command]) -> dict[str, str]:
    """Return the text of each page by the name of its file; *commands* has the root first."""
    root, *others = commands
    found = {"yourouter.1": _page(root, _root(root))}
    for command in others:
        if len(command.path) == 2:  # noqa: PLR2004 - `yourouter` and the command
            below = [other for other in others if other.path[:2] == command.path][1:]
            found[f"{_title(command)}.1"] = _page(command, _command(command, below))
    return found


def _page(command: Command, body: Iterable[str]) -> str:
    about = command.summary[:1].lower() + command.summary[1:].rstrip(".")
    lines = [
        '.\\" Written by `python -m yourouter_cli.commands.completion`; changes are lost.',
        f'.TH {_title(command).upper()} 1 "" "yourouter {__version__}" "User Commands"',
        # Names of models and settings are not to be parted, nor blanks to be put into examples.
        # At once, and for what follows a heading, which begins with the register.
        ".nh",
        ".nr HY 0",
        ".ad l",
        ".SH NAME",
        f"{_escaped(_title(command))} \\- {_escaped(about)}",
        *body,
    ]
    return "\n".join(lines) + "\n"


def _root(root: Command) -> Iterator[str]:
    yield from _beginning([root], root)
    yield ".SH COMMANDS"
    for name, about in root.commands:
        yield from (".TP", f".BR {_escaped(f'yourouter-{name}')} (1)", _prose(about))
    yield ".SH OPTIONS"
    yield "Every command takes these, before its name or after it; those about the network, if it"
    yield "uses that."
    yield from _options(root.options)
    yield ".SH ENVIRONMENT"
    yield _prose(topics.PRECEDENCE)
    for title, rows in topics.variables().items():
        yield f".SS {title}"
        yield from _rows(rows)
    yield ".SH EXIT STATUS"
    yield from _rows(topics.exit_codes())
    yield ".SH FILES"
    yield from _rows(topics.files())
    yield ".PP"
    yield "Elsewhere where YOUROUTER_HOME or the XDG variables say so."
    yield from _see_also([f"yourouter-{name}" for name, _ in root.commands])


def _command(command: Command, below: Sequence[Command]) -> Iterator[str]:
    yield from _beginning(below or [command], command)
    if below:
        yield ".SH COMMANDS"
        for one in below:
            yield f".SS {_escaped(' '.join(one.path[1:]))}"
            yield from _details(one)
    else:
        yield ".SH OPTIONS"
        yield from _arguments(command)
        yield from _options(command.own_options)
    yield ".SS Common options"
    names = {" ".join(option.names) for one in below or [command] for option in one.common_options}
    listed = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in sorted(names, key=str.lower))
    yield f"{listed}, \\fB\\-h \\-\\-help\\fR: see"
    yield ".BR yourouter (1)."
    yield ".SH EXIT STATUS"
    yield "0 when done. The other codes are listed in"
    yield ".BR yourouter (1)."
    yield from _see_also(["yourouter"])


def _beginning(typed: Sequence[Command], command: Command) -> Iterator[str]:
    yield ".SH SYNOPSIS"
    for number, one in enumerate(typed):
        if number:
            yield ".br"
        words = "\\ ".join(_escaped(word) for word in one.path)
        yield f"\\fB{words}\\fR {_slanted(one.usage.removeprefix(one.name).strip())}"
    yield ".SH DESCRIPTION"
    yield _prose(command.summary)
    for note in command.notes:
        yield from (".PP", _prose(note))
    examples = command.examples or [one.examples[0] for one in typed if one.examples]
    yield ".SH EXAMPLES"
    yield from _lines(examples)


def _details(command: Command) -> Iterator[str]:
    yield _prose(command.summary)
    if command.examples:
        yield from _lines(command.examples)
    for note in command.notes:
        yield from (".PP", _prose(note))
    yield from _arguments(command)
    for options in grouped(command.own_options).values():
        for option in options:
            yield from _option(option)


def _arguments(command: Command) -> Iterator[str]:
    for argument in command.arguments:
        yield from (".TP", _slanted(argument.shown), _prose(argument.help))


def _options(options: Iterable[Option]) -> Iterator[str]:
    for title, members in grouped(options).items():
        yield f".SS {_escaped(title)}"
        for option in members:
            yield from _option(option)


def _option(option: Option) -> Iterator[str]:
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in (*option.names, *option.opposites))
    yield ".TP"
    yield f"{names} {_slanted(option.metavar)}".rstrip()
    told = f"{option.help} Default: {option.default}." if option.default else option.help
    yield _prose(told)


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        yield from (".TP", f"\\fB{_escaped(name)}\\fR", _prose(text))


def _lines(lines: Iterable[str]) -> Iterator[str]:
    yield ".PP"
    yield ".RS 4"
    yield ".EX"
    yield from map(_guarded, map(_escaped, lines))
    yield ".EE"
    yield ".RE"


def _see_also(names: Sequence[str]) -> Iterator[str]:
    yield ".SH SEE ALSO"
    for number, name in enumerate(names, start=1):
        yield f".BR {_escaped(name)} (1){',' if number < len(names) else ''}"


def _title(command: Command) -> str:
    return "-".join(command.path)


def _prose(text: str) -> str:
    """Return *text* with what stands between backticks in bold."""
    pieces = [_escaped(piece) for piece in _CODE.split(text)]
    pieces[1::2] = [f"\\fB{piece}\\fR" for piece in pieces[1::2]]
    return _guarded("".join(pieces))


def _slanted(text: str) -> str:
    """Return *text* with the names of values in italics: those are to be replaced."""
    return _NAME.sub(lambda found: f"\\fI{found[0]}\\fR", _escaped(text))


def _escaped(text: str) -> str:
    return "".join(
        _ESCAPES.get(sign, sign) if sign.isascii() else f"\\[u{ord(sign):04X}]" for sign in text
    )


def _guarded(line: str) -> str:
    """Return *line* so that it is text, whatever it begins with."""
    return f"\\&{line}" if line.startswith(".") else line
