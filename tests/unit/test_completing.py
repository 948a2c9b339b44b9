"""What may follow what is typed at the prompt of a session."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ConfigProblem
from yourouter_cli.services.completing import Helps, completions, paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def broken(_typed: str) -> Iterator[str]:
    """Fail as a list that cannot be read does."""
    yield "a"
    raise ConfigProblem("cannot be read")


HELPS = Helps(
    commands={"/model": "which model", "/mode": "another", "/new": "begin anew"},
    arguments={
        "/model": lambda typed: (one for one in ("gpt-4o", "gpt-4o mini") if one.startswith(typed)),
        "/many": lambda _typed: map(str, range(1000)),
        "/broken": broken,
    },
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/mo", [("/model", 3, "which model"), ("/mode", 3, "another")]),
        ("/new", [("/new", 4, "begin anew")]),
        ("/model gpt", [("gpt-4o", 3, ""), ("gpt-4o mini", 3, "")]),
        ("/model gpt-4o m", [("gpt-4o mini", 8, "")]),
        ("/model ", [("gpt-4o", 0, ""), ("gpt-4o mini", 0, "")]),
        ("/new x", []),
        ("/nothing x", []),
        ("words /mo", []),
        ("", []),
        ("/mo\n", []),
        ("/broken ", [("a", 0, "")]),
    ],
)
def test_completions(typed: str, expected: list[tuple[str, int, str]]) -> None:
    """Commands are completed by their beginning, and then what follows them."""
    assert expected == list(completions(typed, HELPS))


def test_a_long_list_ends() -> None:
    """No more is offered than anybody reads."""
    assert 200 == len(list(completions("/many ", HELPS)))


class TestPaths:
    @pytest.fixture(autouse=True)
    def files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make a few files, and go to them."""
        for name in ("one.txt", "one two.txt", ".hidden", "bell\a"):
            (tmp_path / name).touch()
        (tmp_path / "once").mkdir()
        (tmp_path / "once" / "more.txt").touch()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("on", ["once/", "one two.txt", "one.txt"]),
            ("one ", ["one two.txt"]),
            ("", ["once/", "one two.txt", "one.txt"]),
            (".", [".hidden"]),
            ("once/", ["once/more.txt"]),
            ("~/onc", ["~/once/"]),
            ("./once/m", ["./once/more.txt"]),
            ("b", []),
            ("nowhere/", []),
            ("one.txt/", []),
            ("~nobody-has-this-name/", []),
        ],
    )
    def test_below_here(self, typed: str, expected: list[str]) -> None:
        """Files and directories are completed as they were begun; what cannot be typed is not."""
        assert expected == list(paths(typed))

    def test_from_the_root(self, tmp_path: Path) -> None:
        """An absolute path stays one."""
        assert [f"{tmp_path}/one.txt"] == list(paths(f"{tmp_path}/one."))
        assert f"/{tmp_path.parts[1]}/" in list(paths("/"))

    def test_not_to_be_read(self, tmp_path: Path) -> None:
        """A directory that may not be read offers nothing."""
        (tmp_path / "once").chmod(0)
        if not os.access(tmp_path / "once", os.R_OK):  # the superuser may read everything
            assert [] == list(paths("once/"))
        (tmp_path / "once").chmod(0o700)
