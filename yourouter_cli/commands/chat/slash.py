"""The slash commands of the interactive session: a table of names, help and what they do."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.commands.chat import remembering
from yourouter_cli.commands.options import parsed_params
from yourouter_cli.dialects import DIALECTS
from yourouter_cli.dialects.body import merged
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services import desktop, repl
from yourouter_cli.services.attach import attachment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from yourouter_cli.commands.chat.interactive import Talk

# A path such as /etc/hosts at the start of a question is no command.
_COMMAND = re.compile(r"\A/[a-z]+(\s|\Z)")


class Slash(NamedTuple):
    """What a command takes, what `/help` says of it, and what it does."""

    takes: str
    summary: str
    run: Callable[[Talk, str], None]


def is_command(text: str) -> bool:
    """Return whether *text* is a slash command rather than a question."""
    return bool(_COMMAND.match(text))


def run(text: str, talk: Talk) -> None:
    """Run the command *text*; raises `UsageProblem` for an unknown one, naming the nearest."""
    name, _, argument = text.strip().partition(" ")
    command = COMMANDS.get(name)
    if command is None:
        near = get_close_matches(name, COMMANDS, 1)
        guess = f" (did you mean `{near[0]}`?)" if near else ""
        raise UsageProblem(f"no command `{name}`{guess}", hints="/help")
    argument = argument.strip()
    if argument and not command.takes:
        raise UsageProblem(f"`{name}` takes nothing after it")
    command.run(talk, argument)


def summaries() -> dict[str, str]:
    """Return the name and the one line of help of each command."""
    return {name: command.summary for name, command in COMMANDS.items()}


def arguments(talk: Talk) -> Mapping[str, Callable[[str], Iterable[str]]]:
    """Return how to complete what follows each command."""

    def among(words: Callable[[], Iterable[str]]) -> Callable[[str], Iterable[str]]:
        return lambda typed: (word for word in words() if word.startswith(typed))

    models = among(lambda: remembering.known_models(talk))
    conversations = among(lambda: remembering.known_conversations(talk))
    return {
        "/model": models,
        "/retry": models,
        "/dialect": among(lambda: DIALECTS),
        "/attach": repl.paths,
        "/save": repl.paths,
        "/resume": conversations,
    }


def _help(talk: Talk, _argument: str) -> None:
    width = max(len(f"{name} {command.takes}") for name, command in COMMANDS.items())
    lines = (
        f"{f'{name} {command.takes}':{width}}  {command.summary}\n"
        for name, command in COMMANDS.items()
    )
    keys = "Alt-Enter, Ctrl-J or a backslash at the end: another line; Ctrl-R: search\n"
    talk.session.streams.write("".join(lines) + keys)


def _model(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.ask_other(talk.session, model=argument)
    talk.tell(f"model {', '.join(talk.dialogue.route.models)}")


def _vendor(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.ask_other(talk.session, vendor=argument)
    talk.tell(f"vendor {talk.dialogue.route.vendor or 'auto'}")


def _dialect(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.ask_other(talk.session, dialect=argument)
    talk.tell(f"dialect {talk.dialogue.profile.dialect}")


def _system(talk: Talk, argument: str) -> None:
    from yourouter_cli.commands.chat.request import system_prompt

    if argument:
        talk.dialogue.system = None if argument == "-" else system_prompt(argument)
    talk.tell(f"system prompt: {talk.dialogue.system or 'none'}")


def _param(talk: Talk, argument: str) -> None:
    name, equals, value = argument.partition("=")
    if argument and equals and not value:
        talk.dialogue.params.pop(name, None)
    elif argument:
        params = merged(talk.dialogue.params, parsed_params([argument]))
        talk.dialogue.params = params
    talk.tell(f"parameters: {json.dumps(talk.dialogue.params, ensure_ascii=False)}")


def _attach(talk: Talk, argument: str) -> None:
    if not argument:
        raise UsageProblem("`/attach` needs a file or a URL")
    talk.dialogue.attachments.append(attachment(argument))
    talk.tell(f"`{argument}` goes out with the next question")


def _retry(talk: Talk, argument: str) -> None:
    if talk.dialogue.take_back():
        remembering.forget_last(talk)
    if argument:
        talk.dialogue.ask_other(talk.session, model=argument)
    talk.answer()


def _undo(talk: Talk, _argument: str) -> None:
    if talk.dialogue.take_back():
        remembering.forget_last(talk)
    talk.dialogue.question = None
    talk.tell("the last question and its answer are forgotten")


def _edit(talk: Talk, argument: str) -> None:
    try:
        talk.draft = desktop.edited(argument, talk.session.environ)
    except OSError as error:
        raise UsageProblem(f"cannot edit: {error.strerror or error}") from None


def _last_text(talk: Talk) -> str:
    if talk.dialogue.last is None or not talk.dialogue.last.text:
        raise UsageProblem("there is no answer yet")
    return talk.dialogue.last.text


def _copy(talk: Talk, _argument: str) -> None:
    text = _last_text(talk)
    if not desktop.copied(text, talk.session.environ):
        raise UsageProblem("no program puts text on the clipboard here", hints="/save FILE")
    talk.tell(f"{len(text)} characters are on the clipboard")


def _save(talk: Talk, argument: str) -> None:
    if not argument:
        raise UsageProblem("`/save` needs a file name")
    path = Path(argument).expanduser()
    text = _last_text(talk)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else f"{text}\n")
    except OSError as error:
        raise UsageProblem(f"cannot write `{path}`: {error.strerror}") from None
    talk.tell(f"saved in `{path}`")


def _usage(talk: Talk, _argument: str) -> None:
    from yourouter_cli.render.receipt import receipt_line

    for name, value in talk.settings().items():
        talk.tell(f"{name} {value}")
    if talk.dialogue.last is not None:
        talk.tell(f"last {receipt_line(talk.dialogue.last)}")


def _exit(talk: Talk, _argument: str) -> None:
    talk.is_over = True


COMMANDS: dict[str, Slash] = {
    "/help": Slash("", "this list", _help),
    "/model": Slash("[ID]", "show the model, or ask another from now on", _model),
    "/vendor": Slash("[NAME]", "show the vendor, or pin one; `auto` pins none", _vendor),
    "/dialect": Slash("[NAME]", "show the API, or speak another", _dialect),
    "/system": Slash("[TEXT|@FILE|-]", "show, set or drop the system prompt", _system),
    "/param": Slash("[KEY=VALUE]", "show or set body fields; KEY= drops one", _param),
    "/attach": Slash("PATH|URL", "send a file along with the next question", _attach),
    "/retry": Slash("[MODEL]", "ask the last question again", _retry),
    "/undo": Slash("", "forget the last question and its answer", _undo),
    "/edit": Slash("[TEXT]", "write the next question in $EDITOR", _edit),
    "/copy": Slash("", "put the last answer on the clipboard", _copy),
    "/save": Slash("FILE", "write the last answer to a new file", _save),
    "/usage": Slash("", "tokens, cost and settings so far", _usage),
    "/new": Slash("", "begin a new conversation", remembering.begin_anew),
    "/history": Slash("[WORDS]", "list the last conversations, or search them", remembering.listed),
    "/resume": Slash("ID", "go on with an earlier conversation", remembering.resume),
    "/compact": Slash(
        "", "replace old turns by a summary that the model writes", remembering.compact
    ),
    "/exit": Slash("", "leave", _exit),
}
