"""How the sandbox's models call tools, and fit their answers to a schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.hearing import HEAR, Calls, Heard
from tests.gateway.prompting import PROMPT, SCHEMA, WIRES, ask

if TYPE_CHECKING:
    from tests.gateway.caller import Answer, Caller

CALL: Calls = (("weather", {"city": "four", "days": 1}),)
STOP = ("stop", "end_turn", "STOP")
CALLED = ("tool_calls", "tool_use", "STOP")


class TestTools:
    def test_results_are_reported(self, caller: Caller) -> None:
        """Once the results of its calls are there, the model `tool` reports them."""
        for wire, answer in conversations_with_results(caller, "tool").items():
            expected = Heard("tool said: sunny", end=STOP[WIRES.index(wire)])
            assert expected == HEAR[wire](answer)

    def test_a_loop_never_ends(self, caller: Caller) -> None:
        """The model `tool-loop` calls again, whatever the results say."""
        for wire, answer in conversations_with_results(caller, "tool-loop").items():
            assert Heard(calls=CALL, end=CALLED[WIRES.index(wire)]) == HEAR[wire](answer)

    def test_a_new_question_is_a_new_call(self, caller: Caller) -> None:
        """Results from before the last question do not count."""
        earlier = conversation_with_result()
        question = {"role": "user", "content": PROMPT}

        answer = chat(caller, "tool", [*earlier, {"role": "assistant", "content": "!"}, question])

        assert CALL == HEAR["openai"](answer).calls

    def test_arguments_come_in_fragments(self, caller: Caller) -> None:
        """In a stream the arguments of a call are cut into pieces."""
        events = ask(caller, "openai", "tool", stream=True).events

        deltas = [event["choices"][0]["delta"] for event in events]
        fragments = [
            call["function"]["arguments"]
            for delta in deltas
            for call in delta.get("tool_calls", [])
        ]
        assert ["", '{"city', '":"fou', 'r","da', 'ys":1}'] == fragments

    def test_without_tools_it_echoes(self, caller: Caller) -> None:
        """A model that would call tools has nothing to call when none are offered."""
        for model in ("tool", "tool-loop"):
            assert PROMPT == HEAR["openai"](caller.chat(model)).text

    def test_tool_choice_is_obeyed(self, caller: Caller) -> None:
        """A tool that must be called is called, and none is when none may be."""
        tools = [{"type": "function", "function": {"name": name}} for name in ("a", "b")]
        forced = {"type": "function", "function": {"name": "b"}}

        called = caller.chat("tool", tools=tools, tool_choice=forced)
        spoken = caller.chat("tool", tools=tools, tool_choice="none")

        assert (("b", {}),) == HEAR["openai"](called).calls
        assert PROMPT == HEAR["openai"](spoken).text


class TestJson:
    @pytest.mark.parametrize("stream", [True, False])
    def test_a_schema_is_fitted_on_every_wire(self, caller: Caller, stream: bool) -> None:
        """Each way to ask for structured output is understood."""
        form = {"type": "json_schema", "json_schema": {"name": "out", "schema": SCHEMA}}
        tool = {"name": "out", "input_schema": SCHEMA}
        forced = {"type": "tool", "name": "out"}
        config = {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}
        anthropic_form = {"format": {"type": "json_schema", "schema": SCHEMA}}

        openai = caller.chat("json", stream=stream, response_format=form)
        called = caller.message("json", stream=stream, tools=[tool], tool_choice=forced)
        written = caller.message("json", stream=stream, output_config=anthropic_form)
        gemini = caller.generate("json", stream=stream, generationConfig=config)

        fitting = {"city": "four", "days": 1}
        assert fitting == json.loads(HEAR["openai"](openai).text)
        assert (("out", fitting),) == HEAR["anthropic"](called).calls
        assert fitting == json.loads(HEAR["anthropic"](written).text)
        assert fitting == json.loads(HEAR["gemini"](gemini).text)

    def test_broken_json_is_repaired_when_asked(self, caller: Caller) -> None:
        """`json:broken` answers rightly once there is a second message by the user."""
        first = {"role": "user", "content": PROMPT}
        answer = {"role": "assistant", "content": '{"broken": '}
        repair = {"role": "user", "content": "not valid: four"}

        texts = [
            HEAR["openai"](chat(caller, "json:broken", messages)).text
            for messages in ([first], [first, answer, repair])
        ]

        assert ['{"broken": ', '{"echo":"not valid: four"}'] == texts

    @pytest.mark.parametrize("model", ["json:broken", "json:wrong"])
    def test_a_forced_call_has_the_wrong_arguments(self, caller: Caller, model: str) -> None:
        """Where an object is certain, a flawed answer is an object that does not fit."""
        tool = {"name": "out", "input_schema": SCHEMA}
        forced = {"type": "tool", "name": "out"}

        answer = caller.message(model, tools=[tool], tool_choice=forced)

        assert (("out", {"unexpected": ["sandbox"]}),) == HEAR["anthropic"](answer).calls


def chat(caller: Caller, model: str, messages: list[dict[str, Any]]) -> Answer:
    """Send *messages* with the tool `weather` on offer."""
    function = {"name": "weather", "parameters": SCHEMA}
    body = {"model": model, "messages": messages}
    tools = [{"type": "function", "function": function}]
    return caller.post("/v1/chat/completions", {**body, "tools": tools})


def conversation_with_result() -> list[dict[str, Any]]:
    """Return a conversation in which a tool was called and has answered."""
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    return [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
    ]


def conversations_with_results(caller: Caller, model: str) -> dict[str, Answer]:
    """Return what *model* says on each wire once the tool has answered."""
    use = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
    messages = [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [result]},
    ]
    tools = [{"name": "weather", "input_schema": SCHEMA}]
    response = {"functionResponse": {"name": "weather", "response": {"result": "sunny"}}}
    contents = [
        {"role": "user", "parts": [{"text": PROMPT}]},
        {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {}}}]},
        {"role": "user", "parts": [response]},
    ]
    declared = [{"functionDeclarations": [{"name": "weather", "parameters": SCHEMA}]}]
    return {
        "openai": chat(caller, model, conversation_with_result()),
        "anthropic": caller.message(model, messages=messages, tools=tools),
        "gemini": caller.generate(model, contents=contents, tools=declared),
    }
