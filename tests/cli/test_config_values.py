"""`yourouter config get, set, unset, list`: what is printed, kept and refused."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import profiles, write
from yourouter_cli.errors import ExitCode
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


@pytest.fixture
def file(home: Path) -> Path:
    """Return the path of the configuration, which is not there yet."""
    return home / "config" / "config.toml"


class TestGet:
    def test_prints_the_value_alone(self, run: Program) -> None:
        """A shell can use what `get` prints as it is."""
        result = run("config", "get", "model")

        assert ("gpt-4o\n", "", 0) == (result.stdout, result.stderr, result.code)

    @pytest.mark.parametrize(
        ("environ", "argv", "expected"),
        [
            ({}, [], "gpt-4o\tdefault\tdefault\n"),
            ({"YOUROUTER_MODEL": "m"}, [], "m\tenvironment\tYOUROUTER_MODEL\n"),
            ({"YOUROUTER_MODEL": "m"}, ["-p", "work"], "m\tenvironment\tYOUROUTER_MODEL\n"),
            ({}, ["-p", "work"], "w\tprofile\tprofile `work`\n"),
            ({"YOUROUTER_PROFILE": "work"}, [], "w\tprofile\tprofile `work`\n"),
        ],
    )
    def test_says_where_a_value_is_from(
        self, environ: dict[str, str], argv: list[str], expected: str, run: Program
    ) -> None:
        """`--origin` adds who said so, and where."""
        run("config", "set", "-p", "work", "model", "w")

        assert expected == run("config", "get", *argv, "model", "--origin", environ=environ).stdout

    def test_an_option_before_the_command_is_an_origin_too(self, run: Program) -> None:
        """What was given on the command line is shown as such."""
        result = run("--timeout", "5", "config", "get", "timeout", "--origin")

        assert "5\toption\t--timeout\n" == result.stdout

    @pytest.mark.parametrize(
        ("key", "text", "shown"),
        [
            ("fallback_models", "a, b", "a,b"),
            ("retries", "5", "5"),
            ("timeout", "2.50", "2.5"),
            ("save_history", "no", "false"),
            ("system", "two\nlines", "two\nlines"),
            ("params", '{"top_k": 5}', '{"top_k": 5}'),
            ("params.stop", '["a"]', '["a"]'),
            ("params.a.b", "text", "text"),
            ("headers.X-Team", "blue", "blue"),
            ("headers", "X-Team: blue", '{"x-team": "blue"}'),
            ("api_key_command", '["pass", "show", "it"]', "pass,show,it"),
            ("api_key_command", "pass show it", "pass,show,it"),
            ("api_key_command", '["sh", "-c", "a, b", ""]', '["sh", "-c", "a, b", ""]'),
            ("api_key_command", '["/my keys/it\'s"]', '["/my keys/it\'s"]'),
            ("base_url", "https://host.example/v1/", "https://host.example/v1"),
        ],
    )
    def test_gives_back_what_was_set(self, key: str, text: str, shown: str, run: Program) -> None:
        """Every kind of value can be set and read, and what is read can be set again."""
        for given in (text, shown):
            assert 0 == run("config", "set", key, given).code
            assert f"{shown}\n" == run("config", "get", key).stdout

    @pytest.mark.parametrize("key", ["system", "timeout", "api_key", "headers.X-No", "params.a.b"])
    def test_what_is_not_set_is_an_empty_line(self, key: str, run: Program) -> None:
        """A setting without a value prints nothing but the newline."""
        result = run("config", "get", key)

        assert ("\n", 0) == (result.stdout, result.code)

    def test_json(self, run: Program) -> None:
        """`--json` gives value and origin as one object."""
        expected = {
            "schema": 1,
            "profile": "default",
            "key": "retries",
            "value": 2,
            "origin": "default",
            "source": "default",
        }

        assert expected == run("config", "get", "retries", "--json").json

    def test_an_unknown_setting_names_the_nearest(self, run: Program) -> None:
        """A misspelled setting is exit 3 with a guess."""
        result = run("config", "get", "modle")

        assert ExitCode.CONFIG == result.code
        assert "yourouter: unknown setting `modle` (did you mean `model`?)" in result.stderr


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


class TestUnset:
    def test_the_default_holds_again(self, run: Program, file: Path) -> None:
        """What was set is gone; the profile stays."""
        run("config", "set", "model", "a")

        result = run("config", "unset", "model")

        assert "unset `model` in profile `default`\n" == result.stderr
        assert {"default": {}} == profiles(file)
        assert "gpt-4o\n" == run("config", "get", "model").stdout

    def test_what_was_not_set_is_no_error(self, run: Program, file: Path) -> None:
        """Unsetting twice is as good as once."""
        result = run("config", "unset", "model")

        assert ("`model` was not set in profile `default`\n", 0) == (result.stderr, result.code)
        assert not file.exists()

    def test_an_unknown_setting_in_the_file_can_be_taken_out(
        self, run: Program, file: Path
    ) -> None:
        """A typo in the file can be repaired without an editor."""
        write(file, '[profiles.default]\nmodle = "a"\nretries = 1\n')
        assert ExitCode.CONFIG == run("config", "get", "model").code

        assert 0 == run("config", "unset", "modle").code

        assert {"default": {"retries": 1}} == profiles(file)

    @pytest.mark.parametrize(
        ("argv", "code"),
        [
            (["nonsense"], ExitCode.CONFIG),
            (["-p", "nobody", "model"], ExitCode.CONFIG),
            (["-p", "sandbox", "model"], ExitCode.USAGE),
        ],
    )
    def test_what_cannot_be_is_refused(self, argv: list[str], code: ExitCode, run: Program) -> None:
        """Unknown settings and profiles, and the built-in one, are errors."""
        assert code == run("config", "unset", *argv).code


class TestList:
    def test_lists_every_setting(self, run: Program) -> None:
        """In a pipe each setting is one line of two fields."""
        lines = run("config", "list").stdout.splitlines()

        assert list(SETTINGS) == [line.split("\t")[0] for line in lines]
        assert "model\tgpt-4o" in lines

    def test_origins(self, run: Program) -> None:
        """`--origin` adds two fields."""
        run("config", "set", "vendor", "azure")

        lines = run("config", "list", "--origin", environ={"YOUROUTER_RETRIES": "4"}).stdout

        assert "vendor\tazure\tprofile\tprofile `default`\n" in lines
        assert "retries\t4\tenvironment\tYOUROUTER_RETRIES\n" in lines
        assert "dialect\topenai\tdefault\tdefault\n" in lines

    def test_on_a_terminal_columns_are_aligned(self, run: Program) -> None:
        """A person gets a heading and columns."""
        lines = run("config", "list", "--origin", "--color", "never", tty=True).stdout.splitlines()

        assert ["SETTING", "VALUE", "ORIGIN", "SOURCE"] == lines[0].split()
        assert 1 == len({line.index("default") for line in lines[3:5]})

    def test_a_value_of_several_lines_stays_on_its_line(self, run: Program) -> None:
        """A system prompt with newlines does not break the listing."""
        run("config", "set", "system", "-", stdin="one\ntwo\tthree")

        assert len(SETTINGS) == len(run("config", "list").stdout.splitlines())

    def test_json(self, run: Program) -> None:
        """`--json` has an object for each setting, with typed values."""
        run("config", "set", "params.top_k", "5")

        result = run("config", "list", "--json", "-p", "default").json

        assert ["schema", "profile", "settings"] == list(result)
        assert list(SETTINGS) == list(result["settings"])
        assert {
            "value": {"top_k": 5},
            "origin": "profile",
            "source": "profile `default`",
        } == result["settings"]["params"]
        assert result["settings"]["timeout"]["value"] is None
        assert ["gemini-2.5-flash"] == result["settings"]["fallback_models"]["value"]
