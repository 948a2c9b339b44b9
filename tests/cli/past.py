"""What was said before, for the tests of `history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.driver import FakeClock
from yourouter_cli.conversation import ChatRequest, Message, Text
from yourouter_cli.events import Finished, Started, TextDelta, Usage
from yourouter_cli.transcripts.store import Transcripts

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400


class Past:
    """What was said before, by a clock of its own."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.path = path

    def said(self, question: str, answer: str = "So.", *, days: float = 0, **place: Any) -> str:
        """Keep a turn, *days* after the one before; return the id of its conversation."""
        self.clock.sleep(days * DAY)
        store = Transcripts(self.path, clock=self.clock)
        request = ChatRequest(model="gpt-4o", messages=(Message("user", (Text(question),)),))
        with store.begin_turn(
            place.get("conversation"),
            profile=place.get("profile", "default"),
            dialect="openai",
            model="gpt-4o",
            request=request,
        ) as turn:
            turn.record(Started(model="gpt-4o"))
            turn.record(TextDelta(answer))
            turn.record(Usage(input_tokens=3, output_tokens=4, total_tokens=7))
            turn.record(Finished(reason="stop"))
        store.close()
        return str(turn.conversation)

    def interrupted(self, question: str) -> str:
        """Keep a turn that was stopped."""
        store = Transcripts(self.path, clock=self.clock)
        request = ChatRequest(model="gpt-4o", messages=(Message("user", (Text(question),)),))
        turn = store.begin_turn(
            None, profile="default", dialect="openai", model="gpt-4o", request=request
        )
        turn.record(TextDelta("half"))
        turn.interrupt()
        store.close()
        return str(turn.conversation)
