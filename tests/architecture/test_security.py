"""What is promised about security is held by tests that are there."""

from __future__ import annotations

import re

import pytest

from tests.driver import SOURCES

PROMISES = [
    line
    for line in (SOURCES / ".github" / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| promise", "| ---"))
]


@pytest.mark.parametrize("line", PROMISES)
def test_a_promise_names_its_tests(line: str) -> None:
    """Each promise says what tests it, and all of that is there."""
    tests = re.findall(r"`(tests/[^`]*)`", line)

    assert tests
    assert [] == [name for name in tests if not list(SOURCES.glob(name))]
