"""The interactive session: read, ask, show, and never lose what was said."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from yourouter_cli import __version__
from yourouter_cli.commands.chat import keeping, remembering, slash
from yourouter_cli.commands.chat.dialogue import Dialogue
from yourouter_cli.commands.chat.status import status_line
from yourouter_cli.commands.chat.turn import TICK_SECONDS, events_for, remark_on
from yourouter_cli.commands.prompting import utf8
from yourouter_cli.errors import Stopped, YourouterError
from yourouter_cli.events import Answer, Finished, Notice
from yourouter_cli.hints import spelled
from yourouter_cli.render.policy import OutputFormat, renderer_for
from yourouter_cli.render.problems import problem_lines
from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.render.signals import Signals
from yourouter_cli.services import size
from yourouter_cli.services.attach import attachment
from yourouter_cli.services.completing import Helps
from yourouter_cli.services.keyboard import echo
from yourouter_cli.services.repl import LineEditor
from yourouter_cli.settings.keys import option_for

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.dialogue import Ending
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.events import ToolCall
    from yourouter_cli.render.base import Renderer
    from yourouter_cli.services.rounds import Toolbox
    from yourouter_cli.services.tools import RunnableTool
    from yourouter_cli.session import Session
    from yourouter_cli.transcripts.context import Exchange
    from yourouter_cli.transcripts.turn import Turn

_NOTHING_CAME = "/retry asks again, /retry MODEL asks another model"
_PART_IS_KEPT = "the part is kept; /retry asks again"
_OLD_IS_KEPT = "the answer before is kept"


def converse(ready: Ready, options: ChatOptions, session: Session) -> None:
    """Talk until the user leaves; errors are shown and do not end the session."""
    talk = Talk(Dialogue.begun(ready), options, session)
    talk.dialogue.attachments += map(attachment, options.attach or ())
    if options.run_tools:
        from yourouter_cli.commands.chat.approval import toolbox_for  # 3 ms, for --run-tools alone

        talk.use(toolbox_for(ready.tools, options, session))
    # Between two prompts, and before the first one, keys are for the next one.
    with echo(session.streams.stdin, on=False):
        talk.tell(f"yourouter {__version__}: /help lists the commands, Ctrl-D leaves")
        if ready.continued is not None:
            talk.conversation = ready.continued.id
            remembering.show_last(talk, ready.continued)
        talk.run()


class Talk:
    """One session: the editor, the dialogue, and the loop between them.

    `conversation` is the id under which it is kept, None before anything is. `draft` stands at the
    next prompt already.
    """

    def __init__(self, dialogue: Dialogue, options: ChatOptions, session: Session) -> None:
        self.dialogue = dialogue
        self.options = options
        self.session = session
        self.gateway = session.gateway(dialogue.profile)
        self.saves = keeping.saves(options, dialogue.profile)
        self.conversation: str | None = None
        self.draft = ""
        self.is_over = False
        self._toolbox: Toolbox | None = None

    def run(self) -> None:
        """Read and answer until the user leaves."""
        self.session.streams.share_utf8()
        editor = LineEditor(
            self.session.places.history_file,
            Helps(
                commands=slash.summaries(),
                arguments=slash.arguments(self),
                status=lambda: status_line(self.dialogue, self.session.streams.size[0]),
            ),
            self.session.environ,
            keeps=self.saves,
            color=self.session.streams.stdout_color,
        )
        with suppress(EOFError):
            while not self.is_over:
                draft, self.draft = self.draft, ""
                # Ctrl-C between two prompts is a moment too late for the answer.
                with suppress(KeyboardInterrupt):
                    self.take(editor.read(draft))
        if self.conversation is not None and self.saves:
            profile = option_for(self.dialogue.profile.name)
            self.tell(
                f"yourouter chat{profile} --conversation {self.conversation} goes on with this"
            )

    def take(self, text: str) -> None:
        """Do what *text* says: a slash command, or a question for the model."""
        try:
            if slash.is_command(text):
                slash.run(text, self)
            elif text.strip():
                self.dialogue.say(utf8(text.rstrip("\n"), "the question"))
                self.answer()
        except Stopped:
            raise
        except YourouterError as error:
            self.report(error)
        except KeyboardInterrupt:
            self.tell("interrupted")

    def answer(self, replaced: Exchange | None = None) -> None:
        """Ask the question there is, show the answer and keep it, as far as it comes.

        It takes the place of *replaced*, if anything comes.
        """
        answer = Answer()
        ending, position = self._asked(self.dialogue.request(), answer)
        heard = self.dialogue.hear(answer, ending, position)
        said = ["interrupted"] if ending == "interrupted" else []
        if answer.text or answer.tool_calls:
            if replaced is not None:
                self.forget(replaced)
            if ending != "finished":
                said.append(_PART_IS_KEPT)
        else:
            if replaced is not None:
                if heard is not None:
                    self.forget(self.dialogue.exchanges.pop())
                self.dialogue.put_back(replaced)
            said.append(_OLD_IS_KEPT if replaced is not None and replaced.text else _NOTHING_CAME)
        if said:
            self.tell("; ".join(said))

    def forget(self, exchange: Exchange) -> None:
        """Take *exchange*, which is no part of the dialogue any more, out of what the store has."""
        if self.saves and self.conversation is not None and exchange.position is not None:
            self.session.transcripts.undo(self.conversation, exchange.position)

    def _asked(self, request: ChatRequest, answer: Answer) -> tuple[Ending, int | None]:
        """Show what comes of *request*; return how it ended and where it is kept.

        An error is told at once.
        """
        turn = self.session.transcripts.unkept_turn()
        ending: Ending = "finished"
        try:
            # Ctrl-C waits a moment: what the store knows of, the dialogue has to know of.
            with closing(Signals(_nothing)) as held, held:
                turn = keeping.begun(
                    request, self.dialogue.profile, self.options, self.session, self.conversation
                )
                self.conversation = turn.conversation or self.conversation
            with echo(self.session.streams.stdin, on=False):
                self._show(request, turn, answer)
        except KeyboardInterrupt:
            turn.interrupt()
            ending = "finished" if answer.finished else "interrupted"
        except Stopped:
            raise
        except YourouterError as error:
            self.report(error)
            ending = "failed"
        return ending, turn.position

    def _show(self, request: ChatRequest, turn: Turn, answer: Answer) -> None:
        # Here the total clock bounds one answer, not the session.
        self.gateway.started = self.session.clock.monotonic()
        transcripts = self.session.transcripts
        with turn, self.renderer(request.model) as renderer:

            def pause() -> None:
                renderer.pause()
                turn.pause()

            warn, transcripts.warn = transcripts.warn, lambda message: renderer.show(_news(message))
            try:
                if too_large := size.warning(request, self.session.places.models_file):
                    renderer.show(_news(f"{too_large.message}; /compact makes it shorter"))
                for event in events_for(
                    request,
                    self.dialogue.route,
                    self.gateway,
                    toolbox=self._toolbox,
                    pause=pause,
                    settle=renderer.settle,
                    tick=TICK_SECONDS,
                ):
                    turn.record(event)
                    answer.add(event)
                    if isinstance(event, Finished) and (remark := remark_on(event, answer)):
                        renderer.show(remark)
                    renderer.show(event)
                if self.options.usage:
                    renderer.receipt(answer)
            finally:
                transcripts.warn = warn

    def renderer(self, label: str, *, shows_answer: bool = True) -> Renderer:
        """Return what shows one answer; *label* names who is waited for."""
        session = self.session
        return renderer_for(
            session.streams,
            session.clock,
            format=cast("OutputFormat | None", session.common.format),
            label=label,
            quiet=session.common.quiet,
            show_reasoning=self.options.show_reasoning,
            shows_answer=shows_answer,
        )

    def ask_aside(self, request: ChatRequest) -> Answer:
        """Return the answer to *request* without showing it or adding it to the dialogue."""
        self.gateway.started = self.session.clock.monotonic()
        answer = Answer()
        with (
            echo(self.session.streams.stdin, on=False),
            self.renderer(request.model, shows_answer=False) as renderer,
        ):
            for event in events_for(
                request,
                self.dialogue.route,
                self.gateway,
                toolbox=None,
                pause=renderer.pause,
                settle=renderer.settle,
                tick=TICK_SECONDS,
            ):
                answer.add(event)
                if isinstance(event, Notice):
                    renderer.show(event)
        self.dialogue.tokens += answer.usage.total_tokens or 0
        return answer

    def use(self, toolbox: Toolbox) -> None:
        """Let the model call the tools of *toolbox*; Ctrl-C and Ctrl-D decline one call."""

        def approve(tool: RunnableTool, call: ToolCall) -> bool:
            try:
                with echo(self.session.streams.stdin, on=True):
                    return toolbox.approve(tool, call)
            except (KeyboardInterrupt, EOFError):
                self.session.streams.write_error("\n")
                return False

        self._toolbox = replace(toolbox, approve=approve)

    def report(self, error: YourouterError) -> None:
        """Show *error*, which does not end the session."""
        named, new_key = self.session.common.profile, self.session.new_key
        error.hints = tuple(spelled(hint, None, named, new_key) for hint in error.hints)
        self.session.streams.write_error(problem_lines(error))

    def tell(self, words: str) -> None:
        """Say something about the session itself, dim, on standard error."""
        streams = self.session.streams
        if not self.session.common.quiet:
            line = clean_line(words)
            streams.write_error(f"\x1b[2m{line}\x1b[0m\n" if streams.stderr_color else f"{line}\n")

    def write(self, *lines: str) -> None:
        """Write *lines*, which were asked for, on standard output."""
        self.session.streams.write("".join(f"{clean_line(line)}\n" for line in lines))


def _news(message: str) -> Notice:
    return Notice(kind="warning", message=message)


def _nothing() -> None:
    return
