"""A turn with tools: the model calls, commands answer, the model is asked again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from yourouter_cli.conversation import Message, Text, ToolOutcome, ToolUse
from yourouter_cli.errors import AnswerIncomplete, Attempt
from yourouter_cli.events import Answer, Finished, Started, ToolCallDelta, ToolResult, Usage
from yourouter_cli.hints import Again
from yourouter_cli.services import tools
from yourouter_cli.services.ask import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yourouter_cli.conversation import ChatRequest, Part
    from yourouter_cli.events import Event, ToolCall
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.ask import Route

Number = TypeVar("Number", int, float)

# Keeps the calls of one round apart from those of the next, which count from 0 again.
_ROUND_STRIDE = 1000
DECLINED = "the user declined to run this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """The tools that may be run, and who says yes to it.

    *approve* gets the tool and the call, and returns whether to run it. *max_rounds* bounds the
    requests of one turn.
    """

    runnable: Mapping[str, tools.RunnableTool]
    approve: Callable[[tools.RunnableTool, ToolCall], bool]
    environ: Mapping[str, str] = field(default_factory=dict)
    max_rounds: int = 8

    def told_by(self, settle: Callable[[], None]) -> Toolbox:
        """Return this box with *settle* called before each question, to make room for it."""

        def approve(tool: tools.RunnableTool, call: ToolCall) -> bool:
            settle()
            return self.approve(tool, call)

        return replace(self, approve=approve)

    def can_run(self, calls: list[ToolCall]) -> bool:
        """Return whether there is a command for every one of *calls*."""
        return all(call.name in self.runnable for call in calls)


def ask_with_tools(
    request: ChatRequest,
    route: Route,
    gateway: Gateway,
    toolbox: Toolbox,
    *,
    pause: Callable[[], None] | None = None,
    tick: float | None = None,
) -> Iterator[Event]:
    """Ask, run what the model calls, and ask again, until it answers.

    Yields the events of all rounds as those of one turn: one `Started`, one `Finished`, and the
    `Usage` of all requests together. Raises `AnswerIncomplete` when the rounds run out.
    """
    spent = Usage()
    attempts: tuple[Attempt, ...] = ()
    for number in range(toolbox.max_rounds):
        answer = Answer()
        finished: Finished | None = None
        for event in ask(request, route, gateway, pause=pause, tick=tick):
            answer.add(event)
            match event:
                case Finished():
                    finished = event
                case Usage():
                    yield added(spent, event)
                case Started() if number:
                    pass
                case ToolCallDelta():
                    yield replace(event, index=event.index + number * _ROUND_STRIDE)
                case _:
                    yield event
        if finished is None:
            return
        spent = added(spent, answer.usage)
        attempts += finished.attempts
        if not answer.tool_calls or not toolbox.can_run(answer.tool_calls):
            yield finished._replace(attempts=attempts)
            return
        outcomes = [_outcome(toolbox, call) for call in answer.tool_calls]
        for outcome in outcomes:
            yield ToolResult(id=outcome.id, result=outcome.result, is_error=outcome.is_error)
        request = request._replace(
            messages=(*request.messages, spoken(answer), Message("tool", tuple(outcomes))),
        )
    raise AnswerIncomplete(
        f"the model still calls tools after {toolbox.max_rounds} requests",
        attempts=attempts,
        hints=Again("--max-rounds", str(2 * toolbox.max_rounds)),
    )


def spoken(answer: Answer) -> Message:
    """Return *answer* as the message it adds to the conversation."""
    parts: list[Part] = [Text(answer.text)] if answer.text else []
    parts += [
        ToolUse(
            id=call.id or f"call-{position}",
            name=call.name,
            arguments=call.arguments or {},
            signature=call.signature,
        )
        for position, call in enumerate(answer.tool_calls, 1)
    ]
    return Message("assistant", tuple(parts))


def _outcome(toolbox: Toolbox, call: ToolCall) -> ToolOutcome:
    runnable = toolbox.runnable[call.name]
    if call.arguments is None:
        result = tools.Outcome(text="the arguments are not a JSON object", is_error=True)
    elif toolbox.approve(runnable, call):
        result = tools.run(runnable, call.arguments, toolbox.environ)
    else:
        result = tools.Outcome(text=DECLINED, is_error=True)
    return ToolOutcome(
        id=call.id or "", name=call.name, result=result.text, is_error=result.is_error
    )


def added(one: Usage, other: Usage) -> Usage:
    """Return the sum of two usages; what neither knows stays unknown."""
    return Usage(
        input_tokens=_sum(one.input_tokens, other.input_tokens),
        output_tokens=_sum(one.output_tokens, other.output_tokens),
        reasoning_tokens=_sum(one.reasoning_tokens, other.reasoning_tokens),
        cached_tokens=_sum(one.cached_tokens, other.cached_tokens),
        total_tokens=_sum(one.total_tokens, other.total_tokens),
        cost=_sum(one.cost, other.cost),
    )


def _sum(one: Number | None, other: Number | None) -> Number | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
