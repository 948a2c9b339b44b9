"""`yourouter --install-completion`: for shells that do not look where the package was installed."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.completion.files import script_for
from yourouter_cli.commands.completion.values import SHELLS
from yourouter_cli.commands.surface import read_all
from yourouter_cli.errors import ConfigProblem, UsageProblem
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yourouter_cli.session import Session

DETECT = "detect"
_PROGRAMS = {"pwsh": "powershell", **{shell: shell for shell in SHELLS}}
_ASK_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shell's completion is put: the script, and the lines that a start-up file needs."""

    script: Path
    startup: Path | None = None
    lines: str = ""


def with_shell_named(argv: Sequence[str]) -> list[str]:
    """Return *argv* with a word behind a bare `--install-completion`: find out which shell."""
    words = list(argv)
    if "--install-completion" in words:
        behind = words.index("--install-completion") + 1
        if "--" not in words[:behind] and (words[behind:] or ["-"])[0].startswith("-"):
            words.insert(behind, DETECT)
    return words


def install(shell: str, root: Any, context: Any, session: Session) -> None:
    """Install the completion for *shell*, `DETECT` for the user's; says what was done.

    Done twice, it changes nothing. *root* is Typer's command for the whole program.
    """
    name = _detected(session.environ) if shell == DETECT else _PROGRAMS.get(shell)
    if name is None:
        known = ", ".join(f"`{known}`" for known in SHELLS)
        asked = Path(session.environ.get("SHELL", "")).name if shell == DETECT else shell
        raise UsageProblem(
            f"no completion for the shell `{asked}` (known: {known})",
            hints=f"yourouter --install-completion {SHELLS[0]}",
        )
    place = _place(name, session.environ)
    for done in _put(place, script_for(name, read_all(root, context))):
        session.tell(done)
    session.tell("it completes in every new shell")


def _detected(environ: Mapping[str, str]) -> str | None:
    """Return the name of the user's shell, None for one that is not known."""
    if not (shell := environ.get("SHELL")):
        # Only Windows does without.
        return "powershell" if environ.get("PSMODULEPATH", environ.get("PSModulePath")) else None
    return _PROGRAMS.get(Path(shell).stem)


def _place(shell: str, environ: Mapping[str, str]) -> Place:
    home = _directory(environ, ("HOME", "USERPROFILE"), None)
    data = _directory(environ, ("XDG_DATA_HOME",), home / ".local" / "share")
    config = _directory(environ, ("XDG_CONFIG_HOME",), home / ".config")
    if shell == "fish":
        return Place(config / "fish" / "completions" / "yourouter.fish")
    if shell == "bash":
        script = data / "bash-completion" / "completions" / "yourouter"
        return Place(script, home / ".bashrc", f"[ -r {_quoted(script)} ] && . {_quoted(script)}")
    if shell == "zsh":
        script = data / "zsh" / "site-functions" / "_yourouter"
        startup = _directory(environ, ("ZDOTDIR",), home) / ".zshrc"
        return Place(
            script,
            startup,
            "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }\n"
            f"[[ -r {_quoted(script)} ]] && source {_quoted(script)}",
        )
    startup = _powershell_profile(environ) or config / "powershell" / "profile.ps1"
    script = startup.with_name("yourouter.ps1")
    quoted = str(script).replace("'", "''")
    return Place(script, startup, f"if (Test-Path '{quoted}') {{ . '{quoted}' }}")


def _directory(environ: Mapping[str, str], names: Sequence[str], default: Path | None) -> Path:
    """Return the directory that the first variable of *names* holds, else *default*."""
    for name in names:
        if (path := Path(environ.get(name, ""))).is_absolute():
            return path
    if default is None:
        raise ConfigProblem("there is no home directory to install the completion in")
    return default


def _powershell_profile(environ: Mapping[str, str]) -> Path | None:
    """Return PowerShell's start-up file, which only PowerShell knows; None where it is absent."""
    for name in ("pwsh", "powershell"):
        if program := shutil.which(name, path=environ.get("PATH", "")):
            asked = [program, "-NoProfile", "-NonInteractive", "-Command"]
            try:
                told = subprocess.run(
                    [*asked, "$PROFILE.CurrentUserAllHosts"],
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=_ASK_SECONDS,
                    env=dict(environ),
                    stdin=subprocess.DEVNULL,
                )
            except (OSError, subprocess.SubprocessError):
                continue
            if (path := Path(told.stdout.strip())).is_absolute():
                return path
    return None


def _put(place: Place, text: str) -> list[str]:
    """Write what is not there yet; return what was done, in words."""
    done = []
    path = place.script
    try:
        if _text_of(path) == text:
            done.append(f"`{path}` is up to date")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            done.append(f"wrote `{path}`")
        if place.startup is not None:
            path = place.startup
            done.append(_append(path, f"# Completion of yourouter\n{place.lines}\n"))
    except OSError as error:
        why = reason_of(error)
        raise ConfigProblem(f"cannot write `{path}`: {why}") from error
    return done


def _append(path: Path, lines: str) -> str:
    """Add *lines* to the file *path*, which stays what it is otherwise; return what was done."""
    before = _text_of(path)
    if lines in before:
        return f"`{path}` loads it already"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(lines if not before or before.endswith("\n") else f"\n{lines}")
    return f"added to `{path}` what loads it"


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
