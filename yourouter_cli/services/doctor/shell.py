"""What is around the program, for the doctor: the shell's completion, and the versions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.checks import Finding
from yourouter_cli.services.versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHOWN = ("typer", "httpx", "rich")
INSTALL = "yourouter --install-completion"
# Where each shell looks below a directory of shared data, and for what.
_LOOKED_FOR = {
    "bash": ("bash-completion/completions", ("yourouter", "yourouter.bash")),
    "zsh": ("zsh/site-functions", ("_yourouter",)),
    "fish": ("fish/vendor_completions.d", ("yourouter.fish",)),
}


def check_completion(environ: Mapping[str, str], home: Path) -> Finding:
    """Tell whether the user's shell can complete this program's command line."""
    shell = Path(environ.get("SHELL", "")).name
    if shell not in _LOOKED_FOR:
        return Finding(
            "skip", f"nothing is known about the shell `{shell}`" if shell else "no shell"
        )
    directory, names = _LOOKED_FOR[shell]
    places = [place / directory for place in _shared(shell, environ, home)]
    for place in [*places, _own(shell, environ, home)]:
        for name in names:
            if (file := place / name).is_file():
                return Finding("ok", f"{shell}, by {file}")
    return Finding("warn", f"{shell} cannot complete `yourouter` yet", INSTALL)


def _shared(shell: str, environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield the directories of shared data."""
    yield Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    for name in (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
        if name:
            yield Path(name)
    if shell == "bash":
        yield Path(sys.prefix) / "share"  # bash-completion looks beside the command as well


def _own(shell: str, environ: Mapping[str, str], home: Path) -> Path:
    """Return the user's own directory of completions."""
    if shell == "fish":
        return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "fish" / "completions"
    return home / {"bash": ".bash_completion.d", "zsh": ".zfunc"}[shell]


def check_version() -> Finding:
    """Say what is at work, as a report of a problem should."""
    found = versions()
    known = found["dependencies"]
    libraries = [f"{name} {known[name] or 'of unknown version'}" for name in _SHOWN]
    what = [f"yourouter {found['version']}", found["python"], found["platform"], *libraries]
    return Finding("ok", ", ".join(what))
