"""The program as a process: pipes, files, closed descriptors, full disks."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program

needs_full_disk = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="no /dev/full, a disk that is always full, here"
)


class TestOutput:
    """Where the answer goes."""

    def test_the_first_command_of_the_readme(self, run: Program) -> None:
        """Without key, network or file the sandbox answers, and says nothing else."""
        result = run.execute("chat", "-p", "sandbox", "Reply with exactly: connected")

        assert (0, b"connected\n", b"") == (result.code, result.output, result.error_output)

    def test_a_file(self, run: Program, tmp_path: Path) -> None:
        """A file gets the same bytes as a pipe."""
        result = run.shell(
            f"yourouter chat -p sandbox -m sandbox/markdown hi > '{tmp_path}/answer'\n"
            "yourouter chat -p sandbox -m sandbox/markdown hi | cat"
        )

        assert (tmp_path / "answer").read_bytes() == result.output
        assert b"" == result.error_output

    def test_one_place_for_both(self, run: Program) -> None:
        """What is said of an answer begins on a line of its own, also in a log of both streams."""
        result = run.shell("yourouter chat -p sandbox -m sandbox/length hi 2>&1")

        assert [
            "hi hi hi hi hi",
            "warning: the answer was cut at the token limit; --max-tokens raises it",
        ] == result.stdout.splitlines()

    @pytest.mark.parametrize(
        "command",
        [
            "chat -p sandbox -m sandbox/markdown:300 hi",
            "chat -p sandbox -m sandbox/markdown:300 hi --format jsonl",
            "chat -p sandbox -m sandbox/slow:50 one two three four five six seven eight nine ten",
        ],
    )
    def test_a_reader_that_has_seen_enough(self, run: Program, command: str) -> None:
        """`| head` ends the program silently, with the code of a broken pipe."""
        script = f"yourouter {command} | head -c 3; code=${{PIPESTATUS[0]}}; echo; echo $code"
        result = run.shell(script)

        assert ("141", "") == (result.stdout.splitlines()[-1], result.stderr)

    @pytest.mark.parametrize(
        "command", ["chat -p sandbox hi", "chat hi --dry-run", "--help", "chat --help", "--version"]
    )
    def test_a_reader_that_is_gone(self, run: Program, command: str) -> None:
        """Also a short output, to nobody, ends silently with the code of a broken pipe."""
        read, write = os.pipe()
        os.close(read)
        with run.spawn(*command.split(), stdout=write) as process:
            os.close(write)
            _, error_output = process.communicate(timeout=20)

        assert (ExitCode.PIPE_CLOSED, b"") == (process.returncode, error_output)

    def test_the_answer_comes_as_it_streams(self, run: Program) -> None:
        """What the model has said is in the pipe before it says more."""
        argv = ("chat", "-p", "sandbox", "-m", "sandbox/slow:400", "one two three four five")
        with run.spawn(*argv) as process:
            assert process.stdout is not None
            first = os.read(process.stdout.fileno(), 100)
            process.kill()

        assert b"one " == first

    @needs_full_disk
    @pytest.mark.parametrize(
        "command",
        [
            "chat -p sandbox hi",
            "chat -p sandbox hi --format jsonl",
            "chat hi --dry-run",
            "--version",
            "-q --version",
            "--help",
            "config path",
        ],
    )
    def test_a_full_disk(self, run: Program, command: str) -> None:
        """An output that takes nothing is exit 1, and is said."""
        result = run.shell(f"yourouter {command} > /dev/full")

        assert ExitCode.BUG == result.code
        assert "cannot write to standard output: no space left on device" in result.stderr
        assert 1 == result.stderr.count("\n")

    @needs_full_disk
    def test_nowhere_to_complain(self, run: Program) -> None:
        """An error that cannot be told still has its exit code."""
        assert ExitCode.CONFIG == run.shell("yourouter chat hi > /dev/full 2> /dev/full").code

    @needs_full_disk
    def test_an_answer_outlives_who_is_told_about_it(self, run: Program) -> None:
        """A notice that cannot be written, as to a log on a full disk, costs no answer."""
        command = "yourouter chat -p sandbox -m sandbox/rate-limit:1 --usage hi"

        result = run.shell(f"{command} 2> /dev/full")

        assert (0, "hi\n") == (result.code, result.stdout)

    def test_an_answer_outlives_who_reads_about_it(self, run: Program) -> None:
        """Where nobody reads standard error any more, the answer is finished all the same."""
        read, write = os.pipe()
        os.close(read)
        argv = ("chat", "-p", "sandbox", "-m", "sandbox/rate-limit:1", "--usage", "hi")
        with run.spawn(*argv, stderr=write) as process:
            os.close(write)
            output, _ = process.communicate(timeout=20)

        assert (0, b"hi\n") == (process.returncode, output)

    @pytest.mark.parametrize("words", [2, 20_000])
    def test_a_file_that_does_not_fit(self, run: Program, tmp_path: Path, words: int) -> None:
        """An answer for which the disk has no room is on standard output, and no file is left."""
        place = tmp_path / "out"
        place.mkdir()
        prompt = "word " * words + "end"
        limit = 0 if words < 1024 else 4

        result = run.shell(
            f"ulimit -f {limit}; yourouter chat -p sandbox --no-save -o {place}/answer",
            stdin=prompt.encode(),
        )

        assert (ExitCode.BUG, f"{prompt}\n") == (result.code, result.stdout)
        assert f"yourouter: cannot write `{place}/answer`: file too large\n" == result.stderr
        assert [] == list(place.iterdir())


class TestClosedDescriptors:
    """Descriptors that were closed before the program began."""

    @pytest.mark.parametrize(
        ("command", "code", "stdout", "stderr"),
        [
            ("chat -p sandbox hi <&-", 0, "hi\n", ""),
            (
                "chat -p sandbox <&-",
                2,
                "",
                "yourouter: the prompt is empty\nhint: yourouter chat --help\n",
            ),
            (
                "chat -p sandbox - <&-",
                2,
                "",
                "yourouter: cannot read standard input: it is closed\n",
            ),
            # As `nohup` leaves it.
            ("chat -p sandbox hi 0>/dev/null", 0, "hi\n", ""),
            (
                "chat -p sandbox - 0>/dev/null",
                2,
                "",
                "yourouter: cannot read standard input: it is closed\n",
            ),
            (
                "chat -p sandbox hi >&-",
                1,
                "",
                "yourouter: cannot write to standard output: it is closed\n",
            ),
            (
                "--version >&-",
                1,
                "",
                "yourouter: cannot write to standard output: it is closed\n",
            ),
            ("chat -p sandbox hi 2>&-", 0, "hi\n", ""),
            ("chat hi 2>&-", 3, "", ""),
            ("chat -p sandbox hi <&- >&- 2>&-", 1, "", ""),
            ("chat -p sandbox -m sandbox/think --show-reasoning --usage hi 2>&-", 0, "hi\n", ""),
        ],
    )
    def test_each(self, *, run: Program, command: str, code: int, stdout: str, stderr: str) -> None:
        """A closed stream is nothing to read, nobody to tell, or a failure to write."""
        result = run.shell(f"yourouter {command}")

        assert (code, stdout, stderr) == (result.code, result.stdout, result.stderr)


class TestInput:
    """Standard input of a process."""

    def test_a_pipe_that_is_never_closed(self, run: Program) -> None:
        """After 2 s without a byte the user is told what is waited for, and how not to."""
        with run.spawn("chat", "-p", "sandbox", "hi", stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stderr is not None
            began = time.monotonic()
            line = process.stderr.readline()
            at = time.monotonic() - began
            process.stdin.write(b"at last")
            output, rest = process.communicate(timeout=20)

        assert b"waiting for stdin; --no-stdin ignores it\n" == line
        assert 1.9 < at < 10
        assert (0, b"hi\n\nat last\n", b"") == (process.returncode, output, rest)

    @pytest.mark.parametrize("argv", [("--no-stdin",), ()])
    def test_it_can_be_ignored(self, run: Program, argv: tuple[str, ...]) -> None:
        """`--no-stdin` and `YOUROUTER_NO_STDIN` do not wait for a pipe that is never closed."""
        read, write = os.pipe()
        environ = {} if argv else {"YOUROUTER_NO_STDIN": "1"}
        with run.spawn(
            "chat", "-p", "sandbox", "hi", *argv, stdin=read, environ=environ
        ) as process:
            output, error_output = process.communicate(timeout=20)
        os.close(read)
        os.close(write)

        assert (0, b"hi\n", b"") == (process.returncode, output, error_output)

    def test_the_whole_commands_time_ends_the_wait(self, run: Program) -> None:
        """`--timeout` ends the wait for standard input."""
        read, write = os.pipe()
        argv = ("chat", "-p", "sandbox", "hi", "--timeout", "0.3")
        with run.spawn(*argv, stdin=read) as process:
            output, error_output = process.communicate(timeout=20)
        os.close(read)
        os.close(write)

        assert (ExitCode.UNREACHABLE, b"") == (process.returncode, output)
        assert error_output.startswith(b"yourouter: standard input did not end within 0.3 s")

    def test_a_file(self, run: Program, tmp_path: Path) -> None:
        """A redirected file is a prompt."""
        (tmp_path / "prompt").write_bytes(b"from a file\n")
        result = run.shell(f"yourouter chat -p sandbox < '{tmp_path}/prompt'")

        assert (0, "from a file\n", "") == (result.code, result.stdout, result.stderr)


class TestTheLocale:
    """Text is UTF-8, whatever the locale says."""

    @pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8", "de_DE.ISO-8859-1"])
    def test_in_and_out(self, run: Program, locale: str) -> None:
        """A prompt comes back with the same bytes in every locale."""
        result = run.execute(
            "chat", "-p", "sandbox", "héllo", stdin="wörld 🦉", environ={"LC_ALL": locale}
        )

        assert (0, "héllo\n\nwörld 🦉\n", "") == (result.code, result.stdout, result.stderr)


def test_a_served_sandbox_answers_other_programs(run: Program) -> None:
    """`yourouter sandbox` prints its base URL and serves until it is told to stop."""
    with run.spawn("sandbox") as server:
        assert server.stdout is not None
        base_url = server.stdout.readline().decode().strip()
        result = run.at(base_url).execute("chat", "-m", "sandbox/echo", "hi")
        server.terminate()
        assert ExitCode.TERMINATED == server.wait(20)

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1", base_url)
    assert (0, "hi\n", "") == (result.code, result.stdout, result.stderr)
