"""`yourouter config doctor`: what it looks at, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import write
from tests.cli.diagnosis import NAMES, Diagnosis, sound
from tests.driver import KEY, FakeClock
from tests.gateway.answering import AnsweringGateway
from tests.junit import faults_of, parsed
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestHealth:
    def test_everything_is_in_order(self, run: Program, file: Path) -> None:
        """In good health each layer says so, with its time; only completion may be missing."""
        with AnsweringGateway(sound) as gateway:
            write(file, f'[profiles.work]\nbase_url = "{gateway.base_url}"\napi_key = "{KEY}"\n')
            file.parent.chmod(0o700)
            found = Diagnosis(run, "-p", "work")

        assert NAMES == tuple(found.checks)
        assert (["tls", "completion"], [], []) == (
            found.names("skip"),
            found.names("warn"),
            found.names("fail"),
        )
        assert (0, "") == (found.result.code, found.result.stderr)
        assert all(check["ms"] >= 0 for check in found.checks.values())
        assert {"schema": 1, "ok": True} == {
            name: found.result.json[name] for name in ("schema", "ok")
        }
        assert {"name", "status", "ms", "detail", "fix"} == set(found.checks["dns"])
        for name, words in {
            "file": f"{file}, 1 profile, for your eyes only",
            "key": "from profile `work`",
            "dns": "127.0.0.1 is an address, no name",
            "tcp": f"connected to 127.0.0.1 port {gateway.port}",
            "tls": "plain http, to this machine",
            "proxy": "none",
            "auth": "the key is taken",
            "models": "3 are listed",
            "chat": "answered by `gpt-4o-x` (message msg-1)",
            "embeddings": "`text-embedding-3-small` gives 2 numbers",
            "fallback": "`gemini-2.5-flash`",
            "clock": "as the gateway's",
        }.items():
            assert words == found.checks[name]["detail"], name

    def test_each_model_is_asked_for_little(self, run: Program) -> None:
        """The doctor costs one token of each model, one word, and one vector."""
        with AnsweringGateway(sound) as gateway:
            Diagnosis(run.at(gateway.base_url))

        asked = [one.json for one in gateway.asked if one.method == "POST"]
        assert [
            ("gpt-4o", 1, None),
            ("gpt-4o", 1024, True),
            ("text-embedding-3-small", None, None),
            ("gemini-2.5-flash", 1, None),
        ] == [(body["model"], body.get("max_tokens"), body.get("stream")) for body in asked]

    def test_the_sandbox_is_in_order(self, run: Program) -> None:
        """Everybody can try it."""
        result = run("config", "doctor", "-p", "sandbox")

        assert (0, "") == (result.code, result.stderr)
        assert list(NAMES) == [line.split("\t")[1] for line in result.stdout.splitlines()]

    def test_offline(self, run: Program) -> None:
        """`--offline` looks at what is on this machine and asks nobody."""
        with AnsweringGateway(sound) as gateway:
            found = Diagnosis(run.at(gateway.base_url), "--offline")

        assert 0 == gateway.connections
        assert ("skip", "offline", None) == found["chat"]
        assert ["file", "profile", "key", "proxy", "version"] == found.names("ok")

    def test_the_key_is_never_shown(self, run: Program, file: Path) -> None:
        """Where the key is from is told, nothing of it."""
        with AnsweringGateway(sound) as gateway:
            write(file, f'[profiles.default]\nbase_url = "{gateway.base_url}"\napi_key = "{KEY}"\n')
            shown = [
                run("config", "doctor", *options, tty=tty)
                for options in ([], ["--json"], ["--junit", "-"], ["--debug"])
                for tty in (False, True)
            ]

        for result in shown:
            for part in (KEY, KEY[3:10], KEY[-4:]):
                assert part not in result.stdout + result.stderr


class TestShape:
    def test_in_a_pipe(self, run: Program) -> None:
        """Each layer is one line: status, name, milliseconds, what was found, and the fix."""
        result = run("config", "doctor", "--offline")
        lines = [line.split("\t") for line in result.stdout.splitlines()]

        assert list(NAMES) == [line[1] for line in lines]
        assert {5} == {len(line) for line in lines}
        status, name, milliseconds, detail, fix = lines[2]
        assert ("fail", "key", "no API key for https://api.yourouter.ai") == (status, name, detail)
        assert "yourouter config set api_key" == fix
        assert float(milliseconds) >= 0
        assert "yourouter: the doctor found something broken: `key`\n" == result.stderr
        assert ExitCode.UNEXPECTED == result.code

    def test_on_a_terminal(self, run: Program) -> None:
        """A person sees words and colour, long lines broken, and the fix as it is typed."""
        result = run("config", "doctor", "--offline", tty=True, clock=FakeClock())

        assert "\x1b[31mfail\x1b[0m  key            0 ms  no API key for" in result.stdout
        assert "\n\x1b[K" + " " * 27 + "fix: yourouter config set api_key\n" in result.stdout
        assert "\x1b[2mskip\x1b[0m  dns                  offline\n" in result.stdout

    def test_on_a_dumb_terminal(self, run: Program) -> None:
        """A terminal without a cursor gets the lines, and nothing else."""
        result = run(
            "config", "doctor", "--offline", tty=True, environ={"TERM": "dumb"}, clock=FakeClock()
        )

        assert "\x1b" not in result.stdout
        assert "fail  key            0 ms  no API key for" in result.stdout

    def test_on_a_tiny_terminal(self, run: Program) -> None:
        """Where there is no room for columns, what was found stands below."""
        result = run(
            "config", "doctor", "--offline", tty=True, size=(20, 24), clock=FakeClock(),
            environ={"TERM": "dumb"},
        )  # fmt: skip

        assert (
            "fail  key  0 ms\n"
            "  no API key for\n"
            "  https://api.yourouter.ai\n"
            "  fix: yourouter config set api_key\n" in result.stdout
        )

    def test_junit(self, run: Program, tmp_path: Path) -> None:
        """`--junit` writes a report that fits the schema, beside whatever is shown."""
        file = tmp_path / "doctor.xml"
        result = run("config", "doctor", "--offline", "--junit", str(file))

        assert len(NAMES) == len(result.stdout.splitlines())
        document = file.read_text()
        assert [] == faults_of(document)
        suite = parsed(document)[0]
        assert ("config.doctor", "16", "1") == (
            suite.get("name"),
            suite.get("tests"),
            suite.get("failures"),
        )
        failure = suite.find("testcase[@name='key']/failure")
        assert failure is not None
        assert failure.text is not None
        assert failure.text.endswith("\nfix: yourouter config set api_key")

    @pytest.mark.parametrize(
        ("place", "why"),
        [
            ("no/report.xml", "no such directory"),
            ("", "is a directory"),
            ("x" * 300, "file name too long"),
        ],
    )
    def test_a_report_that_cannot_be_written(
        self, run: Program, tmp_path: Path, place: str, why: str
    ) -> None:
        """Where a report cannot go is said before anything is looked at."""
        file = tmp_path / place
        result = run("config", "doctor", "--offline", "--junit", str(file))

        assert (ExitCode.USAGE, "") == (result.code, result.stdout)
        assert f"yourouter: cannot write `{file}`: {why}\n" == result.stderr

    def test_junit_alone(self, run: Program) -> None:
        """`--junit -` writes the report to standard output, and nothing else."""
        assert [] == faults_of(run("config", "doctor", "--offline", "--junit", "-").stdout)
