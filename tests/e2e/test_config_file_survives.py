"""The configuration file survives crowds, crashes, and disks that cannot take any more."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.racing_writer import WRITES
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.driver import Program, Result

HERE = Path(__file__).parent
WRITERS = 8
OLD = '# mine\n[profiles.default]\nmodel = "old"  # dear to me\n'


@pytest.fixture
def file(home: Path) -> Path:
    """Return the path of a configuration with a comment in it."""
    path = home / "config" / "config.toml"
    path.parent.mkdir(mode=0o700, parents=True)
    path.touch(mode=0o600)
    path.write_text(OLD)
    return path


class TestCrowds:
    def test_eight_writers_lose_nothing(self, run: Program, file: Path) -> None:
        """Eight processes that write fifty times each, all at once, lose no key and no comment."""
        writers = [
            subprocess.Popen(
                [sys.executable, HERE / "racing_writer.py", file, f"w{number}"],
                env=run.process_environ(),
            )
            for number in range(WRITERS)
        ]
        codes = [writer.wait(timeout=30) for writer in writers]

        document = tomllib.loads(file.read_text())
        expected = {
            f"w{writer}_{number}": True for writer in range(WRITERS) for number in range(WRITES)
        } | {f"w{writer}_last": WRITES - 1 for writer in range(WRITERS)}
        assert [0] * WRITERS == codes
        assert {"model": "old", "params": expected} == document["profiles"]["default"]
        assert "# mine\n" in file.read_text()
        assert "# dear to me" in file.read_text()
        assert {"config.toml", ".config.toml.lock"} == {path.name for path in file.parent.iterdir()}

    def test_commands_at_the_same_time_lose_nothing(self, run: Program, file: Path) -> None:
        """Two shells that set different settings at once both succeed."""
        settings = {"vendor": "azure", "retries": "5", "timeout": "30", "dialect": "anthropic"}
        processes = [run.spawn("config", "set", name, value) for name, value in settings.items()]
        for process in processes:
            with process:
                assert (b"", 0) == (process.communicate(timeout=30)[0], process.returncode)

        table = tomllib.loads(file.read_text())["profiles"]["default"]
        assert {"model": "old", "vendor": "azure", "retries": 5, "timeout": 30} | {
            "dialect": "anthropic"
        } == table


@pytest.mark.skipif(not hasattr(os, "fork"), reason="killing between steps needs fork")
def test_a_writer_killed_at_any_step_leaves_the_old_file_or_the_new_one(
    run: Program, file: Path
) -> None:
    """Whenever the writer is killed, the file is whole, and the next writer is not hindered."""
    done = subprocess.run(
        [sys.executable, HERE / "killed_writer.py", file],
        env=run.process_environ(),
        capture_output=True,
        check=True,
        timeout=60,
    )

    reports = [json.loads(line) for line in done.stdout.splitlines()]
    before = OLD
    for report in reports:
        after = OLD.replace('"old"', f'"model-{report["step"]}"')
        assert report["files"]["config.toml"] in {before, after}, report["where"]
        assert set(report["files"]) <= {"config.toml", ".config.toml.lock", ".config.toml.new"}
        before = report["files"]["config.toml"]
    assert [True] * (len(reports) - 1) + [False] == [report["killed"] for report in reports]
    assert OLD.replace("old", f"model-{len(reports) - 1}") == before
    functions = {report["where"].partition(":")[0] for report in reports}
    assert {"change", "locked", "replace_file", "_create", "sync_directory"} <= functions
    kept = [report["files"]["config.toml"] for report in reports]
    assert len(set(kept)) > 1, "some writers must have come beyond the replacing"
    assert any(".config.toml.new" in report["files"] for report in reports)


class TestBadDisks:
    def test_a_full_disk_loses_nothing(
        self, mounted: Callable[[str, str], Result], file: Path
    ) -> None:
        """On a full disk the change is refused in one line, exit 3, and the old file is there."""
        where = shlex.quote(str(file.parent))
        prepare = (
            f"old=$(cat {where}/config.toml)\n"
            f"mount -t tmpfs -o size=64k,mode=700 none {where}\n"
            f'(umask 077; printf "%s\\n" "$old" > {where}/config.toml)\n'
            f"dd if=/dev/zero of={where}/full bs=4k 2>/dev/null || true"
        )
        script = f"yourouter config set system {'x' * 20_000}; echo $?"

        result = mounted(prepare, f"{script}; cat {where}/config.toml; ls -A {where}")

        code, _, rest = result.stdout.partition("\n")
        assert str(int(ExitCode.CONFIG)) == code
        assert f"{OLD}.config.toml.lock\nconfig.toml\nfull\n" == rest
        first, hint = result.stderr.splitlines()
        why = "no space left on device; nothing was changed"
        assert f"yourouter: cannot write `{file}`: {why}" == first
        assert hint.startswith("hint: ls -ld ")

    def test_a_limit_on_the_size_of_files_loses_nothing(self, run: Program, file: Path) -> None:
        """Where the new file cannot be written to its end, the old one stays as it is."""
        long = "x" * 20_000

        result = run.shell(f"ulimit -f 4; yourouter config set system {long}")

        assert ExitCode.CONFIG == result.code
        assert f"cannot write `{file}`: file too large; nothing was changed" in result.stderr
        assert OLD == file.read_text()
        assert {"config.toml", ".config.toml.lock"} == {path.name for path in file.parent.iterdir()}

    @pytest.mark.parametrize("is_there", [True, False])
    def test_a_read_only_directory_is_one_clear_line(
        self, mounted: Callable[[str, str], Result], file: Path, is_there: bool
    ) -> None:
        """Where nothing can be written, the change is refused in one line, exit 3."""
        if not is_there:
            file.unlink()
        where = shlex.quote(str(file.parent))
        prepare = f"mount --bind {where} {where}\nmount -o remount,bind,ro {where}"

        result = mounted(
            prepare, "yourouter config set model new; echo $?; yourouter config get model"
        )

        assert ["3", "old" if is_there else "gpt-4o"] == result.stdout.splitlines()
        expected = f"yourouter: cannot write `{file}`: read-only file system; nothing was changed"
        assert expected == result.stderr.splitlines()[0]

    @pytest.mark.skipif(os.geteuid() == 0, reason="to root no directory is closed")
    def test_a_closed_directory_is_one_clear_line(self, run: Program, file: Path) -> None:
        """In a directory without write permission the change is refused in one line, exit 3."""
        file.parent.chmod(0o500)

        result = run("config", "set", "model", "new")

        file.parent.chmod(0o700)
        assert ExitCode.CONFIG == result.code
        assert f"cannot write `{file}`: permission denied; nothing was changed" in result.stderr
        assert OLD == file.read_text()


class TestNoHome:
    def test_without_any_home_the_error_says_what_to_set(self, run: Program) -> None:
        """A user without a home directory is told about `YOUROUTER_HOME`, exit 3."""
        if os.geteuid() != 0:
            pytest.skip("only root can become a user that the system does not know")
        environ = {**run.process_environ(), "HOME": "", "YOUROUTER_HOME": ""}

        done = subprocess.run(
            [sys.executable, "-c", _WITHOUT_HOME, "config", "path"],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

        assert (ExitCode.CONFIG, "") == (done.returncode, done.stdout)
        assert (
            "yourouter: there is no home directory to keep the configuration in\n"
            'hint: export YOUROUTER_HOME="$PWD/yourouter"\n'
        ) == done.stderr


# The interpreter may live where the unknown user cannot read, so that the command runs once, which
# imports all it needs, before it runs as that user.
_WITHOUT_HOME = """
import os, pwd, sys
import yourouter_cli.render.problems
from yourouter_cli.cli import main, run_process
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams
main(sys.argv[1:], Session(streams=Streams.memory(), environ={"YOUROUTER_HOME": "/nowhere"}))
os.setuid(54321)
run_process(sys.argv[1:])
"""
