"""The completion for zsh, as a function that is loaded by itself or by `source`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.completion.values import arguments_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.commands.completion.values import Values
    from yourouter_cli.commands.surface import Command, Option

_SCRIPT = r"""#compdef yourouter
# Completion of yourouter for zsh.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

# What the program knows of the kind $1: a word, a tab, what it is about.
_yourouter_known() {
  local -a found
  found=(${(f)"$(_call_program $1 ${(q)words_before[1]} __complete $1 ${(q)${(Q)PREFIX}} \
    ${(q)words_before} 2>/dev/null </dev/null)"})
  found=("${(@)found//\\/\\\\}")
  found=("${(@)found//:/\\:}")
  found=("${(@)found/$'\t'/:}")
  _describe -V -t $1 $1 found
}

_yourouter_file_after() {
  if compset -P $1; then _files; else _message 'text, or '$1'file'; fi
}

_yourouter_rest() {
  local name="${1}_$words[1]"
  (( $+functions[$name] )) && $name
}
@FUNCTIONS@

_yourouter() {
  # Options move out of `words` on the way down; what is known may depend on them.
  local -a words_before=("${(@)words[1,CURRENT-1]}")
  words_before=("${(@Q)words_before}")
  _yourouter_root
}

# Loaded by itself, this file is the function; otherwise it was read by `source`.
if [[ $funcstack[1] == _yourouter ]]; then
  _yourouter
else
  compdef _yourouter yourouter
fi
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script that completes *commands*, which are all there are, the root first."""
    functions = "\n".join(_function(command, commands) for command in commands)
    return _SCRIPT.replace("@FUNCTIONS@", functions)


def _function(command: Command, commands: Sequence[Command]) -> str:
    name = "_".join(("_yourouter_root", *command.path[1:]))
    specs = [
        spec for option in command.options for spec in _specs(option, values_of(command, option))
    ]
    specs.append("'(-)'{-h,--help}'[Show this message and leave.]'")
    if not command.commands:
        offers = arguments_of(command, commands)
        for number, (argument, values) in enumerate(
            zip(command.arguments, offers, strict=True), start=1
        ):
            place = (
                "*" if argument.is_repeatable else f"{number}{'' if argument.is_required else ':'}"
            )
            # A blank, that is a message in place of an offer, would hold up options as well.
            action = _action(values).removesuffix(" ") or "()"
            specs.append(_quoted(f"{place}:{_message(argument.name)}:{action}"))
        body = ["_arguments -s -S : \\", _listed(specs)]
        return "\n".join(["", f"{name}() {{", *(f"  {line}" for line in body), "}"])
    known = [_quoted(f"{_colons(child)}:{_colons(about)}") for child, about in command.commands]
    specs += ["'(-): :->command'", "'(-)*:: :->rest'"]
    body = [
        'local curcontext="$curcontext" state state_descr line',
        "typeset -A opt_args",
        "_arguments -C -s -S : \\",
        f"{_listed(specs)} && return",
        "case $state in",
        "  command)",
        "    local -a known=(",
        *(f"      {line}" for line in known),
        "    )",
        f"    _describe -t commands '{command.name} command' known",
        "    ;;",
        f"  rest) _yourouter_rest {name} ;;",
        "esac",
    ]
    return "\n".join(["", f"{name}() {{", *(f"  {line}" for line in body), "}"])


def _listed(specs: Sequence[str]) -> str:
    return " \\\n".join(f"    {spec}" for spec in specs)


def _specs(option: Option, values: Values) -> Iterator[str]:
    about = f"[{_bracketed(option.help)}]"
    message = f":{_message(option.metavar)}:{_action(values)}" if option.metavar else ""
    if option.is_value_optional:
        message = f":{message}"
    every = (*option.names, *option.opposites)
    others = f"({' '.join(every)})" if len(every) > 1 else ""
    before = "*" if option.is_repeatable else others
    for name in every:
        ending = "" if not message else "=" if name.startswith("--") else "+"
        ending = "" if option.is_value_optional else ending
        yield _quoted(f"{before}{name}{ending}{about}{message}")


def _action(values: Values) -> str:
    # Behind a blank, a function is called with these words and no others.
    if values.known:
        return f" _yourouter_known {values.known}"
    if values.files:
        return f" _yourouter_file_after {values.mark}" if values.mark else "_files"
    return f"({' '.join(map(_colons, values.words))})" if values.words else " "


def _message(text: str) -> str:
    return _colons(text.strip("[]")) or " "


def _colons(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _bracketed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
