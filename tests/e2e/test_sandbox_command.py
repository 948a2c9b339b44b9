"""`yourouter sandbox`: a gateway for other programs, as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.driver import LONGEST_SECONDS

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.driver import Program


@contextmanager
def served(run: Program, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the first line that a sandbox with *options* writes, and its process."""
    with run.spawn("sandbox", *options) as process:
        # A test that fails must not wait for a server that nobody stops.
        stopping = threading.Timer(LONGEST_SECONDS, process.kill)
        stopping.start()
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode(), process
        finally:
            stopping.cancel()
            process.kill()


def test_it_serves_until_ctrl_c(run: Program) -> None:
    """It prints its base URL, answers there, and leaves quietly on Ctrl-C."""
    with served(run) as (line, process):
        assert line.startswith("http://127.0.0.1:")
        assert line.endswith("/v1\n")
        answer = run.at(line.strip())("chat", "-m", "sandbox/echo", "hello")
        process.send_signal(signal.SIGINT)
        output, error_output = process.communicate(timeout=LONGEST_SECONDS)

    assert (0, "hello\n") == (answer.code, answer.stdout)
    assert (0, b"", b"") == (process.returncode, output, error_output)


def test_json(run: Program) -> None:
    """For a program the base URL is in a JSON object."""
    with served(run, "--json") as (line, _):
        assert ["base_url"] == list(json.loads(line))
        assert 0 == run.at(json.loads(line)["base_url"])("chat", "-m", "sandbox/echo", "hi").code


def test_a_port_of_choice(run: Program) -> None:
    """`--port` says where; one that is taken is wrong use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("sandbox", "--port", f"{port}")

        assert (2, "") == (refused.code, refused.stdout)
        reason = "address already in use"
        assert f"yourouter: cannot listen on 127.0.0.1:{port}: {reason}\n" == refused.stderr
    with served(run, "--host", "127.0.0.1", "--port", f"{port}") as (line, _):
        assert f"http://127.0.0.1:{port}/v1\n" == line


def test_latency(run: Program) -> None:
    """`--latency` lets every answer wait so many milliseconds."""
    with served(run, "--latency", "300") as (line, _):
        before = time.monotonic()
        assert 0 == run.at(line.strip())("chat", "-m", "sandbox/echo", "hi").code
        assert time.monotonic() - before >= 0.3


def _wait_for_lines(log: Path, count: int) -> list[str]:
    """Return the lines of *log* once there are *count*: each is written just after its reply."""
    end = time.monotonic() + 5
    while len(lines := log.read_text().splitlines()) < count and time.monotonic() < end:
        time.sleep(0.01)
    return lines


def test_log(run: Program, tmp_path: Path) -> None:
    """`--log` adds a JSON line for each request to a file, without keys or prompts."""
    log = tmp_path / "log.jsonl"
    log.write_text('{"earlier": true}\n')
    with served(run, "--log", str(log)) as (line, _):
        ask = run.at(line.strip())
        ask("chat", "-m", "sandbox/echo", "something private")
        _wait_for_lines(log, 2)
        ask("chat", "-m", "sandbox/error:400", "hi")
        rows = [json.loads(row) for row in _wait_for_lines(log, 3)]

    assert [
        {"earlier": True},
        ("POST", "sandbox/echo", 200),
        ("POST", "sandbox/error:400", 400),
    ] == [
        rows[0],
        *((row["method"], row["model"], row["status"]) for row in rows[1:]),
    ]
    assert "private" not in log.read_text()
    assert ask.environ["YOUROUTER_API_KEY"] not in log.read_text()


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["--port", "70000"], "invalid value for `--port`"),
        (["--latency", "-1"], "invalid value for `--latency`"),
        (["--log", "/nowhere/log"], "cannot write `/nowhere/log`: no such file or directory"),
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1:0: "),
    ],
)
def test_what_cannot_be(run: Program, argv: list[str], told: str) -> None:
    """What cannot be served is wrong use, said in a line."""
    done = run("sandbox", *argv)

    assert (2, "") == (done.code, done.stdout)
    assert done.stderr.startswith(f"yourouter: {told}")
