"""`-o FILE` and `--extract-code`: what is made of the answer besides printing it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestFile:
    def test_the_answer_replaces_the_file(
        self, run: Program, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        """The file has the answer, keeps its permissions, and standard output has nothing."""
        file = tmp_path / "answer.txt"
        file.write_text("old", encoding="utf-8")
        file.chmod(0o640)

        result = run.at(sandbox)("chat", "hello", "-m", "sandbox/echo", "-o", str(file))

        assert (ExitCode.DONE, "") == (result.code, result.stdout)
        assert "hello\n" == file.read_text(encoding="utf-8")
        assert 0o640 == stat.S_IMODE(file.stat().st_mode)
        assert [file] == list(tmp_path.glob("answer*"))

    @pytest.mark.parametrize("model", ["truncate:2", "reset:2", "error-in-stream:2"])
    def test_a_failure_leaves_no_file_and_loses_nothing(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, model: str
    ) -> None:
        """The old file stays, nothing is left beside it, and the part is on standard output."""
        file = tmp_path / "out" / "answer.txt"
        file.parent.mkdir()
        file.write_text("old", encoding="utf-8")

        result = run.at(sandbox)("chat", "one two three", "-m", f"sandbox/{model}", "-o", str(file))

        assert ExitCode.INCOMPLETE == result.code
        assert "one two \n" == result.stdout
        assert "old" == file.read_text(encoding="utf-8")
        assert [file] == list(file.parent.iterdir())

    @pytest.mark.parametrize("argv", [("--expect", "goodbye"), ("--expect-regex", "^good")])
    def test_another_answer_than_the_expected_one_is_not_kept(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, argv: tuple[str, ...]
    ) -> None:
        """A failed `--expect` leaves the old file; the answer is on standard output."""
        file = tmp_path / "answer.txt"
        file.write_text("old", encoding="utf-8")

        result = run.at(sandbox)("chat", "hello", "-m", "sandbox/echo", "-o", str(file), *argv)

        assert (ExitCode.UNEXPECTED, "hello\n") == (result.code, result.stdout)
        assert "old" == file.read_text(encoding="utf-8")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")
    def test_a_device_that_takes_nothing(self, run: Program, sandbox: Sandbox) -> None:
        """What writing to a device fails with is said in one line."""
        result = run.at(sandbox)("chat", "hello", "-m", "sandbox/echo", "-o", "/dev/full")

        assert (ExitCode.BUG, "") == (result.code, result.stdout)
        assert "yourouter: cannot write `/dev/full`: no space left on device\n" == result.stderr

    def test_a_link_stays_a_link(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """What a symbolic link names is replaced, not the link."""
        (tmp_path / "real").write_text("old", encoding="utf-8")
        (tmp_path / "link").symlink_to(tmp_path / "real")

        run.at(sandbox)("chat", "new", "-m", "sandbox/echo", "-o", str(tmp_path / "link"))

        assert (tmp_path / "link").is_symlink()
        assert "new\n" == (tmp_path / "real").read_text(encoding="utf-8")

    def test_a_device(self, run: Program, sandbox: Sandbox) -> None:
        """What cannot be replaced is written to."""
        result = run.at(sandbox)("chat", "hello", "-m", "sandbox/echo", "-o", os.devnull)

        assert (ExitCode.DONE, "") == (result.code, result.stdout)

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("no/answer", "no such directory"),
            (".", "is a directory"),
            ("x" * 300, "file name too long"),
        ],
    )
    def test_where_no_file_can_be(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, name: str, why: str
    ) -> None:
        """A place that cannot be written is found out before anything is paid for."""
        file = tmp_path / name
        result = run.at(sandbox)("chat", "hi", "-o", str(file))

        assert ExitCode.USAGE == result.code
        assert f"yourouter: cannot write `{file}`: {why}\n" == result.stderr
        assert [] == sandbox.requests

    def test_json_to_a_file(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """Every format goes to the file."""
        file = tmp_path / "answer.json"

        run.at(sandbox)("chat", "hi", "-m", "sandbox/echo", "--json", "-o", str(file))

        assert '"text":"hi"' in file.read_text(encoding="utf-8")


class TestCode:
    def test_the_last_block(self, run: Program, sandbox: Sandbox) -> None:
        """Only what the last fenced block holds is printed."""
        prompt = "first:\n```\none\n```\nthen\n````py\ntwo\n```\n````\nend"

        result = run.at(sandbox)("chat", prompt, "-m", "sandbox/echo", "--extract-code")

        assert "two\n```\n" == result.stdout

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ("1. run\n   ```sh\n   ls\n     -l\n   ```", "ls\n  -l\n"),
            ("- ```sh\n  ls\n  ```\n\nafter", "ls\n"),
            ("> ```\n> ls\n> ```", "ls\n"),
            ("```\nls\n```\n\n```inline``` code", "ls\n"),
            ("~~~\nls\n```\n", "ls\n```\n"),
            ("```\nls\n\n# cut", "ls\n\n# cut\n"),
            ("```\n```", ""),
        ],
    )
    def test_where_a_block_stands(
        self, run: Program, sandbox: Sandbox, answer: str, code: str
    ) -> None:
        """A block is what Markdown says it is, without what indents or quotes it."""
        result = run.at(sandbox)("chat", "-m", "sandbox/echo", "--extract-code", "--", answer)

        assert (ExitCode.DONE, code) == (result.code, result.stdout)

    def test_no_block(self, run: Program, sandbox: Sandbox) -> None:
        """An answer without a block is not what was asked for: exit 9."""
        result = run.at(sandbox)("chat", "words", "-m", "sandbox/echo", "--extract-code")

        assert (ExitCode.UNEXPECTED, "") == (result.code, result.stdout)
        assert "yourouter: the answer has no fenced code block (request id REQ)\n" == result.told


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--dialect", "klingon"], "dialect"),
        (["-P", "novalue"], "`-P novalue` is not of the form KEY=VALUE"),
        (["-P", "a=1", "-P", "a.b=2"], "`-P a.b=2` goes into `a`, which has a value already"),
        (["-H", "x: 1\nauthorization: 2"], "the header `x` holds a character"),
        (["-H", "Host: elsewhere"], "the header `host` cannot be given with -H"),
        (["-H", "Content-Length: 3"], "the header `content-length` cannot be given with -H"),
        (["-t", "2.5"], "`--temperature` is 0 to 2, not 2.5"),
        (["-t", "1.5", "--dialect", "anthropic"], "`--temperature` from 0 to 1"),
        (["--seed", "1", "--dialect", "anthropic"], "the `anthropic` dialect has no `--seed`"),
        (["--reasoning", "huge"], "unknown reasoning level `huge`"),
        (["--max-tokens", "0"], "`--max-tokens` is at least 1"),
        (["--run-tools"], "`--run-tools` needs `--tools FILE`"),
        (["--extract-code", "--json"], "`--extract-code` gives text, not JSON"),
    ],
)
def test_bad_input(run: Program, sandbox: Sandbox, argv: list[str], why: str) -> None:
    """Each wrong option is one clear line, exit 2, and nothing is sent."""
    result = run.at(sandbox)("chat", "hi", *argv)

    assert ExitCode.USAGE == result.code
    assert why in result.stderr
    assert [] == sandbox.requests


def test_a_prompt_that_is_not_utf8(run: Program, sandbox: Sandbox) -> None:
    """Bytes that are no text are not sent on as something else."""
    result = run.at(sandbox)("chat", stdin=b"na\xefve")

    assert ExitCode.USAGE == result.code
    assert "standard input is not valid UTF-8 (at character 3)" in result.stderr
    assert [] == sandbox.requests
