"""The completion for bash 3.2 and later, as a script that needs nothing but this program."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from yourouter_cli.commands.completion.values import arguments_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yourouter_cli.commands.completion.values import Values
    from yourouter_cli.commands.surface import Command

_SCRIPT = r"""# Completion of yourouter for bash 3.2 and later.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

# The commands in the group $1; fails for what is no group.
_yourouter_commands() {
    case "$1" in
@COMMANDS@
        *) return 1 ;;
    esac
}

# The options of the command $1.
_yourouter_options() {
    case "$1" in
@OPTIONS@
    esac
}

# What the option `$2` of the command `$1` takes; fails for a switch.
_yourouter_value() {
    case "$2" in
@COMMON@
    esac
    case "$1 $2" in
@VALUES@
        *) return 1 ;;
    esac
}

# What the argument number $2 of the command $1 may be.
_yourouter_argument() {
    case "$1 $2" in
@ARGUMENTS@
    esac
}

# Part the line up to the cursor into words as the program will see them: bash parts at = and : too.
_yourouter_parse() {
    local rest=${COMP_LINE:0:COMP_POINT} word trimmed index
    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        if ((index == COMP_CWORD)); then
            word=$trimmed
        fi
        if ((index > 0)) && [[ $trimmed == "$rest" ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        rest=${trimmed#"$word"}
    done
}

# Find the command, how many arguments it has so far, and the option that waits for its value.
_yourouter_locate() {
    local index word letters
    for ((index = 1; index < ${#words[@]} - 1; index++)); do
        word=${words[index]}
        if [[ -n $pending ]]; then
            pending=
        elif [[ -n $ended || $word != -?* ]]; then
            if [[ -z $ended && " $(_yourouter_commands "$command") " == *" $word "* ]]; then
                command="$command $word"
            else
                arguments=$((arguments + 1))
            fi
        elif [[ $word == -- ]]; then
            ended=1
        elif [[ $word == --* ]]; then
            if [[ $word != *=* ]] && _yourouter_value "$command" "$word" >/dev/null; then
                pending=$word
            fi
        else
            # Short options may stand together; what follows one that takes a value is its value.
            letters=${word#-}
            while [[ -n $letters ]]; do
                if _yourouter_value "$command" "-${letters:0:1}" >/dev/null; then
                    [[ ${#letters} -gt 1 ]] || pending=-$letters
                    break
                fi
                letters=${letters:1}
            done
        fi
    done
}

# Offer those of the lines of standard input that begin as typed: a word, a tab, what it is about.
_yourouter_offer() {
    local word about text=${current#"$head"} found=() shown=() index
    local quote=
    case "$text" in
        \'* | \"*) quote=${text:0:1} text=${text:1} ;;
    esac
    while IFS=$'\t' read -r word about; do
        if [[ -n $word && $word == "$text"* ]]; then
            [[ -n $quote ]] || printf -v word %q "$word"
            found+=("$word")
            shown+=("${about:+  ($about)}")
        fi
    done
    if [[ ${#found[@]} -gt 1 && $COMP_TYPE != 37 ]]; then
        # They differ before what they are about begins, so none of that is put into the line.
        for ((index = 0; index < ${#found[@]}; index++)); do
            found[index]+=${shown[index]}
        done
    fi
    # bash replaces only what follows the last of its own separators.
    local cut= breaks=${COMP_WORDBREAKS//[^=:]/}
    if [[ -z $quote && -n $breaks && $head$text == *["$breaks"]* ]]; then
        cut=$head$text
        cut=${cut%"${cut##*["$breaks"]}"}
    fi
    for word in ${found[@]+"${found[@]}"}; do
        word=$head$word
        COMPREPLY+=("${word#"$cut"}")
    done
}

_yourouter_files() {
    local mark=$1 text=${current#"$head"}
    if [[ -n $mark ]]; then
        [[ $text == "$mark"* ]] || return
        head+=$mark
        text=${text#"$mark"}
    elif compopt -o default 2>/dev/null; then
        # Where nothing else is offered, bash offers names of files.
        return
    fi
    _yourouter_offer < <(compgen -f -- "$text")
}

# Offer what $1 says: words, what the program knows, or files.
_yourouter_fill() {
    local text=${current#"$head"}
    text=${text#[\'\"]}
    case "$1" in
        'known '*)
            _yourouter_offer < <(
                "${COMP_WORDS[0]/#\~/$HOME}" __complete "${1#known }" "$text" \
                    "${words[@]:0:${#words[@]}-1}" 2>/dev/null </dev/null
            )
            ;;
        files*) _yourouter_files "${1#files}" ;;
        *) _yourouter_offer < <(printf '%s\n' $1) ;;
    esac
}

_yourouter() {
    local words=() command= arguments=0 pending= ended= head= current what IFS=$' \t\n'
    COMPREPLY=()
    _yourouter_parse
    current=${words[${#words[@]}-1]}
    _yourouter_locate
    if [[ -n $pending ]]; then
        what=$(_yourouter_value "$command" "$pending")
    elif [[ -z $ended && $current == --*=* ]]; then
        what=$(_yourouter_value "$command" "${current%%=*}") || return
        head=${current%%=*}=
    elif [[ -z $ended && $current == -* ]]; then
        what=$(_yourouter_options "$command")
    elif ! what=$(_yourouter_commands "$command"); then
        what=$(_yourouter_argument "$command" "$arguments")
    fi
    _yourouter_fill "$what"
}

complete -o nosort -F _yourouter yourouter 2>/dev/null || complete -F _yourouter yourouter
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script that completes *commands*, which are all there are, the root first."""
    groups, options, arguments = [], [], []
    common: dict[str, str] = {}
    values: dict[str, str] = {}
    for command in commands:
        path = command.below_root
        if command.commands:
            groups.append(_case([path], " ".join(name for name, _ in command.commands)))
        spelled = [
            name for option in command.options for name in (*option.names, *option.opposites)
        ]
        options.append(_case([path], " ".join([*spelled, "--help"])))
        for option in command.options:
            if option.metavar:
                table = common if option.key != "common_format" and option.is_common else values
                for name in option.names:
                    pattern = name if table is common else f"{path} {name}"
                    table[pattern] = _said(values_of(command, option))
        for number, offered in enumerate(arguments_of(command, commands)):
            is_last = number == len(command.arguments) - 1
            repeats = is_last and command.arguments[-1].is_repeatable
            arguments.append(_case([f"{path} {'*' if repeats else number}"], _said(offered)))
    parts = {
        "@COMMANDS@": groups,
        "@OPTIONS@": options,
        "@COMMON@": _cases(common, " && return"),
        "@VALUES@": _cases(values),
        "@ARGUMENTS@": arguments,
    }
    text = _SCRIPT
    for mark, lines in parts.items():
        text = text.replace(mark, "\n".join(lines))
    return text


def _said(values: Values) -> str:
    if values.known:
        return f"known {values.known}"
    return f"files{values.mark}" if values.files else " ".join(values.words)


def _cases(table: dict[str, str], ending: str = "") -> Iterable[str]:
    """Return the lines of a table whose patterns lead to few texts."""
    by_text: dict[str, list[str]] = {}
    for pattern, text in table.items():
        by_text.setdefault(text, []).append(pattern)
    return [_case(patterns, text, ending) for text, patterns in by_text.items()]


def _case(patterns: Sequence[str], text: str, ending: str = "") -> str:
    # A star stands for any number; it must not be quoted.
    spelled = " | ".join(
        f"{quote(pattern[:-1])}*" if pattern.endswith("*") else quote(pattern) if pattern else "''"
        for pattern in patterns
    )
    return f"        {spelled}) echo {quote(text)}{ending} ;;"
