"""What an answer consists of, in no dialect: the scenarios yield these, the wires write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from yourouter_cli.sandbox.exchange import Cut, Pause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yourouter_cli.sandbox.exchange import Rejected

Reason = Literal["stop", "length", "tool_calls", "content_filter"]


class Text(NamedTuple):
    """A bit of the answer."""

    text: str


class Thought(NamedTuple):
    """A bit of the reasoning before the answer."""

    text: str


class Call(NamedTuple):
    """A whole tool call; *fragments* of its arguments are JSON when they are joined."""

    id: str
    name: str
    fragments: tuple[str, ...]


class Refusal(NamedTuple):
    """The model declines, in these words."""

    text: str


class Failed(NamedTuple):
    """An error inside an answer that has begun with status 200."""

    problem: Rejected


class End(NamedTuple):
    """The regular end. What the figures say is reported as the upstream's own."""

    reason: Reason
    cost: float | None = None
    cached_tokens: int = 0
    reasoning_tokens: int = 0


class Blocked(NamedTuple):
    """The prompt was not let through: the regular end of an answer without any text."""


Piece = Text | Thought | Call | Refusal | Failed | End | Blocked | Pause | Cut


class Tool(NamedTuple):
    """A function that the model may call, with the JSON Schema of its arguments."""

    name: str
    schema: Mapping[str, Any]


class Ask(NamedTuple):
    """What is asked of a model, in no dialect.

    *prompt* is the text of the last user message and *media* describes what is attached to it;
    *tool_results* came after it. *user_messages* counts all of them. *forced_tool* must be called.
    *schema* is what the answer must fit. *digest* stands for the request, *attempts* counts how
    often this prompt was sent with this key, this time included. *include_usage* and *is_array*
    say how a stream is to be written where a wire leaves a choice.
    """

    model: str
    prompt: str
    digest: str
    input_tokens: int
    attempts: Callable[[], int]
    stream: bool = False
    media: tuple[str, ...] = ()
    user_messages: int = 1
    tools: tuple[Tool, ...] = ()
    forced_tool: Tool | None = None
    tool_results: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    max_tokens: int | None = None
    include_usage: bool = False
    is_array: bool = False
    vendor: str = "auto"


class Tally:
    """Counts what was said, a word a token, and keeps the end for the report."""

    def __init__(self, ask: Ask) -> None:
        self.input_tokens = ask.input_tokens
        self.answer_tokens = 0
        self.thought_tokens = 0
        self.end = End("stop")

    @property
    def reasoning_tokens(self) -> int:
        """Tokens of reasoning: those that were seen, or else those the model reports."""
        return self.thought_tokens or self.end.reasoning_tokens

    @property
    def output_tokens(self) -> int:
        """Tokens of the answer and of the reasoning."""
        return self.answer_tokens + self.reasoning_tokens

    def watch(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Pass *pieces* on and count them."""
        for piece in pieces:
            match piece:
                case Text(text) | Refusal(text):
                    self.answer_tokens += count_tokens(text)
                case Thought(text):
                    self.thought_tokens += count_tokens(text)
                case Call():
                    self.answer_tokens += count_tokens("".join(piece.fragments))
                case End():
                    self.end = piece
            yield piece


def count_tokens(text: str) -> int:
    """Estimate the tokens of *text*: one a word, and at least one for anything at all."""
    return max(1, len(text.split())) if text else 0
