"""The line editor of the interactive session. The only importer of prompt_toolkit."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings

_VI_EDITORS = ("vi", "vim", "nvim", "neovim", "gvim", "elvis", "vile")
_LONGEST_LIST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Helps:
    """What the editor knows about the session: words to complete, and what the status says.

    *arguments* maps a slash command to a function from the word typed so far to the words it may
    become; *status* returns the line below the prompt.
    """

    commands: Mapping[str, str]
    arguments: Mapping[str, Callable[[str], Iterable[str]]] = field(default_factory=dict)
    status: Callable[[], str] = str


class LineEditor:
    """Reads what the user types: history, several lines, pasting whole, completion, search.

    Enter sends. Alt-Enter, Ctrl-J, or a backslash at the end of the line begin another line.
    """

    def __init__(self, history_file: Path | None, helps: Helps, environ: Mapping[str, str]) -> None:
        self._helps = helps
        self._session = self._made(history_file, environ)

    def read(self, default: str = "") -> str:
        """Return what was typed, *default* being typed already.

        Raises `EOFError` for Ctrl-D and `KeyboardInterrupt` for Ctrl-C, both at an empty prompt;
        Ctrl-C over some text raises it too, having dropped the text.
        """
        text: str = self._session.prompt(default=default)
        return text

    def _made(self, history_file: Path | None, environ: Mapping[str, str]) -> PromptSession[str]:
        # 115 ms, which only a session at a terminal pays.
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import Completer, Completion
        from prompt_toolkit.enums import EditingMode
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.formatted_text import FormattedText
        from prompt_toolkit.history import FileHistory, InMemoryHistory

        helps = self._helps

        class Words(Completer):
            def get_completions(self, document: Any, _event: Any) -> Iterator[Completion]:
                for word, length, meaning in completions(document.text_before_cursor, helps):
                    yield Completion(word, -length, display_meta=meaning)

        session: PromptSession[str] = PromptSession(
            history=(
                FileHistory(str(history_file))
                if history_file is not None and made_private(history_file)
                else InMemoryHistory()
            ),
            multiline=True,
            key_bindings=_bindings(),
            completer=Words(),
            complete_while_typing=Condition(
                lambda: (
                    session.default_buffer.text.startswith("/")
                    and " " not in session.default_buffer.text
                )
            ),
            bottom_toolbar=lambda: FormattedText([("", helps.status())]),
            editing_mode=EditingMode.VI if wants_vi(environ) else EditingMode.EMACS,
            prompt_continuation=lambda width, _number, _wrapped: "." * (width - 1) + " ",
            message="> ",
            erase_when_done=False,
            reserve_space_for_menu=4,
        )
        return session


def _bindings() -> KeyBindings:
    from prompt_toolkit.enums import DEFAULT_BUFFER
    from prompt_toolkit.filters import has_focus
    from prompt_toolkit.key_binding import KeyBindings

    bindings = KeyBindings()

    # Only where the prompt is typed: in a reverse search Enter takes what was found.
    @bindings.add("enter", filter=has_focus(DEFAULT_BUFFER))
    def _send(event: Any) -> None:
        buffer = event.current_buffer
        if buffer.document.current_line_before_cursor.endswith("\\"):
            buffer.delete_before_cursor(1)
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @bindings.add("escape", "enter")
    @bindings.add("c-j")
    def _new_line(event: Any) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


def completions(typed: str, helps: Helps) -> Iterator[tuple[str, int, str]]:
    """Yield what *typed* may go on as: the word, how much of it stands there, what it means."""
    if not typed.startswith("/") or "\n" in typed:
        return
    command, blank, argument = typed.partition(" ")
    if not blank:
        for name, meaning in helps.commands.items():
            if name.startswith(command):
                yield name, len(command), meaning
        return
    if find := helps.arguments.get(command):
        for count, word in enumerate(find(argument)):
            if count >= _LONGEST_LIST:
                return
            yield word, len(argument), ""


def paths(typed: str) -> Iterator[str]:
    """Yield the files and directories that *typed* may become; directories end in a slash."""
    directory, _, start = typed.rpartition("/")
    place = Path(f"{directory}/" if "/" in typed else ".").expanduser()
    with suppress(OSError):
        for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
            if entry.name.startswith(start) and (start or not entry.name.startswith(".")):
                prefix = f"{directory}/" if "/" in typed else ""
                yield prefix + entry.name + ("/" if entry.is_dir() else "")


def made_private(path: Path) -> bool:
    """Make sure that *path* is there and nobody else's to read; return whether that worked."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        path.chmod(0o600)
    except OSError:
        return False
    return True


def wants_vi(environ: Mapping[str, str]) -> bool:
    """Return whether to edit as vi does: what inputrc says, else what $VISUAL or $EDITOR is."""
    file = Path(environ.get("INPUTRC") or f"{environ.get('HOME', '')}/.inputrc")
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in reversed(lines):
        match line.split():
            case ["set", "editing-mode", mode]:
                return mode.strip("\"'") == "vi"
    editor = environ.get("VISUAL") or environ.get("EDITOR") or ""
    return bool(editor.split()) and Path(editor.split()[0]).name in _VI_EDITORS
