"""`-o FILE`: the answer goes to a file, whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from yourouter_cli.disk import check_writable, named
from yourouter_cli.errors import UsageProblem, YourouterError
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.streams import Streams

_BLOCK_BYTES = 1024 * 1024


@contextmanager
def streams_to(path: str | None, streams: Streams) -> Iterator[Streams]:
    """Give streams whose standard output is the file at *path*; the given ones for None or `-`.

    The file appears when the context ends without an error, and replaces an older one then. With
    an error no file is left; what was written of the answer goes to the real standard output,
    since it has been paid for.
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
                mode="w+b", dir=target.resolve().parent, prefix=".yourouter-", delete=False
            )
        )
    except OSError as error:
        raise UsageProblem(f"cannot write `{path}`: {reason_of(error)}") from None
    instead = replace(streams, stdout=file, stdout_is_terminal=False, stdout_color=False)
    if is_device:
        with file:
            yield instead
        return
    try:
        yield instead
    except BaseException:
        _give_back(file, streams)
        raise
    _keep(file, target, path)


def _give_back(file: IO[bytes], streams: Streams) -> None:
    """Write what *file* holds to standard output, and remove it."""
    try:
        file.seek(0)
        while block := file.read(_BLOCK_BYTES):
            streams.write_bytes(block)
    finally:
        file.close()
        Path(file.name).unlink()


def _keep(file: IO[bytes], target: Path, path: str) -> None:
    """Put *file* in the place of *target*."""
    temporary = Path(file.name)
    try:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        temporary.chmod(_mode(target))
        temporary.replace(target.resolve())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise YourouterError(f"cannot write `{path}`: {reason_of(error)}") from error


def _mode(target: Path) -> int:
    """Return the permissions of the file there is, else those that a new file gets."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
