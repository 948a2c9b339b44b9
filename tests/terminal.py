"""A real terminal with a process in it: a pseudo-terminal, read by a terminal emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import pyte

from tests.driver import LONGEST_SECONDS
from tests.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.driver import Program

# A process has no terminal that Ctrl-C comes from until it takes one.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(2 if os.isatty(2) else 1, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """The program on a terminal of *size* columns and lines. Use as a context manager.

    *command* is another program to run in its place. *stdin*, *stdout* and *stderr* are the
    terminal unless given. `raw` is every byte that the program wrote to the terminal.
    """

    def __init__(
        self,
        program: Program,
        *argv: str,
        size: tuple[int, int] = (80, 24),
        command: Sequence[str] = (),
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.raw = b""
        self._screen = Screen(*size, reply=self.type)
        self._parser = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._ended = False
        self._master, slave = pty.openpty()
        self._hung_up, self._hanging_up = os.pipe()
        self._set_size(*size)
        command = command or [sys.executable, "-m", "yourouter_cli", *argv]
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _TAKE_TERMINAL, *command],
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            env=program.process_environ({"TERM": "xterm-256color", **(environ or {})}),
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(LONGEST_SECONDS)
        os.close(self._master)
        os.close(self._hanging_up)
        os.close(self._hung_up)

    @property
    def lines(self) -> list[str]:
        """Every line from the beginning of the scrollback to the last one with text."""
        with self._changed:
            return self._screen.text_lines

    @property
    def text(self) -> str:
        """Everything that can be seen, scrolling back."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and line of the cursor on the screen, from 0."""
        with self._changed:
            return self._screen.cursor.x, self._screen.cursor.y

    @property
    def cursor_is_visible(self) -> bool:
        """Whether the cursor can be seen."""
        with self._changed:
            return not self._screen.cursor.hidden

    @property
    def settings(self) -> list[Any]:
        """What `stty -a` says of the terminal."""
        return termios.tcgetattr(self._master)

    def type(self, keys: str) -> None:
        r"""Press *keys*; Ctrl-C is `\x03`, Enter `\r`."""
        os.write(self._master, keys.encode())

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        # A terminal that is still read from is not closed.
        os.close(self._hanging_up)
        self._reader.join(LONGEST_SECONDS)
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)
        self._hanging_up = os.dup(self._master)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window, as a user who drags its corner does.

        The emulator forgets the lines that a lower window has no room for.
        """
        with self._changed:
            self._screen.resize(lines, columns)
        self._set_size(columns, lines)

    def wait_for(self, what: str | Callable[[], bool], seconds: float = LONGEST_SECONDS) -> None:
        """Wait until *what* can be seen, or is true; fails the test when it never is."""
        is_there: Callable[[], bool] = (
            (lambda: what in self.text) if isinstance(what, str) else what
        )
        end = time.monotonic() + seconds
        while not is_there():
            with self._changed:
                left = end - time.monotonic()
                assert left > 0, f"never saw {what!r} in:\n{self.text}"
                if self._ended:
                    assert is_there(), f"the program ended without {what!r}:\n{self.text}"
                    return
                self._changed.wait(min(left, 0.1))

    def wait(self, seconds: float = LONGEST_SECONDS) -> int:
        """Wait for the end of the program; return its exit code, minus the signal if one ended it.

        Everything it wrote is on the screen then.
        """
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def _read(self) -> None:
        # Reading fails once the last process has closed the terminal.
        with suppress(OSError):
            while self._hung_up not in self._readable() and (data := os.read(self._master, 65536)):
                with self._changed:
                    self.raw += data
                    self._parser.feed(data)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _readable(self) -> list[int]:
        """Wait until there is something to read, or the terminal is to be taken away."""
        return select.select([self._master, self._hung_up], [], [])[0]

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
