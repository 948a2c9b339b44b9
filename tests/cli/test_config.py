"""`yourouter config`: what each command prints, keeps and refuses."""

from __future__ import annotations

import shlex
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from yourouter_cli.errors import ExitCode
from yourouter_cli.settings.fields import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

KEY = "sk-canary-2718281828459045"


@pytest.fixture
def file(home: Path) -> Path:
    """Return the path of the configuration, which is not there yet."""
    return home / "config" / "config.toml"


def profiles(file: Path) -> dict[str, Any]:
    """Return the profiles in *file*."""
    found: dict[str, Any] = tomllib.loads(file.read_text())["profiles"]
    return found


def write(file: Path, text: str) -> None:
    """Write *text* as the configuration."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)


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
            ("base_url", "https://host.example/v1/", "https://host.example/v1"),
        ],
    )
    def test_gives_back_what_was_set(self, key: str, text: str, shown: str, run: Program) -> None:
        """Every kind of value can be set and read."""
        assert 0 == run("config", "set", key, text).code

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

    @pytest.mark.parametrize("stdin", ["", "\n", "two words", "two\nlines\n", "\x1b[31mred"])
    def test_what_is_no_key_is_refused(self, stdin: str, run: Program, file: Path) -> None:
        """An empty key, or one that no header can carry, is exit 2."""
        result = run("config", "set", "api_key", "-", stdin=stdin)

        assert ExitCode.USAGE == result.code
        assert not file.exists()

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


class TestProfiles:
    def test_lists_them_with_the_current_one_marked(self, run: Program) -> None:
        """The default profile and the sandbox are there without any file."""
        assert (
            "*\tdefault\thttps://api.yourouter.ai/v1\tgpt-4o\n\tsandbox\t(built in)\tsandbox/echo\n"
            == run("config", "profiles").stdout
        )

    def test_use_makes_one_the_default(self, run: Program, file: Path) -> None:
        """After `use`, commands without `-p` use that profile."""
        run("config", "set", "-p", "work", "model", "w")

        result = run("config", "use", "work")

        assert "the default profile is `work` now\n" == result.stderr
        assert "work" == tomllib.loads(file.read_text())["default_profile"]
        assert "w\n" == run("config", "get", "model").stdout
        assert "*\twork\t" in run("config", "profiles").stdout

    @pytest.mark.parametrize("name", ["sandbox", "default"])
    def test_the_built_in_and_the_empty_profile_can_be_used(self, name: str, run: Program) -> None:
        """What needs no table can be the default, too."""
        assert 0 == run("config", "use", name).code
        assert name == run("config", "profiles", "--json").json["current"]

    @pytest.mark.parametrize("argv", [["use", "wrok"], ["remove", "wrok"], ["list", "-p", "wrok"]])
    def test_an_unknown_profile_is_exit_3(self, argv: list[str], run: Program) -> None:
        """A profile that is not there is an error with a guess."""
        run("config", "set", "-p", "work", "model", "w")

        result = run("config", *argv)

        assert ExitCode.CONFIG == result.code
        assert "no profile named `wrok` (did you mean `work`?)" in result.stderr

    def test_remove_takes_it_away_with_its_key(self, run: Program, file: Path) -> None:
        """A removed profile is gone from the file; the default moves back."""
        run("config", "set", "-p", "work", "api_key", stdin=KEY)
        run("config", "set", "model", "d")
        run("config", "use", "work")

        result = run("config", "remove", "work")

        assert {"profiles": {"default": {"model": "d"}}} == tomllib.loads(file.read_text())
        assert KEY not in file.read_text()
        assert "removed the profile `work`\nthe default profile is `default` now\n" == result.stderr

    def test_the_sandbox_cannot_be_removed(self, run: Program) -> None:
        """The built-in profile stays."""
        assert ExitCode.USAGE == run("config", "remove", "sandbox").code

    def test_json(self, run: Program) -> None:
        """`--json` has one object for each profile."""
        run("config", "set", "-p", "work", "model", "w")

        result = run("config", "profiles", "--json").json

        assert ["schema", "current", "profiles"] == list(result)
        assert {
            "name": "work",
            "current": False,
            "base_url": "https://api.yourouter.ai/v1",
            "model": "w",
            "built_in": False,
        } == result["profiles"][1]


class TestBrokenFile:
    BROKEN = "[profiles.default]\nmodel = \n"

    @pytest.mark.parametrize(
        "argv",
        [
            ["config", "get", "model"],
            ["config", "list"],
            ["config", "profiles"],
            ["config", "set", "model", "a"],
            ["config", "use", "default"],
            ["config", "init", "--no-input", "--no-check"],
            ["chat", "hi"],
        ],
        ids=" ".join,
    )
    def test_is_reported_where_it_is_needed(
        self, argv: list[str], run: Program, file: Path
    ) -> None:
        """A broken file is exit 3, with the place and what was expected there."""
        write(file, self.BROKEN)

        result = run(*argv)

        assert ExitCode.CONFIG == result.code
        expected = 'expected a value such as "text", 5, true or ["a", "b"]'
        assert (
            f"yourouter: `{file}`, line 2, column 9: {expected}\nhint: yourouter config edit\n"
            == result.stderr
        )
        assert self.BROKEN == file.read_text()

    @pytest.mark.parametrize(
        "argv",
        [
            ["config", "path"],
            ["config", "--help"],
            ["--help"],
            ["chat", "-p", "sandbox", "hi"],
            ["config", "list", "-p", "sandbox"],
        ],
        ids=" ".join,
    )
    def test_does_not_matter_where_it_is_not(
        self, argv: list[str], run: Program, file: Path
    ) -> None:
        """Commands that need no configuration work with a broken one."""
        write(file, self.BROKEN)

        assert 0 == run(*argv).code

    def test_open_to_others_it_is_refused(self, run: Program, file: Path) -> None:
        """A readable file is exit 3 with the `chmod` to run, even with `--debug`."""
        write(file, "")
        file.chmod(0o644)

        for argv in (["config", "list"], ["--debug", "chat", "hi"]):
            result = run(*argv)
            assert ExitCode.CONFIG == result.code
            assert f"hint: chmod 600 {file}\n" in result.stderr


class TestEdit:
    def editor(self, tmp_path: Path, program: str) -> str:
        """Return an editor that runs *program* on `text`, the text of the file."""
        script = tmp_path / "editor.py"
        script.write_text(
            "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n"
            f"{program}\npath.write_text(text)\n"
        )
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"

    def test_what_was_edited_is_kept(self, run: Program, file: Path, tmp_path: Path) -> None:
        """A good edit becomes the configuration, and no draft is left."""
        run("config", "set", "model", "a")
        editor = self.editor(tmp_path, "text = '# mine\\n' + text.replace('\"a\"', '\"b\"')")

        result = run("config", "edit", environ={"EDITOR": editor})

        assert (f"`{file}` is changed\n", 0) == (result.stderr, result.code)
        assert '# mine\n[profiles.default]\nmodel = "b"\n' == file.read_text()
        assert 0o600 == file.stat().st_mode & 0o777
        assert {"config.toml", ".config.toml.lock"} == {path.name for path in file.parent.iterdir()}

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ("vendor =", "line 3, column 9: expected a value"),
            ('modle = "b"', "line 3: unknown setting `modle` (did you mean `model`?)"),
            ("retries = 'x'", "line 3: `retries` must be a whole number from 0 to 100"),
            ("[profiles.sandbox]", "line 3: the profile `sandbox` is built in"),
        ],
    )
    def test_a_bad_edit_is_refused_and_kept_for_another_try(
        self, wrong: str, message: str, run: Program, file: Path, tmp_path: Path
    ) -> None:
        """A bad text is exit 3; the configuration stays, the text is there at the next `edit`."""
        run("config", "set", "model", "a")
        before = file.read_text()
        draft = file.with_name("config.draft.toml")

        editor = self.editor(tmp_path, f"text += {wrong!r}")
        worse = run("config", "edit", environ={"EDITOR": editor})
        kept = draft.read_text()
        editor = self.editor(tmp_path, f"text = text.replace({wrong!r}, '# better')")
        better = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.CONFIG == worse.code
        assert message in worse.stderr
        assert f"the text is kept in `{draft}`, the configuration is as it was\n" in worse.stderr
        assert before + wrong == kept
        assert 0 == better.code
        assert f"going on with the text kept in `{draft}`\n" in better.stderr
        assert f"{before}# better" == file.read_text()
        assert before == file.with_name("config.toml.bak").read_text()
        assert not draft.exists()

    def test_a_broken_file_can_be_mended(self, run: Program, file: Path, tmp_path: Path) -> None:
        """The command that every complaint names works on what it complains about."""
        write(file, "[profiles.default]\nmodel = \n")

        editor = self.editor(tmp_path, "text = text.replace('= ', '= \"a\"')")

        assert 0 == run("config", "edit", environ={"VISUAL": editor, "EDITOR": "false"}).code
        assert {"default": {"model": "a"}} == profiles(file)

    def test_nothing_changed_changes_nothing(self, run: Program, file: Path) -> None:
        """Leaving the editor without a change makes no file."""
        result = run("config", "edit", environ={"EDITOR": "true"})

        assert ("nothing was changed\n", 0) == (result.stderr, result.code)
        assert [] == list(file.parent.glob("*.toml"))

    def test_a_new_file_shows_what_can_be_set(
        self, run: Program, file: Path, tmp_path: Path
    ) -> None:
        """Where there is no file yet, the editor shows all settings with their defaults."""
        editor = self.editor(tmp_path, "text = text.replace('# retries = 2', 'retries = 3')")

        run("config", "edit", environ={"EDITOR": editor})

        text = file.read_text()
        assert {"profiles": {"default": {"retries": 3}}} == tomllib.loads(text)
        assert [] == [name for name in SETTINGS if name not in text]

    @pytest.mark.parametrize("editor", ["false", "/no/such/editor", "'", ""])
    def test_an_editor_that_fails_changes_nothing(
        self, editor: str, run: Program, file: Path
    ) -> None:
        """Without a working editor it is exit 2, and the configuration is as it was."""
        run("config", "set", "model", "a")

        result = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.USAGE == result.code
        assert {"default": {"model": "a"}} == profiles(file)

    def test_what_another_program_changed_meanwhile_is_not_lost(
        self, run: Program, file: Path, tmp_path: Path
    ) -> None:
        """A change made while the editor was open wins; the edited text is kept."""
        run("config", "set", "model", "a")
        editor = self.editor(
            tmp_path,
            "other = path.with_name('config.toml')\n"
            "other.write_text(other.read_text() + 'retries = 1')\ntext += '# mine'",
        )

        result = run("config", "edit", environ={"EDITOR": editor})

        assert ExitCode.CONFIG == result.code
        assert "was changed by another program meanwhile" in result.stderr
        assert {"default": {"model": "a", "retries": 1}} == profiles(file)
        assert file.with_name("config.draft.toml").read_text().endswith("# mine")


class TestPath:
    def test_says_where_the_file_is(self, run: Program, file: Path) -> None:
        """The path is printed, and nothing is made."""
        assert f"{file}\n" == run("config", "path").stdout
        assert {"schema": 1, "path": str(file)} == run("config", "path", "--json").json
        assert not file.parent.exists()

    def test_follows_xdg(self, run: Program, tmp_path: Path) -> None:
        """Without `YOUROUTER_HOME` the XDG variable decides."""
        environ = {"YOUROUTER_HOME": "", "XDG_CONFIG_HOME": str(tmp_path / "ümläut dir")}

        result = run("config", "path", environ=environ)

        assert f"{tmp_path}/ümläut dir/yourouter/config.toml\n" == result.stdout


class TestInit:
    def test_in_a_script_flags_say_everything(self, run: Program, file: Path) -> None:
        """With options and `--no-input` a profile is made without a question."""
        result = run(
            *("config", "init", "-p", "work", "--no-input", "--no-check"),
            *("--base-url", "https://w.example/v1", "--model", "m", "--fallback", "a"),
            *("--fallback", "b", "--vendor", "azure", "--api-key-env", "WORK_KEY"),
        )

        assert 0 == result.code
        assert {
            "default_profile": "work",
            "profiles": {
                "work": {
                    "base_url": "https://w.example/v1",
                    "model": "m",
                    "fallback_models": ["a", "b"],
                    "vendor": "azure",
                    "api_key_env": "WORK_KEY",
                }
            },
        } == tomllib.loads(file.read_text())

    def test_tries_the_connection_at_the_end(
        self, run: Program, sandbox: Sandbox, file: Path
    ) -> None:
        """Without `--no-check` one short chat shows that the profile works."""
        result = run(
            *("config", "init", "--no-input", "--base-url", sandbox.base_url),
            *("--model", "sandbox/echo", "--api-key-env", "MY_KEY"),
            environ={"MY_KEY": KEY},
        )

        assert 0 == result.code
        assert "connected: `sandbox/echo` answered in " in result.stderr
        assert ["sandbox/echo"] == sandbox.models_asked
        assert file.exists()

    def test_a_failed_try_keeps_the_profile(
        self, run: Program, sandbox: Sandbox, file: Path
    ) -> None:
        """A key that is refused is exit 4; what was set up stays."""
        result = run(
            *("config", "init", "--no-input", "--base-url", sandbox.base_url),
            *("--model", "sandbox/echo", "--api-key-env", "MY_KEY"),
            environ={"MY_KEY": "bad-key"},
        )

        assert ExitCode.DENIED == result.code
        assert {"default"} == set(profiles(file))

    def test_again_it_changes_only_what_is_given(self, run: Program, file: Path) -> None:
        """A second `init` keeps what it is not told to change."""
        write(file, '# mine\n[profiles.default]\nmodel = "a"\nretries = 5\n')

        run("config", "init", "--no-input", "--no-check", "--vendor", "azure")

        assert {
            "default": {
                "model": "a",
                "retries": 5,
                "vendor": "azure",
                "base_url": "https://api.yourouter.ai/v1",
            }
        } == profiles(file)
        assert "# mine\n" in file.read_text()

    def test_without_a_key_nothing_is_tried(self, run: Program, file: Path) -> None:
        """A profile without a key is made; how to add one is the error, exit 3."""
        result = run("config", "init", "--no-input")

        assert ExitCode.CONFIG == result.code
        assert "no API key for https://api.yourouter.ai" in result.stderr
        assert file.exists()

    @pytest.mark.parametrize(
        "argv", [["--base-url", "x"], ["--model", ""], ["--api-key-env", KEY], ["-p", "sandbox"]]
    )
    def test_bad_options_make_nothing(self, argv: list[str], run: Program, file: Path) -> None:
        """A bad value is exit 2, and no file is made."""
        result = run("config", "init", "--no-input", "--no-check", *argv)

        assert ExitCode.USAGE == result.code
        assert not file.exists()

    def test_a_faulty_profile_is_not_built_upon(self, run: Program, file: Path) -> None:
        """What is wrong in the profile is said first, with its line."""
        write(file, "[profiles.default]\nvendor = 5\n")

        result = run("config", "init", "--no-input", "--no-check")

        assert ExitCode.CONFIG == result.code
        assert "line 2: `vendor` must be text, and not empty" in result.stderr
