"""`yourouter config set api_key` and its kin: a key goes in, and is not shown again."""

from __future__ import annotations

import shlex
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import KEY, profiles
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestKeys:
    @pytest.mark.parametrize("argv", [["-"], []])
    def test_a_key_comes_from_standard_input(
        self, argv: list[str], run: Program, file: Path
    ) -> None:
        """A piped key is stored and never shown."""
        result = run("config", "set", "api_key", *argv, stdin=f"{KEY}\n")

        assert {"default": {"api_key": KEY}} == profiles(file)
        assert KEY not in result.stdout + result.stderr

    @pytest.mark.parametrize("argv", [["api_key", KEY], ["api_key", "-", KEY], [f"api_key={KEY}"]])
    def test_a_key_as_an_argument_is_refused(
        self, argv: list[str], run: Program, file: Path
    ) -> None:
        """A key on the command line is exit 2, not stored, not repeated; a hint says how."""
        result = run("config", "set", *argv)

        assert ExitCode.USAGE == result.code
        assert "hint: yourouter config set" in result.stderr
        assert KEY not in result.stderr
        assert not file.exists()

    @pytest.mark.parametrize(
        ("stdin", "flaw"),
        [
            ("", "is empty"),
            ("\n", "is empty"),
            ("two words", "is not one word of plain ASCII; was it copied whole?"),
            ("two\nlines\n", "is not one word of plain ASCII; was it copied whole?"),
            ("\x1b[31mred", "is not one word of plain ASCII; was it copied whole?"),
        ],
    )
    def test_what_is_no_key_is_refused(
        self, stdin: str, flaw: str, run: Program, file: Path
    ) -> None:
        """An empty key, or one that no header can carry, is exit 2 and one line."""
        result = run("config", "set", "api_key", "-", stdin=stdin)

        assert (ExitCode.USAGE, f"yourouter: `api_key` {flaw}\n") == (result.code, result.stderr)
        assert not file.exists()

    def test_the_variable_of_a_bad_key_is_named(self, run: Program) -> None:
        """What the environment says wrong is exit 3, by its own name, and not repeated."""
        result = run("chat", "hi", environ={"YOUROUTER_API_KEY": f"{KEY} {KEY}"})

        assert ExitCode.CONFIG == result.code
        assert (
            "yourouter: `YOUROUTER_API_KEY` is not one word of plain ASCII; was it copied whole?\n"
            "hint: unset YOUROUTER_API_KEY\n" == result.stderr
        )

    def test_without_a_terminal_to_ask_on_a_hint_says_how(self, run: Program) -> None:
        """With `--no-input` nothing is asked."""
        result = run("config", "set", "api_key", "--no-input", tty=True)

        assert ExitCode.USAGE == result.code
        assert "hint: yourouter config set api_key -\n" in result.stderr

    def test_a_profile_has_one_key(self, run: Program, file: Path) -> None:
        """Setting a key by reference takes the stored one away, and says so."""
        run("config", "set", "api_key", stdin=KEY)

        result = run("config", "set", "api_key_env", "MY_KEY")

        assert {"default": {"api_key_env": "MY_KEY"}} == profiles(file)
        assert "`api_key` was taken away: a profile has one key\n" in result.stderr

    def test_moving_a_profile_with_a_key_is_pointed_out(self, run: Program) -> None:
        """A new base URL takes the stored key along; the user is told."""
        run("config", "set", "api_key", stdin=KEY)

        result = run("config", "set", "base_url", "https://new.example/v1")

        told = "the key of this profile goes to https://new.example from now on\n"
        assert told in result.stderr

    @pytest.mark.parametrize("argv", [["get", "api_key"], ["list"], ["list", "--json"]])
    def test_a_key_is_shown_masked(self, argv: list[str], run: Program) -> None:
        """Enough of a key is shown to tell it from another, and no more."""
        run("config", "set", "api_key", stdin=KEY)

        result = run("config", *argv)

        assert "sk-…9045" in result.stdout
        assert KEY not in result.stdout

    def test_a_header_that_holds_a_secret_is_masked(self, run: Program) -> None:
        """Headers named like secrets are masked, others are shown."""
        run("config", "set", "headers.X-Auth-Token", KEY)
        run("config", "set", "headers.X-Team", "blue")

        for argv in (
            ["list"],
            ["list", "--json"],
            ["get", "headers"],
            ["get", "headers.x-auth-token"],
        ):
            assert KEY not in run("config", *argv).stdout
        assert "blue" in run("config", "get", "headers").stdout

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("api_key_env", "MY_KEY"),
            ("api_key_command", f"{shlex.quote(sys.executable)} -c 'print(\"{KEY}\")'"),
            ("api_key_file", "{file}"),
        ],
    )
    def test_a_key_by_reference_reaches_the_gateway(
        self, key: str, value: str, run: Program, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        """Whatever the profile refers to is what is sent, and only as the key."""
        held = tmp_path / "key"
        held.touch(0o600)
        held.write_text(f"{KEY}\n")
        run("config", "set", "base_url", sandbox.base_url)
        run("config", "set", key, value.format(file=held))

        result = run("chat", "-m", "sandbox/echo", "hi", environ={"MY_KEY": KEY})

        assert ("hi\n", 0) == (result.stdout, result.code)
        assert f"Bearer {KEY}" == sandbox.requests[0].headers["authorization"]

    def test_the_total_clock_bounds_the_command_that_prints_the_key(self, run: Program) -> None:
        """`--timeout` is for the whole command, fetching the key included."""
        command = shlex.join([sys.executable, "-c", "import time; time.sleep(60)"])
        run("config", "set", "api_key_command", command)
        began = time.monotonic()

        result = run("chat", "hi", "--timeout", "0.3")

        assert ExitCode.CONFIG == result.code
        assert result.stderr.endswith("of api_key_command ran longer than 0.3 s\n")
        assert time.monotonic() - began < 10
