"""One set of answers, recorded on the three wires."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pytest

from tests.wire.wires import NAMES, STREAMS, WHOLES, gist, recorded, streamed
from yourouter_cli.events import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, Any] = {
    "id": "answer-1",
    "model": "model-1",
    "text": "",
    "reasoning": "",
    "calls": [],
    "notices": [],
    "finish": "stop",
}


def told(usage: Usage, **fields: Any) -> dict[str, Any]:
    """Return the gist of an answer that used *usage* and differs from nothing in *fields*."""
    return {**NOTHING, "usage": usage, **fields}


def used(prompt: int, output: int, **fields: Any) -> Usage:
    """Return the usage of so many tokens."""
    return Usage(input_tokens=prompt, output_tokens=output, total_tokens=prompt + output, **fields)


ANSWERS = {
    "text": told(used(9, 6, cached_tokens=4, cost=0.000123), text="Grüße,\u2028Welt\u0085 🙂\n"),
    "reasoning": told(used(9, 7, reasoning_tokens=5), reasoning="First I count.", text="Four."),
    "tools": told(
        used(20, 12),
        text="Let me look.",
        calls=[("weather", {"city": "Köln"}), ("time", {})],
        finish="tool_calls",
    ),
    "schema": told(used(9, 8), text='{"city": "Köln", "people": 1}'),
    "list": told(used(9, 8), text='["a", "b"]'),
    "length": told(used(9, 2), text="One two", finish="length"),
    "filtered": told(used(9, 2), text="One two", finish="content_filter"),
    "refused": told(
        used(9, 0), notices=[("refusal", "That is not allowed.")], finish="content_filter"
    ),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", ANSWERS)
class TestOneAnswerOnThreeWires:
    def test_streamed(self, name: str, answer: str) -> None:
        """A streamed answer gives the same events whichever API it was asked of."""
        dialect, body = recorded(f"{name}/{answer}.sse")

        assert ANSWERS[answer] == gist(streamed(dialect, [body]))

    def test_whole(self, name: str, answer: str) -> None:
        """A whole answer gives the same events as the streamed one."""
        dialect, body = recorded(f"{name}/{answer}.json")

        assert ANSWERS[answer] == gist(dialect.decode_whole(body))


def test_every_recording_is_read_by_a_test() -> None:
    """No recording lies about unused; those of one wire alone have tests of their own."""
    known = {f"{name}/{answer}" for name in NAMES for answer in ANSWERS} | {"openai/odd"}

    assert known == {str(PurePath(file).with_suffix("")) for file in [*STREAMS, *WHOLES]}
