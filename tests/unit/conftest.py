"""What the tests of several parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from tests.unit.transcribing import Book

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a store that is not there yet, and waits for others for a hundredth of a second."""
    return Book(tmp_path / "state" / "transcripts.db", FakeClock(), patience=0.01)
