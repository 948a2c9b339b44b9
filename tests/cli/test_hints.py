"""Hints are commands that can be pasted: they repeat the command line, or name its profile."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.gateway.answering import AnsweringGateway, Says
from yourouter_cli.errors import ExitCode
from yourouter_cli.hints import Again, OfProfile, spelled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program, Result
    from yourouter_cli.sandbox.server import Sandbox


def hints_of(result: Result) -> list[str]:
    """Return the commands that *result* names on standard error."""
    lines = result.stderr.splitlines()
    return [line.removeprefix("hint: ") for line in lines if line.startswith("hint: ")]


class TestAgain:
    """The same command, once more."""

    @pytest.mark.parametrize(
        ("argv", "expected"),
        [
            (["chat", "hi"], "yourouter chat hi --debug"),
            (["chat", "it's", "--", "-x"], "yourouter chat 'it'\"'\"'s' --debug -- -x"),
            (["chat", "né"], "yourouter chat 'né' --debug"),
            (["--resume", "chat", "--debug"], "yourouter chat --debug"),
        ],
    )
    def test_it_can_be_pasted(self, argv: list[str], expected: str) -> None:
        """Options come before what is no option, and every word is quoted as a shell needs it."""
        hint = Again("--debug", without=("--resume",))

        assert expected == spelled(hint, argv, None)

    @pytest.mark.parametrize(
        "argv",
        [
            ["chat", "hi", "-H", "x-token: 1"],
            ["chat", "hi", "--header=x-token: 1"],
            ["chat", "-a", "https://example.com/a.png?signature=1"],
            ["chat", "a\nb"],
            ["chat", "long " * 100],
        ],
    )
    def test_what_is_not_repeated(self, argv: list[str]) -> None:
        """What may be secret, or would hide the error, is not repeated."""
        assert "the same command with --debug" == spelled(Again("--debug"), argv, None)

    def test_what_did_more_is_not_repeated(self) -> None:
        """A session is not begun anew for the sake of one answer."""
        assert "the same command with --debug" == spelled(Again("--debug"), None, None)

    def test_pasted_it_works(self, run: Program, tmp_path: Path) -> None:
        """An output that is there is replaced by the command that the hint names."""
        argv = ["embed", "-p", "sandbox", "a b", "-o", str(tmp_path / "it's.jsonl")]
        run(*argv)
        refused = run(*argv)
        (hint,) = hints_of(refused)
        pasted = run(*shlex.split(hint)[1:])

        assert ExitCode.USAGE == refused.code
        assert f"{shlex.join(['yourouter', *argv])} --force" == hint
        assert 0 == pasted.code

    def test_for_programs(self, run: Program) -> None:
        """The JSON of an error has the same command."""
        refused = run("embed", "-p", "sandbox", "a", "--resume", "--json")

        assert (
            "yourouter embed -p sandbox a --resume --json -o vectors.jsonl"
            == (refused.error["hint"])
        )


class TestProfile:
    """The profile that was named."""

    def test_it_is_named_again(self, run: Program) -> None:
        """A hint after `-p NAME` is about that profile; its name is quoted."""
        run("config", "set", "-p", "my own", "base_url", "http://127.0.0.1:1/v1")
        run("config", "set", "-p", "my own", "api_key", "-", stdin=b"k")
        result = run("chat", "-p", "my own", "hi", "--retries", "0", "--no-fallback")

        assert ExitCode.UNREACHABLE == result.code
        assert ["yourouter config doctor -p 'my own'"] == hints_of(result)

    def test_none_was_named(self) -> None:
        """Without `-p` there is none in the hint either."""
        assert "yourouter models list" == spelled(OfProfile("yourouter models list"), [], None)

    def test_once(self, run: Program) -> None:
        """No hint is given twice."""
        options = ("--base-url", "http://127.0.0.1:1/v1", "--api-key-env", "KEY")
        result = run.having(KEY="k")("config", "init", *options, "--no-input")

        assert ["yourouter config doctor -p default"] == hints_of(result)


class TestNewKey:
    """What gives another key is where the key that was refused is from."""

    @pytest.mark.parametrize(
        ("setting", "value", "environ", "expected"),
        [
            ("api_key", "-", {}, "yourouter config set -p work api_key"),
            ("api_key_command", "echo bad", {}, "yourouter config set -p work api_key"),
            ("api_key_env", "MINE", {"MINE": "bad"}, "read -rs MINE && export MINE"),
            (
                "api_key",
                "-",
                {"YOUROUTER_API_KEY": "bad"},
                "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",
            ),
            (
                "api_key",
                "-",
                {"YOUROUTER_API_KEY_COMMAND": "echo bad"},
                "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",
            ),
        ],
    )
    def test_a_refused_key_is_replaced_where_it_is_from(
        self,
        run: Program,
        sandbox: Sandbox,
        setting: str,
        value: str,
        environ: dict[str, str],
        expected: str,
    ) -> None:
        """A key of the environment would win over one that is kept, so it is replaced there."""
        run("config", "set", "-p", "work", "base_url", sandbox.base_url)
        run("config", "set", "-p", "work", setting, value, stdin=b"bad")
        result = run.having(YOUROUTER_PROFILE="work", **environ)("chat", "hi")

        assert ExitCode.DENIED == result.code
        assert [expected] == hints_of(result)

    def test_a_refusal_inside_an_answer(self, run: Program) -> None:
        """Under status 200 a refused key is one all the same."""
        refusal = {"error": {"message": "who are you", "type": "authentication_error"}}
        with AnsweringGateway(lambda _: Says(refusal)) as gateway:
            result = run.at(gateway.base_url)("chat", "hi")

        assert ExitCode.DENIED == result.code
        assert ["read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY"] == hints_of(result)

    def test_the_sandbox_has_no_other(self, run: Program) -> None:
        """The key of the built-in profile cannot be replaced."""
        result = run("chat", "-p", "sandbox", "-m", "sandbox/error:401", "hi")

        assert ["yourouter config doctor -p sandbox"] == hints_of(result)

    def test_a_gateway_of_the_environment_alone(self, run: Program) -> None:
        """A key kept in a profile would not be sent to a gateway that the profile does not name."""
        result = run.having(YOUROUTER_BASE_URL="https://other.example/v1")("chat", "hi")

        assert ExitCode.CONFIG == result.code
        assert [
            "read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY",
            'yourouter chat -p sandbox "hello"',
        ] == hints_of(result)

    def test_a_variable_that_is_not_set(self, run: Program) -> None:
        """A key by reference to a variable is given by setting it."""
        run("config", "set", "api_key_env", "MINE")

        assert ["read -rs MINE && export MINE"] == hints_of(run("chat", "hi"))


class TestParted:
    """KEY=VALUE."""

    def test_two_words(self, run: Program) -> None:
        """The hint has them as two words, for the same profile."""
        result = run("config", "set", "-p", "work", "system=be brief")

        assert ["yourouter config set system 'be brief' -p work"] == hints_of(result)

    @pytest.mark.parametrize("name", ["api_key", "headers.x-token"])
    def test_secrets(self, run: Program, name: str) -> None:
        """What may be a secret is not repeated."""
        result = run("config", "set", f"{name}=hush")

        assert [f"yourouter config set {name} -"] == hints_of(result)
        assert "hush" not in result.stderr


def test_a_link_is_quoted(run: Program) -> None:
    """A link in a hint is one word for a shell, whatever is in it."""
    url = "https://example.com/it's;here.zip"
    result = run("chat", "-p", "sandbox", "-a", url, "hi")

    assert [["curl", "-sSL", url, "|", "yourouter", "chat", "-a", "-", "What is this?"]] == [
        shlex.split(hint) for hint in hints_of(result)
    ]
