"""What a model's name means: each name is a way to behave, in no dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.sandbox import plays
from yourouter_cli.sandbox.exchange import is_number
from yourouter_cli.sandbox.failures import unknown_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yourouter_cli.sandbox.pieces import Ask, Piece

PREFIX = "sandbox/"


class Scenario(NamedTuple):
    """How a model behaves, and the suffixes its name takes: numbers, or one of the words."""

    play: Callable[..., Iterator[Piece]]
    numbers: int = 0
    words: tuple[str, ...] = ()


class Chosen(NamedTuple):
    """A model's full name, its scenario and the suffixes it was asked with."""

    name: str
    kind: str
    scenario: Scenario
    suffixes: tuple[int | str, ...]

    def play(self, ask: Ask) -> Iterator[Piece]:
        """Return the pieces of the answer; rejects before the first where an upstream would."""
        return self.scenario.play(ask, *self.suffixes)


def choose(model: str) -> Chosen:
    """Return what *model* stands for, with or without `sandbox/`; an unknown one is rejected."""
    kind, *given = model.removeprefix(PREFIX).split(":")
    scenario = SCENARIOS.get(kind)
    if scenario is None:
        raise unknown_model(model)
    suffixes: list[int | str] = []
    for suffix in given:
        if suffix in scenario.words and len(given) == 1:
            suffixes.append(suffix)
        elif is_number(suffix) and len(given) <= scenario.numbers:
            suffixes.append(int(suffix))
        else:
            raise unknown_model(model)
    return Chosen(":".join([PREFIX + kind, *given]), kind, scenario, tuple(suffixes))


SCENARIOS: Mapping[str, Scenario] = {
    "echo": Scenario(plays.echo),
    "markdown": Scenario(plays.markdown, 1),
    "slow": Scenario(plays.slow, 1),
    "think": Scenario(plays.think),
    "tool": Scenario(plays.tool, 1),
    "tool-loop": Scenario(plays.tool_loop),
    "json": Scenario(plays.json_answer, 0, ("fenced", "broken", "wrong")),
    "length": Scenario(plays.length),
    "filter": Scenario(plays.content_filter, 1),
    "refuse": Scenario(plays.refuse),
    "rate-limit": Scenario(plays.rate_limit, 1),
    "error": Scenario(plays.error, 2),
    "error-in-stream": Scenario(plays.error_in_stream, 2),
    "truncate": Scenario(plays.truncate, 1),
    "reset": Scenario(plays.reset, 1),
    "stall": Scenario(plays.stall, 1),
    "empty": Scenario(plays.empty),
    "escape": Scenario(plays.escape),
    "unicode": Scenario(plays.unicode_text),
    "cost": Scenario(plays.cost),
    # These differ in how the wire carries the answer; see `chat` and `gemini_wire`.
    "whole": Scenario(plays.echo),
    "no-stream": Scenario(plays.echo),
    "array": Scenario(plays.echo),
}
