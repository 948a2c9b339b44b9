"""What `embed` does not import: vectors need neither numpy nor a terminal library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture.test_budgets import COMMAND, DRAWING, NETWORK, modules_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program

HEAVY = {"numpy", "pyarrow", "asyncio", "concurrent.futures", "multiprocessing", "pydantic"}


def test_a_preview(run: Program) -> None:
    """Counting rows needs no network."""
    modules = modules_of(run, COMMAND, "embed", "--dry-run", "a")
    assert set() == modules & (HEAVY | DRAWING | (NETWORK - {"email"}))


@pytest.mark.parametrize("ending", [".npy", ".jsonl"])
def test_vectors(run: Program, tmp_path: Path, ending: str) -> None:
    """An array is written without numpy, and nothing is drawn."""
    argv = ["embed", "-p", "sandbox", "a", "b", "-o", str(tmp_path / f"a{ending}")]
    assert set() == modules_of(run, COMMAND, *argv) & (HEAVY | DRAWING)
