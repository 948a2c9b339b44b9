"""What the sandbox takes and refuses as Anthropic's API does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.gateway.caller import Caller

VERSION = {"anthropic-version": "2023-06-01"}
TOOL = {"name": "f", "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
PNG = {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}
USE = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": "x"}


def turns(*contents: Any) -> dict[str, Any]:
    """Return messages by the user and the assistant, in turn."""
    return {
        "messages": [
            {"role": ("user", "assistant")[at % 2], "content": content}
            for at, content in enumerate(contents)
        ]
    }


def image(**source: Any) -> dict[str, Any]:
    """Return a message with one image."""
    return turns([{"type": "image", "source": source}])


THINKING = {"type": "enabled", "budget_tokens": 1024}
BLOCK = "messages[0].content[0]"
# What is wrong with a body, and the parameter that is named for it.
REJECTED: list[tuple[dict[str, Any], str]] = [
    ({"model": None}, "model"),
    ({"max_tokens": None}, "max_tokens"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"max_tokens": "9"}, "max_tokens"),
    ({"messages": []}, "messages"),
    ({"messages": None}, "messages"),
    ({"messages": [{"role": "system", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
    (turns(""), "messages[0].content"),
    (turns([]), "messages[0].content"),
    (turns(None), "messages[0].content"),
    (turns(5), "messages[0].content"),
    (turns([{"type": "text", "text": ""}]), f"{BLOCK}.text"),
    (turns([{"type": "video"}]), f"{BLOCK}.type"),
    (turns([USE]), f"{BLOCK}.type"),
    (turns("hi", [RESULT]), "messages[1].content[0].type"),
    (turns([RESULT]), "messages[0].content"),
    (turns("hi", [USE]), "messages"),
    (turns("hi", [USE], "and?"), "messages[2].content"),
    (turns("hi", [USE], [{**RESULT, "tool_use_id": "u"}]), "messages[2].content"),
    (turns("hi", [{**USE, "input": "x"}]), "messages[1].content[0].input"),
    (turns("hi", [{"type": "thinking", "thinking": "x"}]), "messages[1].content[0].signature"),
    (image(type="base64", media_type="image/tiff", data="aGk="), f"{BLOCK}.source.media_type"),
    (image(type="base64", media_type="image/png", data="!"), f"{BLOCK}.source.data"),
    (image(type="base64", media_type="image/png"), f"{BLOCK}.source.data"),
    (image(type="url", url="ftp://x"), f"{BLOCK}.source.url"),
    (image(type="text", media_type="text/plain", data="x"), f"{BLOCK}.source.type"),
    (turns([{"type": "image"}]), f"{BLOCK}.source"),
    ({"system": 5}, "system"),
    ({"system": [{"type": "text", "text": ""}]}, "system[0].text"),
    ({"temperature": 1.1}, "temperature"),
    ({"top_p": -1}, "top_p"),
    ({"top_k": 0.5}, "top_k"),
    ({"n": 2}, "n"),
    ({"stream": "yes"}, "stream"),
    ({"stop_sequences": "x"}, "stop_sequences"),
    ({"stop_sequences": [1]}, "stop_sequences"),
    ({"thinking": {"type": "on"}}, "thinking.type"),
    ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens"),
    ({"thinking": {"type": "enabled", "budget_tokens": 10}}, "thinking.budget_tokens"),
    ({"thinking": THINKING}, "max_tokens"),
    ({"thinking": THINKING, "max_tokens": 2000, "temperature": 0.5}, "temperature"),
    (
        {"thinking": THINKING, "max_tokens": 2000, "tools": [TOOL], "tool_choice": {"type": "any"}},
        "tool_choice",
    ),
    ({"tools": [{"name": "f"}]}, "tools[0].input_schema"),
    ({"tools": [{"name": "f", "input_schema": {}}]}, "tools[0].input_schema.type"),
    ({"tools": [{"input_schema": {"type": "object"}}]}, "tools[0].name"),
    ({"tools": [{**TOOL, "name": "a b"}]}, "tools[0].name"),
    ({"tool_choice": {"type": "any"}}, "tool_choice"),
    ({"tools": [TOOL], "tool_choice": "any"}, "tool_choice"),
    ({"tools": [TOOL], "tool_choice": {"type": "f"}}, "tool_choice.type"),
    ({"tools": [TOOL], "tool_choice": {"type": "tool"}}, "tool_choice.name"),
    ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "g"}}, "tool_choice.name"),
    ({"output_config": {"format": {"type": "xml"}}}, "output_config.format.type"),
    ({"output_config": {"format": {"type": "json_schema"}}}, "output_config.format.schema"),
]


class TestStrictness:
    @pytest.mark.parametrize(("changes", "param"), REJECTED, ids=lambda value: str(value)[:60])
    def test_what_the_upstream_rejects_is_rejected(
        self, caller: Caller, changes: dict[str, Any], param: str
    ) -> None:
        """A wrong parameter is 400 and is named, in Anthropic's shape."""
        body = {"model": "error:503", "max_tokens": 9, **turns("hi"), **changes}

        answer = caller.post("/v1/messages", body, **VERSION)

        assert 400 == answer.status
        assert f"{param}: " == answer.error["message"][: len(param) + 2]
        shape = {"type": "error", "error": answer.error}
        assert {**shape, "request_id": answer.headers["request-id"]} == answer.json
        assert "invalid_request_error" == answer.error["type"]

    def test_the_version_is_required(self, caller: Caller) -> None:
        """Without the header anthropic-version nothing is answered."""
        body = {"model": "echo", "max_tokens": 9, **turns("hi")}

        answer = caller.post("/v1/messages", body)

        assert (400, "anthropic-version: header is required") == (
            answer.status,
            answer.error["message"],
        )

    @pytest.mark.parametrize("changes", [
        {"system": "x"},
        {"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]},
        {"temperature": 1, "top_p": 1, "top_k": 5, "stop_sequences": ["a"]},
        {"thinking": THINKING, "max_tokens": 2000},
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "disabled"}, "temperature": 0},
        {"tools": [TOOL], "tool_choice": {"type": "none"}},
        turns("hi", [{"type": "thinking", "thinking": "x", "signature": "s"}, USE], [RESULT]),
        turns("hi", [{"type": "redacted_thinking", "data": "x"}, USE],
              [{**RESULT, "content": [{"type": "text", "text": "x"},
                                      {"type": "image", "source": PNG}]}]),
        turns("hi", [USE], [{"type": "tool_result", "tool_use_id": "t", "is_error": True}]),
        {"metadata": {"user_id": "me"}, "anything": ["else"]},
    ], ids=lambda value: str(value)[:60])  # fmt: skip
    def test_what_the_upstream_takes_is_taken(
        self, caller: Caller, changes: dict[str, Any]
    ) -> None:
        """Good requests and unknown fields pass."""
        body = {"model": "echo", "max_tokens": 9, **turns("hi"), **changes}

        assert 200 == caller.post("/v1/messages", body, **VERSION).status

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (400, "invalid_request_error"),
            (403, "permission_error"),
            (404, "not_found_error"),
            (413, "request_too_large"),
            (429, "rate_limit_error"),
            (500, "api_error"),
            (529, "overloaded_error"),
        ],
    )
    def test_errors_have_the_upstreams_types(self, caller: Caller, status: int, kind: str) -> None:
        """Each status has its type."""
        assert kind == caller.message(f"error:{status}").error["type"]

    def test_one_may_choose_a_tool(self, caller: Caller) -> None:
        """A tool that must be called is called, with arguments that fit."""
        tools = [TOOL, {"name": "g", "input_schema": {"type": "object"}}]

        chosen = caller.message("tool", tools=tools, tool_choice={"type": "tool", "name": "g"})
        some = caller.message("json", tools=tools, tool_choice={"type": "any"})

        assert ["g"] == [block["name"] for block in chosen.json["content"]]
        assert ["f"] == [block["name"] for block in some.json["content"]]
