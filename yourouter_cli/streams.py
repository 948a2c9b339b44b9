"""The three standard streams, and what is known about the terminal behind each.

Text leaves as UTF-8 bytes, whatever the locale says: a pipe gets exactly what the model wrote.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO, TextIOBase, TextIOWrapper
from typing import IO, TYPE_CHECKING, Literal, Self, TextIO

from yourouter_cli.errors import PipeClosed, WriteFailed
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ColorChoice = Literal["auto", "always", "never"]


@dataclass
class Streams:
    """Standard input, output and error as bytes.

    `stdin` is None when it is closed, or not for reading. Writing raises `PipeClosed` when the
    reader went away and `WriteFailed` when the bytes cannot be kept, as on a full disk.
    """

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    stdin_is_terminal: bool = False
    stdout_is_terminal: bool = False
    stderr_is_terminal: bool = False
    stdout_color: bool = False
    stderr_color: bool = False
    dumb: bool = False
    fixed_size: tuple[int, int] | None = None

    @classmethod
    def system(cls, environ: Mapping[str, str]) -> Self:
        """Return the streams of this process; colour follows *environ*."""
        stdin, stdout, stderr = sys.stdin, sys.stdout, sys.stderr
        # Each is None when the process was started with that descriptor closed.
        streams = cls(
            stdin.buffer if stdin and _is_for_reading(stdin) else None,
            stdout.buffer if stdout else None,
            stderr.buffer if stderr else None,
            stdin_is_terminal=bool(stdin and stdin.isatty()),
            stdout_is_terminal=bool(stdout and stdout.isatty()),
            stderr_is_terminal=bool(stderr and stderr.isatty()),
            dumb=environ.get("TERM") in {"dumb", "unknown"},
        )
        streams.choose_color("auto", environ)
        return streams

    @classmethod
    def memory(
        cls, stdin: bytes | None = b"", *, terminal: bool = False, size: tuple[int, int] = (80, 24)
    ) -> Self:
        """Return streams that a test can read back; *size* is columns and lines."""
        source = None if stdin is None else BytesIO(stdin)
        return cls(
            source,
            BytesIO(),
            BytesIO(),
            stdout_is_terminal=terminal,
            stderr_is_terminal=terminal,
            stdout_color=terminal,
            stderr_color=terminal,
            fixed_size=size,
        )

    def choose_color(self, choice: ColorChoice, environ: Mapping[str, str]) -> None:
        """Decide for each output stream whether it gets colour."""
        self.stdout_color = wants_color(choice, environ, is_terminal=self.stdout_is_terminal)
        self.stderr_color = wants_color(choice, environ, is_terminal=self.stderr_is_terminal)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the terminal now; 80 by 24 when there is none."""
        if self.fixed_size:
            return self.fixed_size
        for stream in (self.stdout, self.stderr, self.stdin):
            try:
                if stream is not None and (size := os.get_terminal_size(stream.fileno())).columns:
                    return size.columns, size.lines or 24
            except (OSError, ValueError):
                continue
        return 80, 24

    def write(self, text: str) -> None:
        """Write *text* to standard output now."""
        self.write_bytes(text.encode("utf-8", "replace"))

    def write_bytes(self, data: bytes) -> None:
        """Write *data* to standard output now."""
        _write(self.stdout, data, "standard output")

    def write_error(self, text: str) -> None:
        """Write *text* to standard error now; where nobody can be told, the work goes on."""
        if self.stderr is not None:
            with suppress(PipeClosed, WriteFailed):
                _write(self.stderr, text.encode("utf-8", "replace"), "standard error")

    def share_utf8(self) -> None:
        """Make the process's own input and output UTF-8 as well, for code that knows no others.

        The line editor reads and writes with the encoding that those have.
        """
        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8")

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Make the process's standard output this one, for code that knows no other way.

        Typer writes help pages so.
        """
        before, sys.stdout = sys.stdout, _Text(self)
        try:
            yield
        finally:
            sys.stdout = before

    def detach(self) -> None:
        """Point the outputs at nothing, so that the interpreter's exit cannot fail on them."""
        nothing = os.open(os.devnull, os.O_WRONLY)
        for stream in (self.stdout, self.stderr):
            try:
                if stream is not None:
                    os.dup2(nothing, stream.fileno())
            except (OSError, ValueError):
                continue
        os.close(nothing)


class _Text(TextIOBase):
    """Standard output as a text file."""

    encoding = "utf-8"

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def write(self, text: str) -> int:
        self._streams.write(text)
        return len(text)

    def isatty(self) -> bool:
        return self._streams.stdout_is_terminal


def wants_color(choice: ColorChoice, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Decide about colour for one stream: the option, then `NO_COLOR`, `FORCE_COLOR`, `TERM`."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal and environ.get("TERM") not in {"dumb", "unknown"}


def _is_for_reading(stdin: TextIO) -> bool:
    """Tell whether anything can be read: `nohup` leaves a descriptor for writing alone."""
    if sys.platform == "win32":
        return True
    import fcntl  # Windows has none

    try:
        flags = fcntl.fcntl(stdin.fileno(), fcntl.F_GETFL)
    except (OSError, ValueError):
        return True  # no descriptor: what stands in for one knows how to be read
    return flags & os.O_ACCMODE != os.O_WRONLY


def _write(stream: IO[bytes] | None, data: bytes, name: str) -> None:
    if stream is None:
        raise WriteFailed(f"cannot write to {name}: it is closed")
    try:
        stream.write(data)
        stream.flush()
    except OSError as error:
        # Windows says EINVAL of a pipe that nobody reads any more.
        if error.errno in {errno.EPIPE, errno.EINVAL} or isinstance(error, BrokenPipeError):
            raise PipeClosed from error
        reason = reason_of(error)
        raise WriteFailed(f"cannot write to {name}: {reason}") from error
