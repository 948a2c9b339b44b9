"""Tools: what the model calls is shown, or run without a shell and answered."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.tooling import tools_file, weather
from tests.gateway.faults import DONE, Caller, FaultyGateway, finish, text
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

DIALECTS = ("openai", "anthropic", "gemini")


class TestRunning:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_the_model_gets_what_the_command_said(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, dialect: str
    ) -> None:
        """On every wire the arguments go in as JSON, and what comes out is the result."""
        program = run.at(sandbox)

        result = weather(
            program, tools_file(tmp_path), "--run-tools", "--yes", "--dialect", dialect, "--json"
        )

        assert ExitCode.DONE == result.code, result.stderr
        assert 'tool said: {"city": "Rome"}' == result.json["text"]
        [call] = result.json["tool_calls"]
        assert ("weather", {"city": "Rome"}) == (call["name"], call["arguments"])
        assert '{"city": "Rome"}' == call["result"]
        assert 2 == len(result.json["attempts"])
        assert "stop" == result.json["finish"]

    @pytest.mark.parametrize(
        ("source", "fields", "said"),
        [
            ("import sys; sys.exit('no such city')", {}, "exit code 1: no such city"),
            ("import time; time.sleep(60)", {"timeout": 0.2}, "no result within 0.2 s"),
            ("", {"command": ["/no/such/program"]}, "cannot run /no/such/program: no such file"),
            ("", {"command": ["echo", "a\0b"]}, "cannot run echo: embedded null byte"),
        ],
    )
    def test_a_command_that_fails_is_an_error_result(
        self,
        run: Program,
        sandbox: Sandbox,
        tmp_path: Path,
        source: str,
        fields: dict[str, Any],
        said: str,
    ) -> None:
        """Exit code and standard error go to the model; the turn goes on."""
        began = time.monotonic()

        result = weather(
            run.at(sandbox), tools_file(tmp_path, source, **fields), "--run-tools", "--yes"
        )

        assert ExitCode.DONE == result.code
        assert said in result.stdout
        assert time.monotonic() - began < 10

    def test_the_whole_commands_time_ends_a_tool(
        self, run: Program, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        """A tool that takes longer than `--timeout` leaves is ended, and so is the turn."""
        began = time.monotonic()
        tools = tools_file(tmp_path, "import time; time.sleep(60)")

        result = weather(run.at(sandbox), tools, "--run-tools", "--yes", "--timeout", "1", "--json")

        assert ExitCode.UNREACHABLE == result.code
        assert "not done within 1 s (total timeout)" == result.error["message"]
        assert [200] == [attempt["status"] for attempt in result.error["attempts"]]
        assert time.monotonic() - began < 20

    @pytest.mark.parametrize(
        ("said", "code"), [("", ExitCode.REJECTED), ("Let me look", ExitCode.INCOMPLETE)]
    )
    def test_a_later_round_that_fails(
        self, run: Program, tmp_path: Path, said: str, code: ExitCode
    ) -> None:
        """A round that fails after some text is exit 7; the attempts are those of all rounds."""
        call = {"index": 0, "id": "c", "function": {"name": "weather", "arguments": "{}"}}
        asked: list[bytes] = []

        def script(caller: Caller) -> None:
            asked.append(caller.request())
            if len(asked) > 1:
                caller.whole(b'{"error":{"message":"no"}}', status=422)
                return
            caller.head()
            caller.frames(text(said), {"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
            caller.frames(finish("tool_calls"), DONE)

        with FaultyGateway(script) as gateway:
            program = run.at(gateway.base_url)
            result = weather(program, tools_file(tmp_path), "--run-tools", "--yes", "--json")

        assert code == result.code
        assert [200, 422] == [attempt["status"] for attempt in result.error["attempts"]]
        assert (said != "") == ('"text":"Let me look"' in result.stdout)

    @pytest.mark.parametrize("said", ["Let me look", "Let me look\n"])
    def test_words_before_a_call(self, run: Program, tmp_path: Path, said: str) -> None:
        """What is said before a tool runs and after it are lines of their own, in JSON too."""
        call = {"index": 0, "id": "c", "function": {"name": "weather", "arguments": "{}"}}

        def script(caller: Caller) -> None:
            is_first = b"tool_call_id" not in caller.request()
            caller.head()
            if is_first:
                caller.frames(text(said))
                caller.frames({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
                caller.frames(finish("tool_calls"), DONE)
            else:
                caller.frames(text("sun"), text("ny"), finish(), DONE)

        with FaultyGateway(script) as gateway:
            program, tools = run.at(gateway.base_url), tools_file(tmp_path)
            plain = weather(program, tools, "--run-tools", "--yes")
            document = weather(program, tools, "--run-tools", "--yes", "--json").json

        assert "Let me look\nsunny\n" == plain.stdout
        assert "Let me look\nsunny" == document["text"]

    def test_a_function_that_is_not_there(self, run: Program, tmp_path: Path) -> None:
        """A call of a function that nobody offered is answered with that, and the turn goes on."""
        names = ["wether", "weather"]
        calls = [
            {"index": number, "id": name, "function": {"name": name, "arguments": "{}"}}
            for number, name in enumerate(names)
        ]
        asked: list[Any] = []

        def script(caller: Caller) -> None:
            asked.append(json.loads(caller.request().partition(b"\r\n\r\n")[2]))
            caller.head()
            if len(asked) == 1:
                caller.frames({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]})
            caller.frames(text("done"), finish(), DONE)

        with FaultyGateway(script) as gateway:
            result = weather(run.at(gateway.base_url), tools_file(tmp_path), "--run-tools", "--yes")

        assert (ExitCode.DONE, "done\ndone\n") == (result.code, result.stdout)
        assert [("wether", "there is no function `wether`"), ("weather", "{}")] == [
            (message["tool_call_id"], message["content"]) for message in asked[1]["messages"][-2:]
        ]

    def test_a_long_output_is_cut(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """The model gets the first 100,000 bytes and is told how much was left out."""
        tools = tools_file(tmp_path, "print('x' * 3_000_000)")

        result = weather(run.at(sandbox), tools, "--run-tools", "--yes")

        assert "[2900001 bytes left out]" in result.stdout
        assert len(result.stdout) < 101_000

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (r'{"city":"\ud800"}', '{"city": "?"}'),
            ('{"city":' + "[" * 5000 + "]" * 5000 + "}", "the arguments are not a JSON object"),
            ('["Rome"]', "the arguments are not a JSON object"),
            ('{"city":NaN}', "the arguments are not a JSON object"),
        ],
    )
    def test_strange_arguments(
        self, run: Program, tmp_path: Path, arguments: str, said: str
    ) -> None:
        """Whatever a model writes as arguments, the turn goes on."""
        call = {"index": 0, "id": "c", "function": {"name": "weather", "arguments": arguments}}
        asked: list[Any] = []

        def script(caller: Caller) -> None:
            asked.append(json.loads(caller.request().partition(b"\r\n\r\n")[2]))
            caller.head()
            if len(asked) == 1:
                caller.frames({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
            caller.frames(text("done"), finish(), DONE)

        with FaultyGateway(script) as gateway:
            result = weather(run.at(gateway.base_url), tools_file(tmp_path), "--run-tools", "--yes")

        assert (ExitCode.DONE, "done\ndone\n") == (result.code, result.stdout)
        assert said == asked[1]["messages"][-1]["content"]

    def test_rounds_of_calls_that_look_the_same(self, run: Program, tmp_path: Path) -> None:
        """Servers that count from 0 in each answer mean another call; tokens add up."""
        usage = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
        cities = ["Rome", "Oslo"]

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            if cities:
                function = {"name": "weather", "arguments": json.dumps({"city": cities.pop(0)})}
                call = {"index": 0, "id": "call_0", "function": function}
                caller.frames({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
                caller.frames(finish("tool_calls"))
            else:
                caller.frames(text("done"), finish())
            caller.frames({"choices": [], "usage": usage}, DONE)

        with FaultyGateway(script) as gateway:
            program = run.at(gateway.base_url)
            answer = weather(program, tools_file(tmp_path), "--run-tools", "--yes", "--json").json

        assert [({"city": city}, json.dumps({"city": city})) for city in ("Rome", "Oslo")] == [
            (call["arguments"], call["result"]) for call in answer["tool_calls"]
        ]
        assert (30, 6, 36) == tuple(
            answer["usage"][name] for name in ("input_tokens", "output_tokens", "total_tokens")
        )

    def test_the_key_stays_with_us(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A command cannot read the key from its environment."""
        source = "import os; print('key: ' + os.environ.get('YOUROUTER_API_KEY', 'none'))"

        result = weather(run.at(sandbox), tools_file(tmp_path, source), "--run-tools", "--yes")

        assert "tool said: key: none\n" == result.stdout

    def test_no_shell_is_involved(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """Words of a command are words, whatever is in them."""
        tools = tools_file(tmp_path, command=["echo", "$HOME; ls"])

        result = weather(run.at(sandbox), tools, "--run-tools", "--yes")

        assert "tool said: $HOME; ls\n" == result.stdout

    def test_the_rounds_run_out(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A model that calls for ever is stopped after `--max-rounds` requests: exit 7."""
        result = run.at(sandbox)(
            "chat", "go", "-m", "sandbox/tool-loop", "--tools", tools_file(tmp_path),
            "--run-tools", "--yes", "--max-rounds", "3", "--json",
        )  # fmt: skip

        assert ExitCode.INCOMPLETE == result.code
        assert "the model still calls tools after 3 requests" == result.error["message"]
        assert 3 == len(sandbox.requests)
        # What nobody would hear of is not run; what was run is told.
        assert [True, True, False] == ["result" in call for call in result.json["tool_calls"]]
