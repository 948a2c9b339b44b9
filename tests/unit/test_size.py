"""How large a request is, estimated."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.conversation import ChatRequest, Media, Message, Text, Tool, ToolOutcome, ToolUse
from yourouter_cli.services.catalog import BUILT_IN
from yourouter_cli.services.size import SMALLEST_CONTEXT, estimated_tokens, warning

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.conversation import Part


def asking(*parts: Part | str, model: str = "gpt-4o", system: str | None = None) -> ChatRequest:
    """Return a request of these parts."""
    spoken = tuple(Text(part) if isinstance(part, str) else part for part in parts)
    return ChatRequest(model=model, messages=(Message("user", spoken),), system=system)


@pytest.mark.parametrize(
    ("request_", "tokens"),
    [
        (asking(), 0),
        (asking("four"), 1),
        (asking("five!"), 2),
        (asking("four", "four"), 2),
        (asking("日本語のテスト"), 6),
        (asking("half \ud800"), 2),
        (asking("four", system="four"), 2),
        (asking(Media(kind="image", media_type="image/png", name="a", size=9)), 1500),
        (asking(Media(kind="pdf", media_type="application/pdf", name="a", size=51)), 2),
        (asking(Media(kind="audio", media_type="audio/wav", name="a", size=5000)), 10),
        (
            asking(Media(kind="pdf", media_type="application/pdf", name="a", url="https://a/b")),
            1500,
        ),
        (asking(ToolUse(id="1", name="four", arguments={"a": 1})), 3),
        (asking(ToolOutcome(id="1", name="n", result="sixteen letters!")), 4),
    ],
)
def test_estimates(request_: ChatRequest, tokens: int) -> None:
    """Words are four bytes a token; what is attached counts by its kind and size."""
    assert tokens == estimated_tokens(request_)


def test_tools_count() -> None:
    """What the model may call is sent with every request."""
    tool = Tool(name="four", description="four", parameters={"type": "object"})
    request = ChatRequest(model="m", messages=(), tools=(tool,))

    assert -(-(8 + len('{"type": "object"}')) // 4) == estimated_tokens(request)


class TestWarning:
    def test_is_for_what_is_too_large(self, tmp_path: Path) -> None:
        """It says the estimate and what the model takes; what fits is passed over in silence."""
        nowhere = tmp_path / "models.toml"
        found = warning(asking("x" * 4 * 128_001), nowhere)

        assert found is not None
        assert "warning" == found.kind
        assert (
            "the request has about 128,001 tokens (estimated at 4 bytes each),"
            " and `gpt-4o` takes 128,000" == found.message
        )
        assert warning(asking("x" * 4 * 128_000), nowhere) is None

    def test_needs_a_known_model(self, tmp_path: Path) -> None:
        """Nothing is said of a model whose context nobody knows."""
        request = asking("x" * 40_000_000, model="somebody/something")

        assert warning(request, tmp_path / "models.toml") is None

    def test_knows_the_users_models(self, tmp_path: Path) -> None:
        """The user's catalogue counts, also for small contexts; a broken one does no harm."""
        models = tmp_path / "models.toml"
        models.write_text('[models."mine"]\ncontext = 2\n')
        small = warning(asking("x" * 12, model="mine"), models)
        models.write_text("[models\n")
        large = warning(asking("x" * 4 * 128_001), models)

        assert small is not None
        assert {"estimated_tokens": 3, "context": 2} == small.details
        assert large is not None
        assert warning(asking("x" * 12, model="mine"), models) is None

    def test_no_built_in_model_takes_less(self) -> None:
        """The catalogue is loaded for whatever may be too large for one of its models."""
        catalog = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
        known = [one["context"] for one in catalog["models"].values() if "context" in one]

        assert SMALLEST_CONTEXT == min(known)
