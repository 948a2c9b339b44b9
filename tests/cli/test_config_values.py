"""`yourouter config get, unset, list`: what is printed, and what is no longer kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import profiles, write
from yourouter_cli.errors import ExitCode
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


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
