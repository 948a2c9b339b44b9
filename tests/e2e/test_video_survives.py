"""Paid work is never lost: whatever ends a process, the next one goes on."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import PATIENCE_SECONDS, until
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, Silence, task
from tests.gateway.faults import FaultyGateway
from yourouter_cli.errors import ExitCode
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.faults import Caller

FILM = bytes(range(256)) * 4000
THERE = 400_000


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a gateway in real time, as the processes are."""
    with Sandbox() as running:
        yield running


def killed(process: subprocess.Popen[bytes]) -> bytes:
    """Kill *process* without warning; return its standard output."""
    process.kill()
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert -signal.SIGKILL == process.returncode
    return output


def listed(program: Program) -> list[dict[str, Any]]:
    """Return what the ledger holds, as another process finds it."""
    tasks: list[dict[str, Any]] = program.execute("video", "list", "--json").json
    return tasks


def create(program: Program, life: float, *further: str) -> str:
    """Order a video that takes *life* seconds and return the id of the task."""
    argv = ("video", "create", "a boat", "-m", f"sandbox/video:{life}", *further)
    return program.execute(*argv).stdout.strip()


class TestKilled:
    def test_while_ordering(self, run: Program) -> None:
        """An order whose process was killed is known as such, and never sent again by itself."""

        def decide(asked: Asked) -> Says | Silence:
            return Silence() if asked.method == "POST" else Says({"total": 0, "items": []})

        with AnsweringGateway(decide) as gateway:
            program = run.at(gateway.base_url)
            with program.spawn("video", "create", "a boat", "-m", "m") as process:
                until(lambda: gateway.asked)
                assert b"" == killed(process)
            (known,) = listed(program)
            program.execute("video", "list", "--remote")

        assert ("unknown", "a boat", "m") == (known["status"], known["prompt"], known["model"])
        assert [TASKS] == gateway.paths("POST")

    def test_while_waiting(self, run: Program, sandbox: Sandbox) -> None:
        """A task whose watcher was killed is waited for by the next, by the beginning of its id."""
        program = run.at(sandbox)
        argv = ("video", "create", "a boat", "-m", "sandbox/video:2", "--wait", "--poll", "1")
        with program.spawn(*argv) as process:
            assert process.stdout is not None
            name = process.stdout.readline().decode().strip()
            until(lambda: any(request.method == "GET" for request in sandbox.requests))
            killed(process)
        result = program.execute("video", "wait", name[:8], "--poll", "1")

        assert (0, f"{name}\tsucceeded\n") == (result.code, result.stdout)
        assert [(name, "succeeded", "a boat")] == [
            (known["id"], known["status"], known["prompt"]) for known in listed(program)
        ]
        assert 1 == sum(request.method == "POST" for request in sandbox.requests)

    def test_while_downloading(self, run: Program, tmp_path: Path) -> None:
        """What a killed download has fetched is not fetched again."""
        film = tmp_path / "film.mp4"
        part = tmp_path / "film.mp4.part"
        ranges: list[bytes] = []

        def serve(caller: Caller) -> None:
            while raw := caller.request():
                if TASKS.encode() in raw:
                    link = {"video_url": f"http://127.0.0.1:{caller.port}/film.mp4?sig=1"}
                    body = json.dumps(task(content=link)).encode()
                    caller.whole(body)
                    continue
                fields = [line for line in raw.split(b"\r\n") if line.lower().startswith(b"range")]
                ranges.extend(fields)
                head = {"ETag": '"v1"', "Content-Length": f"{len(FILM)}"}
                if not fields:
                    caller.head(200, "video/mp4", **head)
                    caller.send(FILM[:THERE])
                    caller.wait()
                    return
                rest = FILM[THERE:]
                head["Content-Range"] = f"bytes {THERE}-{len(FILM) - 1}/{len(FILM)}"
                caller.whole(rest, 206, "video/mp4", **{**head, "Content-Length": f"{len(rest)}"})

        with FaultyGateway(serve) as gateway:
            program = run.at(gateway.base_url)
            argv = ("video", "download", "cgt-1", "-o", str(film))
            with program.spawn(*argv) as process:
                until(lambda: part.exists() and part.stat().st_size == THERE)
                killed(process)
            kept = part.read_bytes()
            result = program.execute(*argv)

        assert FILM[:THERE] == kept
        assert (0, FILM) == (result.code, film.read_bytes())
        assert [b"range: bytes=%d-" % THERE] == ranges
        assert not part.exists()


