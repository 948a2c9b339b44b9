"""The completion for fish 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.completion.values import arguments_of, values_of
from yourouter_cli.commands.options import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.commands.completion.values import Values
    from yourouter_cli.commands.surface import Command, Option

_SAME = COMMON.keys() - {"common_format"}
_SCRIPT = r"""# Completion of yourouter for fish.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

# Every command, and every option that takes a value: its command, then it.
set -g __yourouter_commands @COMMANDS@
set -g __yourouter_valued @VALUED@

# What the program knows of the kind $argv: a word, a tab, what it is about.
function __yourouter_known
    set -l words (commandline -opc)
    $words[1] __complete $argv[1] (commandline -ct | string replace -r '^--?[^=]*=' '') \
        $words 2>/dev/null </dev/null
end

# Names of files after the sign $argv.
function __yourouter_file_after
    set -l typed (commandline -ct)
    string match -q -- "$argv[1]*" $typed
    and complete -C "'' "(string sub -s 2 -- $typed) | string replace -r '^' $argv[1]
end

# Print the command so far, and how many arguments it has.
function __yourouter_place
    set -l name ''
    set -l arguments 0
    set -l waits 0
    set -l ended 0
    for word in (commandline -opc)[2..]
        if test $waits = 1
            set waits 0
        else if test $ended = 0; and test "$word" = --
            set ended 1
        else if test $ended = 0; and string match -q -- '-?*' $word
            # Short options may stand together; the last may take a value.
            set -l option (string replace -r '^-[^-]*([^-])$' -- '-$1' $word)
            contains -- "$name $option" $__yourouter_valued
            and set waits 1
        else if test $ended = 0; and contains -- "$name $word" $__yourouter_commands
            set name "$name $word"
        else
            set arguments (math $arguments + 1)
        end
    end
    echo $name
    echo $arguments
end

# Whether the command is $argv[1]; and, if they are given, has $argv[2] arguments, or at least so
# many with a + behind.
function __yourouter_at
    set -l place (__yourouter_place)
    test "$place[1]" = "$argv[1]"
    or return 1
    switch "$argv[2]"
        case ''
            return 0
        case '*+'
            test $place[2] -ge (string trim -c + -- $argv[2])
        case '*'
            test $place[2] = $argv[2]
    end
end

complete -c yourouter -e
complete -c yourouter -f
@COMPLETIONS@
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script that completes *commands*, which are all there are, the root first."""
    valued = [
        f"{command.below_root} {name}"
        for command in commands
        for option in command.options
        if option.metavar and not option.is_value_optional
        for name in option.names
    ]
    lines = [*_everywhere(commands[0])]
    lines += [line for command in commands for line in _lines(command, commands)]
    parts = {
        "@COMMANDS@": " ".join(_quoted(command.below_root) for command in commands[1:]),
        "@VALUED@": " \\\n    ".join(map(_quoted, valued)),
        "@COMPLETIONS@": "\n".join(lines),
    }
    text = _SCRIPT
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def _everywhere(root: Command) -> Iterator[str]:
    """Yield a line for each option that every command has, with the same values."""
    for option in root.options:
        if option.key in _SAME:
            yield from (f"complete -c yourouter {text}" for text in _option(root, option))
    yield "complete -c yourouter -s h -l help -d 'Show this message and leave.'"


def _lines(command: Command, commands: Sequence[Command]) -> Iterator[str]:
    """Yield a line for each thing that *command* can be followed by."""
    path = command.below_root
    place = f"complete -c yourouter -n {_quoted(f'__yourouter_at {_quoted(path)}')}"
    yield ""
    yield f"#{path or ' yourouter'}"
    for name, about in command.commands:
        yield f"{place} -a {name} -d {_quoted(about)}"
    for number, (argument, values) in enumerate(
        zip(command.arguments, arguments_of(command, commands), strict=True)
    ):
        here = f"__yourouter_at {_quoted(path)} {number}{'+' * argument.is_repeatable}"
        if offered := _offered(values):
            yield f"complete -c yourouter -n {_quoted(here)} {offered}"
    for option in command.options:
        if option.key not in _SAME:
            yield from (f"{place} {text}" for text in _option(command, option))


def _option(command: Command, option: Option) -> Iterator[str]:
    values = values_of(command, option)
    about = f"-d {_quoted(option.help)}"
    names = " ".join(map(_name, option.names))
    if option.metavar and not option.is_value_optional:
        offered = _offered(values)
        # A value that is no file is waited for all the same.
        names += f" -r {offered}" if "-F" in offered else f" -x {offered}".rstrip()
    yield f"{names} {about}"
    for name in option.opposites:
        yield f"{_name(name)} {about}"


def _name(name: str) -> str:
    return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"


def _offered(values: Values) -> str:
    if values.known:
        return f"-ka '(__yourouter_known {values.known})'"
    if values.mark:
        return f"-a '(__yourouter_file_after {values.mark})'"
    if values.files:
        return "-F"
    return f"-ka {_quoted(' '.join(values.words))}" if values.words else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
