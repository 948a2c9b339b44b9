"""The line editor of the interactive session. The only importer of prompt_toolkit."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import HungUp
from yourouter_cli.services.completing import Helps, completions
from yourouter_cli.services.keyboard import wants_vi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import FrameType

    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings

# Escape begins other keys, too; what belongs to one of those arrives together.
_ESCAPE_SECONDS = 0.1
_LEAVING = "Ctrl-C again leaves"
_PROMPT, _FURTHER = "> ", ". "


class LineEditor:
    """Reads what the user types: history, several lines, pasting whole, completion, search.

    Enter sends. Alt-Enter, Ctrl-J, or a backslash at the end of the line begin another line.
    Ctrl-C drops what is typed. *history_file* is read, and written to if the session *keeps* what
    is typed; without *color* all is in the terminal's own colours.
    """

    def __init__(
        self,
        history_file: Path,
        helps: Helps,
        environ: Mapping[str, str],
        *,
        keeps: bool,
        color: bool,
    ) -> None:
        self._helps = helps
        self._is_leaving = False
        self._session = self._made(_history(history_file, keeps=keeps), environ, color=color)
        self._session.app.ttimeoutlen = self._session.app.timeoutlen = _ESCAPE_SECONDS
        self._session.default_buffer.on_text_changed += self._stay

    def read(self, default: str = "") -> str:
        """Return what was typed, *default* being typed already.

        Raises `EOFError` when the user leaves, by Ctrl-D or by Ctrl-C twice, at an empty prompt.
        What the handlers of signals raise leaves the terminal as it was.
        """
        self._is_leaving = False
        stopped: list[BaseException] = []
        try:
            with self._catching(stopped):
                text: str = self._session.prompt(default=default)
                return text
        except OSError as error:
            raise HungUp from error  # the terminal is gone
        finally:
            if stopped:
                raise stopped[0]

    def _made(
        self, history: History, environ: Mapping[str, str], *, color: bool
    ) -> PromptSession[str]:
        # 115 ms, which only a session at a terminal pays.
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import Completer, Completion
        from prompt_toolkit.enums import EditingMode
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.output import ColorDepth

        helps = self._helps

        class Words(Completer):
            def get_completions(self, document: Any, _event: Any) -> Iterator[Completion]:
                for word, length, meaning in completions(document.text_before_cursor, helps):
                    yield Completion(word, -length, display_meta=meaning)

        def types_command() -> bool:
            typed = session.default_buffer.text
            return typed.startswith("/") and " " not in typed

        session: PromptSession[str] = PromptSession(
            message=_PROMPT,
            history=history,
            multiline=True,
            key_bindings=self._bindings(),
            completer=Words(),
            complete_while_typing=Condition(types_command),
            # As a list: text would be read for its own sake, a list for its styles.
            bottom_toolbar=lambda: [("", _LEAVING if self._is_leaving else helps.status())],
            editing_mode=EditingMode.VI if wants_vi(environ) else EditingMode.EMACS,
            # A line that is only folded is no further line.
            prompt_continuation=lambda width, _number, folds: " " * width if folds else _FURTHER,
            color_depth=None if color else ColorDepth.DEPTH_1_BIT,
            enable_suspend=True,
            reserve_space_for_menu=4,
        )
        return session

    def _bindings(self) -> KeyBindings:
        # A part of the same 115 ms.
        from prompt_toolkit.enums import DEFAULT_BUFFER
        from prompt_toolkit.filters import has_focus
        from prompt_toolkit.key_binding import KeyBindings

        bindings = KeyBindings()
        # Only where the prompt is typed: in a search Enter takes what was found, Ctrl-C ends it.
        in_prompt = has_focus(DEFAULT_BUFFER)

        @bindings.add("enter", filter=in_prompt)
        def _send(event: Any) -> None:
            buffer = event.current_buffer
            line = buffer.document.current_line_before_cursor
            # Two backslashes are one that is meant.
            escapes = (len(line) - len(line.rstrip("\\"))) % 2
            if escapes and not buffer.document.current_line_after_cursor:
                buffer.delete_before_cursor(1)
                buffer.insert_text("\n")
            else:
                buffer.validate_and_handle()

        @bindings.add("escape", "enter", filter=in_prompt)
        @bindings.add("c-j", filter=in_prompt)
        def _new_line(event: Any) -> None:
            event.current_buffer.insert_text("\n")

        @bindings.add("c-c", filter=in_prompt)
        @bindings.add("<sigint>", filter=in_prompt)
        def _drop(event: Any) -> None:
            buffer = event.current_buffer
            if buffer.text:
                buffer.reset()
            elif self._is_leaving:
                event.app.exit(exception=EOFError)
            else:
                self._is_leaving = True

        return bindings

    def _stay(self, _buffer: Any) -> None:
        self._is_leaving = False

    @contextmanager
    def _catching(self, stopped: list[BaseException]) -> Iterator[None]:
        """Let what a handler raises end the editing, not the loop inside it; it is in *stopped*."""
        app = self._session.app
        handlers: dict[int, Any] = {}

        def leave() -> None:
            if app.is_running and not app.is_done:
                app.exit(exception=EOFError)

        def handle(number: int, frame: FrameType | None) -> None:
            try:
                handlers[number](number, frame)
            except BaseException as error:
                if app.loop is None:
                    raise
                stopped.append(error)
                app.loop.call_soon_threadsafe(leave)

        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and callable(handler := signal.getsignal(number)):
                handlers[number] = handler
                signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def _history(file: Path, *, keeps: bool) -> History:
    # A part of the same 115 ms.
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    class Kept(FileHistory):
        def store_string(self, string: str) -> None:
            # A full disk is no reason to end a conversation.
            with suppress(OSError):
                if keeps:
                    super().store_string(string)

    is_usable = made_private(file) if keeps else os.access(file, os.R_OK)
    return Kept(str(file)) if is_usable else InMemoryHistory()


def made_private(path: Path) -> bool:
    """Make sure that *path* is there and nobody else's to read; return whether that worked."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
        path.chmod(0o600)
    except OSError:
        return False
    return True
