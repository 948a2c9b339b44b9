"""What the sandbox takes and refuses as Gemini's API does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.caller import GEMINI, Caller, contents
from tests.gateway.hearing import HEAR

HI = contents({"text": "hi you"})
CALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}
RESPONSE = {"functionResponse": {"name": "f", "response": {"a": 1, "b": 2}}}


def turns(*more: Any) -> dict[str, Any]:
    """Return a conversation that begins with a user's prompt."""
    return {"contents": [*HI["contents"], *more]}


def config(**fields: Any) -> dict[str, Any]:
    """Return a generationConfig."""
    return {"generationConfig": fields}


def calling(mode: str, *names: str) -> dict[str, Any]:
    """Return tools, and how they are to be called."""
    calls = {"mode": mode, "allowedFunctionNames": list(names)}
    declared = [{"name": "f"}, {"name": "g"}]
    tools = {"tools": [{"functionDeclarations": declared}, {"googleSearch": {}}]}
    return {**tools, "toolConfig": {"functionCallingConfig": calls}}


PART = "contents[0].parts[0]"
DECLARED = "tools[0].functionDeclarations[0]"
# What is wrong with a body, and the parameter that is named for it.
REJECTED: list[tuple[dict[str, Any], str]] = [
    ({"contents": None}, "contents"),
    ({"contents": []}, "contents"),
    ({"contents": "hi"}, "contents"),
    ({"contents": [{"parts": [{"text": "hi"}]}]}, "contents[0].role"),
    ({"contents": [{"role": "assistant", "parts": [{"text": "hi"}]}]}, "contents[0].role"),
    ({"contents": [{"role": "user"}]}, "contents[0].parts"),
    (contents(), "contents[0].parts"),
    (contents({}), f"{PART}.data"),
    (contents({"text": ""}), "contents[0].parts"),
    (contents({"text": 5}), f"{PART}.text"),
    (contents({"inlineData": {"data": "aGk="}}), f"{PART}.inlineData.mimeType"),
    (contents({"inlineData": {"mimeType": "image/png"}}), f"{PART}.inlineData.data"),
    (contents({"inlineData": {"mimeType": "image/png", "data": "?"}}), f"{PART}.inlineData.data"),
    (contents({"fileData": {"fileUri": "a.png"}}), f"{PART}.fileData.fileUri"),
    (contents({"functionCall": {"name": "f"}}), f"{PART}.data"),
    (contents(RESPONSE), "contents[0].parts"),
    (turns(CALL), "contents"),
    (turns(CALL, *HI["contents"]), "contents[2].parts"),
    (turns(CALL, *contents(RESPONSE, RESPONSE)["contents"]), "contents[2].parts"),
    (
        turns(CALL, *contents({"functionResponse": {"name": "f"}})["contents"]),
        "contents[2].parts[0].functionResponse.response",
    ),
    (config(temperature=2.5), "generationConfig.temperature"),
    (config(topP=2), "generationConfig.topP"),
    (config(maxOutputTokens=0), "generationConfig.maxOutputTokens"),
    (config(candidateCount=2), "generationConfig.candidateCount"),
    (config(stopSequences=["a"] * 6), "generationConfig.stopSequences"),
    (config(stopSequences="a"), "generationConfig.stopSequences"),
    (config(responseJsonSchema={}), "generationConfig.responseMimeType"),
    (
        config(responseJsonSchema={}, responseSchema={}, responseMimeType="application/json"),
        "generationConfig.responseSchema",
    ),
    (
        config(thinkingConfig={"thinkingBudget": -2}),
        "generationConfig.thinkingConfig.thinkingBudget",
    ),
    (
        config(thinkingConfig={"includeThoughts": 1}),
        "generationConfig.thinkingConfig.includeThoughts",
    ),
    ({"generationConfig": []}, "generationConfig"),
    ({"safetySettings": {"category": "x"}}, "safetySettings"),
    ({"safetySettings": [{"category": "x"}]}, "safetySettings[0].threshold"),
    ({"tools": {"functionDeclarations": []}}, "tools"),
    ({"tools": [{"functionDeclarations": [{"name": "1"}]}]}, f"{DECLARED}.name"),
    (
        {
            "tools": [
                {
                    "functionDeclarations": [
                        {
                            "name": "f",
                            "parameters": {"type": "OBJECT"},
                            "parametersJsonSchema": {"a": 1},
                        }
                    ]
                }
            ]
        },
        f"{DECLARED}.parameters",
    ),
    (calling("SOME"), "toolConfig.functionCallingConfig.mode"),
    (calling("ANY", "h"), "toolConfig.functionCallingConfig.allowedFunctionNames"),
    ({"systemInstruction": "x"}, "systemInstruction"),
    ({"systemInstruction": {"parts": []}}, "systemInstruction.parts"),
]


