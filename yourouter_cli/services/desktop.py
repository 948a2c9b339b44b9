"""Other programs of the user's: the editor and the clipboard."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.errors import UsageProblem
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_EDITORS = ("vi", "nano", "notepad")
_CLIPBOARDS = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
    ("clip.exe",),
)
# Programs that are installed where there is no such display, too.
_NEEDED = {"wl-copy": "WAYLAND_DISPLAY", "xclip": "DISPLAY", "xsel": "DISPLAY"}
_PATIENCE_SECONDS = 5


def editor_for(environ: Mapping[str, str], *, again: str, has_terminal: bool = True) -> list[str]:
    """Return the command of the user's editor: $VISUAL, $EDITOR, or one that is everywhere.

    The last needs a terminal. *again* is the command that the user would repeat with an editor
    set. Raises `UsageProblem` when there is none.
    """
    for variable in ("VISUAL", "EDITOR"):
        try:
            if words := shlex.split(environ.get(variable, "")):
                return words
        except ValueError:
            raise UsageProblem(f"`{variable}` is not a command: a quote is missing") from None
    for name in _EDITORS:
        if has_terminal and (found := _program(name, environ)):
            return [found]
    raise UsageProblem("no editor is set", hints=f"EDITOR=nano {again}")


def edit(editor: list[str], path: Path, environ: Mapping[str, str], *, again: str) -> None:
    """Let the user change the file at *path* in *editor*, and return when that has ended.

    Raises `UsageProblem` when it cannot be run or ends with an error, naming *again* as remedy.
    """
    try:
        done = subprocess.run([*editor, str(path)], check=False, env=dict(environ))
    except OSError as error:
        raise UsageProblem(
            f"cannot run the editor `{editor[0]}`: {reason_of(error)}",
            hints=f"EDITOR=nano {again}",
        ) from None
    if done.returncode:
        raise UsageProblem(
            f"the editor `{editor[0]}` ended with {done.returncode}; nothing was changed"
        )


def edited(text: str, environ: Mapping[str, str], *, again: str) -> str:
    """Return *text* as the user leaves it in the editor; raises as `edit` does."""
    editor = editor_for(environ, again=again)
    with tempfile.TemporaryDirectory(prefix="yourouter-", ignore_cleanup_errors=True) as directory:
        path = Path(directory, "prompt.md")
        try:
            path.write_text(text, encoding="utf-8")
            edit(editor, path, environ, again=again)
            return path.read_text(encoding="utf-8-sig", errors="replace").rstrip("\n")
        except OSError as error:
            why = reason_of(error)
            raise UsageProblem(f"cannot edit `{path}`: {why}") from None


def copied(text: str, environ: Mapping[str, str]) -> bool:
    """Put *text* on the clipboard by whichever program does that here; return whether one did."""
    for command in _CLIPBOARDS:
        variable = _NEEDED.get(command[0])
        program = _program(command[0], environ)
        if program is None or (variable and not environ.get(variable)):
            continue
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [program, *command[1:]],
                input=text.encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(environ),
                check=True,
                timeout=_PATIENCE_SECONDS,
            )
            return True
    return False


def _program(name: str, environ: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=environ.get("PATH"))
