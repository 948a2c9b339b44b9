"""Conversations survive kills, crowds, and disks that cannot take any more."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.faults import Caller, FaultyGateway, text
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program, Result
    from yourouter_cli.sandbox.server import Sandbox

CROWD = 5


@pytest.fixture
def database(home: Path) -> Path:
    """Return where the conversations are kept."""
    return home / "state" / "transcripts.db"


def listed(run: Program) -> list[Any]:
    """Return the listing."""
    entries: list[Any] = run("history", "list", "--json").json
    return entries


def speak_and_fall_silent(caller: Caller) -> None:
    """Send three words, and then nothing more."""
    caller.request()
    caller.head()
    caller.frames(*map(text, ("one ", "two ", "three ")))
    caller.wait()


class TestKilled:
    def test_in_the_middle_of_an_answer_keeps_what_had_come(
        self, run: Program, database: Path
    ) -> None:
        """SIGKILL keeps what came 250 ms before it, though nothing came after; it is marked."""
        with (
            FaultyGateway(speak_and_fall_silent) as gateway,
            run.at(gateway.base_url).spawn("chat", "count", "--json") as process,
        ):
            _wait_until(lambda: b"three" in _bytes_of(database))
            process.kill()
            process.wait(timeout=10)

        assert -signal.SIGKILL == process.returncode
        (entry,) = listed(run)
        (turn,) = run("history", "show", entry["id"], "--json").json["turns"]
        assert "interrupted" == turn["state"]
        assert [{"type": "text", "text": "one two three "}] == turn["answer"]

    def test_is_seen_before_anybody_asks_about_the_process(
        self, run: Program, database: Path
    ) -> None:
        """Where nobody waits for the killed process, its turn is interrupted all the same."""
        with (
            FaultyGateway(speak_and_fall_silent) as gateway,
            run.at(gateway.base_url).spawn("chat", "count", "--json") as process,
        ):
            _wait_until(lambda: b"three" in _bytes_of(database))
            process.kill()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

            (entry,) = listed(run)
            (turn,) = run("history", "show", entry["id"], "--json").json["turns"]
            assert "interrupted" == turn["state"]

    def test_does_not_hinder_the_next_chat(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """After a kill the conversation goes on, with the part that came as context."""
        with (
            FaultyGateway(speak_and_fall_silent) as gateway,
            run.at(gateway.base_url).spawn("chat", "count") as process,
        ):
            _wait_until(lambda: b"three" in _bytes_of(database))
            process.kill()

        result = run.at(sandbox).execute("chat", "-c", "-m", "sandbox/echo", "go on")

        assert ("go on\n", "") == (result.stdout, result.stderr)
        sent = [message["content"] for message in sandbox.requests[-1].json["messages"]]
        assert ["count", "go on"] == [sent[0], sent[2]]
        assert sent[1].startswith("one two three ")
        assert "interrupted" in sent[1]

    def test_by_a_signal_is_interrupted(self, run: Program, database: Path) -> None:
        """SIGTERM gives the turn its verdict before the process ends."""
        with (
            FaultyGateway(speak_and_fall_silent) as gateway,
            run.at(gateway.base_url).spawn("chat", "count") as process,
        ):
            _wait_until(lambda: b"three" in _bytes_of(database))
            process.terminate()
            process.wait(timeout=10)

        assert ExitCode.TERMINATED == process.returncode
        (entry,) = listed(run)
        assert ["interrupted"] == [
            turn["state"] for turn in run("history", "show", entry["id"], "--json").json["turns"]
        ]


class TestCrowds:
    def test_all_who_chat_at_once_are_kept(self, run: Program, sandbox: Sandbox) -> None:
        """Processes that begin the database together, and write it together, lose nothing."""
        program = run.at(sandbox)
        processes = [
            program.spawn("chat", "-m", "sandbox/echo", f"question {number}")
            for number in range(CROWD)
        ]
        for number, process in enumerate(processes):
            with process:
                output, errors = process.communicate(timeout=30)
            assert (f"question {number}\n".encode(), b"", 0) == (
                output, errors, process.returncode,
            )  # fmt: skip

        assert {f"question {number}" for number in range(CROWD)} == {
            entry["title"] for entry in listed(run)
        }

    def test_one_conversation_takes_turns_from_all(self, run: Program, sandbox: Sandbox) -> None:
        """Processes that go on with the same conversation each add a turn of their own."""
        program = run.at(sandbox)
        program("chat", "-m", "sandbox/echo", "first")
        processes = [
            program.spawn("chat", "-c", "-m", "sandbox/echo", f"question {number}")
            for number in range(4)
        ]
        for process in processes:
            with process:
                process.communicate(timeout=30)

        (entry,) = listed(run)
        turns = run("history", "show", entry["id"], "--json").json["turns"]
        assert [1, 2, 3, 4, 5] == [turn["turn"] for turn in turns]
        assert {"first", *(f"question {number}" for number in range(4))} == {
            turn["answer"][0]["text"] for turn in turns
        }

    def test_a_damaged_database_is_set_aside_once(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """Of many who meet a damaged database one moves it; all are kept in the new one."""
        database.parent.mkdir(parents=True)
        database.write_bytes(b"garbage" * 1000)
        program = run.at(sandbox)
        processes = [
            program.spawn("chat", "-m", "sandbox/echo", f"question {number}")
            for number in range(CROWD)
        ]
        told = b""
        for process in processes:
            with process:
                told += process.communicate(timeout=30)[1]

        assert CROWD == len(listed(run))
        assert 1 == told.count(b"the transcripts were damaged")
        aside = [path for path in database.parent.iterdir() if ".corrupt-" in path.name]
        assert [b"garbage" * 1000] == [path.read_bytes() for path in aside]


CHAT = "yourouter chat -p sandbox 'Reply with exactly: connected'"


class TestBadDisks:
    @pytest.mark.parametrize("kilobytes", [4, 64])
    def test_a_full_disk_is_one_warning(
        self, mounted: Callable[[str, str], Result], home: Path, kilobytes: int
    ) -> None:
        """Where the disk is full, before the database or in it, the answer comes all the same."""
        (home / "state").mkdir(parents=True)
        prepare = (
            f"mount -t tmpfs -o size={kilobytes}k,mode=700 none $STATE\n"
            f"dd if=/dev/zero of=$STATE/full bs=1k count={kilobytes // 2} 2>/dev/null || true"
        )

        result = mounted(prepare, CHAT)

        assert ("connected\n", 0) == (result.stdout, result.code)
        (line,) = result.stderr.splitlines()
        assert line.startswith("warning: this conversation is not kept: ")

    def test_a_disk_that_fills_up_keeps_what_was_there(
        self, mounted: Callable[[str, str], Result], home: Path
    ) -> None:
        """A full disk costs the new turn, with one warning, and none of the old ones."""
        (home / "state").mkdir(parents=True)
        prepare = "mount -t tmpfs -o size=1m,mode=700 none $STATE"
        script = (
            f"{CHAT} -m sandbox/markdown >/dev/null\n"
            "dd if=/dev/zero of=$STATE/full bs=4k 2>/dev/null\n"
            f"{CHAT}\nyourouter history list --json"
        )

        result = mounted(prepare, script)

        answer, listing = result.stdout.splitlines()
        assert "connected" == answer
        assert 1 <= len(json.loads(listing)) <= 2
        assert 1 == len([line for line in result.stderr.splitlines() if "is not kept" in line])

    def test_a_read_only_disk_is_one_warning(
        self, mounted: Callable[[str, str], Result], run: Program
    ) -> None:
        """What is on a read-only disk is listed, found and gone on with; new turns are not kept."""
        run("chat", "-p", "sandbox", "apple")
        prepare = "mount --bind $STATE $STATE\nmount -o remount,bind,ro $STATE"
        script = (
            f"{CHAT} -c\nyourouter history list | cut -f7\nyourouter history search apple | cut -f4"
        )

        result = mounted(prepare, script)

        assert "connected\napple\n[apple] [apple]\n" == result.stdout
        (line,) = result.stderr.splitlines()
        assert line.startswith("warning: this conversation is not kept: ")

    @pytest.mark.skipif(os.geteuid() == 0, reason="to root no directory is closed")
    def test_a_closed_directory_is_one_warning(self, run: Program, home: Path) -> None:
        """Where nothing may be written the answer comes all the same."""
        (home / "state").mkdir(mode=0o500, parents=True)

        result = run("chat", "-p", "sandbox", "apple")

        assert "apple\n" == result.stdout
        assert result.stderr.startswith("warning: this conversation is not kept: ")

    def test_a_limit_on_the_size_of_files_is_one_warning(self, run: Program) -> None:
        """Where the database cannot grow the answer comes all the same."""
        result = run.shell(f"ulimit -f 4; {CHAT}")

        assert ("connected\n", 0) == (result.stdout, result.code)
        assert 1 == len(result.stderr.splitlines())


def _bytes_of(database: Path) -> bytes:
    """Return what is in the database and its log."""
    found = b""
    for name in (database.name, f"{database.name}-wal"):
        if (path := database.with_name(name)).exists():
            found += path.read_bytes()
    return found


def _wait_until(happened: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
