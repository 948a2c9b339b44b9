"""How the user types."""

from __future__ import annotations

import os
import pty
import termios
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.services.keyboard import echo, wants_vi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@pytest.mark.parametrize(
    ("environ", "inputrc", "expected"),
    [
        ({}, None, False),
        ({"EDITOR": "vi"}, None, True),
        ({"EDITOR": "/usr/bin/nvim --clean"}, None, True),
        ({"EDITOR": "nano"}, None, False),
        ({"EDITOR": "vim", "VISUAL": "code --wait"}, None, False),
        ({"EDITOR": "nano", "VISUAL": "gvim -f"}, None, True),
        ({"EDITOR": " "}, None, False),
        ({}, "set editing-mode vi\n", True),
        ({}, 'set editing-mode "vi"\n', True),
        ({"EDITOR": "vim"}, "set editing-mode emacs\n", False),
        ({"EDITOR": "vim"}, "# set editing-mode emacs\nset bell-style none\n", True),
        ({}, "set editing-mode emacs\nset editing-mode vi\n", True),
    ],
)
def test_who_wants_vi(
    tmp_path: Path, environ: dict[str, str], inputrc: str | None, *, expected: bool
) -> None:
    """The last word of inputrc counts, else the editor's name."""
    if inputrc is not None:
        (tmp_path / ".inputrc").write_text(inputrc)

    assert expected == wants_vi({"HOME": str(tmp_path), **environ})


def test_inputrc_elsewhere(tmp_path: Path) -> None:
    """$INPUTRC names another file; one that is not there says nothing."""
    (tmp_path / "rc").write_text("set editing-mode vi")

    assert wants_vi({"INPUTRC": str(tmp_path / "rc")})
    assert not wants_vi({"INPUTRC": str(tmp_path / "no")})
    assert not wants_vi({"INPUTRC": str(tmp_path)})


class TestEcho:
    @pytest.fixture
    def terminal(self) -> Iterator[BinaryIO]:
        """Yield a terminal that nobody types on."""
        master, slave = pty.openpty()
        with os.fdopen(slave, "rb") as stream:
            yield stream
        os.close(master)

    def test_is_as_before_in_the_end(self, terminal: BinaryIO) -> None:
        """Inside, typing is shown or not; outside it is as it was, whatever happened inside."""

        def shows() -> bool:
            return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

        seen = [shows()]
        with echo(terminal, on=False):
            seen.append(shows())
            with suppress(KeyboardInterrupt), echo(terminal, on=True):
                seen.append(shows())
                raise KeyboardInterrupt
            seen.append(shows())
        seen.append(shows())

        assert [True, False, True, False, True] == seen

    @pytest.mark.parametrize("stream", [None, BytesIO()])
    def test_needs_a_terminal(self, stream: BinaryIO | None) -> None:
        """Where there is none, there is nothing to do."""
        with echo(stream, on=False):
            assert stream is None or stream.read() == b""
