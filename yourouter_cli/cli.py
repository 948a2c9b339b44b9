"""The root of the commands; in `main` alone an exception becomes words and an exit code."""

from __future__ import annotations

import os
import traceback
from contextlib import nullcontext
from difflib import get_close_matches
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn

import typer
from typer.main import get_command

from yourouter_cli import __version__, signals
from yourouter_cli.commands.helping import HelpfulGroup, built
from yourouter_cli.commands.options import choose_color, common, session_of
from yourouter_cli.errors import (
    ExitCode,
    HungUp,
    Interrupted,
    PipeClosed,
    Stopped,
    UsageProblem,
    YourouterError,
)
from yourouter_cli.hints import Again, spelled
from yourouter_cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

# What Typer raises for a command line it cannot read. `typer.TyperException` is its public name
# since 0.28 only; before that the base of `BadParameter` is all there is.
_BAD_COMMAND_LINE: type[Exception] = typer.BadParameter.__mro__[2]


class Command(NamedTuple):
    """Where a command lives, and what `--help` says of it without importing it."""

    module: str
    summary: str


COMMANDS = {
    "chat": Command("chat", "Ask a model: one-shot, piped, or an interactive session."),
    "config": Command("config", "Profiles, keys and settings."),
    "history": Command("history", "Conversations: list, show, search, export, delete."),
    "embed": Command("embed", "Text to vectors: one line or a hundred million."),
    "video": Command(
        "video", "Generation tasks: create, wait, get, list, cancel, delete, download."
    ),
    "models": Command("models", "Which there are, which to use, and whether they answer."),
    "sandbox": Command("sandbox", "Serve a local gateway that speaks every endpoint."),
    "help": Command("help", "Topics, and the help of every command."),
}


class LazyGroup(HelpfulGroup):
    """The root group: a command's module is imported when it is chosen, not before."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        """Return the names of all commands, in the order of the documentation."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        """Return the command called *cmd_name*, or None."""
        command = COMMANDS.get(cmd_name)
        if command is None:
            return None
        return built(import_module(f"yourouter_cli.commands.{command.module}").app)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take `--install-completion` with or without the name of a shell."""
        if "--install-completion" in args:
            # 18 ms, for this option alone.
            from yourouter_cli.commands.completion.install import with_shell_named

            args = with_shell_named(args)
        return list(super().parse_args(ctx, args))

    def summaries(self, context: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - the base's
        """Return the name and the summary of each command, without importing it."""
        return [(name, command.summary) for name, command in COMMANDS.items()]


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(context: typer.Context, *, value: bool) -> None:
    if not value:
        return
    session = session_of(context)
    if session.common.speaks_json:
        # 45 ms, for reports of problems alone.
        from yourouter_cli.commands.versions import write_versions

        write_versions(session)
    else:
        session.streams.write(f"yourouter {__version__}\n")
    raise typer.Exit


@app.callback(invoke_without_command=True)
@common
def root(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - answered by its callback before this runs
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_tell_version,
            help="Show the version and leave; --json names those of all parts.",
        ),
    ] = False,
    install_completion: Annotated[
        str | None,
        typer.Option(
            "--install-completion",
            metavar="[SHELL]",
            help="Complete in bash, zsh, fish or powershell; without SHELL, in yours.",
        ),
    ] = None,
) -> None:
    """Talk to many models through one gateway: in a terminal, in a pipe, in CI.

    \b
    yourouter chat -p sandbox "Reply with exactly: connected"
    git diff | yourouter chat "Write a commit message"
    yourouter config init

    Common and network options stand before the command or after it. The profile `sandbox` needs
    no key and no network.
    """  # noqa: D301 - \b is Typer's mark for a block that is not to be rewrapped
    if install_completion is not None:
        # 18 ms, for this option alone.
        from yourouter_cli.commands.completion.install import install

        install(install_completion, context.command, context, session_of(context))
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.fail("Missing command.")


