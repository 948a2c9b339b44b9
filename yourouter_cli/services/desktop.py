"""Other programs of the user's: the editor and the clipboard."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def edited(text: str, environ: Mapping[str, str]) -> str:
    """Return *text* as the user leaves it in $VISUAL or $EDITOR.

    Raises `OSError` when the editor cannot be started or ends with an error.
    """
    editor = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="yourouter-") as directory:
        path = Path(directory, "prompt.md")
        path.write_text(text, encoding="utf-8")
        code = subprocess.call([*shlex.split(editor), str(path)])
        if code:
            raise OSError(code, f"`{editor}` ended with exit code {code}")
        return path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")


_CLIPBOARDS = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
    ("clip.exe",),
)


def copied(text: str, environ: Mapping[str, str]) -> bool:
    """Put *text* on the clipboard by whichever program does that here; return whether one did."""
    for command in _CLIPBOARDS:
        needs = {"wl-copy": "WAYLAND_DISPLAY", "xclip": "DISPLAY", "xsel": "DISPLAY"}
        variable = needs.get(command[0])
        if (variable and not environ.get(variable)) or shutil.which(command[0]) is None:
            continue
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(command, input=text.encode("utf-8", "replace"), check=True, timeout=5)
            return True
    return False
