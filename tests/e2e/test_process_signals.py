"""Signals: the program stops at once, says so in one line, and keeps what it has."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tests.driver import PATIENCE_SECONDS, SLACK_SECONDS, until
from tests.gateway.faults import Caller, FaultyGateway, refuses, text
from yourouter_cli.errors import ExitCode
from yourouter_cli.signals import raise_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.driver import Program

# The promise, within which a person believes that the key was heard.
PROMPT_SECONDS = 0.5


def stopped(
    process: subprocess.Popen[bytes], number: int = signal.SIGINT
) -> tuple[int, bytes, bytes]:
    """Send a signal; return code, output and error output, which have to come promptly."""
    began = time.monotonic()
    process.send_signal(number)
    output, error_output = process.communicate(timeout=PATIENCE_SECONDS)
    assert time.monotonic() - began < PROMPT_SECONDS + SLACK_SECONDS
    return process.returncode, output, error_output


def _says_nothing(caller: Caller) -> None:
    caller.request()
    caller.wait()


def _stops_in_the_middle(caller: Caller) -> None:
    caller.request()
    caller.head()
    caller.frames(text("half an "))
    caller.wait()


@contextmanager
def asking(
    run: Program, faulty: FaultyGateway, *argv: str, scheme: str = "http"
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a chat with a faulty gateway."""
    program = run.at(f"{scheme}://127.0.0.1:{faulty.port}/v1")
    with program.spawn("chat", "hi", "-m", "any", *argv) as process:
        try:
            yield process
        finally:
            process.kill()


