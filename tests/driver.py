"""Run the program: in this process in a world of its own, or as a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import yourouter_cli
from yourouter_cli.cli import main
from yourouter_cli.clock import Clock
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from yourouter_cli.sandbox.server import Sandbox

SOURCES = Path(yourouter_cli.__file__).parents[1]
KEY = "sk-test-3141592653"
# Far above what any command takes, far below what a test run may hang.
LONGEST_SECONDS = 30.0
# How long a test waits for what a program is about to do.
PATIENCE_SECONDS = 15.0
# What a busy machine may add to a promise in a test.
SLACK_SECONDS = 1.0


def until(is_true: Callable[[], object]) -> None:
    """Wait until *is_true*."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < end, "the program never came so far"
        time.sleep(0.01)


class FakeClock(Clock):
    """A clock that nobody waits for: sleeping moves it on, and `waits` says by how much each time.

    It stands still otherwise, so that durations are exact; a *running* one also follows the real
    time, so that timeouts of the network run out.
    """

    def __init__(self, *, running: bool = False, epoch: float = 1_700_000_000.0) -> None:
        self.waits: list[float] = []
        self._running = running
        self._epoch = epoch
        self._slept = 0.0
        self._began = super().monotonic()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._epoch + self.monotonic()

    def monotonic(self) -> float:
        """Return the seconds slept so far, and those passed when it is running."""
        passed = super().monotonic() - self._began if self._running else 0.0
        return passed + self._slept

    def sleep(self, seconds: float) -> None:
        """Move on by *seconds* at once."""
        self.waits.append(seconds)
        self._slept += seconds

    def jitter(self) -> float:
        """Return 0: waits are as long as they can be."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    output: bytes
    error_output: bytes
    code: int

    @property
    def stdout(self) -> str:
        """Standard output as text."""
        return self.output.decode()

    @property
    def stderr(self) -> str:
        """Standard error as text."""
        return self.error_output.decode()

    @property
    def told(self) -> str:
        """Standard error without what differs from run to run: `REQ` and `HERE` stand for it."""
        words = re.sub(r"req_[0-9a-f]{32}", "REQ", self.stderr)
        return re.sub(r"http://127\.0\.0\.1:\d+", "HERE", words)

    @property
    def json(self) -> Any:
        """Standard output as one JSON value on one line."""
        assert self.stdout.endswith("\n"), f"not one line: {self.stdout!r}"
        return json.loads(self.stdout)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.stdout.split("\n") if line]

    @property
    def error(self) -> dict[str, Any]:
        """The `error` object on the last line of standard error."""
        error: dict[str, Any] = json.loads(self.stderr.splitlines()[-1])["error"]
        return error

    @property
    def notices(self) -> list[dict[str, Any]]:
        """The `notice` objects on standard error, which is JSON lines."""
        lines = [json.loads(line) for line in self.stderr.splitlines()]
        return [line["notice"] for line in lines if "notice" in line]


class Process(subprocess.Popen[bytes]):
    """A process that does not outlive a test that failed."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for its end; after a failure, end it."""
        if kind is not None:
            self.kill()
        super().__exit__(kind, value, traceback)


@dataclass(frozen=True, slots=True)
class Program:
    """The program with an environment of its own: nothing of this process's reaches it.

    Call it to run a command inside this process, which is quick; `spawn` and `execute` start a
    real process.
    """

    environ: Mapping[str, str]

    def having(self, **environ: str) -> Program:
        """Return the program with further environment variables."""
        return replace(self, environ={**self.environ, **environ})

    def at(self, gateway: Sandbox | str, key: str = KEY) -> Program:
        """Return the program set up for *gateway*: a sandbox, or a base URL."""
        base_url = gateway if isinstance(gateway, str) else gateway.base_url
        return self.having(YOUROUTER_BASE_URL=base_url, YOUROUTER_API_KEY=key)

    def __call__(
        self,
        *argv: str,
        stdin: bytes | str | IO[bytes] | None = b"",
        tty: bool = False,
        environ: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        size: tuple[int, int] = (80, 24),
    ) -> Result:
        """Run one command in this process.

        *stdin* None is a closed one. With *tty* all streams are terminals of *size* columns and
        lines, but for a *stdin* that has something to say. Waiting costs no time unless *clock*
        is a real one.
        """
        world = {**self.environ, **(environ or {})}
        session = Session(
            streams=_streams(stdin, world, tty=tty, size=size),
            environ=world,
            clock=clock or FakeClock(running=True),
        )
        code = main(list(argv), session)
        return Result(_written(session.streams.stdout), _written(session.streams.stderr), code)

    def spawn(
        self,
        *argv: str,
        stdin: int | IO[bytes] | None = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = subprocess.PIPE,
        stderr: int | IO[bytes] | None = subprocess.PIPE,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Process:
        """Start a process; use it as a context manager."""
        return Process(
            [sys.executable, "-m", "yourouter_cli", *argv],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=self.process_environ(environ),
            cwd=cwd,
        )

    def execute(
        self,
        *argv: str,
        stdin: bytes | str = b"",
        environ: Mapping[str, str] | None = None,
        seconds: float = LONGEST_SECONDS,
    ) -> Result:
        """Run a process to its end; one that takes longer than *seconds* fails the test."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        with self.spawn(*argv, stdin=subprocess.PIPE, environ=environ) as process:
            output, error_output = process.communicate(data, timeout=seconds)
        return Result(output, error_output, process.returncode)

    def shell(
        self,
        script: str,
        *,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        seconds: float = LONGEST_SECONDS,
    ) -> Result:
        """Run *script* in bash, where `yourouter` is this program."""
        named = f'yourouter() {{ "{sys.executable}" -m yourouter_cli "$@"; }}\n{script}'
        done = subprocess.run(
            ["bash", "-c", named],  # noqa: S607 - the user's bash, wherever it is
            input=stdin,
            capture_output=True,
            env=self.process_environ(environ),
            timeout=seconds,
            check=False,
        )
        return Result(done.stdout, done.stderr, done.returncode)

    def process_environ(self, further: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a real process: the little that any program needs, and ours.

        It runs the same sources as this process does, installed or not, and warnings are errors.
        """
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(SOURCES),
            "PYTHONWARNINGS": "error",
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
            **self.environ,
            **(further or {}),
        }


def _streams(
    stdin: bytes | str | IO[bytes] | None,
    environ: Mapping[str, str],
    *,
    tty: bool,
    size: tuple[int, int],
) -> Streams:
    """Return streams in memory that know what `Streams.system` would know of real ones."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    streams = Streams.memory(terminal=tty, size=size)
    streams.stdin = BytesIO(data) if isinstance(data, bytes) else data
    streams.stdin_is_terminal = tty and data == b""
    streams.dumb = environ.get("TERM") in {"dumb", "unknown"}
    streams.choose_color("auto", environ)
    return streams


def _written(stream: IO[bytes] | None) -> bytes:
    if stream is None:
        return b""
    stream.seek(0)
    return stream.read()
