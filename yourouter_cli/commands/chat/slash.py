"""The slash commands of the interactive session: a table of names, help and what they do."""

from __future__ import annotations

import json
import re
import shlex
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.commands.chat import remembering
from yourouter_cli.commands.chat.request import system_prompt
from yourouter_cli.commands.options import parsed_params
from yourouter_cli.dialects import DIALECTS
from yourouter_cli.dialects.body import merged
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services import completing, desktop
from yourouter_cli.services.attach import attachment
from yourouter_cli.services.keyboard import echo
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from yourouter_cli.commands.chat.interactive import Talk

# A path such as /etc/hosts at the start of a question is no command.
_COMMAND = re.compile(r"\A/[A-Za-z?][\w-]*(\s|\Z)")
# What other programs call it.
_ELSEWHERE = {
    "/?": "/help",
    "/bye": "/exit",
    "/q": "/exit",
    "/quit": "/exit",
    "/clear": "/new",
    "/reset": "/new",
    "/file": "/attach",
    "/image": "/attach",
    "/load": "/resume",
    "/regenerate": "/retry",
    "/set": "/param",
    "/summarize": "/compact",
}
_KEYS = (
    ("Enter", "send"),
    ("Alt-Enter", "another line; so do Ctrl-J, and a backslash at the end"),
    ("Tab", "complete a command, model, id or file"),
    ("Ctrl-R", "search what was typed before"),
    ("Ctrl-C", "stop the answer, or drop what is typed"),
    ("Ctrl-D", "leave"),
)


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
    name, *rest = text.split(maxsplit=1)
    argument = rest[0].strip() if rest else ""
    command = COMMANDS.get(name.lower())
    if command is None:
        raise UsageProblem(
            f"no command `{name}`{_guess(name.lower())}",
            hints=("/help", "a blank before the slash makes it a question"),
        )
    if argument and not command.takes:
        raise UsageProblem(f"`{name}` takes nothing after it")
    command.run(talk, argument)


def _guess(name: str) -> str:
    near = [_ELSEWHERE.get(name), *get_close_matches(name, COMMANDS, 1, 0.5)]
    found = next(filter(None, near), None)
    return f" (did you mean `{found}`?)" if found else ""


def summaries() -> dict[str, str]:
    """Return the name and the one line of help of each command."""
    return {name: command.summary for name, command in COMMANDS.items()}


def arguments(talk: Talk) -> Mapping[str, Callable[[str], Iterable[str]]]:
    """Return how to complete what follows each command."""

    def among(words: Callable[[], Iterable[str]]) -> Callable[[str], Iterable[str]]:
        return lambda typed: (word for word in words() if word.startswith(typed))

    def system_files(typed: str) -> Iterable[str]:
        return (f"@{path}" for path in completing.paths(typed[1:]) if typed.startswith("@"))

    models = among(lambda: remembering.known_models(talk))
    return {
        "/model": models,
        "/retry": models,
        "/dialect": among(lambda: DIALECTS),
        "/system": system_files,
        "/attach": completing.paths,
        "/save": completing.paths,
        "/resume": among(lambda: remembering.known_conversations(talk)),
    }


def _help(talk: Talk, _argument: str) -> None:
    from yourouter_cli.render.pages import Page, Rows, drawn  # 2 ms, for /help alone

    rows = ((f"{name} {one.takes}".rstrip(), one.summary) for name, one in COMMANDS.items())
    blocks = (Rows("Commands", tuple(rows)), Rows("Keys", _KEYS))
    page = Page("", "What begins with a slash is a command; all else is asked.", blocks)
    streams = talk.session.streams
    streams.write(drawn(page, streams.size[0], color=streams.stdout_color))