class TestInterrupt:
    """Ctrl-C is exit 130, within half a second, wherever the program is."""

    INTERRUPTED = (ExitCode.INTERRUPTED, b"", b"yourouter: interrupted\n")

    def test_while_connecting(self, run: Program) -> None:
        """A TLS handshake that nobody answers can be left."""
        with (
            FaultyGateway(lambda caller: caller.wait()) as faulty,
            asking(run, faulty, scheme="https") as process,
        ):
            until(lambda: faulty.connections)
            assert self.INTERRUPTED == stopped(process)

    def test_while_resolving(self, run: Program, tmp_path: Path) -> None:
        """A name lookup cannot be interrupted by itself; the program leaves all the same."""
        marker = tmp_path / "resolving"
        (tmp_path / "sitecustomize.py").write_text(
            "import pathlib, socket, time\n"
            "def getaddrinfo(*_, **__):\n"
            f"    pathlib.Path({str(marker)!r}).touch()\n"
            "    time.sleep(60)\n"
            "socket.getaddrinfo = getaddrinfo\n",
            encoding="utf-8",
        )
        path = os.pathsep.join([str(tmp_path), run.process_environ()["PYTHONPATH"]])
        program = run.at("https://gateway.example/v1").having(PYTHONPATH=path)
        with program.spawn("chat", "hi") as process:
            until(marker.exists)
            assert self.INTERRUPTED == stopped(process)

    def test_while_modules_are_imported(self) -> None:
        """Inside the import system, where it could be lost or leave a lock, Ctrl-C waits."""
        done: list[str] = []
        importing = compile(
            "signal.raise_signal(signal.SIGINT); done.append('import')",
            import_module.__globals__["_bootstrap"]._find_and_load.__code__.co_filename,
            "exec",
        )
        before = signal.signal(signal.SIGINT, raise_for)

        began = time.monotonic()

        def interrupted() -> None:
            exec(importing, {"signal": signal, "done": done})  # noqa: S102 - as if imported
            time.sleep(PATIENCE_SECONDS)

        try:
            with pytest.raises(KeyboardInterrupt):
                interrupted()
            waited = time.monotonic() - began
            time.sleep(0.2)  # it comes once only
        finally:
            signal.signal(signal.SIGINT, before)

        assert ["import"] == done
        assert waited < PROMPT_SECONDS + SLACK_SECONDS

    def test_while_waiting_for_an_answer(self, run: Program) -> None:
        """A gateway that says nothing can be left."""
        with FaultyGateway(_says_nothing) as faulty, asking(run, faulty) as process:
            until(lambda: faulty.requests)
            assert self.INTERRUPTED == stopped(process)

    def test_while_waiting_to_try_again(self, run: Program) -> None:
        """The wait between two attempts can be left."""
        with (
            FaultyGateway(refuses(503, Retry_After="50")) as faulty,
            asking(run, faulty) as process,
        ):
            assert process.stderr is not None
            assert b"trying again in 50.0 s" in process.stderr.readline()
            assert self.INTERRUPTED == stopped(process)

    def test_while_waiting_for_standard_input(self, run: Program) -> None:
        """A pipe that sends nothing can be left."""
        read, write = os.pipe()
        with run.spawn("chat", "-p", "sandbox", "hi", stdin=read) as process:
            assert process.stderr is not None
            assert b"waiting for stdin; --no-stdin ignores it\n" == process.stderr.readline()
            assert self.INTERRUPTED == stopped(process)
        os.close(read)
        os.close(write)

    @pytest.mark.parametrize("format_", ["text", "json", "jsonl"])
    def test_while_the_answer_streams(self, run: Program, format_: str) -> None:
        """What came of the answer is kept, in one line of its own."""
        with (
            FaultyGateway(_stops_in_the_middle) as faulty,
            asking(run, faulty, "--format", format_) as process,
        ):
            assert process.stdout is not None
            first = b""
            if format_ == "json":
                until(lambda: faulty.requests)
                time.sleep(0.2)
            else:
                while b"half an " not in first:
                    first += os.read(process.stdout.fileno(), 4096)
            code, rest, error_output = stopped(process)

        assert ExitCode.INTERRUPTED == code
        assert b"half an " in first + rest
        assert (first + rest).endswith(b"\n")
        assert b"interrupted" in error_output
        assert 1 == error_output.count(b"\n")

    def test_before_anything_is_there(self, run: Program) -> None:
        """However early it comes, Ctrl-C leaves no traceback."""
        for delay in (0.03, 0.05, 0.07, 0.09, 0.11, 0.14):
            with FaultyGateway(_says_nothing) as faulty, asking(run, faulty) as process:
                time.sleep(delay)
                code, output, error_output = stopped(process)

            # Python itself is not ready to be silent in its first instants.
            if b"site" not in error_output and b"<frozen" not in error_output:
                assert code in {ExitCode.INTERRUPTED, -signal.SIGINT}
                assert b"" == output
                assert error_output in {b"", b"yourouter: interrupted\n"}

    def test_twice(self, run: Program) -> None:
        """Impatience is no crash."""
        with FaultyGateway(_says_nothing) as faulty, asking(run, faulty) as process:
            until(lambda: faulty.requests)
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
            code, _, error_output = stopped(process)

        assert ExitCode.INTERRUPTED == code
        assert b"Traceback" not in error_output

    def test_for_programs(self, run: Program) -> None:
        """With `--json` it is an error object."""
        with FaultyGateway(_says_nothing) as faulty, asking(run, faulty, "--json") as process:
            until(lambda: faulty.requests)
            _, output, error_output = stopped(process)

        assert b"" == output
        assert error_output.startswith(b'{"error":{"code":130,"kind":"interrupted",')

    def test_a_shell_that_ignores_it(self, run: Program) -> None:
        """What was started with Ctrl-C ignored goes on, as in the background of a script."""
        script = (
            "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
            "os.execv(sys.executable, [sys.executable, '-m', 'yourouter_cli', *sys.argv[1:]])"
        )
        argv = ["chat", "-p", "sandbox", "-m", "sandbox/slow:100", "one two three four"]
        with subprocess.Popen(
            [sys.executable, "-c", script, *argv],
            env=run.process_environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            first = os.read(process.stdout.fileno(), 100)
            process.send_signal(signal.SIGINT)
            output = first + process.communicate(timeout=PATIENCE_SECONDS)[0]

        assert (0, b"one two three four\n") == (process.returncode, output)


class TestOtherSignals:
    """Being told to end, and losing the terminal."""

    @pytest.mark.parametrize(
        ("number", "code", "words"),
        [
            (signal.SIGTERM, ExitCode.TERMINATED, b"yourouter: terminated\n"),
            (signal.SIGHUP, ExitCode.HUNG_UP, b""),
        ],
    )
    def test_they_keep_what_came(
        self, run: Program, number: signal.Signals, code: ExitCode, words: bytes
    ) -> None:
        """SIGTERM is exit 143 and told, SIGHUP is exit 129 and silent; both end the line."""
        with FaultyGateway(_stops_in_the_middle) as faulty, asking(run, faulty) as process:
            assert process.stdout is not None
            first = os.read(process.stdout.fileno(), 100)
            result = stopped(process, number)

        assert b"half an " == first
        assert (code, b"\n", words) == result
