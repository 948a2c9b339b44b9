"""`embed` by the clock: what takes too long ends, and can be gone on with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.embedding import Embedder
from tests.gateway.faults import FaultyGateway
from yourouter_cli.clock import Clock
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.answering import Says
    from tests.gateway.faults import Caller

RESUMABLE = " --resume\n"


class TestTime:
    def test_the_whole_command_has_a_clock(self, run: Program, tmp_path: Path) -> None:
        """--timeout ends the work, and it can be gone on with."""
        import threading

        patience = threading.Event()

        def decide(texts: list[str]) -> Says | None:
            if "c" in texts:
                patience.wait(10)
            return None

        output = tmp_path / "a.jsonl"
        argv = ["embed", "a", "b", "c", "-o", str(output), "--batch-size", "1"]
        argv += ["--concurrency", "1", "--timeout", "1"]
        with Embedder(decide) as gateway:
            result = run.at(gateway.base_url)(*argv)
            patience.set()
        assert ExitCode.UNREACHABLE == result.code
        assert "not done within 1 s (total timeout)" in result.stderr
        assert result.stderr.endswith(RESUMABLE)

    @pytest.mark.parametrize("options", [["--dry-run"], ["--nearest", "a.jsonl"]])
    def test_standard_input_that_never_ends(
        self, run: Program, tmp_path: Path, options: list[str]
    ) -> None:
        """It holds for the texts that a preview and a search wait for, too."""
        (tmp_path / "a.jsonl").write_text('{"index":0,"embedding":[1.0]}\n')
        options = [str(tmp_path / word) if word == "a.jsonl" else word for word in options]
        with Embedder() as gateway:
            argv = ["embed", "--timeout", "0.3", *options]
            read, write = os.pipe()
            with os.fdopen(read, "rb") as silent, os.fdopen(write, "wb"):
                result = run.at(gateway.base_url)(*argv, stdin=silent, clock=Clock())
        assert ExitCode.UNREACHABLE == result.code
        assert "yourouter: not done within 0.3 s (total timeout)" == result.told.strip()
        assert [] == gateway.batches

    def test_a_search(self, run: Program, tmp_path: Path) -> None:
        """A head that drips ends a search by the clock for the first byte, or the whole one."""
        vectors = tmp_path / "a.jsonl"
        vectors.write_text('{"index":0,"embedding":[1.0]}\n')

        def drips(caller: Caller) -> None:
            caller.request()
            caller.send(b"HTTP/1.1 200 OK\r\nX-Filler: ")
            while True:
                caller.send(b"a")
                caller.wait(0.02)

        for option, words in (
            ("--first-byte-timeout", "(first-byte timeout)"),
            ("--timeout", "(total timeout)"),
        ):
            argv = ["embed", "a", "--nearest", str(vectors), option, "0.3", "--retries", "0"]
            with FaultyGateway(drips) as faulty:
                result = run.at(faulty.base_url)(*argv, clock=Clock())
            assert (ExitCode.UNREACHABLE, "") == (result.code, result.stdout)
            assert words in result.told
