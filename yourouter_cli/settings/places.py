"""Where configuration, state and cache live; asking creates nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

_APP = "yourouter"
_KINDS = (
    ("XDG_CONFIG_HOME", ".config", "user_config_path"),
    ("XDG_STATE_HOME", ".local/state", "user_state_path"),
    ("XDG_CACHE_HOME", ".cache", "user_cache_path"),
)


class Places(NamedTuple):
    """The three directories of this program, and the files it keeps in them."""

    config_dir: Path
    state_dir: Path
    cache_dir: Path

    @classmethod
    def found(cls, environ: Mapping[str, str], platform: str = sys.platform) -> Places:
        """Return the places for *environ*: `YOUROUTER_HOME`, else XDG, else those of *platform*.

        Relative XDG values are ignored, as the XDG specification wants. Raises `ConfigProblem` when
        there is no home directory to put anything in.
        """
        if home := environ.get("YOUROUTER_HOME"):
            root = Path(home).absolute()
            return cls(root / "config", root / "state", root / "cache")
        return cls(*(_place(environ, platform, *kind) for kind in _KINDS))

    @property
    def config_file(self) -> Path:
        """The configuration: profiles and which one is the default."""
        return self.config_dir / "config.toml"

    @property
    def models_file(self) -> Path:
        """The user's additions to the built-in catalogue of models."""
        return self.config_dir / "models.toml"

    @property
    def transcripts_file(self) -> Path:
        """The database of conversations."""
        return self.state_dir / "transcripts.db"

    @property
    def tasks_file(self) -> Path:
        """The ledger of video tasks."""
        return self.state_dir / "tasks.db"

    @property
    def history_file(self) -> Path:
        """What was typed at the prompt of interactive sessions."""
        return self.state_dir / "prompt-history"


def _place(
    environ: Mapping[str, str], platform: str, variable: str, below_home: str, function: str
) -> Path:
    directory = Path(environ.get(variable, ""))
    if directory.is_absolute():
        return directory / _APP
    if platform not in {"win32", "darwin"}:
        # The XDG default is one join; platformdirs would cost 3 ms or more at every command, and
        # would ask the environment of the process where a session has its own.
        return _home(environ) / below_home / _APP
    import platformdirs  # 3 ms, see above

    found: Path = getattr(platformdirs, function)(_APP, appauthor=False)
    if not found.is_absolute():
        raise _homeless()
    return found


def _home(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME", ""))
    if not home.is_absolute():
        # Imported here because HOME is nearly always set.
        import pwd  # Windows has none, and HOME is nearly always set

        try:
            home = Path(pwd.getpwuid(os.getuid()).pw_dir)
        except KeyError:
            raise _homeless() from None
    if not home.is_absolute():
        raise _homeless()
    return home


def _homeless() -> ConfigProblem:
    return ConfigProblem(
        "there is no home directory to keep the configuration in",
        hints='export YOUROUTER_HOME="$PWD/yourouter"',
    )
