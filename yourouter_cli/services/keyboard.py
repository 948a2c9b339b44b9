"""How the user types: as in vi or as in emacs, and whether it is seen while an answer is shown."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VI_EDITORS = ("vi", "vim", "nvim", "neovim", "gvim", "elvis", "vile")
_INPUT_FLAGS, _LOCAL_FLAGS = 0, 3


def wants_vi(environ: Mapping[str, str]) -> bool:
    """Return whether to edit as vi does: what inputrc says, else what $VISUAL or $EDITOR is."""
    file = Path(environ.get("INPUTRC") or f"{environ.get('HOME', '')}/.inputrc")
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in reversed(lines):
        match line.split():
            case ["set", "editing-mode", mode]:
                return mode.strip("\"'") == "vi"
    editor = (environ.get("VISUAL") or environ.get("EDITOR") or "").split()
    return bool(editor) and Path(editor[0]).name in _VI_EDITORS


@contextmanager
def echo(stream: IO[bytes] | None, *, on: bool) -> Iterator[None]:
    """Show what is typed on the terminal *stream* meanwhile, or keep it for who reads it next.

    Where *stream* is no terminal, nothing changes.
    """
    try:
        import termios  # Windows has none
    except ImportError:  # Windows shows nothing while nobody reads
        yield
        return
    try:
        descriptor = stream.fileno() if stream is not None else -1
        before = termios.tcgetattr(descriptor)
    except (OSError, ValueError, termios.error):
        yield
        return
    changed = list(before)
    for place, flag in ((_LOCAL_FLAGS, termios.ECHO), (_INPUT_FLAGS, termios.ICRNL)):
        changed[place] = before[place] | flag if on else before[place] & ~flag
    try:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, changed)
        yield
    finally:
        # The window may be gone by now.
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, before)
