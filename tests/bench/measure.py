"""Time whole processes as the operating system accounts for them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import resource
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Command:
    """What to run: words, and the environment variables that differ from ours.

    On a *terminal* it runs on a pty of 120 columns and 40 lines that is read to its end.
    """

    words: Sequence[str]
    environ: Mapping[str, str] | None = None
    terminal: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the runs: seconds of processor (user and system), seconds passed, megabytes."""

    cpu: float
    wall: float
    peak: float


def measured(commands: Mapping[str, Command], runs: int) -> dict[str, Figures]:
    """Return the figures of each of *commands*, run in turn so that a slow minute hits all."""
    samples: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            sample = _sample(command)
            if number:  # the first run warms the caches
                samples[name].append(sample)
    return {
        name: Figures(*(median(column) for column in zip(*rows, strict=True)))
        for name, rows in samples.items()
    }


def _sample(command: Command) -> tuple[float, float, float]:
    environ = {**os.environ, **(command.environ or {})}
    # An installed program has its bytecode; without this it would be compiled at every start.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    if command.terminal:
        pid, code = _on_terminal(command, environ)
    else:
        process = subprocess.Popen(
            command.words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environ,
        )
        pid = process.pid
        _, errors = process.stderr, process.stderr.read() if process.stderr else b""
        _, code, usage = os.wait4(pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
        if process.returncode:
            sys.exit(f"{' '.join(command.words)} ended with {process.returncode}: {errors!r}")
        return _figures(usage, began)
    _, code, usage = os.wait4(pid, 0)
    if code:
        sys.exit(f"{' '.join(command.words)} ended with status {code}")
    return _figures(usage, began)


def _figures(usage: resource.struct_rusage, began: float) -> tuple[float, float, float]:
    wall = time.perf_counter() - began
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def _on_terminal(command: Command, environ: Mapping[str, str]) -> tuple[int, int]:
    import fcntl
    import pty
    import struct
    import termios

    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command.words[0], list(command.words), {**environ, "TERM": "xterm-256color"})  # noqa: S606 - no shell, on purpose
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass  # the other side is closed: on Linux that is an error
    os.close(terminal)
    return pid, 0
