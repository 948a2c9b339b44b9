"""What a command takes and leaves behind: memory, threads, descriptors, temporary files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.driver import LONGEST_SECONDS, Result
from tests.gateway import measured_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.driver import Program

# Where it runs beside the tests; by itself it takes less than the rest.
MOST_MEGABYTES_MORE = 50


@contextmanager
def nothing_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Check that no thread, no descriptor and no temporary file is left behind."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = _held()
    yield
    end = time.monotonic() + 5
    while (left := _held() - before) and time.monotonic() < end:
        time.sleep(0.01)  # a thread that was let go is about to notice
    assert not left
    assert [] == list(temporary.iterdir())


@contextmanager
def little_taken() -> Iterator[None]:
    """Check that hardly more memory is taken than before, where the system tells."""
    before = measured_program.peak_from_now()
    yield
    after = measured_program.peak()
    if before is not None and after is not None:
        assert after - before < MOST_MEGABYTES_MORE


def _held() -> set[object]:
    """Return all threads, and the descriptors that are open where the system lists them."""
    descriptors = Path("/proc/self/fd")
    threads: set[object] = set(threading.enumerate())
    if not descriptors.is_dir():
        return threads
    for link in list(descriptors.iterdir()):
        try:
            threads.add((link.name, str(link.readlink())))
        except OSError:
            continue  # the one by which they are listed
    return threads


def measured(program: Program, argv: tuple[str, ...], directory: Path) -> tuple[Result, float]:
    """Run *argv* as a process; return its result, and how many megabytes it held at most."""
    report = directory / "report"
    done = subprocess.run(
        [sys.executable, measured_program.__file__, str(report), *argv],
        env=program.process_environ(),
        capture_output=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    result = Result(done.stdout, done.stderr, done.returncode)
    return result, float(report.read_text())
