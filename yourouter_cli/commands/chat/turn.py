"""One turn on the command line: shown as it comes, checked when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from yourouter_cli.commands.chat import keeping
from yourouter_cli.commands.chat.output import streams_to
from yourouter_cli.commands.chat.request import expression
from yourouter_cli.dialects import load
from yourouter_cli.errors import AnswerIncomplete, AnswerUnexpected, UsageProblem
from yourouter_cli.events import Answer, Finished, Notice
from yourouter_cli.render.policy import OutputFormat, renderer_for
from yourouter_cli.services import size
from yourouter_cli.services.ask import ask, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.errors import Attempt
    from yourouter_cli.events import Event
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.render.base import Renderer
    from yourouter_cli.services.ask import Route
    from yourouter_cli.services.rounds import Toolbox
    from yourouter_cli.session import Session
    from yourouter_cli.streams import Streams

# How often the terminal is redrawn while nothing arrives.
TICK_SECONDS = 0.05
# How often it is looked whether something waits to be written to the store, drawing or not.
KEEP_SECONDS = 0.1
_LONGEST_SHOWN = 200
_CUT = {
    "length": "the answer was cut at the token limit; --max-tokens raises it",
    "content_filter": "the answer was cut by a content filter; rephrase the prompt",
}


def take(ready: Ready, options: ChatOptions, session: Session) -> None:
    """Ask, show the answer, and raise when it is not what it should be."""
    speaks_json = session.common.speaks_json
    if options.extract_code and speaks_json:
        raise UsageProblem("`--extract-code` gives text, not JSON")
    toolbox = None
    if options.run_tools:
        from yourouter_cli.commands.chat.approval import toolbox_for  # 3 ms, for --run-tools alone

        toolbox = toolbox_for(ready.tools, options, session)
    # What its API cannot say is refused before it is kept.
    prepared(ready.request, ready.route, load(ready.route.dialect), operation=None)
    gateway = session.gateway(ready.profile)
    with streams_to(options.output, session.streams) as streams:
        turn = _Turn(ready, options, session, streams, gateway=gateway, toolbox=toolbox)
        _expect(turn.run(), turn.answer, options)


class _Turn:
    """One answer on its way to the user."""

    def __init__(
        self,
        ready: Ready,
        options: ChatOptions,
        session: Session,
        streams: Streams,
        *,
        gateway: Gateway,
        toolbox: Toolbox | None,
    ) -> None:
        self.ready = ready
        self.options = options
        self.session = session
        self.streams = streams
        self.gateway = gateway
        self.toolbox = toolbox
        self.answer = Answer()
        self.broken_attempts: tuple[Attempt, ...] = ()
        self.conversation = ready.continued.id if ready.continued else None
        has_terminal = streams.stdout_is_terminal or streams.stderr_is_terminal
        self.tick = TICK_SECONDS if has_terminal else None
        gateway.tick = KEEP_SECONDS if keeping.saves(options, ready.profile) else None
        # What is printed in the end is not what the model says, so that is not shown.
        self.shows_later = bool(options.schema or options.extract_code)

    def run(self) -> str:
        """Ask, show, and return the answer: what was made of it, where something was asked for."""
        parsed: dict[str, Any] = {}
        try:
            with self._renderer() as renderer:
                self._ask(self.ready.request, renderer)
                text = self.answer.text
                if self.ready.request.schema is not None:
                    text, parsed["parsed"] = self._fitted(renderer)
                    if self.answer.finished:
                        renderer.show(self.answer.finished)
                    self._print(text)
                elif self.options.extract_code:
                    text = _last_code_block(self.answer)
                    self._print(text)
                if self.options.usage:
                    renderer.receipt(self.answer)
        except AnswerIncomplete as error:
            self.broken_attempts = error.attempts
            raise
        finally:
            # An answer that broke off is shown as far as it came, as text would be, and so is what
            # commands were run for it.
            came = self.answer.text or self.answer.finished or self.answer.tool_calls
            if self.session.common.format == "json" and came:
                if self.ready.request.schema is not None:
                    parsed.setdefault("parsed", None)
                self._write_json(parsed)
        return text

    def _renderer(self) -> Renderer:
        return renderer_for(
            self.streams,
            self.session.clock,
            format=cast("OutputFormat | None", self.session.common.format),
            label=self.ready.request.model,
            quiet=self.session.common.quiet,
            show_reasoning=self.options.show_reasoning,
            sanitize=self.options.sanitize,
            shows_answer=not self.shows_later or self.session.common.format == "jsonl",
        )

    def _ask(self, request: ChatRequest, renderer: Renderer) -> None:
        """Ask once, all rounds and repeats included; the answer is in `self.answer`."""
        self.session.transcripts.warn = lambda message: renderer.show(
            Notice(kind="warning", message=message)
        )
        if too_large := size.warning(request, self.session.places.models_file):
            renderer.show(too_large)
        turn = keeping.begun(
            request, self.ready.profile, self.options, self.session, self.conversation
        )

        def pause() -> None:
            renderer.pause()
            turn.pause()

        with turn:
            self.conversation = turn.conversation
            for event in events_for(
                request,
                self.ready.route,
                self.gateway,
                toolbox=self.toolbox,
                pause=pause,
                settle=renderer.settle,
                tick=self.tick,
            ):
                turn.record(event)
                self.answer.add(event)
                if isinstance(event, Finished):
                    self._judge(event, renderer)
                    if request.schema is not None:
                        continue  # it is the end only if the answer fits
                renderer.show(event)

    def _judge(self, finished: Finished, renderer: Renderer) -> None:
        """Warn about an answer that is not all there could be; with `--strict`, raise."""
        if self.options.strict and (cut := _CUT.get(finished.reason)):
            request_id = self.answer.started.request_id
            raise AnswerIncomplete(cut, request_id=request_id, attempts=finished.attempts)
        remark = remark_on(finished, self.answer, runs_tools=self.toolbox is not None)
        if remark and not (remark.kind == "tool_calls" and self.session.common.speaks_json):
            renderer.settle()  # both streams may go to one place, such as a log
            renderer.show(remark)

    def _fitted(self, renderer: Renderer) -> tuple[str, Any]:
        """Return the answer as JSON that fits the schema; asks once more when it does not."""
        # 2 ms, for --schema alone.
        from yourouter_cli.services import schema
        from yourouter_cli.services.rounds import added

        wanted = self.ready.request.schema or {}
        try:
            return schema.fitting(self.answer.text, wanted)
        except schema.Misfit as misfit:
            message = f"the answer does not fit the schema: {misfit}; asking for a correction"
            renderer.show(Notice(kind="repair", message=message))
            first = self.answer
            self.answer = Answer(notices=first.notices)
            self._ask(schema.repaired(self.ready.request, first.text, misfit), renderer)
            self.answer.usage = added(first.usage, self.answer.usage)
            if first.finished and self.answer.finished:
                attempts = (*first.finished.attempts, *self.answer.finished.attempts)
                self.answer.finished = self.answer.finished._replace(attempts=attempts)
        try:
            return schema.fitting(self.answer.text, wanted)
        except schema.Misfit as misfit:
            why = f"the answer does not fit the schema: {misfit}"
            raise _unexpected(self.answer, why) from None

    def _print(self, text: str) -> None:
        """Print what was made of the answer, unless the format shows the answer itself."""
        if self.session.common.speaks_json:
            return
        if self.streams.stdout_is_terminal or self.options.sanitize:
            text = self._harmless(text)
        ends = text.endswith("\n") or not text
        self.streams.write(text if ends else text + "\n")

    def _harmless(self, text: str) -> str:
        """Return *text* with nothing in it that steers a terminal; JSON stays the same value."""
        # 1 ms that a pipe does without.
        from yourouter_cli.render.answer import escaped
        from yourouter_cli.render.sanitize import clean

        is_json = self.ready.request.schema is not None
        return escaped(text.replace("\r", "\n")) if is_json else clean(text)

    def _write_json(self, parsed: dict[str, Any]) -> None:
        # 1 ms that text does without.
        from yourouter_cli.render.answer import answer_json, json_line

        document = answer_json(
            self.answer,
            conversation=self.conversation,
            attempts=self.broken_attempts,
            **parsed,
        )
        self.streams.write(json_line(document, visible=self.streams.stdout_is_terminal))


def events_for(
    request: ChatRequest,
    route: Route,
    gateway: Gateway,
    *,
    toolbox: Toolbox | None,
    pause: Callable[[], None],
    settle: Callable[[], None],
    tick: float | None,
) -> Iterator[Event]:
    """Yield the events of one turn, with the rounds of tools that *toolbox* allows.

    *pause* is called before waiting for the network, *settle* before the user is asked something.
    """
    if toolbox is None:
        return ask(request, route, gateway, pause=pause, tick=tick)
    from yourouter_cli.services.rounds import ask_with_tools  # 2 ms, for --run-tools alone

    return ask_with_tools(request, route, gateway, toolbox.told_by(settle), pause=pause, tick=tick)


def remark_on(finished: Finished, answer: Answer, *, runs_tools: bool = False) -> Notice | None:
    """Return what to tell the user when *answer* is not all there could be."""
    if warning := _CUT.get(finished.reason):
        return Notice(kind="warning", message=warning)
    if not answer.text and not answer.tool_calls:
        return Notice(kind="warning", message="the model answered nothing")
    if finished.reason != "tool_calls":
        return None
    called = ", ".join(f"`{call.name}`" for call in answer.tool_calls if call.result is None)
    remedy = "not all of these have a command" if runs_tools else "--run-tools runs the commands"
    return Notice(
        kind="tool_calls",
        message=f"the model calls {called}; {remedy}, --format json shows the arguments",
    )


def _last_code_block(answer: Answer) -> str:
    # Imported here because it costs 20 ms, and few answers are taken apart.
    from yourouter_cli.render.markdown.fences import last_code_block

    code = last_code_block(answer.text)
    if code is None:
        raise _unexpected(answer, "the answer has no fenced code block")
    return code


def _expect(text: str, answer: Answer, options: ChatOptions) -> None:
    """Raise `AnswerUnexpected` when *text*, trimmed, is not the *answer* that the user expects."""
    text = text.strip()
    shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    if options.expect is not None and text != options.expect.strip():
        raise _unexpected(answer, f"expected `{options.expect.strip()}`, got `{shown}`")
    if options.expect_regex is not None and not expression(options.expect_regex).search(text):
        raise _unexpected(answer, f"expected a match of `{options.expect_regex}`, got `{shown}`")


def _unexpected(answer: Answer, why: str) -> AnswerUnexpected:
    """Return the error for an *answer* that came, with the id by which the gateway knows it."""
    return AnswerUnexpected(why, request_id=answer.started.request_id)
