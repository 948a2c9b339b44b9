"""Files on their way to be an output: named errors, a lock, and one step into place."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from yourouter_cli.disk import try_lock
from yourouter_cli.errors import UsageProblem, WriteFailed
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Turn what the system says about *path* into an error of ours."""
    try:
        yield
    except OSError as error:
        reason = reason_of(error)
        raise WriteFailed(f"cannot write `{path}`: {reason}") from error


def opened_alone(path: Path) -> int:
    """Return a descriptor of *path*, made if need be, that no other process holds this way.

    Raises `UsageProblem` when one does. The hold ends with the process, however that ends.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        reason = reason_of(error)
        raise UsageProblem(f"cannot write `{path}`: {reason}") from error
    if not try_lock(descriptor) or not _is_still(path, descriptor):
        os.close(descriptor)
        raise UsageProblem(f"another run is writing `{path}`")
    return descriptor


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether *path* is what was opened: the other run may have finished just then."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def remove(path: Path) -> None:
    """Remove *path* if it is there."""
    with said(path):
        path.unlink(missing_ok=True)
