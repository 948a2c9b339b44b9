"""What `chat` makes of the answer, for programs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.chatting import echo
from tests.gateway.faults import DONE, Caller, FaultyGateway, finish, text
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

ANSWER_KEYS = [
    "schema", "id", "model", "requested_model", "vendor", "dialect", "text", "reasoning",
    "tool_calls", "finish", "finish_raw", "usage", "timing", "attempts", "request_id",
    "vendor_message_id", "conversation",
]  # fmt: skip
USAGE_KEYS = [
    "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "total_tokens", "cost",
]  # fmt: skip
TIMING_KEYS = ["first_byte_ms", "first_token_ms", "total_ms", "tokens_per_second"]
ATTEMPT_KEYS = ["model", "vendor", "status", "error", "waited_ms"]


class TestJson:
    """One object with documented keys."""

    def test_the_keys(self, run: Program, sandbox: Sandbox) -> None:
        """`--format json` is one line with these keys in this order, unknown values null."""
        result = echo(run, sandbox, "hi", "--format", "json")

        answer = result.json
        assert 1 == result.stdout.count("\n")
        assert ANSWER_KEYS == list(answer)
        assert USAGE_KEYS == list(answer["usage"])
        assert TIMING_KEYS == list(answer["timing"])
        assert [ATTEMPT_KEYS] == [list(attempt) for attempt in answer["attempts"]]
        assert "" == result.stderr

    @pytest.mark.parametrize("model", ["truncate:2", "reset:2", "error-in-stream:2"])
    def test_an_answer_that_broke_off_says_what_is_known_of_it(
        self, run: Program, sandbox: Sandbox, model: str
    ) -> None:
        """The part is on standard output, with the attempts that standard error names too."""
        result = run.at(sandbox)("chat", "one two three", "-m", f"sandbox/{model}", "--json")

        answer, error = result.json, json.loads(result.stderr)["error"]
        assert ExitCode.INCOMPLETE == result.code == error["code"]
        assert ("one two ", None) == (answer["text"], answer["finish"])
        assert answer["timing"]["first_byte_ms"] > 0
        assert 1 == len(answer["attempts"])
        assert error["attempts"] == answer["attempts"]
        assert error["message"] == answer["attempts"][0]["error"]

    def test_the_values(self, run: Program, sandbox: Sandbox) -> None:
        """The values are those of the answer."""
        answer = run.at(sandbox)("chat", "say hi", "-m", "sandbox/cost", "--json").json

        assert {
            "schema": 1,
            "model": "sandbox/cost",
            "requested_model": "sandbox/cost",
            "vendor": None,
            "dialect": "openai",
            "text": "say hi",
            "reasoning": None,
            "tool_calls": [],
            "finish": "stop",
            "finish_raw": "stop",
            "vendor_message_id": None,
        }.items() <= answer.items()
        assert {
            "input_tokens": 2,
            "output_tokens": 4,
            "reasoning_tokens": 2,
            "cached_tokens": 1,
            "total_tokens": 6,
            "cost": 0.000123,
        } == answer["usage"]
        assert re.fullmatch("req_[0-9a-f]{32}", answer["request_id"])
        assert re.fullmatch("chatcmpl-[0-9a-f]{24}", answer["id"])
        timing = answer["timing"]
        assert 0 < timing["first_byte_ms"] <= timing["first_token_ms"] <= timing["total_ms"]

    def test_what_is_not_known_is_null(self, run: Program) -> None:
        """A gateway that says little leaves nulls, never zeros."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.frames(text("hi"), finish(), DONE)

        with FaultyGateway(script) as faulty:
            answer = run.at(faulty.base_url)("chat", "hi", "-m", "any", "--json").json

        assert dict.fromkeys(USAGE_KEYS) == answer["usage"]
        assert [None] * 3 == [answer[key] for key in ("id", "request_id", "vendor_message_id")]
        assert "any" == answer["model"]

    def test_a_whole_answer_names_the_vendors_message(self, run: Program, sandbox: Sandbox) -> None:
        """With `--no-stream` the upstream's own message id is known."""
        answer = echo(run, sandbox, "hi", "--no-stream", "--json").json

        assert ANSWER_KEYS == list(answer)
        assert answer["vendor_message_id"]

    def test_reasoning(self, run: Program, sandbox: Sandbox) -> None:
        """What the model thought is apart from what it said."""
        answer = run.at(sandbox)("chat", "say hi", "-m", "sandbox/think", "--json").json

        assert "say hi" == answer["text"]
        assert (
            "The prompt has 2 words. Nothing speaks against repeating them."
            == (answer["reasoning"])
        )

    def test_json_lines(self, run: Program, sandbox: Sandbox) -> None:
        """`--format jsonl` is one object per event, each with its `type`."""
        result = run.at(sandbox)("chat", "say hi", "-m", "sandbox/think", "--format", "jsonl")

        types = [event["type"] for event in result.events]
        assert ["start", "reasoning", "text", "usage", "finish"] == list(dict.fromkeys(types))
        assert "say hi" == "".join(
            event["text"] for event in result.events if event["type"] == "text"
        )
        start, *_, usage, end = result.events
        assert 1 == start["schema"]
        assert USAGE_KEYS == list(usage)[1:]
        assert ["type", "finish", "finish_raw", "timing", "attempts"] == list(end)
        assert "" == result.stderr

    def test_no_line_holds_a_line_end(self, run: Program, sandbox: Sandbox) -> None:
        """Whatever the answer holds, one event is one line."""
        result = echo(run, sandbox, stdin="a\nb\u2028c\r\x0b\x0cd\u0085")
        lines = run.at(sandbox)(
            "chat", "-m", "sandbox/echo", "--format", "jsonl", stdin="a\nb\u2028c\r\x0b\x0cd\u0085"
        )

        assert "a\nb\u2028c\r\x0b\x0cd\u0085\n" == result.stdout
        assert "a\nb\u2028c\r\x0b\x0cd\u0085" == "".join(
            event["text"] for event in lines.events if event["type"] == "text"
        )
