"""What Gemini's API has of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.requesting import MP3, PARAMETERS, assistant, chat, outcome, sent, use, user
from yourouter_cli.conversation import Tool
from yourouter_cli.errors import UsageProblem


class TestGemini:
    def test_sounds(self) -> None:
        """Sounds travel like pictures."""
        [turn] = sent("gemini", chat(user(MP3)))["contents"]

        assert [{"inlineData": {"mimeType": "audio/mpeg", "data": "TVAz"}}] == turn["parts"]

    @pytest.mark.parametrize(
        ("signature", "kept"), [("c2ln/+_-bmVk==", True), ('[{"type": "thinking"}]', False)]
    )
    def test_signatures(self, signature: str, kept: bool) -> None:
        """A call's signature goes back with it, unless it is of another API."""
        messages = (user("Hi"), assistant(use("c1", "Köln", signature)), outcome("c1", "sun"))

        [call] = sent("gemini", chat(*messages))["contents"][1]["parts"]

        assert (signature if kept else None) == call.get("thoughtSignature")

    @pytest.mark.parametrize(
        "parameters",
        [
            {**PARAMETERS, "additionalProperties": False},
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {}}},
            {"type": "object", "properties": {"a": {"type": ["string", "null"]}}},
            {"type": "object", "properties": {"a": {"type": "integer", "enum": [1, 2]}}},
            {"type": "object", "properties": {"a": {"type": "array", "items": True}}},
        ],
    )
    def test_parameters_in_full_json_schema(self, parameters: dict[str, Any]) -> None:
        """What `parameters` would refuse is declared as JSON Schema."""
        tool = Tool(name="f", parameters=parameters)

        [declared] = sent("gemini", chat(user("Hi"), tools=(tool,)))["tools"]

        assert [{"name": "f", "parametersJsonSchema": parameters}] == (
            declared["functionDeclarations"]
        )

    @pytest.mark.parametrize(
        ("model", "reasoning", "config"),
        [
            ("gemini-2.5-flash", "none", {"thinkingBudget": 0}),
            ("gemini-2.5-pro", "max", {"thinkingBudget": 24000, "includeThoughts": True}),
            ("gemini-3-pro", "minimal", {"thinkingLevel": "minimal", "includeThoughts": True}),
            ("gemini-3.1-flash", "max", {"thinkingLevel": "high", "includeThoughts": True}),
        ],
    )
    def test_thinking(self, model: str, reasoning: str, config: dict[str, Any]) -> None:
        """Budgets for the models that count, levels for those that are told in words."""
        body = sent("gemini", chat(user("Hi"), model=model, reasoning=reasoning))

        assert {"thinkingConfig": config} == body["generationConfig"]

    @pytest.mark.parametrize("model", ["gemini-2.5-pro", "gemini-3-flash"])
    def test_models_that_always_think(self, model: str) -> None:
        """Where thinking cannot be turned off, that is said."""
        with pytest.raises(UsageProblem, match=f"`{model}` always thinks"):
            sent("gemini", chat(user("Hi"), model=model, reasoning="none"))
