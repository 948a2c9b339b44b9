"""What Anthropic's API has of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.requesting import MP3, SCHEMA, TIME, assistant, chat, outcome, sent, use, user
from yourouter_cli.conversation import Tool
from yourouter_cli.errors import UsageProblem


class TestAnthropic:
    def test_a_schema_beside_tools(self) -> None:
        """With tools of the user's, the model may choose, but has to call something."""
        body = sent("anthropic", chat(user("Hi"), schema=SCHEMA, tools=(TIME,)))

        assert ["yourouter_answer", "time"] == [tool["name"] for tool in body["tools"]]
        assert {"type": "any"} == body["tool_choice"]

    def test_a_schema_that_is_no_object(self) -> None:
        """What is no object is asked for inside one; references keep pointing to their target."""
        names = {"type": "array", "items": {"$ref": "#/$defs/name"}}
        schema = {**names, "$defs": {"name": {"type": "string"}}}

        body = sent("anthropic", chat(user("Hi"), schema=schema))

        assert {
            "type": "object",
            "properties": {"value": names},
            "required": ["value"],
            "$defs": {"name": {"type": "string"}},
        } == body["tools"][0]["input_schema"]
        assert "yourouter_answer_value" == body["tool_choice"]["name"]

    @pytest.mark.parametrize(
        ("model", "tokens"),
        [
            ("claude-3-5-sonnet-20240620", 4096),
            ("claude-3-opus-20240229", 4096),
            ("claude-3-7-sonnet-20250219", 8000),
            ("claude-sonnet-4-20250514", 8000),
            ("anthropic.claude-opus-4-6-v1", 16000),
            ("claude-opus-5", 16000),
            ("deepseek-chat", 4096),
        ],
    )
    def test_default_length(self, model: str, tokens: int) -> None:
        """A limit is always sent, as high as every model of that age can go."""
        assert tokens == sent("anthropic", chat(user("Hi"), model=model))["max_tokens"]

    @pytest.mark.parametrize(
        ("reasoning", "max_tokens", "budget", "limit"),
        [
            ("minimal", None, 1024, 5120),
            ("low", None, 2048, 6144),
            ("medium", None, 8192, 12288),
            ("high", None, 16384, 20480),
            ("xhigh", None, 20480, 24576),
            ("max", None, 24000, 28096),
            ("low", 3000, 2048, 3000),
            ("low", 2048, 2048, 4096),
            ("low", 100, 2048, 2148),
        ],
    )
    def test_thinking(
        self, reasoning: str, max_tokens: int | None, budget: int, limit: int
    ) -> None:
        """The budget for thoughts is below the limit, which is raised where it has to be."""
        body = sent("anthropic", chat(user("Hi"), reasoning=reasoning, max_tokens=max_tokens))

        assert {"type": "enabled", "budget_tokens": budget} == body["thinking"]
        assert limit == body["max_tokens"]

    @pytest.mark.parametrize(
        ("reasoning", "effort"),
        [("minimal", "low"), ("medium", "medium"), ("xhigh", "xhigh"), ("max", "max")],
    )
    def test_thinking_of_newer_models(self, reasoning: str, effort: str) -> None:
        """Newer models are told how hard to try, and refuse budgets."""
        body = sent("anthropic", chat(user("Hi"), reasoning=reasoning, model="claude-opus-4-7"))

        assert {"type": "adaptive", "display": "summarized"} == body["thinking"]
        assert {"effort": effort} == body["output_config"]

    def test_no_thinking(self) -> None:
        """`none` says so; without a level nothing is said."""
        assert {"type": "disabled"} == sent("anthropic", chat(user("Hi"), reasoning="none"))[
            "thinking"
        ]
        assert "thinking" not in sent("anthropic", chat(user("Hi")))

    @pytest.mark.parametrize("signature", [None, "c2lnbmVk", '{"a": 1}', "[1]"])
    def test_results_for_calls_without_thoughts(self, signature: str | None) -> None:
        """A call made elsewhere has no thoughts to send back, so the turn goes on without."""
        messages = (user("Hi"), assistant(use("c1", "Köln", signature)), outcome("c1", "sun"))

        body = sent("anthropic", chat(*messages, reasoning="low"))

        assert "thinking" not in body
        assert ["tool_use"] == [block["type"] for block in body["messages"][1]["content"]]

    def test_thoughts_between_calls_keep_their_place(self) -> None:
        """Thoughts before the first call open the turn, later ones stay before their call."""
        thoughts = [
            json.dumps([{"type": "thinking", "thinking": word, "signature": "s"}]) for word in "ab"
        ]
        calls = [use(str(number), "Köln", thought) for number, thought in enumerate(thoughts)]
        messages = (user("Hi"), assistant("Well.", *calls), outcome("0", ""), outcome("1", ""))

        body = sent("anthropic", chat(*messages, reasoning="low"))

        assert ["thinking", "text", "tool_use", "thinking", "tool_use"] == [
            block["type"] for block in body["messages"][1]["content"]
        ]
        assert {"type": "enabled", "budget_tokens": 2048} == body["thinking"]

    def test_ids_of_other_dialects(self) -> None:
        """Ids may hold few characters here; a call and its result stay together."""
        messages = (
            user("Hi"),
            assistant(use("functions.f:0", "Köln")),
            outcome("functions.f:0", ""),
        )

        _, asked, told = sent("anthropic", chat(*messages))["messages"]

        assert "functions_f_0" == asked["content"][0]["id"] == told["content"][0]["tool_use_id"]

    @pytest.mark.parametrize(
        ("fields", "complaint"),
        [
            ({"seed": 1}, "has no `--seed`"),
            ({"temperature": 1.5}, "takes a `--temperature` from 0 to 1, not 1.5"),
            ({"temperature": 0.5, "reasoning": "low"}, "no `--temperature` beside `--reasoning`"),
            ({"top_p": 0.5, "reasoning": "low"}, "no `--top-p` below 0.95 beside `--reasoning`"),
            ({"schema": SCHEMA, "reasoning": "low"}, "`m` has no `--schema` beside `--reasoning`"),
            ({"tools": (Tool(name="yourouter_answer"),)}, "may not be called `yourouter_answer`"),
            ({"messages": (user(MP3),)}, "takes no audio, so not `a.mp3`"),
        ],
    )
    def test_what_it_cannot_say(self, fields: dict[str, Any], complaint: str) -> None:
        """What this API has no words for is refused before anything is sent."""
        with pytest.raises(UsageProblem) as caught:
            sent("anthropic", chat(**{"messages": (user("Hi"),), **fields}))

        assert complaint in caught.value.message

    @pytest.mark.parametrize(
        "fields",
        [
            {"temperature": 1},
            {"temperature": 1, "reasoning": "low"},
            {"temperature": 0.5, "reasoning": "none"},
            {"top_p": 0.95, "reasoning": "low"},
            {"schema": SCHEMA, "reasoning": "none"},
            {"schema": SCHEMA, "reasoning": "low", "model": "claude-opus-4-6"},
        ],
    )
    def test_what_it_can_say(self, fields: dict[str, Any]) -> None:
        """The limits are where the API has them, and not below."""
        assert sent("anthropic", chat(user("Hi"), **fields))["messages"]
