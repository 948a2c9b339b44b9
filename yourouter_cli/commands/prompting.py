"""The prompt: words of the command line, standard input, or both."""

from __future__ import annotations

import threading
from queue import Empty, Queue
from typing import IO, TYPE_CHECKING

from yourouter_cli.errors import Failure, FailureKind, RequestFailed, UsageProblem
from yourouter_cli.settings.kinds import flag_in
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.session import Session

SLOW_SECONDS = 2.0
_BLOCK_BYTES = 65536
# What never ends is not read faster than it is used.
_BLOCKS_AHEAD = 16


def prompt_from(
    words: Sequence[str], session: Session, *, takes_stdin: bool, total: float | None
) -> str:
    """Return the prompt that *words* and standard input make.

    A word `-` asks for standard input by name; else it is read when it is no terminal and
    *takes_stdin*. What it holds goes after the words and a blank line. *total* are the seconds
    the whole command may take.
    """
    named = "-" in words
    spoken = utf8(" ".join(word for word in words if word != "-"), "the prompt")
    streams = session.streams
    if not named and (not takes_stdin or streams.stdin_is_terminal):
        return spoken
    if named and streams.stdin is None:
        raise UsageProblem("cannot read standard input: it is closed")
    piped = stdin_bytes(session, total=total).decode("utf-8", "surrogateescape")
    piped = utf8(piped.removesuffix("\n"), "standard input")
    return f"{spoken}\n\n{piped}" if spoken and piped else spoken or piped


def ignores_stdin(session: Session) -> bool:
    """Return whether the environment says that standard input is not meant for this program."""
    word = session.environ.get("YOUROUTER_NO_STDIN", "")
    return bool(word) and flag_in(word) is not False


def utf8(text: str, name: str) -> str:
    """Return *text*; raises `UsageProblem` when the bytes it came from were not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageProblem(
            f"{name} is not valid UTF-8 (at character {error.start + 1})",
            hints="iconv -f latin1 -t utf-8",
        ) from None
    return text


def stdin_bytes(session: Session, *, total: float | None = None) -> bytes:
    """Return all of standard input, read as `stdin_blocks` does."""
    return b"".join(stdin_blocks(session, total=total))


class PatientStdin:
    """Standard input as a file to read from, read as `stdin_blocks` does."""

    def __init__(self, session: Session, *, total: float | None = None) -> None:
        self._blocks = stdin_blocks(session, total=total)
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        """Return *size* bytes, fewer only at the end."""
        while len(self._held) < size and (block := next(self._blocks, b"")):
            self._held += block
        piece = bytes(self._held[:size])
        del self._held[:size]
        return piece


def stdin_blocks(session: Session, *, total: float | None = None) -> Iterator[bytes]:
    """Yield standard input; says so on standard error when nothing comes for 2 s.

    Raises `RequestFailed` when the *total* seconds of the command are over before its end.
    """
    source = session.streams.stdin
    if source is None:
        return
    blocks: Queue[bytes | Exception] = Queue(_BLOCKS_AHEAD)
    # A thread, because a read cannot be given a time limit on every system.
    threading.Thread(target=_read_into, args=(source, blocks), daemon=True).start()
    announced = session.common.quiet
    while True:
        left = None
        if total is not None:
            left = max(0.0, session.started + total - session.clock.monotonic())
        slow = None if announced else SLOW_SECONDS
        patience = min((wait for wait in (left, slow) if wait is not None), default=None)
        try:
            block = blocks.get(timeout=patience)
        except Empty:
            if left is not None and session.clock.monotonic() >= session.started + (total or 0):
                raise RequestFailed(
                    Failure(
                        kind=FailureKind.TIMEOUT,
                        message=f"standard input did not end within {total:g} s (total timeout)",
                        clock="total",
                    ),
                    hints="export YOUROUTER_NO_STDIN=1",
                ) from None
            if not announced:
                announced = True
                session.tell("waiting for stdin; --no-stdin ignores it")
            continue
        if isinstance(block, OSError):
            raise UsageProblem(f"cannot read standard input: {reason_of(block)}") from block
        if isinstance(block, Exception):
            raise block
        if not block:
            return
        announced = True
        yield block


def _read_into(source: IO[bytes], blocks: Queue[bytes | Exception]) -> None:
    read = getattr(source, "read1", source.read)
    try:
        while block := read(_BLOCK_BYTES):
            blocks.put(block)
        blocks.put(b"")
    except Exception as error:  # noqa: BLE001 - a thread's error is its reader's error
        blocks.put(error)
