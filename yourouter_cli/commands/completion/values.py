"""What can be offered on TAB for each argument, and for the value of each option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from yourouter_cli.commands.surface import Argument, Option
from yourouter_cli.commands.topics import FORMATS, TOPICS
from yourouter_cli.conversation import ReasoningLevel
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.commands.surface import Command

SHELLS = ("bash", "zsh", "fish", "powershell")
# Those that are documented; a gateway may know others.
VENDORS = (
    "auto",
    "anthropic",
    "aws",
    "azure",
    "deepseek",
    "google",
    "mistral",
    "openai",
    "volcengine",
    "x",
)
STATUSES = ("queued", "running", "succeeded", "failed", "cancelled", "expired", "unknown")


@dataclass(frozen=True, slots=True)
class Values:
    """What is offered: `words`, what is `known` only when TAB is pressed, or names of `files`.

    `known` is what `yourouter __complete` is asked for. Names of files come after `mark`.
    """

    words: tuple[str, ...] = ()
    known: str = ""
    files: bool = False
    mark: str = ""


_FILES = Values(files=True)
_PROFILES = Values(known="profile")
_MODELS = Values(known="model")
_CONVERSATIONS = Values(known="conversation")
_TASKS = Values(known="task")
_SETTINGS = Values(words=tuple(SETTINGS))

# What a value is called says what it is, or else nothing can be offered for it.
_CALLED = {
    "FILE": _FILES,
    "FILE|-": _FILES,
    "FILE|JSON": _FILES,
    "FILE|URL": _FILES,
    "PATH|URL|-": _FILES,
    "TEXT|@FILE": Values(files=True, mark="@"),
    "FMT": Values(words=tuple(FORMATS)),
    "LEVEL": Values(words=get_args(ReasoningLevel)),
    "STATUS": Values(words=STATUSES),
    "V": Values(words=VENDORS),
    "[SHELL]": Values(words=SHELLS),
    "KEY": _SETTINGS,
    "VALUE": Values(known="value"),
}
# What is called ID or NAME is told apart by whose it is; the longest beginning counts.
_NAMED = {
    "ID --model": _MODELS,
    "ID --fallback": _MODELS,
    "ID --conversation": _CONVERSATIONS,
    "ID history": _CONVERSATIONS,
    "ID models": _MODELS,
    "ID video": _TASKS,
    "NAME --profile": _PROFILES,
    "NAME config use": _PROFILES,
    "NAME config remove": _PROFILES,
}


def values_of(command: Command, value: Option | Argument) -> Values:
    """Return what to offer for *value* of *command*; nothing for text that can be anything."""
    if isinstance(value, Option):
        if value.choices:
            return Values(words=value.choices)
        called, owner = value.metavar, value.names[-1]
    else:
        called, owner = value.name, " ".join(command.path[1:])
    for beginning, values in _NAMED.items():
        if f"{called} {owner} ".startswith(f"{beginning} "):
            return values
    return _CALLED.get(called, Values())


def arguments_of(command: Command, groups: Sequence[Command]) -> list[Values]:
    """Return what to offer for each argument of *command*; the last may be given several times.

    What there is help about are all topics and commands: *groups* has them.
    """
    found = [values_of(command, argument) for argument in command.arguments]
    if command.path[1:] == ("help",):
        return [Values(words=(*TOPICS, *(name for name, _ in groups[0].commands)))]
    return found
