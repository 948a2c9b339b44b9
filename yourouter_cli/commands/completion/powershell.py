"""The completion for PowerShell 5.1 and later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.completion.values import arguments_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.commands.completion.values import Values
    from yourouter_cli.commands.surface import Command

_SCRIPT = r"""# Completion of yourouter for PowerShell.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

Register-ArgumentCompleter -Native -CommandName yourouter -ScriptBlock {
    param($typed, $ast, $cursor)

    # Names differ by case: -p is not -P.
    $exact = [System.StringComparer]::Ordinal
    # What a command can be followed by: lines of a word, a tab and what it is about.
    $commands = New-Object 'System.Collections.Generic.Dictionary[string,string[]]' $exact
    $options = New-Object 'System.Collections.Generic.Dictionary[string,string[]]' $exact
    # What a value can be: words, or what the program knows, or files.
    $values = New-Object 'System.Collections.Generic.Dictionary[string,string]' $exact
    $arguments = New-Object 'System.Collections.Generic.Dictionary[string,string]' $exact
@TABLES@

    $words = @()
    foreach ($element in $ast.CommandElements) {
        if ($element.Extent.EndOffset -lt $cursor -or
            ($element.Extent.EndOffset -eq $cursor -and $typed -eq '')) {
            if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                $words += $element.Value
            } else {
                $words += $element.Extent.Text
            }
        }
    }

    # Find the command, how many arguments it has so far, and the option that waits for its value.
    $command = ''
    $count = 0
    $pending = ''
    $ended = $false
    foreach ($word in ($words | Select-Object -Skip 1)) {
        if ($pending -ne '') {
            $pending = ''
        } elseif (-not $ended -and $word -ceq '--') {
            $ended = $true
        } elseif (-not $ended -and $word -clike '-?*') {
            # Short options may stand together; the last may take a value.
            $option = $word -creplace '^-[^-]*([^-])$', '-$1'
            if ($values.ContainsKey("$command $option")) {
                $pending = $option
            }
        } elseif (-not $ended -and $options.ContainsKey("$command $word")) {
            $command = "$command $word"
        } else {
            $count += 1
        }
    }

    $head = ''
    $what = ''
    $lines = @()
    if ($pending -ne '') {
        $what = $values["$command $pending"]
    } elseif (-not $ended -and $typed -clike '--*=*') {
        $option, $null = $typed -split '=', 2
        $head = "$option="
        if ($values.ContainsKey("$command $option")) {
            $what = $values["$command $option"]
        }
    } elseif (-not $ended -and $typed -clike '-*') {
        $lines = $options[$command]
    } elseif ($commands.ContainsKey($command)) {
        $lines = $commands[$command]
    } else {
        foreach ($place in "$command $count", "$command +") {
            if ($arguments.ContainsKey($place)) {
                $what = $arguments[$place]
            }
        }
    }
    if ($what -ceq 'files') {
        # Where nothing else is offered, PowerShell offers names of files.
        return
    }
    if ($what -clike 'known *') {
        $kind = $what.Substring(6)
        $lines = & $words[0] __complete $kind '*' @words 2>$null
    } elseif ($what -ne '') {
        $lines = $what -split ' '
    }

    $found = @()
    foreach ($line in $lines) {
        $name, $about = $line -split "`t", 2
        $text = "$head$name"
        if ($text.StartsWith($typed, [System.StringComparison]::Ordinal)) {
            if (-not $about) {
                $about = $name
            }
            $quoted = $text
            if ($text -match '[^-\w./:=+]') {
                $quoted = "'" + ($text -replace "'", "''") + "'"
            }
            $found += [System.Management.Automation.CompletionResult]::new(
                $quoted, $name, 'ParameterValue', $about)
        }
    }
    if ($found.Count -eq 0) {
        # An empty word stands for nothing; without it names of files would be offered.
        return ''
    }
    return $found
}
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script that completes *commands*, which are all there are, the root first."""
    tables = "\n".join(f"    {line}" for command in commands for line in _tables(command, commands))
    return _SCRIPT.replace("@TABLES@", tables)


def _tables(command: Command, commands: Sequence[Command]) -> Iterator[str]:
    """Yield the lines that tell what *command* can be followed by."""
    path = command.below_root
    if command.commands:
        yield f"$commands[{_quoted(path)}] = @({_listed(command.commands)})"
    spelled = [
        (name, option.help)
        for option in command.options
        for name in (*option.names, *option.opposites)
    ]
    spelled.append(("--help", "Show this message and leave."))
    yield f"$options[{_quoted(path)}] = @({_listed(spelled)})"
    for option in command.options:
        if option.metavar and not option.is_value_optional:
            said = _quoted(_said(values_of(command, option)))
            for name in option.names:
                yield f"$values[{_quoted(f'{path} {name}')}] = {said}"
    offers = arguments_of(command, commands)
    for number, (argument, values) in enumerate(zip(command.arguments, offers, strict=True)):
        place = f"{path} {'+' if argument.is_repeatable else number}"
        if said := _said(values):
            yield f"$arguments[{_quoted(place)}] = {_quoted(said)}"


def _listed(rows: Sequence[tuple[str, str]]) -> str:
    return ", ".join(_quoted(f"{name}\t{about}") for name, about in rows)


def _said(values: Values) -> str:
    if values.known:
        return f"known {values.known}"
    return "files" if values.files else " ".join(values.words)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
