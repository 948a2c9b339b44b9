"""A turn with tools: the model calls, commands answer, the model is asked again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from yourouter_cli.conversation import Message, Text, ToolOutcome, ToolUse
from yourouter_cli.errors import AnswerIncomplete, RequestFailed
from yourouter_cli.events import Answer, Finished, Started, ToolCallDelta, ToolResult, Usage
from yourouter_cli.gateway import faults
from yourouter_cli.hints import Again
from yourouter_cli.services import tools
from yourouter_cli.services.ask import ask
from yourouter_cli.services.retrying import time_left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from yourouter_cli.conversation import ChatRequest, Part
    from yourouter_cli.errors import Attempt
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

    def can_answer(self, calls: list[ToolCall], request: ChatRequest) -> bool:
        """Return whether no one of *calls* is of a function in *request* without a command."""
        left_to_others = {tool.name for tool in request.tools} - self.runnable.keys()
        return all(call.name not in left_to_others for call in calls)


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
    `Usage` of all requests together. Raises `AnswerIncomplete` when the rounds run out, and when
    one fails after another had some text; errors name the attempts of all rounds.
    """
    spent, has_text = Usage(), False
    attempts: tuple[Attempt, ...] = ()
    for number in range(toolbox.max_rounds):
        answer = Answer()
        events = ask(request, route, gateway, pause=pause, tick=tick)
        try:
            yield from _of_round(number, events, answer, spent)
            if answer.finished is None:
                return
            spent = added(spent, answer.usage)
            attempts += answer.finished.attempts
            has_text = has_text or bool(answer.text)
            if not answer.tool_calls or not toolbox.can_answer(answer.tool_calls, request):
                yield answer.finished._replace(attempts=attempts)
                return
            if number + 1 == toolbox.max_rounds:
                break  # nobody would be told what the commands say
            outcomes = []
            for call in answer.tool_calls:
                outcomes.append(outcome := _outcome(toolbox, call, gateway))
                yield ToolResult(id=outcome.id, result=outcome.result, is_error=outcome.is_error)
        except (RequestFailed, AnswerIncomplete) as error:
            raise _after(attempts, error, has_text=has_text) from error
        request = request._replace(
            messages=(*request.messages, spoken(answer), Message("tool", tuple(outcomes))),
        )
    raise AnswerIncomplete(
        f"the model still calls tools after {toolbox.max_rounds} requests",
        attempts=attempts,
        hints=Again("--max-rounds", str(2 * toolbox.max_rounds)),
    )


def _of_round(
    number: int, events: Iterable[Event], answer: Answer, spent: Usage
) -> Iterator[Event]:
    """Yield what the turn shows of a round's *events*, all of which go into *answer*."""
    for event in events:
        answer.add(event)
        match event:
            case Finished():
                pass
            case Usage():
                yield added(spent, event)
            case Started() if number:
                pass
            case ToolCallDelta():
                yield replace(event, index=event.index + number * _ROUND_STRIDE)
            case _:
                yield event


def _after(
    attempts: tuple[Attempt, ...], error: RequestFailed | AnswerIncomplete, *, has_text: bool
) -> RequestFailed | AnswerIncomplete:
    """Return *error*, which ended the turn after the *attempts* of earlier rounds."""
    attempts += error.attempts
    if has_text and isinstance(error, RequestFailed):
        return AnswerIncomplete.after(error.failure, attempts)
    error.attempts = attempts
    return error


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


def _outcome(toolbox: Toolbox, call: ToolCall, gateway: Gateway) -> ToolOutcome:
    runnable = toolbox.runnable.get(call.name)
    if runnable is None:
        result = tools.Outcome(text=f"there is no function `{call.name}`", is_error=True)
    elif call.arguments is None:
        result = tools.Outcome(text="the arguments are not a JSON object", is_error=True)
    elif toolbox.approve(runnable, call):
        result = tools.run(runnable, call.arguments, toolbox.environ, longest=time_left(gateway))
        # What was cut short by the command's own time is no result.
        faults.check_total(gateway.clocks, gateway.clock.monotonic() - gateway.started)
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