class TestTogether:
    def test_two_waits_for_one_task(self, run: Program, sandbox: Sandbox) -> None:
        """Two processes may wait for the same task; both see its end, and the ledger is right."""
        program = run.at(sandbox)
        name = create(program, 1.5)
        argv = ("video", "wait", name, "--poll", "1", "--json")
        with program.spawn(*argv) as one, program.spawn(*argv) as other:
            outputs = [process.communicate(timeout=PATIENCE_SECONDS)[0] for process in (one, other)]

        assert [0, 0] == [one.returncode, other.returncode]
        assert outputs[0] == outputs[1]
        assert ["succeeded"] == [known["status"] for known in listed(program)]

    def test_many_orders_at_once(self, run: Program, sandbox: Sandbox) -> None:
        """Orders of several processes at once are all in the ledger, a new one for all of them."""
        program = run.at(sandbox)
        argv = ("video", "create", "a boat", "-m", "sandbox/video")
        processes = [program.spawn(*argv) for _ in range(4)]
        names = []
        for process in processes:
            output, error = process.communicate(timeout=PATIENCE_SECONDS)
            assert 0 == process.returncode, error
            names.append(output.decode().strip())

        assert set(names) == {known["id"] for known in listed(program)}
        assert 4 == len(set(names))


class TestSignals:
    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (signal.SIGINT, ExitCode.INTERRUPTED),
            (signal.SIGTERM, ExitCode.TERMINATED),
            (signal.SIGHUP, ExitCode.HUNG_UP),
        ],
    )
    def test_stop_the_waiting(
        self, run: Program, sandbox: Sandbox, number: int, code: ExitCode
    ) -> None:
        """A signal ends the waiting at once, and the command that resumes is printed."""
        program = run.at(sandbox)
        name = create(program, 60)
        with program.spawn("video", "wait", name) as process:
            assert process.stderr is not None
            assert b"is queued" in process.stderr.readline()
            process.send_signal(number)
            output, error = process.communicate(timeout=PATIENCE_SECONDS)

        told = f"yourouter: stopped waiting; the task goes on\nhint: yourouter video wait {name}\n"
        assert (code, b"") == (process.returncode, output)
        assert ("" if number == signal.SIGHUP else told) == error.decode()

    def test_stop_an_order(self, run: Program) -> None:
        """An order that is interrupted in the middle may be one all the same, and says so."""
        with AnsweringGateway(lambda _: Silence()) as gateway:
            program = run.at(gateway.base_url)
            with program.spawn("video", "create", "a boat") as process:
                until(lambda: gateway.asked)
                process.send_signal(signal.SIGINT)
                _, error = process.communicate(timeout=PATIENCE_SECONDS)
            (known,) = listed(program)

        assert ExitCode.INTERRUPTED == process.returncode
        assert (
            "yourouter: interrupted; a task may have been made all the same, so it is not ordered"
            " again\nhint: yourouter video list --remote\n"
            f"hint: yourouter video delete {known['id']}\n" == error.decode()
        )

    def test_stop_a_download(self, run: Program, tmp_path: Path) -> None:
        """A download that is interrupted keeps what came, and prints the command that goes on."""
        film = tmp_path / "film.mp4"

        def serve(caller: Caller) -> None:
            while raw := caller.request():
                if TASKS.encode() in raw:
                    link = f"http://127.0.0.1:{caller.port}/film.mp4"
                    body = b'{"id":"cgt-1","status":"succeeded","content":{"video_url":"%s"}}'
                    caller.whole(body % link.encode())
                    continue
                caller.head(200, "video/mp4", **{"Content-Length": "900"})
                caller.send(b"x" * 400)
                caller.wait()

        part = film.with_name("film.mp4.part")
        with FaultyGateway(serve) as gateway:
            program = run.at(gateway.base_url)
            with program.spawn("video", "download", "cgt-1", "-o", str(film)) as process:
                until(lambda: part.exists() and part.stat().st_size == 400)
                process.send_signal(signal.SIGINT)
                _, error = process.communicate(timeout=PATIENCE_SECONDS)

        assert ExitCode.INTERRUPTED == process.returncode
        assert (
            "yourouter: stopped downloading\n"
            f"hint: yourouter video download cgt-1 -o {film}\n" == error.decode()
        )
        assert b"x" * 400 == part.read_bytes()

    def test_a_reader_that_goes_away(self, run: Program) -> None:
        """`| head` ends the program silently, as every filter ends."""

        def decide(asked: Asked) -> Says:
            if asked.path.startswith(TASKS):
                return Says(task(content={"video_url": f"http://{asked.headers['host']}/film"}))
            return Says(FILM)

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url).shell(
                "yourouter video download cgt-1 -o - | head -c 8; exit ${PIPESTATUS[0]}"
            )

        assert (ExitCode.PIPE_CLOSED, b"") == (result.code, result.error_output)
        assert FILM[:8] == result.output
