"""The interactive session: read, ask, show, and never lose what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from yourouter_cli import __version__
from yourouter_cli.commands.chat import slash
from yourouter_cli.commands.chat.dialogue import Dialogue
from yourouter_cli.commands.chat.turn import TICK_SECONDS, cut_warning, events_for, kept_turn
from yourouter_cli.errors import YourouterError
from yourouter_cli.events import Answer, Finished, Notice, TextDelta
from yourouter_cli.render.policy import OutputFormat, renderer_for
from yourouter_cli.render.problems import problem_lines
from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.services.repl import Helps, LineEditor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.render.base import Renderer
    from yourouter_cli.services.rounds import Toolbox
    from yourouter_cli.session import Session
    from yourouter_cli.transcripts.turn import Turn as Kept

_PART_KEPT = "the part is kept, /retry asks again"
_NOTHING_KEPT = "/retry asks again, /retry MODEL asks another model"


def converse(ready: Ready, options: ChatOptions, session: Session) -> None:
    """Talk until the user leaves; errors are shown and do not end the session."""
    toolbox = None
    if options.run_tools:
        from yourouter_cli.commands.chat.approval import toolbox_for

        toolbox = toolbox_for(ready.tools, options, session)
    Talk(Dialogue.begun(ready), options, session, toolbox).run()


class Talk:
    """One session: the editor, the dialogue, and the loop between them."""

    def __init__(
        self,
        dialogue: Dialogue,
        options: ChatOptions,
        session: Session,
        toolbox: Toolbox | None,
    ) -> None:
        self.dialogue = dialogue
        self.options = options
        self.session = session
        self.toolbox = toolbox
        self.gateway = session.gateway(dialogue.profile)
        self.saves = dialogue.ready.saves
        self.conversation = dialogue.ready.conversation
        # What stands at the next prompt already, after /edit.
        self.draft = ""
        self.is_over = False

    def run(self) -> None:
        """Read and answer until the user leaves."""
        editor = LineEditor(
            self.session.places.history_file,
            Helps(
                commands=slash.summaries(),
                arguments=slash.arguments(self),
                status=self._status,
            ),
            self.session.environ,
        )
        self.tell(f"yourouter {__version__}: /help lists the commands, Ctrl-D leaves")
        interrupts = 0
        while not self.is_over:
            draft, self.draft = self.draft, ""
            try:
                text = editor.read(draft)
            except EOFError:
                return
            except KeyboardInterrupt:
                interrupts += 1
                if interrupts > 1:
                    return
                self.tell("Ctrl-C again, or Ctrl-D, leaves")
                continue
            interrupts = 0
            if text.strip():
                self.take(text)

    def take(self, text: str) -> None:
        """Do what *text* says: a slash command, or a question for the model."""
        try:
            if slash.is_command(text):
                slash.run(text, self)
            else:
                self.dialogue.say(text)
                self.answer()
        except YourouterError as error:
            self.session.streams.write_error(problem_lines(error))
        except KeyboardInterrupt:
            self.tell("interrupted")

    def answer(self) -> None:
        """Ask for the next answer, show it and keep it, as far as it comes."""
        answer = Answer()
        try:
            self._show(self.dialogue.request(), answer)
        except KeyboardInterrupt:
            kept = self.dialogue.hear_part(answer, is_interrupted=True)
            self.tell("interrupted; " + (_PART_KEPT if kept else _NOTHING_KEPT))
        except YourouterError as error:
            self.session.streams.write_error(problem_lines(error))
            kept = self.dialogue.hear_part(answer, is_interrupted=False)
            self.tell(_PART_KEPT if kept else _NOTHING_KEPT)
        else:
            self.dialogue.hear(answer)

    def _show(self, request: ChatRequest, answer: Answer) -> None:
        # Here the total clock bounds one answer, not the session.
        self.gateway.started = self.session.clock.monotonic()
        with self._begun(request) as turn, self._renderer(request.model) as renderer:
            self.conversation = turn.conversation or self.conversation

            def pause() -> None:
                renderer.pause()
                turn.pause()

            for event in events_for(
                request,
                self.dialogue.route,
                self.gateway,
                toolbox=self.toolbox,
                pause=pause,
                settle=renderer.settle,
                tick=TICK_SECONDS,
            ):
                turn.record(event)
                answer.add(event)
                if isinstance(event, Finished) and (warning := cut_warning(event)):
                    renderer.show(Notice(kind="warning", message=warning))
                renderer.show(event)
            if self.options.usage:
                renderer.receipt(answer)

    def _begun(self, request: ChatRequest) -> Kept:
        return kept_turn(
            self.session, self.dialogue.profile, request, self.conversation, saves=self.saves
        )

    def _renderer(self, label: str) -> Renderer:
        session = self.session
        return renderer_for(
            session.streams,
            session.clock,
            format=cast("OutputFormat | None", session.common.format),
            label=label,
            quiet=session.common.quiet,
            show_reasoning=self.options.show_reasoning,
        )

    def show_text(self, text: str) -> None:
        """Show *text* as an answer is shown."""
        with self._renderer("") as renderer:
            renderer.show(TextDelta(text))

    def ask_aside(self, request: ChatRequest) -> str:
        """Return the answer to *request* without showing it or adding it to the dialogue."""
        from yourouter_cli.events import collect
        from yourouter_cli.services.ask import ask

        self.gateway.started = self.session.clock.monotonic()
        return collect(ask(request, self.dialogue.route, self.gateway)).text

    def tell(self, words: str) -> None:
        """Say something about the session itself, dim, on standard error."""
        streams = self.session.streams
        line = clean_line(words)
        streams.write_error(f"\x1b[2m{line}\x1b[0m\n" if streams.stderr_color else f"{line}\n")

    def _status(self) -> str:
        dialogue = self.dialogue
        parts = [dialogue.profile.name, dialogue.model, dialogue.route.vendor or "auto"]
        if dialogue.profile.dialect != "openai":
            parts.append(dialogue.profile.dialect)
        if dialogue.attachments:
            parts.append(f"{len(dialogue.attachments)} attached")
        parts.append(f"{dialogue.tokens} tokens")
        return clean_line(" · ".join(parts))

    def settings(self) -> Mapping[str, str]:
        """Return what `/usage` and `/model` show of the dialogue."""
        dialogue = self.dialogue
        return {
            "profile": dialogue.profile.name,
            "model": ", ".join(dialogue.route.models),
            "vendor": dialogue.route.vendor or "auto",
            "dialect": dialogue.profile.dialect,
            "messages": str(len(dialogue.messages)),
            "tokens": str(dialogue.tokens),
        }
