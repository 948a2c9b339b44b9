"""The lists of models that are kept: private, whole, believed only when they make sense."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from yourouter_cli.services.listing import FRESH_SECONDS, Entry, Listing, is_fresh, keep, kept_list

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://gateway.example/v1"
FOUND = Listing(
    source="live",
    entries=(Entry(id="a", owned_by="us", created=5), Entry(id="b/c:1")),
    fetched=1000.5,
)


def only_file(directory: Path) -> Path:
    """Return the one file in *directory*."""
    (file,) = directory.iterdir()
    return file


def test_a_list_is_read_as_it_was_kept(tmp_path: Path) -> None:
    """What is kept comes back whole, as a list that was kept."""
    keep(tmp_path / "cache", URL, FOUND)

    assert FOUND._replace(source="cache") == kept_list(tmp_path / "cache", URL)


def test_a_list_is_for_its_user_alone(tmp_path: Path) -> None:
    """The file is readable by its user only, in a directory that is so too."""
    directory = tmp_path / "deep" / "cache"
    keep(directory, URL, FOUND)

    assert 0o600 == stat.S_IMODE(only_file(directory).stat().st_mode)
    assert 0o700 == stat.S_IMODE(directory.stat().st_mode)


def test_each_base_url_has_one_file(tmp_path: Path) -> None:
    """Keeping again replaces; another base URL has a file of its own, whose name can be read."""
    for _ in range(3):
        keep(tmp_path, URL, FOUND)
    assert only_file(tmp_path).name.startswith("models-gateway.example-v1-")

    keep(tmp_path, "https://gateway.example:8443/v1", FOUND)
    keep(tmp_path, "https://gateway.example/v1/../../../etc", FOUND)

    assert 3 == len(list(tmp_path.iterdir()))


def test_a_base_url_that_is_nobodys_has_no_list(tmp_path: Path) -> None:
    """Nothing is made up where nothing is kept, and no directory is made."""
    assert kept_list(tmp_path / "cache", URL) is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "[" * 100_000])
def test_a_file_that_is_no_list_is_passed_over(tmp_path: Path, text: str) -> None:
    """What another program left there is not used."""
    keep(tmp_path, URL, FOUND)
    only_file(tmp_path).write_text(text)

    assert kept_list(tmp_path, URL) is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("schema", 2),
        ("base_url", "https://other.example/v1"),
        ("fetched", None),
        ("fetched", "today"),
        ("models", 7),
        ("models", None),
        ("models", ["a"]),
        ("models", [{}]),
    ],
)
def test_a_list_that_makes_no_sense_is_passed_over(
    tmp_path: Path, member: str, value: object
) -> None:
    """A list of another version or gateway, or one that was spoiled, is not used."""
    keep(tmp_path, URL, FOUND)
    file = only_file(tmp_path)
    file.write_text(json.dumps({**json.loads(file.read_text()), member: value}))

    assert kept_list(tmp_path, URL) is None


def test_what_cannot_be_kept_raises(tmp_path: Path) -> None:
    """A cache that is a file is an error for the caller to pass over; nothing is left behind."""
    (tmp_path / "cache").write_text("")

    with pytest.raises(OSError, match="cache"):
        keep(tmp_path / "cache", URL, FOUND)
    assert [tmp_path / "cache"] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("age", "fresh"),
    [(0, True), (FRESH_SECONDS - 1, True), (FRESH_SECONDS, False), (-59, True), (-61, False)],
)
def test_a_list_is_good_for_a_day(age: float, fresh: bool) -> None:
    """After a day a list is stale; one from the future is not believed."""
    clock = FakeClock(epoch=1_000_000.0)
    listing = FOUND._replace(fetched=1_000_000.0 - age)

    assert fresh is is_fresh(listing, clock)
