"""`yourouter help`: topics, and the help of every command."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from yourouter_cli.commands import helping
from yourouter_cli.commands.options import common, session_of
from yourouter_cli.commands.topics import TOPICS, page_about
from yourouter_cli.errors import UsageProblem
from yourouter_cli.render.pages import Lines, Page, Rows

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("help")
@common
def help_(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[TOPIC]...", help="A topic, or a command.")
    ] = None,
) -> None:
    r"""Show what there is to know about a topic or a command.

    \b
    yourouter help
    yourouter help exit-codes
    yourouter help config set

    JSON: {"schema":1,"usage","summary","notes":[TEXT],"sections":[{"title","rows":[{"name","text"}]
    or "lines":[TEXT]}]}.
    """
    session = session_of(context)
    above: Any = context.find_root()
    match words or ():
        case ():
            page = _contents(above)
        case (topic,) if topic in TOPICS:
            page = _about(topic, above)
        case names:
            page = _of_command(names, above)
    helping.show(page, session)


def _about(topic: str, above: Any) -> Page:
    from yourouter_cli.commands.surface import read_all  # 2 ms that topics do without

    # Only one topic is about all commands; to import them all takes a while.
    commands = read_all(above.command, above) if topic == "formats" else ()
    return page_about(topic, commands)


def _contents(above: Any) -> Page:
    return Page(
        "yourouter help [TOPIC]...",
        "Topics, and the help of every command.",
        (
            Lines("Examples", ("yourouter help exit-codes", "yourouter help config set")),
            Rows("Topics", tuple(TOPICS.items())),
            Rows("Commands", tuple(above.command.summaries(above))),
        ),
    )


def _of_command(names: list[str], above: Any) -> Page:
    command, path = above.command, ["yourouter"]
    for name in names:
        is_group = isinstance(command, helping.HelpfulGroup)
        found = command.get_command(above, name) if is_group else None
        if found is None:
            from yourouter_cli.settings.schema import nearest  # 5 ms that only a mistake needs

            known = [*TOPICS, *command.list_commands(above)] if is_group else []
            raise UsageProblem(
                f"no help about `{' '.join(names)}`{nearest(name, known)}", hints="yourouter help"
            )
        command = found
        path.append(name)
    return helping.page_of_typer(command, above, path)
