"""What OpenAI's API has of its own."""

from __future__ import annotations

import pytest

from tests.unit.requesting import MP3, PNG, assistant, chat, sent, use, user
from yourouter_cli.errors import UsageProblem


class TestOpenai:
    @pytest.mark.parametrize(
        ("model", "field"),
        [
            ("gpt-4o", "max_tokens"),
            ("o3-2025-04-16", "max_completion_tokens"),
            ("openai/o4-mini", "max_completion_tokens"),
            ("gpt-5-mini", "max_completion_tokens"),
            ("ft:o4-mini-2025-04-16:org::1", "max_completion_tokens"),
            ("ollama", "max_tokens"),
            ("claude-sonnet-4-20250514", "max_tokens"),
        ],
    )
    def test_name_of_the_limit(self, model: str, field: str) -> None:
        """Models that count their reasoning have another name for the limit."""
        body = sent("openai", chat(user("Hi"), model=model, max_tokens=5))

        assert 5 == body[field]
        assert 1 == sum(name in body for name in ("max_tokens", "max_completion_tokens"))

    @pytest.mark.parametrize(
        ("media_type", "format"),
        [("audio/mpeg", "mp3"), ("audio/mp3", "mp3"), ("audio/wav", "wav"), ("audio/x-wav", "wav")],
    )
    def test_audio(self, media_type: str, format: str) -> None:  # noqa: A002 - as in the API
        """Sounds travel under the names that this API has for them."""
        body = sent("openai", chat(user(MP3._replace(media_type=media_type))))

        assert [{"type": "input_audio", "input_audio": {"data": "TVAz", "format": format}}] == (
            body["messages"][0]["content"]
        )

    def test_audio_by_address(self) -> None:
        """A sound that is only an address cannot be sent."""
        with pytest.raises(UsageProblem, match=r"takes audio as a file, not as https://x/a\.mp3"):
            sent("openai", chat(user(MP3._replace(url="https://x/a.mp3", encoded=()))))

    def test_calls_beside_pictures(self) -> None:
        """A message may hold text, pictures and calls at once."""
        [said] = sent("openai", chat(assistant("Look", PNG, use("c1", "Köln"))))["messages"]

        assert "Look" == said["content"]
        assert ["c1"] == [call["id"] for call in said["tool_calls"]]
