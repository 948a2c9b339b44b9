"""The user's editor and clipboard."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services import desktop

if TYPE_CHECKING:
    from pathlib import Path

AGAIN = "yourouter chat"


def program(path: Path, script: str) -> Path:
    """Make *script* a program at *path*."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


class TestEditor:
    @pytest.mark.parametrize(
        ("environ", "command"),
        [
            ({"EDITOR": "nano"}, ["nano"]),
            ({"EDITOR": "nano", "VISUAL": "code --wait"}, ["code", "--wait"]),
            ({"EDITOR": "'my editor' -x", "VISUAL": ""}, ["my editor", "-x"]),
        ],
    )
    def test_is_the_users(self, environ: dict[str, str], command: list[str]) -> None:
        """$VISUAL comes before $EDITOR; each is a command with its arguments."""
        assert command == desktop.editor_for(environ, again=AGAIN)

    def test_is_one_that_is_there(self, tmp_path: Path) -> None:
        """Without a word from the user it is one of those found on the path, on a terminal."""
        vi = program(tmp_path / "vi", "exit 0")

        assert [str(vi)] == desktop.editor_for({"PATH": str(tmp_path)}, again=AGAIN)
        with pytest.raises(UsageProblem, match="no editor is set") as caught:
            desktop.editor_for({"PATH": str(tmp_path)}, again=AGAIN, has_terminal=False)
        assert ("EDITOR=nano yourouter chat",) == caught.value.hints

    def test_is_a_command(self) -> None:
        """A quote that is not closed is said to be one."""
        with pytest.raises(UsageProblem, match="`EDITOR` is not a command: a quote is missing"):
            desktop.editor_for({"EDITOR": "'nano"}, again=AGAIN)

    def test_gives_the_text_back(self, tmp_path: Path) -> None:
        """What the user leaves is returned, without the newline that editors put at the end."""
        editor = program(tmp_path / "editor", 'printf " more\\nthan before\\n\\n" >> "$1"')

        assert "words more\nthan before" == desktop.edited(
            "words", {"EDITOR": str(editor), "PATH": os.environ["PATH"]}, again=AGAIN
        )

    @pytest.mark.parametrize(
        ("editor", "complaint"),
        [
            ("exit 3", "ended with 3; nothing was changed"),
            ('rm "$1"', "cannot edit `.*`: no such file or directory"),
        ],
    )
    def test_that_fails(self, tmp_path: Path, editor: str, complaint: str) -> None:
        """An editor that ends with an error, or takes the file away, changed nothing."""
        environ = {"EDITOR": str(program(tmp_path / "editor", editor)), "PATH": os.environ["PATH"]}

        with pytest.raises(UsageProblem, match=complaint):
            desktop.edited("words", environ, again=AGAIN)

    def test_that_is_not_there(self, tmp_path: Path) -> None:
        """An editor that cannot be run is named, with a way to use another."""
        with pytest.raises(UsageProblem, match="cannot run the editor `/no/editor`: no") as caught:
            desktop.edit(["/no/editor"], tmp_path / "file", {}, again=AGAIN)
        assert ("EDITOR=nano yourouter chat",) == caught.value.hints


class TestClipboard:
    def test_takes_the_text(self, tmp_path: Path) -> None:
        """The first program that works here gets the text, byte for byte."""
        program(tmp_path / "wl-copy", f"cat > {tmp_path}/wayland")
        program(tmp_path / "xclip", "exit 1")
        program(tmp_path / "xsel", f"/bin/cat > {tmp_path}/x")
        environ = {"PATH": str(tmp_path), "DISPLAY": ":0"}

        assert desktop.copied("grün\n", environ)
        assert "grün\n" == (tmp_path / "x").read_text()
        assert not (tmp_path / "wayland").exists()

    def test_is_not_everywhere(self, tmp_path: Path) -> None:
        """Without a program, or without its display, nothing is copied."""
        assert not desktop.copied("words", {"PATH": str(tmp_path)})
        program(tmp_path / "xclip", "exit 0")
        assert not desktop.copied("words", {"PATH": str(tmp_path)})
