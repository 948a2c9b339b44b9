"""What is small can be read: no long module, no long function."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.sources import Source, sources

TESTS = Path(__file__).parents[1]
LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def everything() -> list[Source]:
    """Return every module, of the program and of its tests."""
    return sources() + sources(TESTS)


def test_modules_are_short() -> None:
    """No module has more than 300 lines, tests included."""
    long = {
        source.name: length
        for source in everything()
        if (length := len(source.text.splitlines())) > LONGEST_MODULE
    }

    assert {} == long


def test_functions_are_short() -> None:
    """No function has more than 60 lines, tests included."""
    long = {
        f"{source.name}.{node.name}": length
        for source in everything()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert {} == long


def test_modules_are_named_for_what_they_hold() -> None:
    """No module has a name that says nothing."""
    nameless = [
        source.name for source in everything() if source.name.rpartition(".")[2] in FORBIDDEN_NAMES
    ]

    assert [] == nameless
