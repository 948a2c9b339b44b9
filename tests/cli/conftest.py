"""What the tests of several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.past import Past
from tests.embedding import Embedder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.driver import Program


@pytest.fixture
def file(home: Path) -> Path:
    """Return the path of the configuration, which is not there yet."""
    return home / "config" / "config.toml"


@pytest.fixture
def embedder() -> Iterator[Embedder]:
    """Yield a gateway that embeds whatever it gets."""
    with Embedder() as running:
        yield running


@pytest.fixture
def embedding(run: Program, embedder: Embedder) -> Program:
    """Return the program, set up for that gateway."""
    return run.at(embedder.base_url)


@pytest.fixture
def past(home: Path) -> Past:
    """Return the past of the program's store."""
    return Past(home / "state" / "transcripts.db")
