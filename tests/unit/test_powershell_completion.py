"""The completion for PowerShell, as a grammar of PowerShell reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from yourouter_cli.cli import app
from yourouter_cli.commands.completion.powershell import script
from yourouter_cli.commands.surface import read_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser

    from yourouter_cli.commands.surface import Command


@pytest.fixture(scope="module")
def commands() -> list[Command]:
    """Return all commands."""
    root = get_command(app)
    return read_all(root, root.make_context("yourouter", [], resilient_parsing=True))


@pytest.fixture(scope="module")
def parser() -> Parser:
    """Return a parser of PowerShell."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    parser: Parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    return parser


def nodes(node: Node, kind: str) -> Iterator[Node]:
    """Yield every node of *kind* in *node*."""
    if node.type == kind:
        yield node
    for child in node.children:
        yield from nodes(child, kind)


def test_its_syntax(parser: Parser, commands: list[Command]) -> None:
    """The script is PowerShell, from its first to its last sign."""
    text = script(commands)

    assert not parser.parse(text.encode()).root_node.has_error
    # A parser that takes everything would prove nothing.
    assert parser.parse(text.removesuffix("}\n").encode()).root_node.has_error
    assert parser.parse(text.replace("foreach (", "foreach ", 1).encode()).root_node.has_error


def test_its_structure(parser: Parser, commands: list[Command]) -> None:
    """It registers one completer, and tells of every command what can follow."""
    text = script(commands)
    root = parser.parse(text.encode()).root_node
    called = [(node.text or b"").decode() for node in nodes(root, "command_name")]
    filled = [(node.text or b"").decode() for node in nodes(root, "element_access")]

    assert called.count("Register-ArgumentCompleter") == 1
    for command in commands:
        path = "".join(f" {word}" for word in command.path[1:])
        assert filled.count(f"$options['{path}']") == 1
        assert filled.count(f"$commands['{path}']") == bool(command.commands)
        for option in command.options:
            for name in option.names:
                takes = bool(option.metavar) and not option.is_value_optional
                assert filled.count(f"$values['{path} {name}']") == takes, name


def test_names_differ_by_case(commands: list[Command]) -> None:
    """PowerShell does not tell -p from -P by itself."""
    text = script(commands)

    assert "$values[' chat -p'] = 'known profile'\n" in text
    assert "$values[' chat -P'] = ''\n" in text
    assert "[System.StringComparer]::Ordinal" in text