def _model(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.ask_other(talk.session, model=argument)
    talk.write(f"model: {', then '.join(talk.dialogue.route.models)}")


def _vendor(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.ask_other(talk.session, vendor=argument)
    talk.write(f"vendor: {talk.dialogue.route.vendor or 'auto'}")


def _dialect(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.ask_other(talk.session, dialect=argument)
    talk.write(f"dialect: {talk.dialogue.route.dialect}")


def _system(talk: Talk, argument: str) -> None:
    if argument:
        talk.dialogue.system = None if argument == "-" else system_prompt(argument)
    talk.write(f"system prompt: {talk.dialogue.system or 'none'}")


def _param(talk: Talk, argument: str) -> None:
    dialogue = talk.dialogue
    path, equals, value = argument.partition("=")
    names = path.split(".")
    if argument and not (equals and all(names)):
        raise UsageProblem("`/param` takes KEY=VALUE, or KEY= to drop one")
    if equals and not value:
        dialogue.params = _without(dialogue.params, names)
    elif argument:
        dialogue.params = merged(dialogue.params, parsed_params([argument]))
    talk.write(f"parameters: {json.dumps(dialogue.params, ensure_ascii=False)}")


def _without(params: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
    """Return *params* without the field at *path*, and without what is empty then."""
    kept = dict(params)
    below = kept.get(path[0])
    if len(path) == 1:
        kept.pop(path[0], None)
    elif isinstance(below, dict):
        kept[path[0]] = _without(below, path[1:])
        if not kept[path[0]]:
            del kept[path[0]]
    return kept


def _attach(talk: Talk, argument: str) -> None:
    dialogue = talk.dialogue
    if argument == "-":
        dialogue.drop_attachments()
    elif argument:
        dialogue.attachments.append(attachment(_unquoted(argument)))
    count = len(dialogue.attached)
    files = "nothing goes" if not count else "1 file goes" if count == 1 else f"{count} files go"
    talk.write(f"{files} out with the next question")


def _unquoted(argument: str) -> str:
    """Return the path *argument*; one dropped on the terminal is written as for a shell."""
    if argument[0] in "'\"" or "\\" in argument:
        try:
            words = shlex.split(argument)
        except ValueError:
            return argument
        if len(words) == 1 and not Path(argument).exists():
            return words[0]
    return argument


def _retry(talk: Talk, argument: str) -> None:
    replaced = talk.dialogue.take_back()
    try:
        if argument:
            talk.dialogue.ask_other(talk.session, model=argument)
    except UsageProblem:
        if replaced is not None:
            talk.dialogue.put_back(replaced)
        raise
    talk.answer(replaced)


def _undo(talk: Talk, _argument: str) -> None:
    if (forgotten := talk.dialogue.take_back()) is not None:
        talk.forget(forgotten)
    talk.dialogue.question = None
    talk.tell("the last question and its answer are forgotten")


def _edit(talk: Talk, argument: str) -> None:
    with echo(talk.session.streams.stdin, on=True):
        talk.draft = desktop.edited(argument, talk.session.environ, again="yourouter chat")


def _last_text(talk: Talk) -> str:
    if not talk.dialogue.last_text:
        raise UsageProblem("there is no answer yet")
    return talk.dialogue.last_text


def _copy(talk: Talk, _argument: str) -> None:
    text = _last_text(talk)
    if not desktop.copied(text, talk.session.environ):
        raise UsageProblem("no program puts text on the clipboard here", hints="/save FILE")
    talk.tell(f"{len(text):,} characters are on the clipboard")


def _save(talk: Talk, argument: str) -> None:
    if not argument:
        raise UsageProblem("`/save` needs a file name")
    text = _last_text(talk)
    try:
        path = Path(argument).expanduser()
        with path.open("x", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else f"{text}\n")
    except FileExistsError:
        raise UsageProblem(f"`{argument}` is there already; choose another name") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageProblem(f"cannot write `{argument}`: {reason_of(error)}") from None
    talk.tell(f"saved in `{path}`")


def _usage(talk: Talk, _argument: str) -> None:
    from yourouter_cli.render.receipt import receipt_line  # 1 ms, for /usage alone

    dialogue = talk.dialogue
    talk.write(
        f"profile: {dialogue.profile.name}",
        f"model: {', then '.join(dialogue.route.models)}",
        f"vendor: {dialogue.route.vendor or 'auto'}",
        f"dialect: {dialogue.route.dialect}",
        f"conversation: {talk.conversation or 'not kept'}",
        f"turns: {len(dialogue.exchanges)}",
        f"tokens: {dialogue.tokens:,}",
    )
    if dialogue.last is not None:
        talk.write(f"last {receipt_line(dialogue.last)}")


def _exit(talk: Talk, _argument: str) -> None:
    talk.is_over = True


COMMANDS: dict[str, Slash] = {
    "/help": Slash("", "this list", _help),
    "/model": Slash("[ID]", "show the model, or ask another from now on", _model),
    "/vendor": Slash("[NAME]", "show the vendor, or pin one; `auto` pins none", _vendor),
    "/dialect": Slash("[NAME]", "show the API, or speak another", _dialect),
    "/system": Slash("[TEXT|@FILE|-]", "show, set or drop the system prompt", _system),
    "/param": Slash("[KEY=VALUE]", "show or set body fields; KEY= drops one", _param),
    "/attach": Slash("[PATH|URL|-]", "send a file with the next question; `-` drops it", _attach),
    "/retry": Slash("[MODEL]", "ask the last question again, or ask another model", _retry),
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
