"""What may follow what is typed at the prompt of a session: commands, models, ids, files."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.errors import YourouterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_LONGEST_LIST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Helps:
    """What the line editor knows about the session: words to complete, and the status.

    *commands* maps each slash command to its one line of help, *arguments* to a function from what
    is typed after it so far to what that may become. *status* returns the line below the prompt.
    """

    commands: Mapping[str, str]
    arguments: Mapping[str, Callable[[str], Iterable[str]]] = field(default_factory=dict)
    status: Callable[[], str] = str


def completions(typed: str, helps: Helps) -> Iterator[tuple[str, int, str]]:
    """Yield what *typed* may go on as: the word, how much of it stands there, what it means."""
    if not typed.startswith("/") or "\n" in typed:
        return
    command, blank, argument = typed.partition(" ")
    if not blank:
        for name, meaning in helps.commands.items():
            if name.startswith(command):
                yield name, len(command), meaning
        return
    find = helps.arguments.get(command)
    # What cannot be looked up is not offered: complaining is for the command itself.
    with suppress(YourouterError):
        for count, word in enumerate(find(argument) if find else ()):
            if count >= _LONGEST_LIST:
                return
            yield word, len(argument), ""


def paths(typed: str) -> Iterator[str]:
    """Yield the files and directories that *typed* may become; directories end in a slash."""
    directory, slash, start = typed.rpartition("/")
    before = directory + slash
    # A home directory that is not known, or a directory that may not be read, has nothing to offer.
    with suppress(OSError, RuntimeError, ValueError):
        found = os.scandir(Path(before or ".").expanduser())
        for entry in sorted(found, key=lambda entry: entry.name):
            is_meant = entry.name.startswith(start) and (start or not entry.name.startswith("."))
            if is_meant and entry.name.isprintable():
                yield before + entry.name + ("/" if entry.is_dir() else "")
