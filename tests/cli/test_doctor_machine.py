"""`yourouter config doctor`: what can be wrong on this machine, broken in turn."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import write
from tests.cli.diagnosis import Diagnosis
from tests.driver import KEY
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestTheMachine:
    def test_a_file_that_others_can_read(self, run: Program, file: Path) -> None:
        """A key that others can read is no secret: nothing goes on from there."""
        write(file, "[profiles.default]\n")
        file.chmod(0o644)
        found = Diagnosis(run)

        assert ("fail", f"`{file}` can be read or changed by others", f"chmod 600 {file}") == found[
            "file"
        ]
        assert ["file"] == found.names("fail")
        assert ("skip", "it needs `file`", None) == found["profile"]
        assert ("skip", "it needs `profile`", None) == found["dns"]
        assert ExitCode.UNEXPECTED == found.result.code
        assert "the doctor found something broken: `file`" == found.result.error["message"]

    def test_a_directory_that_others_can_look_into(self, run: Program, file: Path) -> None:
        """An open directory is worth a word."""
        write(file, "[profiles.default]\n")
        file.parent.chmod(0o755)

        assert (
            "warn",
            f"others can look into {file.parent}",
            f"chmod 700 {file.parent}",
        ) == Diagnosis(run, "--offline")["file"]

    @pytest.mark.parametrize(
        ("said", "what"),
        [
            ("[profiles", "line 1, column 10: Expected ']' at the end of a table declaration"),
            (
                "[profiles.default]\nmodle = 1\n",
                "line 2: unknown setting `modle` (did you mean `model`?)",
            ),
        ],
    )
    def test_a_broken_file(self, run: Program, file: Path, said: str, what: str) -> None:
        """What is wrong in the file is told with its line."""
        write(file, said)
        status, detail, fix = Diagnosis(run)["file"]

        assert ("fail", "yourouter config edit") == (status, fix)
        assert detail.casefold() == f"`{file}`, {what}".casefold()

    def test_a_broken_catalogue(self, run: Program, file: Path) -> None:
        """What is wrong with the user's own models is told where files are looked at."""
        models = file.with_name("models.toml")
        write(models, "[models.a]\ncontxt = 1\n")
        found = Diagnosis(run, "--offline")

        status, detail, fix = found["file"]
        assert ("fail", f"${{EDITOR:-vi}} {models}") == (status, fix)
        assert detail.startswith(f"`{models}`: unknown key `contxt` in `models.a`")
        assert ["file"] == found.names("fail")

    def test_a_broken_profile_that_is_not_used(self, run: Program, file: Path) -> None:
        """What is wrong elsewhere in the file is worth a word."""
        write(file, '[profiles.default]\nmodel = "m"\n[profiles.old]\nretries = "many"\n')
        file.parent.chmod(0o700)
        status, detail, fix = Diagnosis(run, "--offline")["file"]

        assert ("warn", "yourouter config edit") == (status, fix)
        assert detail.startswith("in profile `old`, which is not used: `retries` must be a whole")

    @pytest.mark.parametrize(
        ("argv", "environ", "detail", "fix"),
        [
            (["-p", "nope"], {}, "no profile named `nope`", "yourouter config profiles"),
            (
                [],
                {"YOUROUTER_RETRIES": "many"},
                "`YOUROUTER_RETRIES` must be a whole number from 0 to 100",
                "unset YOUROUTER_RETRIES",
            ),
            (
                [],
                {"YOUROUTER_BASE_URL": "http://gateway.example/v1"},
                "plain http to http://gateway.example/v1 would show the key to the network",
                "yourouter config set allow_insecure_http true",
            ),
        ],
    )
    def test_a_profile_that_cannot_be(
        self, run: Program, argv: list[str], environ: dict[str, str], detail: str, fix: str
    ) -> None:
        """A profile that is not there, or holds what it must not, is where it ends."""
        found = Diagnosis(run.having(**environ), *argv)

        assert ("fail", detail, fix) == found["profile"]
        assert ["profile"] == found.names("fail")
        assert ("skip", "it needs `profile`", None) == found["key"]

    def test_the_profile_is_told_with_its_origins(self, run: Program) -> None:
        """Each value that matters is shown with who said so."""
        program = run.having(YOUROUTER_VENDOR="azure", YOUROUTER_PROFILE="work")
        program("config", "set", "-p", "work", "model", "m")
        status, detail, _ = Diagnosis(program, "--offline")["profile"]

        assert "ok" == status
        assert detail.startswith("`work` (YOUROUTER_PROFILE); base_url https://api.yourouter.ai/v1")
        assert "; model m (profile `work`); " in detail
        assert "; vendor azure (YOUROUTER_VENDOR); " in detail
        assert "; dialect openai (default)" in detail

    @pytest.mark.parametrize(
        ("said", "environ", "detail", "fix"),
        [
            ("", {}, "no API key for https://api.yourouter.ai", "yourouter config set api_key"),
            (
                'api_key_env = "GATEWAY_KEY"',
                {},
                "no key: the environment variable `GATEWAY_KEY` is not set",
                "read -rs GATEWAY_KEY && export GATEWAY_KEY",
            ),
            (
                'api_key_command = ["false"]',
                {},
                "no key: `false` of api_key_command ended with exit code 1",
                "yourouter config set api_key",
            ),
            (
                "",
                {"YOUROUTER_API_KEY": "two words"},
                "`YOUROUTER_API_KEY` is not one word of plain ASCII",
                "unset YOUROUTER_API_KEY",
            ),
            (
                f'api_key = "{KEY}"',
                {"YOUROUTER_BASE_URL": "https://elsewhere.example/v1"},
                "the key of profile `default` belongs to https://api.yourouter.ai",
                "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",
            ),
        ],
    )
    def test_no_key(
        self, run: Program, file: Path, said: str, environ: dict[str, str], detail: str, fix: str
    ) -> None:
        """A key that is not there, or not for this gateway, is told with where it ought to be."""
        write(file, f"[profiles.default]\n{said}\n")
        found = Diagnosis(run.having(PATH=os.environ["PATH"], **environ), "--offline")
        name = "profile" if "YOUROUTER_API_KEY" in environ else "key"

        assert [name] == found.names("fail")
        assert ("fail", fix) == (found[name][0], found[name][2])
        assert found[name][1].startswith(detail)

    def test_where_the_key_is_from(self, run: Program, file: Path, tmp_path: Path) -> None:
        """The source is named for every kind of key."""
        key_file = tmp_path / "key"
        write(key_file, KEY)
        program = run.having(GATEWAY_KEY=KEY, PATH=os.environ["PATH"])
        for said, detail in (
            (
                'api_key_env = "GATEWAY_KEY"',
                "from `GATEWAY_KEY` (api_key_env of profile `default`)",
            ),
            (
                'api_key_command = ["echo", "abcdef"]',
                "printed by `echo` (api_key_command of profile `default`)",
            ),
            (
                f'api_key_file = "{key_file}"',
                f"from `{key_file}` (api_key_file of profile `default`)",
            ),
        ):
            write(file, f"[profiles.default]\n{said}\n")
            assert ("ok", detail, None) == Diagnosis(program, "--offline")["key"]
        environment = program.having(YOUROUTER_API_KEY=KEY)
        assert ("ok", "from YOUROUTER_API_KEY", None) == Diagnosis(environment, "--offline")["key"]

    def test_completion(self, run: Program, tmp_path: Path) -> None:
        """A shell that could complete and does not is worth a word."""
        program = run.having(SHELL="/usr/bin/zsh", XDG_DATA_DIRS=str(tmp_path))
        assert (
            "warn",
            "zsh cannot complete `yourouter` yet",
            "yourouter --install-completion",
        ) == Diagnosis(program, "--offline")["completion"]

        place = tmp_path / "zsh" / "site-functions" / "_yourouter"
        place.parent.mkdir(parents=True)
        place.write_text("#compdef yourouter\n")
        assert ("ok", f"zsh, by {place}", None) == Diagnosis(program, "--offline")["completion"]

    def test_completion_beside_the_installation(
        self, run: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Bash finds what the package put beside the command it came with, and so do we."""
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
        place = tmp_path / "share" / "bash-completion" / "completions" / "yourouter"
        place.parent.mkdir(parents=True)
        place.write_text("complete yourouter\n")
        program = run.having(SHELL="/bin/bash", XDG_DATA_DIRS=str(tmp_path / "other"))

        assert ("ok", f"bash, by {place}", None) == Diagnosis(program, "--offline")["completion"]

    def test_version(self, run: Program) -> None:
        """What is at work is told, as a report of a problem should."""
        status, detail, _ = Diagnosis(run, "--offline")["version"]

        assert "ok" == status
        assert detail.startswith("yourouter 0.")
        assert "Python " in detail
        assert "httpx 0." in detail
