"""Where files live."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yourouter_cli.settings.places import Places


def test_yourouter_home_overrides_everything(tmp_path: Path) -> None:
    """Below `YOUROUTER_HOME` are config, state and cache, and asking makes none of them."""
    home = tmp_path / "a place with blanks and ümläuts"
    environ = {"YOUROUTER_HOME": str(home), "XDG_CONFIG_HOME": "/xdg", "HOME": "/home/me"}

    places = Places.found(environ)

    assert Places(home / "config", home / "state", home / "cache") == places
    assert home / "config/config.toml" == places.config_file
    assert home / "config/models.toml" == places.models_file
    assert home / "state/transcripts.db" == places.transcripts_file
    assert home / "state/tasks.db" == places.tasks_file
    assert places.state_dir == places.history_file.parent
    assert not home.exists()


def test_a_relative_yourouter_home_is_below_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`YOUROUTER_HOME=here` means here, and stays there when the directory is changed."""
    monkeypatch.chdir(tmp_path)

    assert tmp_path / "here/config" == Places.found({"YOUROUTER_HOME": "here"}).config_dir


def test_xdg_variables_are_honoured() -> None:
    """Each XDG variable says where its kind of file lives."""
    environ = {
        "HOME": "/home/me",
        "XDG_CONFIG_HOME": "/c",
        "XDG_STATE_HOME": "/s",
        "XDG_CACHE_HOME": "/k",
    }

    expected = Places(Path("/c/yourouter"), Path("/s/yourouter"), Path("/k/yourouter"))
    assert expected == Places.found(environ)


@pytest.mark.parametrize("value", ["relative/path", "", "~/config", "."])
def test_relative_xdg_values_are_ignored(value: str) -> None:
    """A relative XDG value is ignored, as the XDG specification says."""
    environ = {"HOME": "/home/me", "XDG_CONFIG_HOME": value}

    places = Places.found(environ, platform="linux")

    expected = Places(
        Path("/home/me/.config/yourouter"),
        Path("/home/me/.local/state/yourouter"),
        Path("/home/me/.cache/yourouter"),
    )
    assert expected == places


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_the_system_s_own_places_are_used(platform: str) -> None:
    """Where XDG is not at home, platformdirs knows the custom of the system."""
    places = Places.found({}, platform=platform)

    assert all(
        "yourouter" in place.parts
        for place in (places.config_dir, places.state_dir, places.cache_dir)
    )


@pytest.mark.parametrize("home", ["", "relative", "."])
def test_an_unusable_home_is_looked_up(home: str) -> None:
    """Without a usable HOME the user database knows where the user's home is."""
    pwd = pytest.importorskip("pwd", reason="only POSIX has a user database")
    there = Path(pwd.getpwuid(os.getuid()).pw_dir)

    assert there / ".config/yourouter" == Places.found({"HOME": home}, platform="linux").config_dir
