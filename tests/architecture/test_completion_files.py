"""The completions offer all there is, and are what the program would write."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from tests.architecture.written import BY_NAME, COMMANDS, COMPLETIONS, each_command, needs_checkout
from yourouter_cli.cli import app
from yourouter_cli.commands.completion.files import SCRIPTS, all_files
from yourouter_cli.commands.completion.values import Values, arguments_of, values_of

# What stands for text that nothing can be offered for.
FREE = {
    "AGE", "HOST", "KEY=VALUE", "MS", "N", "'NAME: VALUE'", "NUMBER", "PORT", "PROMPT", "RE",
    "SECONDS", "TEXT", "URL", "WORDS",
    # Names that are in the user's own files and variables.
    "NAME --api-key-env", "NAME --family", "NAME --field", "NAME --id-field",
}  # fmt: skip


@needs_checkout
def test_the_files_are_current() -> None:
    """`completions/` is what `python -m yourouter_cli.commands.completion` writes."""
    root = get_command(app)
    wanted = all_files(root, root.make_context("yourouter", [], resilient_parsing=True))
    there = {
        path.relative_to(COMPLETIONS).as_posix(): path.read_text(encoding="utf-8")
        for path in COMPLETIONS.rglob("*")
        if path.is_file()
    }

    assert wanted.keys() == there.keys()
    for name, text in wanted.items():
        assert text == there[name], (
            f"completions/{name} is stale: python -m yourouter_cli.commands.completion"
        )


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_word_is_in_the_completions(shell: str) -> None:
    """Every command and option is offered in every shell."""
    text = SCRIPTS[shell][1](COMMANDS)
    for command in COMMANDS:
        for option in command.options:
            for spelled in (*option.names, *option.opposites):
                bare = spelled.lstrip("-") if shell == "fish" else spelled
                assert re.search(rf"(?<![\w]){bare}(?![\w-])", text), spelled
        assert command.path[-1] in text


@each_command
def test_every_value_was_thought_of(name: str) -> None:
    """For each value it is decided what to offer on TAB, or that nothing can be."""
    command = BY_NAME[name]
    values = [
        (option.metavar, option.names[-1], values_of(command, option))
        for option in command.options
        if option.metavar
    ]
    arguments = zip(command.arguments, arguments_of(command, COMMANDS), strict=True)
    values += [(argument.name, name, offered) for argument, offered in arguments]

    unclear = [
        f"{called} {owner}"
        for called, owner, offered in values
        if offered == Values() and not {called, f"{called} {owner}"} & FREE
    ]
    assert [] == unclear
