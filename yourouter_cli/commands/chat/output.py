"""`-o FILE`: the answer goes to a file, whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from yourouter_cli.disk import check_writable, named
from yourouter_cli.errors import UsageProblem, WriteFailed
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.streams import Streams


@contextmanager
def streams_to(path: str | None, streams: Streams) -> Iterator[Streams]:
    """Give streams whose standard output is the file at *path*; the given ones for None or `-`.

    The file appears when the context ends without an error, and replaces an older one then. With
    an error, one of the disk too, no file is left; what there is of the answer goes to the real
    standard output, since it has been paid for.
    """
    if path is None or path == "-":
        yield streams
        return
    # Imported here because it costs 1 ms, and few answers go to a file.
    import tempfile

    try:
        target = named(path)
        check_writable(target)
        # What cannot be replaced, such as a pipe with a name, is written to as it is.
        is_device = target.exists() and not target.is_file()
        file: IO[bytes] = (
            target.open("wb")
            if is_device
            else tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below, kept on success
                mode="wb", dir=target.resolve().parent, prefix=".yourouter-", delete=False
            )
        )
    except OSError as error:
        raise UsageProblem(f"cannot write `{path}`: {reason_of(error)}") from None
    if is_device:
        try:
            yield _with_output(streams, file)
        except WriteFailed as error:
            words = error.message.replace("to standard output", f"`{path}`", 1)
            raise WriteFailed(words) from error
        finally:
            # All was written at once; what could not be is still there, and fails once more.
            with suppress(OSError):
                file.close()
        return
    # Kept here until its end: a disk that fills up on the way would take what it had not yet taken.
    answer = BytesIO()
    try:
        try:
            yield _with_output(streams, answer)
        except BaseException:
            _discard(file)
            raise
        try:
            _keep(answer, file, target)
        except OSError as error:
            raise WriteFailed(f"cannot write `{path}`: {reason_of(error)}") from error
    except BaseException:
        _give_back(answer.getvalue(), streams)
        raise


def _with_output(streams: Streams, file: IO[bytes]) -> Streams:
    return replace(streams, stdout=file, stdout_is_terminal=False, stdout_color=False)


def _keep(answer: BytesIO, file: IO[bytes], target: Path) -> None:
    """Put *answer* in the place of *target* by way of *file*, which is beside it."""
    try:
        file.write(answer.getbuffer())
        file.flush()
        os.fsync(file.fileno())
        file.close()
        temporary = Path(file.name)
        temporary.chmod(_mode(target))
        temporary.replace(target.resolve())
    except OSError:
        _discard(file)
        raise


def _give_back(part: bytes, streams: Streams) -> None:
    """Write *part* of an answer to standard output; a terminal is not steered by it."""
    if not streams.stdout_is_terminal:
        streams.write_bytes(part)
        return
    from yourouter_cli.render.sanitize import clean  # 1 ms that a pipe does without

    streams.write(clean(part.decode("utf-8", "replace")))


def _discard(file: IO[bytes]) -> None:
    """Close *file* and remove it, also when the disk does not take what it holds."""
    with suppress(OSError):
        file.close()
    Path(file.name).unlink(missing_ok=True)


def _mode(target: Path) -> int:
    """Return the permissions of the file there is, else those that a new file gets."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
