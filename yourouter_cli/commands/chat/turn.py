"""One turn on the command line: shown as it comes, checked when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from yourouter_cli.commands.chat.request import expression
from yourouter_cli.errors import AnswerIncomplete, AnswerUnexpected, YourouterError
from yourouter_cli.events import Answer, Finished, Notice
from yourouter_cli.render.policy import OutputFormat, renderer_for
from yourouter_cli.services.ask import ask

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.render.base import Renderer
    from yourouter_cli.session import Session

# How often the terminal is redrawn while nothing arrives.
TICK_SECONDS = 0.05
_LONGEST_SHOWN = 200
_CUT = {
    "length": "the answer was cut at the token limit; --max-tokens raises it",
    "content_filter": "the answer was cut by a content filter; rephrase the prompt",
}


def take(ready: Ready, options: ChatOptions, session: Session) -> None:
    """Ask, show the answer, and raise when it is not what it should be."""
    streams = session.streams
    answer = Answer()
    gateway = session.gateway(ready.profile)
    renderer = renderer_for(
        streams,
        session.clock,
        format=cast("OutputFormat | None", session.common.format),
        label=ready.request.model,
        quiet=session.common.quiet,
        show_reasoning=options.show_reasoning,
        sanitize=options.sanitize,
    )
    has_terminal = streams.stdout_is_terminal or streams.stderr_is_terminal
    try:
        with renderer:
            for event in ask(
                ready.request,
                ready.route,
                gateway,
                pause=renderer.pause,
                tick=TICK_SECONDS if has_terminal else None,
            ):
                answer.add(event)
                if isinstance(event, Finished):
                    _judge(answer, event, renderer, strict=options.strict)
                renderer.show(event)
            if options.usage:
                renderer.receipt(answer)
    finally:
        # An answer that broke off is shown as far as it came, like a text would be.
        if session.common.format == "json" and (answer.text or answer.finished):
            _write_json(answer, session)
    _expect(answer, options)


def _judge(answer: Answer, finished: Finished, renderer: Renderer, *, strict: bool) -> None:
    """Warn about an answer that is not all there could be; with *strict*, raise."""
    if warning := _CUT.get(finished.reason):
        if strict:
            raise AnswerIncomplete(warning, attempts=finished.attempts)
        renderer.show(Notice(kind="warning", message=warning))
    elif not answer.text and not answer.tool_calls:
        renderer.show(Notice(kind="warning", message="the model answered nothing"))


def _write_json(answer: Answer, session: Session) -> None:
    from yourouter_cli.render.answer import answer_json, json_line

    session.streams.write(
        json_line(answer_json(answer), visible=session.streams.stdout_is_terminal)
    )


def _expect(answer: Answer, options: ChatOptions) -> None:
    """Raise `AnswerUnexpected` when the trimmed answer is not what the user expects."""
    text = answer.text.strip()
    shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    problem: YourouterError | None = None
    if options.expect is not None and text != options.expect.strip():
        problem = AnswerUnexpected(f"expected `{options.expect.strip()}`, got `{shown}`")
    elif options.expect_regex is not None and not expression(options.expect_regex).search(text):
        problem = AnswerUnexpected(f"expected a match of `{options.expect_regex}`, got `{shown}`")
    if problem is not None:
        raise problem