class TestStrictness:
    @pytest.mark.parametrize(("changes", "param"), REJECTED, ids=lambda value: str(value)[:60])
    def test_what_the_upstream_rejects_is_rejected(
        self, caller: Caller, changes: dict[str, Any], param: str
    ) -> None:
        """A wrong parameter is 400 and is named, in Google's shape."""
        answer = caller.post(f"{GEMINI}error:503:generateContent", {**HI, **changes})

        assert (400, 400) == (answer.status, answer.error["code"])
        assert "INVALID_ARGUMENT" == answer.error["status"]
        assert f"{param}: " == answer.error["message"][: len(param) + 2]

    @pytest.mark.parametrize("changes", [
        config(temperature=0, topP=1, topK=40, maxOutputTokens=9, candidateCount=1, seed=1),
        config(responseMimeType="application/json"),
        config(thinkingConfig={"thinkingBudget": -1, "includeThoughts": True}),
        {"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]},
        {"systemInstruction": {"parts": [{"text": "Be brief."}]}},
        turns({"role": "model", "parts": [{"text": ""}]}, *HI["contents"]),
        turns({"role": "model", "parts": [{"text": "hm", "thought": True}, {"text": "yes"}]},
              *HI["contents"]),
        turns({"role": "model", "parts": [{"thoughtSignature": "x"}]}, *HI["contents"]),
        turns(CALL, *contents(RESPONSE)["contents"]),
        calling("NONE"),
        {"anything": ["else"]},
    ], ids=lambda value: str(value)[:60])  # fmt: skip
    def test_what_the_upstream_takes_is_taken(
        self, caller: Caller, changes: dict[str, Any]
    ) -> None:
        """Good requests and unknown fields pass."""
        answer = caller.post(f"{GEMINI}echo:generateContent", {**HI, **changes})

        assert 200 == answer.status

    def test_functions_can_be_chosen(self, caller: Caller) -> None:
        """The mode of calling and the allowed names are obeyed."""
        answers = [
            caller.generate("tool", **calling("ANY", "g")),
            caller.generate("tool", **calling("AUTO")),
            caller.generate("tool", **calling("NONE")),
        ]

        calls = [[name for name, _ in HEAR["gemini"](answer).calls] for answer in answers]
        assert [["g"], ["f"], []] == calls

    def test_a_response_of_many_values_is_said_as_json(self, caller: Caller) -> None:
        """What a function returned is said as text, or else as JSON."""
        tools = [{"functionDeclarations": [{"name": "f"}]}]
        conversation = turns(CALL, *contents(RESPONSE)["contents"])

        answer = caller.generate("tool", **conversation, tools=tools)

        assert 'tool said: {"a":1,"b":2}' == HEAR["gemini"](answer).text

    def test_snake_case_is_understood(self, caller: Caller) -> None:
        """Fields in snake_case, as one SDK sends some, mean the same."""
        schema = {"type": "object", "properties": {"inCity": {"type": "string"}}}
        declared = [{"name": "f", "parameters_json_schema": schema}]

        answer = caller.generate("tool", tools=[{"function_declarations": declared}])

        assert (("f", {"inCity": "four"}),) == HEAR["gemini"](answer).calls

    @pytest.mark.parametrize(
        ("model", "status", "word"),
        [
            ("error:403", 403, "PERMISSION_DENIED"),
            ("error:500", 500, "INTERNAL"),
            ("error:503", 503, "UNAVAILABLE"),
            ("error:504", 504, "DEADLINE_EXCEEDED"),
            ("nobody", 404, "NOT_FOUND"),
        ],
    )
    def test_errors_have_the_upstreams_words(
        self, caller: Caller, model: str, status: int, word: str
    ) -> None:
        """Each status has its word."""
        error = caller.generate(model).error

        assert (status, word) == (error["code"], error["status"])

    def test_a_rate_limit_says_when_to_retry(self, caller: Caller) -> None:
        """The wait is in the details of the error, too."""
        error = caller.generate("rate-limit").error

        kind = "type.googleapis.com/google.rpc.RetryInfo"
        assert [{"@type": kind, "retryDelay": "0.01s"}] == error["details"]
