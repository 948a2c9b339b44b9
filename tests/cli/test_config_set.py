"""`yourouter config set`: what is kept, and what is refused."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import profiles, write
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestSet:
    def test_writes_the_profile_and_says_so(self, run: Program, file: Path) -> None:
        """The first `set` makes the file; a line on stderr says what was done."""
        result = run("config", "set", "model", "gpt-4.1")

        assert ("", "set `model` in profile `default`\n", 0) == (
            result.stdout,
            result.stderr,
            result.code,
        )
        assert '[profiles.default]\nmodel = "gpt-4.1"\n' == file.read_text()

    def test_a_number_below_zero(self, run: Program, file: Path) -> None:
        """What looks like an option is one; the hint says how it is a value, which is refused."""
        taken = run("config", "set", "timeout", "-1")
        meant = run("config", "set", "timeout", "--", "-1")

        assert (ExitCode.USAGE, ExitCode.USAGE) == (taken.code, meant.code)
        assert (
            "yourouter: no such option: -1\n"
            "hint: `--` ends the options: yourouter config set … -- -1\n"
            "hint: yourouter config set --help\n" == taken.stderr
        )
        assert "yourouter: `timeout` must be a positive number of seconds\n" == meant.stderr
        assert not file.exists()

    def test_makes_a_profile(self, run: Program, file: Path) -> None:
        """`-p NEW` makes the profile."""
        run("config", "set", "-p", "at home", "model", "m", "--quiet")

        assert {"at home": {"model": "m"}} == profiles(file)

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (["a,b"], ["a", "b"]),
            (["a", "b"], ["a", "b"]),
            (['["a"]'], ["a"]),
            ([""], []),
        ],
    )
    def test_lists_are_comma_separated_or_several_words(
        self, values: list[str], expected: list[str], run: Program, file: Path
    ) -> None:
        """A list may be given in any of the ways one would try."""
        run("config", "set", "fallback_models", *values)

        assert {"default": {"fallback_models": expected}} == profiles(file)

    def test_a_command_is_words(self, run: Program, file: Path) -> None:
        """`api_key_command` is kept as a list, as it is run."""
        run("config", "set", "api_key_command", "--", "pass", "show", "-x", "a b")

        assert {"default": {"api_key_command": ["pass", "show", "-x", "a b"]}} == profiles(file)

    def test_a_value_may_come_from_standard_input(self, run: Program, file: Path) -> None:
        """`-` takes the value from standard input, without its last newline."""
        run("config", "set", "system", "-", stdin="Be brief.\nBe kind.\n")

        assert {"default": {"system": "Be brief.\nBe kind."}} == profiles(file)

    @pytest.mark.parametrize(
        ("key", "value", "message"),
        [
            ("base_url", "host.example", "`base_url` must be a URL such as https://host/v1"),
            ("timeout", "-1", "`timeout` must be a positive number of seconds"),
            ("idle_timeout", "0", "`idle_timeout` must be a positive number of seconds"),
            ("model", "", "`model` must be text, and not empty"),
            ("dialect", "x", "`dialect` must be one of openai, anthropic, gemini"),
            ("retries", "many", "`retries` must be a whole number from 0 to 100"),
            ("save_history", "x", "`save_history` must be true or false"),
            ("headers.Authorization", "x", "must not have `Authorization`"),
            ("headers.", "x", "`headers.` has an empty name in it"),
            ("params.a", "NaN", "`params.a` must be a table of body fields"),
            ("api_key_env", "sk-1", "must be the name of an environment variable, not the key"),
        ],
    )
    def test_a_bad_value_is_refused(
        self, key: str, value: str, message: str, run: Program, file: Path
    ) -> None:
        """A value that cannot be is exit 2, and nothing is written."""
        result = run("config", "set", "--", key, value)

        assert ExitCode.USAGE == result.code
        assert message in result.stderr
        assert not file.exists()

    @pytest.mark.parametrize(
        ("argv", "message"),
        [
            (["model"], "no value for `model`"),
            (["model", "a", "b"], "`model` takes one value, not 2"),
            (["model=a"], "the setting and its value are two words"),
        ],
    )
    def test_wrong_use_is_said(self, argv: list[str], message: str, run: Program) -> None:
        """Too few or too many words are exit 2."""
        result = run("config", "set", *argv)

        assert ExitCode.USAGE == result.code
        assert f"yourouter: {message}\n" in result.stderr

    @pytest.mark.parametrize(
        "profile_argv", [["-p", "sandbox"], ["--profile=sandbox"]], ids=lambda argv: argv[0]
    )
    def test_the_sandbox_is_not_overwritten(
        self, profile_argv: list[str], run: Program, file: Path
    ) -> None:
        """The built-in profile cannot be changed."""
        result = run("config", "set", *profile_argv, "model", "x")

        assert ExitCode.USAGE == result.code
        assert "the profile `sandbox` is built in and cannot be changed" in result.stderr
        assert not file.exists()

    def test_plain_http_is_refused_until_it_is_allowed(self, run: Program, file: Path) -> None:
        """Plain http to another machine is exit 3, with the command that allows it."""
        refused = run("config", "set", "base_url", "http://10.0.0.1/v1")
        hint = refused.stderr.splitlines()[1].removeprefix("hint: yourouter ")

        assert ExitCode.CONFIG == refused.code
        assert not file.exists()
        assert 0 == run(*shlex.split(hint)).code
        assert 0 == run("config", "set", "base_url", "http://10.0.0.1/v1").code

    def test_comments_and_order_stay(self, run: Program, file: Path) -> None:
        """What the user wrote around the value stays."""
        write(file, '# mine\n[profiles.default]\nmodel = "a" # why\n\n# end\n')

        run("config", "set", "model", "b")
        run("config", "set", "retries", "1")
        run("config", "unset", "model")

        assert "# mine\n[profiles.default]\nretries = 1\n\n# end\n" == file.read_text()

    def test_a_header_is_found_whatever_its_case(self, run: Program, file: Path) -> None:
        """A header is the same in any case: it is changed, not doubled."""
        run("config", "set", "headers.X-Team", "red")
        run("config", "set", "headers.x-team", "blue")

        assert {"default": {"headers": {"X-Team": "blue"}}} == profiles(file)
        assert "blue\n" == run("config", "get", "headers.X-TEAM").stdout
        run("config", "unset", "headers.X-team")
        assert {"default": {}} == profiles(file)
