"""Tools: what is run is confirmed before, and what is to be run is well described."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.tooling import tools_file, weather
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestConfirmation:
    def test_nobody_to_ask(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """Without a terminal and without `--yes` nothing is run, nor sent."""
        result = weather(run.at(sandbox), tools_file(tmp_path), "--run-tools")

        assert ExitCode.USAGE == result.code
        assert (
            "yourouter: running tools needs a confirmation, and nobody can be asked\n"
            == result.stderr[: result.stderr.index("hint: ")]
        )
        assert [] == sandbox.requests

    def test_calls_are_only_shown(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """Without `--run-tools` the calls are the answer."""
        result = weather(run.at(sandbox), tools_file(tmp_path), "--json")

        assert "tool_calls" == result.json["finish"]
        assert {"city": "Rome"} == result.json["tool_calls"][0]["arguments"]
        assert "result" not in result.json["tool_calls"][0]

    def test_a_function_without_a_command(
        self, run: Program, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        """With `--run-tools` a call that no command answers ends the turn, and is told as that."""
        file = tmp_path / "two.json"
        entries = [{"function": {"name": name}} for name in ("look", "run")]
        file.write_text(json.dumps([entries[0], {**entries[1], "command": ["true"]}]), "utf-8")

        result = weather(run.at(sandbox), str(file), "--run-tools", "--yes")

        assert (ExitCode.DONE, "") == (result.code, result.stdout)
        assert (
            "note: the model calls `look`; not all of these have a command, --format json shows"
            " the arguments\n"
        ) == result.stderr

    def test_our_fields_are_not_sent(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """`command` and `timeout` are between the user and this program."""
        weather(run.at(sandbox), tools_file(tmp_path, timeout=5))

        [tool] = sandbox.requests[-1].json["tools"]
        assert {"type", "function"} == set(tool)

    @pytest.mark.parametrize(("dialect", "times"), [("openai", 1), ("anthropic", 0), ("gemini", 0)])
    def test_strict(self, run: Program, tmp_path: Path, dialect: str, times: int) -> None:
        """A function may be strict about its parameters where the API has a word for it."""
        file = tmp_path / "strict.json"
        file.write_text('[{"function":{"name":"f","strict":true}}]', "utf-8")

        shown = run("chat", "hi", "--tools", str(file), "--dialect", dialect, "--dry-run").stdout

        assert times == shown.count('"strict": true')


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[", "is not JSON"),
        ("{}", "is not a JSON array of functions"),
        ('[{"type":"function"}]', "entry 1: not of the form"),
        ('[{"function":{}}]', "entry 1: the function has no name"),
        ('[{"function":{"name":"f","parameters":[]}}]', "`parameters` is not a JSON Schema"),
        ('[{"function":{"name":"f","strict":"yes"}}]', "`strict` is neither true nor false"),
        ('[{"function":{"name":"f"},"command":"ls -l"}]', "`command` is not a list of words"),
        ('[{"function":{"name":"f"},"command":[]}]', "`command` names no program"),
        ('[{"function":{"name":"f"},"command":[""]}]', "`command` names no program"),
        ('[{"function":{"name":"get weather"}}]', "`get weather` is no name for a function"),
        ('[{"function":{"name":"f"},"timeout":0}]', "`timeout` is not a number of seconds"),
        ('[{"function":{"name":"f"},"timeout":NaN}]', "is not JSON: NaN is not JSON"),
        ('[{"function":{"name":"f"},"timeout":1e300}]', "`timeout` is not a number of seconds"),
        ('[{"function":{"name":"f"}},{"function":{"name":"f"}}]', "two functions named `f`"),
    ],
)
def test_a_wrong_tools_file(
    run: Program, sandbox: Sandbox, tmp_path: Path, content: str, why: str
) -> None:
    """What is wrong with a tools file is said with its name and entry, and nothing is sent."""
    file = tmp_path / "tools.json"
    file.write_text(content, encoding="utf-8")

    result = run.at(sandbox)("chat", "hi", "--tools", str(file))

    assert ExitCode.USAGE == result.code
    assert f"the tools file `{file}`" in result.stderr
    assert why in result.stderr
    assert [] == sandbox.requests
