"""What the tests of several parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock
from tests.unit.transcribing import Book
from yourouter_cli.settings.profile import Profile, resolve
from yourouter_cli.settings.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a store that is not there yet, and waits for others for a hundredth of a second."""
    return Book(tmp_path / "state" / "transcripts.db", FakeClock(), patience=0.01)


@pytest.fixture
def resolved(tmp_path: Path) -> Callable[..., Profile]:
    """Return a function that resolves a profile from TOML text, environment and options."""

    def from_text(
        toml: str = "",
        environ: Mapping[str, str] | None = None,
        *,
        name: str | None = None,
        **options: Any,
    ) -> Profile:
        path = tmp_path / "config.toml"
        if toml:
            path.touch(mode=0o600)
            path.write_text(toml, encoding="utf-8")
        return resolve(name=name, options=options, environ=environ or {}, store=Store(path))

    return from_text


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return the store of a file that is not there yet, on a path that is no plain ASCII."""
    return Store(tmp_path / "mein Büro ñ" / "config.toml")
