"""Bulk work survives a kill at any moment: nothing is lost, and hardly anything paid for twice."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import pytest

from tests.driver import SOURCES, until
from tests.embedding import Embedder, Weather
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.answering import Says

SEEDS = range(20)
BATCH, AT_ONCE, KILLS = 5, 4, 3
LONGEST_SECONDS = 30.0


class Runs:
    """The program that runs and kills others."""

    def __init__(self, program: Program) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SOURCES / "tests" / "e2e" / "embedding_runs.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=program.process_environ(),
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=LONGEST_SECONDS)

    def __call__(
        self, program: Program, *words: str, is_due: Callable[[], bool] = lambda: False
    ) -> dict[str, Any]:
        """Return what came of the command, which is killed once *is_due*."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([words, dict(program.environ)]) + "\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        while not select.select([self._process.stdout], [], [], 0.001)[0]:
            if is_due():
                with suppress(ProcessLookupError):  # it ended just now
                    os.kill(child, signal.SIGKILL)
                break
        came: dict[str, Any] = json.loads(self._process.stdout.readline())
        return came


def embed(source: Path, output: Path, *further: str) -> list[str]:
    """Return the command that embeds *source* into *output*."""
    return [
        *("embed", "-m", "m", "-i", str(source), "-o", str(output), "--retries", "9", "-q"),
        *("--batch-size", str(BATCH), "--concurrency", str(AT_ONCE), *further),
    ]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file of lines, some of them twice and one of them empty."""
    lines = [f"line {number % 110}" for number in range(150)]
    lines[70] = ""
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return a place for outputs."""
    path = tmp_path / "out"
    path.mkdir()
    return path


def due(gateway: Embedder, dice: random.Random) -> Callable[[], bool]:
    """Return what tells that a random number of requests came, and a random while has passed."""
    target = len(gateway.batches) + dice.randrange(14)
    rest = dice.uniform(0, 0.01)
    since: list[float] = []

    def is_due() -> bool:
        if not since and len(gateway.batches) >= target:
            since.append(time.monotonic())
        return bool(since) and time.monotonic() - since[0] >= rest

    return is_due


def test_sigkill_at_random_moments(run: Program, source: Path, directory: Path) -> None:
    """What is resumed after kills and faults is byte for byte what an undisturbed run makes.

    At most the batches that were under way at each kill are billed twice.
    """
    clean = {ending: directory / f"clean{ending}" for ending in (".npy", ".jsonl")}
    with Embedder() as calm:
        for path in clean.values():
            assert ExitCode.PARTIAL == run.at(calm.base_url)(*embed(source, path)).code
    bill = len(calm.billed) // len(clean)
    midway = 0
    with Runs(run) as runs:
        for seed in SEEDS:
            dice = random.Random(seed)  # noqa: S311 - no secret
            ending = dice.choice(list(clean))
            output = directory / f"{seed}{ending}"
            kills = 0
            with Embedder(Weather(seed)) as gateway:
                program = run.at(gateway.base_url)
                words = embed(source, output, "--resume")
                for _ in range(KILLS):
                    came = runs(program, *words, is_due=due(gateway, dice))
                    kills += came["code"] is None
                    midway += came["code"] is None and 0 < len(gateway.billed) < bill
                came = runs(program, *words)
            assert came["code"] in {ExitCode.DONE, ExitCode.PARTIAL}, came["said"]
            assert clean[ending].read_bytes() == output.read_bytes(), f"seed {seed}"
            assert len(gateway.billed) <= bill + kills * AT_ONCE * BATCH, f"seed {seed}"
            left = {path.name for path in directory.iterdir() if path.name.startswith(f"{seed}.")}
            assert left <= {output.name, f"{output.name}.texts.jsonl"}, f"seed {seed}"
    assert midway >= len(SEEDS) // 2


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)],
)
def test_leaving_at_once(
    run: Program, source: Path, directory: Path, number: signal.Signals, code: ExitCode
) -> None:
    """Ctrl-C ends the work within half a second, whatever the gateway does; --resume goes on."""
    output = directory / "out.jsonl"
    patience = threading.Event()

    def decide(texts: list[str]) -> Says | None:
        if "line 50" in texts:
            patience.wait(LONGEST_SECONDS)
        return None

    with Embedder(decide) as gateway:
        program = run.at(gateway.base_url)
        with program.spawn(*embed(source, output)) as process:
            until(lambda: len(gateway.billed) >= 50)
            process.send_signal(number)
            began = time.monotonic()
            _, said = process.communicate(timeout=LONGEST_SECONDS)
            seconds = time.monotonic() - began
        patience.set()
        billed = len(gateway.billed)
        result = program(*embed(source, output, "--resume"))

    assert code == process.returncode, said
    assert seconds < 0.5
    assert said.endswith(b" --resume\n")
    assert ExitCode.PARTIAL == result.code
    assert 149 == len(output.read_text().splitlines())
    assert len(gateway.billed) - billed <= 110 - 50 + AT_ONCE * BATCH


@pytest.fixture
def fast_gateway() -> Iterator[str]:
    """Yield the base URL of a gateway in a process of its own, whose vectors are short."""
    script = SOURCES / "tests" / "bench" / "gateway.py"
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/dim=8/v1"
        process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are in other units elsewhere")
def test_memory_does_not_grow_with_the_rows(
    run: Program, fast_gateway: str, tmp_path: Path
) -> None:
    """Ten times the rows take hardly more memory: nothing is kept of what is done."""
    peaks = []
    for count in (20_000, 200_000):
        source, output = tmp_path / "lines.txt", tmp_path / f"{count}.npy"
        source.write_text("".join(f"line {number % 100_000}\n" for number in range(count)))
        words = ["embed", "-m", "m", "-i", str(source), "-o", str(output), "-q"]
        process = run.at(fast_gateway).spawn(*words, stdout=None, stderr=None)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert ExitCode.DONE == process.returncode
        assert 128 + 32 * count == output.stat().st_size
        peaks.append(usage.ru_maxrss / 1024)
    small, large = peaks
    # The file is mapped in part, and a table of the texts grows to its bound.
    assert large - small < 30
