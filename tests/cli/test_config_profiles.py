"""`yourouter config profiles, use, remove, path`, and what a broken file still allows."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import KEY, write
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


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

    def test_an_empty_name_is_not_no_name(self, run: Program, sandbox: Sandbox) -> None:
        """`-p ""`, as from a variable that is not set, does not ask the default profile's model."""
        asked = run.at(sandbox)("chat", "-p", "", "hi")

        assert (ExitCode.CONFIG, []) == (asked.code, sandbox.requests)
        assert "yourouter: no profile named ``\n" in asked.stderr
        assert ExitCode.USAGE == run("config", "set", "-p", "", "model", "m").code

    def test_remove_takes_it_away_with_its_key(self, run: Program, file: Path) -> None:
        """A removed profile is gone from the file; the default moves back."""
        run("config", "set", "-p", "work", "api_key", stdin=KEY)
        run("config", "set", "model", "d")
        run("config", "use", "work")

        result = run("config", "remove", "work")

        assert {"profiles": {"default": {"model": "d"}}} == tomllib.loads(file.read_text())
        assert KEY not in file.read_text()
        assert "removed the profile `work`\nthe default profile is `default` now\n" == result.stderr

    def test_nothing_keeps_the_key_of_the_last_one(self, run: Program, file: Path) -> None:
        """Taking away the only profile leaves the comments around it, and its key nowhere."""
        write(file, f'# mine\ndefault_profile = "work"\n\n[profiles.work]\napi_key = "{KEY}"\n')

        result = run("config", "remove", "work")

        assert "removed the profile `work`\nthe default profile is `default` now\n" == result.stderr
        assert "# mine\n\n" == file.read_text()
        assert not [path for path in file.parent.iterdir() if KEY in path.read_text()]

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
