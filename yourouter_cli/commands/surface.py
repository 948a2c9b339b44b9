"""What can be typed: commands, arguments and options as plain values, read off Typer's objects.

Help pages, manual pages and completions are all made from these, so that they cannot disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.options import COMMON, NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterable

# Typer's mark for a paragraph whose lines are kept as they are.
_KEPT = "\b\n"
_TIGHT = re.compile(r"(?<=[\"\]}\d]),(?=[\"\[{])")
_METAVARS = {"integer": "N", "int": "N", "float": "NUMBER", "path": "FILE"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: how it is spelled, what it takes, what it does.

    `names` has the short name first; `opposites` switch it off. `metavar` is empty for a switch.
    `panel` is the heading it stands under, empty for none of its own. `is_common` says that it is
    one of those that all commands, or all on the network, share.
    """

    key: str
    names: tuple[str, ...]
    opposites: tuple[str, ...]
    metavar: str
    help: str
    default: str
    panel: str
    is_repeatable: bool
    is_common: bool
    is_value_optional: bool

    @property
    def choices(self) -> tuple[str, ...]:
        """The words it takes, where they can be listed: `…` stands for more of their kind."""
        words = self.metavar.split("|")
        is_list = words[1:] and all(word == word.lower() and word != "-" for word in words)
        return tuple(word for word in words if word != "…") if is_list else ()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: `name` in capitals, and whether it may be left out or given several times."""

    name: str
    help: str
    is_required: bool
    is_repeatable: bool

    @property
    def shown(self) -> str:
        """The argument as the usage line has it: `KEY`, `[PROMPT]...`."""
        name = self.name if self.is_required else f"[{self.name}]"
        return f"{name}..." if self.is_repeatable else name


@dataclass(frozen=True, slots=True)
class Command:
    """One command, or a group of them: then `commands` has a name and a summary for each.

    `path` is what is typed for it, from `yourouter` on. `notes` are paragraphs.
    """

    path: tuple[str, ...]
    summary: str
    examples: tuple[str, ...]
    notes: tuple[str, ...]
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    commands: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """All words of its path."""
        return " ".join(self.path)

    @property
    def below_root(self) -> str:
        """The words of its path but the program's name, a blank before each."""
        return "".join(f" {word}" for word in self.path[1:])

    @property
    def usage(self) -> str:
        """How it is typed, in one line."""
        ending = ["COMMAND"] if self.commands else [argument.shown for argument in self.arguments]
        return " ".join([*self.path, "[OPTIONS]", *ending])

    @property
    def own_options(self) -> tuple[Option, ...]:
        """The options that it does not share with every command."""
        return tuple(option for option in self.options if not option.is_common)

    @property
    def common_options(self) -> tuple[Option, ...]:
        """The options that it shares."""
        return tuple(option for option in self.options if option.is_common)


def read(command: Any, path: Iterable[str], commands: Iterable[tuple[str, str]] = ()) -> Command:
    """Return the surface of Typer's *command*, which is typed as *path*.

    *commands* are the names and summaries of the commands in it, if it is a group.
    """
    summary, examples, notes = _parted(command.help or "")
    options = [_option(parameter) for parameter in command.params if _is_option(parameter)]
    return Command(
        tuple(path),
        summary,
        examples,
        notes,
        tuple(_argument(parameter) for parameter in command.params if not _is_option(parameter)),
        tuple(option for option in options if option.key != "help"),
        tuple(commands),
    )


def summary_of(command: Any) -> str:
    """Return the first sentence of what Typer's *command* says of itself."""
    return _parted(command.help or "")[0]


def read_all(root: Any, context: Any, path: tuple[str, ...] = ("yourouter",)) -> list[Command]:
    """Return the surfaces of the group *root* and of all commands below it, in their order."""
    summaries = root.summaries(context) if hasattr(root, "summaries") else []
    found = [read(root, path, summaries)]
    for name, _ in summaries:
        found += read_all(root.get_command(context, name), context, (*path, name))
    return found


def grouped(options: Iterable[Option]) -> dict[str, list[Option]]:
    """Return *options* by the heading they stand under; those without one come last."""
    panels: dict[str, list[Option]] = {}
    for option in options:
        panels.setdefault(option.panel, []).append(option)
    if "" in panels:
        others = panels.pop("")
        panels["Other options" if panels else "Options"] = others
    return panels


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _parted(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Part a docstring into its summary, its examples and its other paragraphs."""
    summary, *rest = text.strip().split("\n\n")
    examples: list[str] = []
    notes = []
    for paragraph in rest:
        if paragraph.startswith(_KEPT):
            examples += paragraph.removeprefix(_KEPT).splitlines()
        else:
            notes.append(_unwrapped(paragraph))
    return _unwrapped(summary), tuple(examples), tuple(notes)


def _unwrapped(paragraph: str) -> str:
    """Return *paragraph* as one line that can be broken anew, also within an example of JSON."""
    return _TIGHT.sub(", ", " ".join(paragraph.split()))


def _option(parameter: Any) -> Option:
    is_switch = parameter.is_flag
    has_default = not is_switch and parameter.show_default and parameter.default not in (None, ())
    return Option(
        key=parameter.name,
        names=tuple(sorted(parameter.opts, key=lambda name: (name.startswith("--"), name))),
        opposites=tuple(parameter.secondary_opts),
        metavar="" if is_switch else _metavar(parameter),
        help=parameter.help or "",
        default=_shown(parameter.default) if has_default else "",
        panel=getattr(parameter, "rich_help_panel", None) or "",
        is_repeatable=parameter.multiple,
        is_common=parameter.name in COMMON or parameter.name in NETWORK,
        is_value_optional=(parameter.metavar or "").startswith("["),
    )


def _argument(parameter: Any) -> Argument:
    name = (parameter.metavar or parameter.name).strip("[].")
    return Argument(
        name=name.upper() if name.isidentifier() else name,
        help=parameter.help or "",
        is_required=parameter.required,
        is_repeatable=parameter.nargs == -1,
    )


def _metavar(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    return _METAVARS.get(parameter.type.name) or str(parameter.name).upper()


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value}"
