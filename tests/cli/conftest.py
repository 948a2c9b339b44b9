"""What the tests of several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.past import Past
from tests.cli.shelf import Shelf
from tests.embedding import Embedder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.driver import FakeClock, Program, Result
    from yourouter_cli.sandbox.server import Sandbox


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


@pytest.fixture
def filming(run: Program, sandbox: Sandbox) -> Program:
    """Return the program set up for the sandbox, and its video model."""
    return run.at(sandbox).having(YOUROUTER_VIDEO_MODEL="sandbox/video")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """Yield a gateway with a file that the test can spoil."""
    shelf = Shelf()
    with shelf.gateway:
        yield shelf


@pytest.fixture
def fetch(run: Program, shelf: Shelf, clock: FakeClock, tmp_path: Path) -> Callable[..., Result]:
    """Return the program about to download the file on the shelf to `film.mp4`."""
    program = run.at(shelf.gateway.base_url)

    def fetch(*argv: str, output: str = "film.mp4", **settings: Any) -> Result:
        target = output if output == "-" else str(tmp_path / output)
        return program("video", "download", "cgt-1", "-o", target, *argv, clock=clock, **settings)

    return fetch


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return where the film goes."""
    return tmp_path / "film.mp4"


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """Return where the film is while it is not whole."""
    return tmp_path / "film.mp4.part"
