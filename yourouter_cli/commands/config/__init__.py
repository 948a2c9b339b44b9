"""`yourouter config`: profiles, keys and settings, and where each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from yourouter_cli.commands.config.options import InitOptions
from yourouter_cli.commands.documents import write_json, write_path
from yourouter_cli.commands.options import common, session_of

if TYPE_CHECKING:
    from yourouter_cli.session import Session
    from yourouter_cli.settings.changes import Done

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Key = Annotated[str, typer.Argument(metavar="KEY", help="A setting, such as `model`.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A profile.")]
ShowOrigin = Annotated[bool, typer.Option("--origin", help="Also say where each value is from.")]


@app.callback()
@common
def config(context: typer.Context) -> None:
    r"""Profiles, keys and settings.

    \b
    yourouter config init
    yourouter config set model gpt-4o
    yourouter config list --origin
    yourouter config doctor
    """


@app.command("init")
@common(network=True)
def init_(context: typer.Context, options: InitOptions) -> None:
    r"""Make a profile: asks on a terminal, takes options in scripts, then tries it.

    \b
    yourouter config init
    yourouter config init --base-url http://127.0.0.1:8080/v1 --api-key-env KEY --no-input
    yourouter config init -p work --model gpt-4o --no-check --no-input
    """
    from yourouter_cli.commands.config import init as dialogue  # 11 ms that --help does without

    dialogue.init(options, session_of(context))


@app.command("get")
@common
def get(context: typer.Context, key: Key, *, origin: ShowOrigin = False) -> None:
    r"""Print the value of one setting; keys are masked, an unset one is an empty line.

    \b
    yourouter config get model
    yourouter config get --origin base_url
    yourouter config get params.temperature

    JSON: {"schema":1,"profile","key","value","origin","source"}.
    """
    # 6 ms that --help does without.
    from yourouter_cli.commands.config.show import show_value
    from yourouter_cli.settings.schema import located, setting_named

    path = located(key)
    setting_named(path[0])
    show_value(session_of(context), key, path, origin=origin)


@app.command("set")
@common
def set_(
    context: typer.Context,
    key: Key,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VALUE]...", help="The value; lists comma separated; `-`: stdin."),
    ] = None,
) -> None:
    r"""Give a setting a value in a profile, which is made if need be.

    \b
    yourouter config set model gpt-4o
    yourouter config set -p work base_url https://gateway.example/v1
    yourouter config set api_key                  # asks, without echo
    pass show yourouter | yourouter config set api_key -
    yourouter config set api_key_command pass show yourouter
    yourouter config set headers.X-Team blue
    """
    # 7 ms that --help does without.
    from yourouter_cli.commands.config.given import given, parted, typed_key
    from yourouter_cli.settings.changes import assign, assignment
    from yourouter_cli.settings.schema import setting_named

    session = session_of(context)
    if "=" in key:
        raise parted(key)
    if key == "api_key":
        text = typed_key(session, values)
    else:
        setting_named(key.partition(".")[0])
        text = given(session, key, values)
    done = assign(session.store, session.common.profile, session.environ, [assignment(key, text)])
    _tell(session, f"set `{key}` in profile `{done.profile}`", done)


@app.command("unset")
@common
def unset_(context: typer.Context, key: Key) -> None:
    r"""Take a setting out of a profile, so that its default holds again.

    \b
    yourouter config unset fallback_models
    yourouter config unset -p work headers.X-Team
    """
    from yourouter_cli.settings.changes import unset  # 7 ms that --help does without

    session = session_of(context)
    done = unset(session.store, session.common.profile, session.environ, key)
    _tell(session, "" if done.notices else f"unset `{key}` in profile `{done.profile}`", done)


@app.command("list")
@common
def list_(context: typer.Context, *, origin: ShowOrigin = False) -> None:
    r"""List all settings of a profile with their values; keys are masked.

    \b
    yourouter config list --origin
    yourouter config list -p work --json

    JSON: {"schema":1,"profile","settings":{NAME:{"value","origin","source"}}}.
    """
    from yourouter_cli.commands.config.show import show_all  # 6 ms that --help does without

    show_all(session_of(context), origin=origin)


@app.command("profiles")
@common
def profiles(context: typer.Context) -> None:
    r"""List the profiles; the current one is marked.

    \b
    yourouter config profiles

    JSON: {"schema":1,"current","profiles":[{"name","current","base_url","model","built_in"}]}.
    """
    from yourouter_cli.settings.overview import overview  # 5 ms that --help does without

    session = session_of(context)
    current, found = overview(session.common.profile, session.environ, session.store)
    if session.common.speaks_json:
        rows_json = [row._asdict() for row in found]
        write_json(session, {"schema": 1, "current": current, "profiles": rows_json})
        return
    from yourouter_cli.render.tables import table  # 1 ms that JSON does without

    rows = [
        (
            "*" if row.current else "",
            row.name,
            "(built in)" if row.built_in else row.base_url,
            row.model,
        )
        for row in found
    ]
    table(session.streams, ("", "NAME", "BASE URL", "MODEL"), rows, flexible=2)


@app.command("use")
@common
def use_(context: typer.Context, name: Name) -> None:
    r"""Make a profile the default one.

    \b
    yourouter config use work
    """
    from yourouter_cli.settings.changes import use  # 7 ms that --help does without

    session = session_of(context)
    _tell(session, f"the default profile is `{name}` now", use(session.store, name))


@app.command("remove")
@common
def remove_(context: typer.Context, name: Name) -> None:
    r"""Take a profile away, with the key it holds.

    \b
    yourouter config remove work
    """
    from yourouter_cli.settings.changes import remove  # 7 ms that --help does without

    session = session_of(context)
    _tell(session, f"removed the profile `{name}`", remove(session.store, name))


@app.command("edit")
@common
def edit_(context: typer.Context) -> None:
    r"""Edit the configuration in $VISUAL or $EDITOR; it is checked before it is kept.

    \b
    yourouter config edit
    EDITOR="code --wait" yourouter config edit
    """
    from yourouter_cli.commands.config import edit as dialogue  # 4 ms, for this command alone

    dialogue.edit(session_of(context))


@app.command("path")
@common
def path(context: typer.Context) -> None:
    r"""Print where the configuration file is, or would be.

    \b
    yourouter config path
    YOUROUTER_HOME=/tmp/try yourouter config path

    JSON: {"schema":1,"path"}.
    """
    session = session_of(context)
    write_path(session, session.places.config_file)


@app.command("doctor")
@common(network=True)
def doctor_(
    context: typer.Context,
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look only at what is on this machine.")
    ] = False,
    junit: Annotated[
        str | None,
        typer.Option("--junit", metavar="FILE", help="Also a report as JUnit XML."),
    ] = None,
) -> None:
    r"""Find out what is wrong, layer by layer, and how to mend it; exit 9 when something is.

    \b
    yourouter config doctor
    yourouter config doctor -p work --offline
    yourouter config doctor --json | jq '.checks[] | select(.status == "fail")'

    It asks the model for one token and for one word, and the others of the profile for one token
    or one vector each.

    JSON: {"schema":1,"ok","checks":[{"name","status":"ok|warn|fail|skip","ms","detail","fix"}]}.
    """
    from yourouter_cli.commands.config import doctor as examination  # 48 ms, for this command alone

    examination.doctor(session_of(context), offline=offline, junit=junit)


def _tell(session: Session, what: str, done: Done) -> None:
    """Say what was done, and then what the user should know besides."""
    for line in (what, *done.notices):
        if line:
            session.tell(line)