def main(argv: Sequence[str], session: Session) -> int:
    """Run the command line *argv* in *session* and return its exit code."""
    session.common.format = _said_on(argv, "--format")
    try:
        return _dispatch(argv or ["--help"], session)
    except PipeClosed as error:
        return error.exit_code
    except YourouterError as error:
        return _told(error, session, argv)
    except KeyboardInterrupt:
        return _told(Interrupted("interrupted"), session, argv)
    except _BAD_COMMAND_LINE as error:
        return _told(_usage_problem(error), session, argv)
    except (typer.Abort, EOFError):
        return _told(Interrupted("aborted"), session, argv)
    except BrokenPipeError:
        return ExitCode.PIPE_CLOSED
    except RecursionError as error:
        return _told(UsageProblem(f"the input is nested too deeply: {error}"), session, argv)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug in one line
        return _told(_bug(error), session, argv)
    finally:
        session.close()


def _dispatch(argv: Sequence[str], session: Session) -> int:
    command = get_command(app)
    asks_for_help = not {"-h", "--help"}.isdisjoint(argv)
    if asks_for_help and (color := _said_on(argv, "--color")):
        choose_color(session, color)
    try:
        with (
            session.streams.standing_in() if asks_for_help else nullcontext(),
            command.make_context("yourouter", list(argv), obj=session) as context,
        ):
            result = command.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    return int(result or 0)


def _said_on(argv: Sequence[str], option: str) -> str | None:
    """Return the last value of *option* in *argv*, as far as can be told before parsing it.

    A command line that cannot be parsed is reported in the format it asked for, and help is shown
    before all options are read.
    """
    chosen = None
    for word, following in pairwise([*argv, ""]):
        if word == "--":
            break
        if word == "--json" and option == "--format":
            chosen = "json"
        elif word.startswith(f"{option}="):
            chosen = word.partition("=")[2]
        elif word == option:
            chosen = following or chosen
    return chosen


def _usage_problem(error: Exception) -> UsageProblem:
    """Return Typer's complaint about the command line in our words."""
    words = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "yourouter"
    words = f"{words[:1].lower()}{words[1:].rstrip('.')}".replace("'", "`")
    hints: tuple[str, ...] = (f"{path} --help",)
    if words.startswith("no such command"):
        words += _nearest(words.partition("`")[2].rstrip("`"), list(COMMANDS))
    option = words.removeprefix("no such option: ")
    if option != words and option[1:].isdecimal():
        # What is meant for a number below zero is read as an option.
        hints = (f"`--` ends the options: {path} … -- {option}", *hints)
    return UsageProblem(words, hints=hints)


def _nearest(word: str, known: list[str]) -> str:
    found = get_close_matches(word, known, 1)
    return f" (did you mean `{found[0]}`?)" if found else ""


def _bug(error: Exception) -> YourouterError:
    """Return the error for something nobody thought of."""
    return YourouterError(
        f"unexpected {type(error).__name__}: {error} (this is a bug)",
        hints=Again("--debug"),
    )


def _told(error: YourouterError, session: Session, argv: Sequence[str]) -> int:
    """Tell the user about *error* of the command line *argv*; return its exit code."""
    if isinstance(error, HungUp):
        return error.exit_code
    if session.common.debug and error.exit_code is ExitCode.BUG:
        session.streams.write_error(traceback.format_exc())
    named, new_key = session.common.profile, session.new_key
    error.hints = tuple(spelled(hint, argv, named, new_key) for hint in error.hints)
    session.streams.write_error(_words(error, as_json=session.common.speaks_json))
    return error.exit_code


def _words(error: YourouterError, *, as_json: bool) -> str:
    # 1 ms that only errors need.
    from yourouter_cli.render.problems import problem_json, problem_lines

    return problem_json(error) if as_json else problem_lines(error)


def run_process(argv: Sequence[str]) -> NoReturn:
    """Run *argv* as this process's command line and end the process."""
    signals.take_over()
    session = Session()
    try:
        code = main(argv, session)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED  # once more, while we were leaving
    except Stopped as error:
        code = error.exit_code
    if code == ExitCode.PIPE_CLOSED:
        session.streams.detach()
    # Everything is written and closed by now: taking the interpreter down in order would cost
    # another 15-30 ms, and would wait for threads that nobody needs any more.
    os._exit(code)
