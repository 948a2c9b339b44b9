"""The page that `--help` shows of a command, and Typer's classes that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from yourouter_cli.commands.options import session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

    from yourouter_cli.commands.surface import Command, Option
    from yourouter_cli.render.pages import Block, Page
    from yourouter_cli.session import Session


class HelpfulCommand(TyperCommand):
    """A command with our help page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        _write_page(self, ctx, formatter)


class HelpfulGroup(TyperGroup):
    """A group of commands with our help page."""

    def summaries(self, context: Any) -> list[tuple[str, str]]:
        """Return the name of each command in it, and what that says of itself in a sentence."""
        from yourouter_cli.commands.surface import summary_of  # 2 ms that only help needs

        names = self.list_commands(context)
        return [(name, summary_of(self.get_command(context, name))) for name in names]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        _write_page(self, ctx, formatter)


def built(app: typer.Typer) -> Any:
    """Return the command, or the group of commands, that *app* declares."""
    for information in app.registered_commands:
        information.cls = HelpfulCommand
    app.info.cls = HelpfulGroup
    return get_command(app)


def page_of(command: Command) -> Page:
    """Return the help page of *command*: its examples first, then its options by what they do."""
    # 4 ms that only help needs.
    from yourouter_cli.commands.surface import grouped
    from yourouter_cli.commands.topics import TOPICS
    from yourouter_cli.render.pages import Lines, Page, Prose, Rows

    is_root = len(command.path) == 1
    blocks: list[Block] = []
    if command.examples:
        blocks.append(Lines("Examples", command.examples))
    # What programs want to know comes last: people read from the top.
    for_programs = [note for note in command.notes if note.startswith("JSON: ")]
    blocks += [Prose(note) for note in command.notes if note not in for_programs]
    if command.commands:
        blocks.append(Rows("Commands", command.commands))
    if command.arguments:
        rows = [(argument.shown, argument.help) for argument in command.arguments]
        blocks.append(Rows("Arguments", tuple(rows)))
    shown = command.options if is_root else command.own_options
    for title, options in grouped(shown).items():
        blocks.append(Rows(title, tuple((spelled(option), told(option)) for option in options)))
    blocks += map(Prose, for_programs)
    if is_root:
        blocks.append(Rows("Topics of `yourouter help TOPIC`", tuple(TOPICS.items())))
    else:
        listed = ", ".join([*map(briefly, command.common_options), "-h\u00a0--help"])
        blocks.append(Prose(f"Common options, explained by `yourouter --help`: {listed}"))
    return Page(command.usage, command.summary, tuple(blocks))


def spelled(option: Option) -> str:
    """Return how *option* is typed: `-m, --model ID`; names line up whether short ones or not."""
    names = ", ".join(option.names)
    if len(option.names) == 1 and option.names[0].startswith("--"):
        names = f"    {names}"
    if option.opposites:
        names += f", {', '.join(option.opposites)}"
    return f"{names} {option.metavar}".rstrip()


def told(option: Option) -> str:
    """Return what *option* does, with its default."""
    return f"{option.help} [default: {option.default}]" if option.default else option.help


def briefly(option: Option) -> str:
    """Return *option* for a list of many, which does not part it: with the words it takes."""
    return "\u00a0".join(filter(None, [*option.names, "|".join(option.choices)]))


def show(page: Page, session: Session) -> None:
    """Write *page* to standard output."""
    from yourouter_cli.render.pages import drawn  # 2 ms that only help needs

    streams = session.streams
    if session.common.speaks_json:
        from yourouter_cli.commands.documents import write_json  # 0.1 ms at every start

        write_json(session, page.as_json())
    else:
        streams.write(drawn(page, streams.size[0], color=streams.stdout_color))


def page_of_typer(command: Any, context: Any, path: Sequence[str]) -> Page:
    """Return the help page of Typer's *command*, which is typed as *path*."""
    from yourouter_cli.commands import surface  # 2 ms that only help needs

    listed = command.summaries(context) if isinstance(command, HelpfulGroup) else ()
    return page_of(surface.read(command, path, listed))


def _write_page(command: Any, context: Any, formatter: Any) -> None:
    from yourouter_cli.render.pages import drawn  # 2 ms that only help needs

    page = page_of_typer(command, context, context.command_path.split())
    streams = session_of(context).streams
    formatter.write(drawn(page, streams.size[0], color=streams.stdout_color).rstrip("\n"))
    # What Typer writes to a pipe loses its colours otherwise, also those that were asked for.
    context.color = streams.stdout_color
