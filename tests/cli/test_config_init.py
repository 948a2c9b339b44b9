"""`yourouter config init` in a script: what is given is kept, then tried."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.cli.configuration import KEY, profiles, write
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


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

    def test_the_try_speaks_the_profiles_dialect(self, run: Program, sandbox: Sandbox) -> None:
        """A native API is tried with the vendor that speaks it, as `chat` asks it."""
        result = run(
            *("config", "init", "--no-input", "--base-url", sandbox.base_url),
            *("--model", "sandbox/echo", "--api-key-env", "MY_KEY"),
            environ={"MY_KEY": KEY, "YOUROUTER_DIALECT": "anthropic"},
        )

        assert 0 == result.code
        assert ["anthropic"] == [request.headers["vendor"] for request in sandbox.requests]

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
