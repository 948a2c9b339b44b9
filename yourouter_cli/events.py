"""What happens during one turn, as a stream of small values; `collect` is the one fold over them.

A turn is `Started`, any number of deltas, `Usage` and `Notice`, and at the end one `Finished`.
A turn that fails raises instead of finishing; what came before the failure has been yielded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, assert_never

from yourouter_cli import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yourouter_cli.errors import Attempt

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]


class Started(NamedTuple):
    """The gateway began to answer. `first_byte_ms` counts from when the request was begun."""

    id: str | None = None
    model: str | None = None
    requested_model: str | None = None
    vendor: str | None = None
    dialect: str | None = None
    request_id: str | None = None
    vendor_message_id: str | None = None
    first_byte_ms: float | None = None


# The deltas are no tuples: then a piece of the answer would equal the same of the reasoning.
@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of what the model thought before answering."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallDelta:
    """A fragment of a tool call: pieces of `arguments` with one `index` belong together.

    `signature` is an opaque token that some upstreams want back with the call.
    """

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""
    signature: str | None = None


class ToolResult(NamedTuple):
    """What running the command behind a tool call gave."""

    id: str
    result: str
    is_error: bool = False


class Usage(NamedTuple):
    """Tokens and cost as the gateway reported them; None is unknown, never 0.

    `input_tokens` includes cached ones. A later `Usage` of the same answer replaces an earlier.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    total_tokens: int | None = None
    cost: float | None = None


class Notice(NamedTuple):
    """Something the user should know that does not end the turn: a retry, a fallback, a warning."""

    kind: str
    message: str
    details: Mapping[str, Any] = {}


class Timing(NamedTuple):
    """Durations in milliseconds from the beginning of the request that answered."""

    first_byte_ms: float | None = None
    first_token_ms: float | None = None
    total_ms: float | None = None
    tokens_per_second: float | None = None


class Finished(NamedTuple):
    """The model said it was done; `raw` is its own word for why."""

    reason: FinishReason
    raw: str | None = None
    timing: Timing = Timing()
    attempts: tuple[Attempt, ...] = ()


Event = (
    Started | TextDelta | ReasoningDelta | ToolCallDelta | ToolResult | Usage | Notice | Finished
)


@dataclass(slots=True)
class ToolCall:
    """A whole tool call; `arguments` is an object, or None when the model wrote no valid one."""

    id: str | None
    name: str
    arguments_text: str
    signature: str | None = None
    result: str | None = None
    is_error: bool = False

    @property
    def arguments(self) -> dict[str, Any] | None:
        """The arguments as an object; no text at all means no arguments."""
        try:
            value = strict_json.read(self.arguments_text or "{}")
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


class Answer:
    """Everything known about one answer so far; feed it events by `add`.

    *notices* are those of an earlier answer that this one takes the place of.
    """

    def __init__(self, *, notices: Iterable[Notice] = ()) -> None:
        self.started = Started()
        self.finished: Finished | None = None
        self.usage = Usage()
        self.notices = list(notices)
        self.tool_calls: list[ToolCall] = []
        self._text: list[str] = []
        self._is_interrupted = False
        self._reasoning: list[str] = []
        self._calls_by_index: dict[int, ToolCall] = {}

    @property
    def text(self) -> str:
        """The whole answer so far."""
        if len(self._text) > 1:
            self._text[:] = ["".join(self._text)]
        return self._text[0] if self._text else ""

    @property
    def reasoning(self) -> str:
        """The whole reasoning so far."""
        if len(self._reasoning) > 1:
            self._reasoning[:] = ["".join(self._reasoning)]
        return self._reasoning[0] if self._reasoning else ""

    def add(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case TextDelta(text):
                if self._is_interrupted:
                    self._begin_line()
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case ToolCallDelta():
                self._add_fragment(event)
            case ToolResult():
                self._add_result(event)
                self._is_interrupted = True
            case Usage():
                self.usage = event
            case Notice():
                self.notices.append(event)
            case Started():
                self.started = event
            case Finished():
                self.finished = event
            case _:
                assert_never(event)

    def _begin_line(self) -> None:
        """Keep what is said after a tool has run apart from what was said before."""
        self._is_interrupted = False
        if self.text and not self.text.endswith("\n"):
            self._text.append("\n")

    def _add_fragment(self, delta: ToolCallDelta) -> None:
        call = self._calls_by_index.get(delta.index)
        if call is None or (delta.id and call.id and delta.id != call.id):
            # Some servers send whole calls that all say index 0: a new id is a new call.
            call = ToolCall(delta.id, "", "")
            self._calls_by_index[delta.index] = call
            self.tool_calls.append(call)
        call.id = call.id or delta.id
        if delta.name and call.name != delta.name:
            call.name += delta.name
        call.arguments_text += delta.arguments
        call.signature = delta.signature or call.signature

    def _add_result(self, result: ToolResult) -> None:
        for call in self.tool_calls:
            if call.id == result.id and call.result is None:
                call.result, call.is_error = result.result, result.is_error
                return


def collect(events: Iterable[Event]) -> Answer:
    """Fold *events* into one answer; an error that the iteration raises passes through."""
    answer = Answer()
    for event in events:
        answer.add(event)
    return answer
