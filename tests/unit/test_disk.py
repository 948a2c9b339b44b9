"""Where files can go: seen before there is anything to write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yourouter_cli.disk import check_directory, check_writable, is_directory, named

TOO_LONG = "x" * 300
by_its_owner = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        (".", IsADirectoryError, "Is a directory"),
        ("none/film.mp4", FileNotFoundError, "no such directory"),
        ("file/film.mp4", NotADirectoryError, "Not a directory"),
        (TOO_LONG, OSError, "File name too long"),
        ("x" * 250, OSError, "File name too long"),
        (f"{TOO_LONG}/film.mp4", OSError, "File name too long"),
    ],
)
def test_where_no_file_can_be(tmp_path: Path, name: str, error: type[OSError], words: str) -> None:
    """A place that cannot be written raises what writing there would."""
    (tmp_path / "file").touch()
    with pytest.raises(error, match=words):
        check_writable(tmp_path / name)


def test_where_a_file_can_be(tmp_path: Path) -> None:
    """A new file, one that is there, a link and a device can be written."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "new")
    for path in (tmp_path / "new", tmp_path / "file", tmp_path / "link", Path(os.devnull)):
        check_writable(path)
    check_directory(tmp_path)


@by_its_owner
def test_what_is_locked_away(tmp_path: Path) -> None:
    """A directory that lets nobody in holds no file of ours, whatever is in it."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o000)
    with pytest.raises(PermissionError):
        check_writable(locked / "film.mp4")
    with pytest.raises(PermissionError):
        check_directory(locked)
    assert not is_directory(locked / "inner")


@by_its_owner
def test_a_file_for_reading(tmp_path: Path) -> None:
    """A file for reading can be replaced, and not be written to."""
    file = tmp_path / "file"
    file.touch(mode=0o400)
    check_writable(file)
    with pytest.raises(PermissionError):
        check_writable(file, is_replaced=False)


def test_homes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`~` is the home directory; that of nobody is no place."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert tmp_path / "film.mp4" == named("~/film.mp4")
    assert Path("film.mp4") == named("film.mp4")
    with pytest.raises(FileNotFoundError, match="no such home directory"):
        named("~nobody-is-called-so/film.mp4")
