"""Answers that have to be short."""

from __future__ import annotations

import pytest

from yourouter_cli.errors import RequestFailed
from yourouter_cli.events import Event, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from yourouter_cli.services.brief import MOST_CHARACTERS, brief

HALF = "x" * (MOST_CHARACTERS // 2)
USAGE = Usage(output_tokens=1)


def test_an_answer_of_some_length_is_let_by() -> None:
    """Up to the limit every event comes through, in order."""
    events: list[Event] = [ReasoningDelta(HALF), TextDelta(HALF), USAGE]

    assert events == list(brief(events))


@pytest.mark.parametrize(
    "last", [TextDelta("."), ReasoningDelta("."), ToolCallDelta(index=0, arguments=".")]
)
def test_whatever_goes_on_is_given_up(last: Event) -> None:
    """Text, reasoning and calls count together; what comes after the limit is not asked for."""
    events = brief(iter([TextDelta(HALF), ReasoningDelta(HALF), last, USAGE]))

    assert 2 == len([next(events), next(events)])
    with pytest.raises(RequestFailed, match="goes on after 1,000,000 characters"):
        next(events)
