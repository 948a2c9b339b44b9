"""`yourouter config`: profiles, keys and settings, and where each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yourouter_cli.commands.options import common, session_of
from yourouter_cli.errors import UsageProblem

if TYPE_CHECKING:
    from yourouter_cli.session import Session
    from yourouter_cli.settings.changes import Done
    from yourouter_cli.settings.profile import Value

app = typer.Typer(
    help="Profiles, keys and settings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Key = Annotated[str, typer.Argument(metavar="KEY", help="A setting, such as `model`.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A profile.")]
ShowOrigin = Annotated[bool, typer.Option("--origin", help="Also say where each value is from.")]


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
    from yourouter_cli.settings.changes import located
    from yourouter_cli.settings.schema import setting_named

    session = session_of(context)
    path = located(key)
    setting = setting_named(path[0])
    profile = session.profile()
    value = profile.value(setting.name)
    plain = _plain(setting.name, value)
    for name in path[1:]:
        name = name.lower() if setting.name == "headers" else name
        plain = plain.get(name) if isinstance(plain, dict) else None
    if session.common.speaks_json:
        _write_json(session, profile=profile.name, key=key, **_described(plain, value))
        return
    text = setting.shown(value.value) if len(path) == 1 else _text(plain)
    session.streams.write(
        f"{text}\t{value.origin.value}\t{value.source}\n" if origin else f"{text}\n"
    )


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
    from yourouter_cli.settings.changes import assign, assignment
    from yourouter_cli.settings.schema import setting_named

    session = session_of(context)
    if key == "api_key":
        text = _typed_key(session, values)
    else:
        setting_named(key.partition(".")[0])
        text = _given(session, key, values)
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
    from yourouter_cli.settings.changes import unset

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
    from yourouter_cli.settings.fields import SETTINGS

    session = session_of(context)
    profile = session.profile()
    values = {name: profile.value(name) for name in SETTINGS}
    if session.common.speaks_json:
        described = {name: _described(_plain(name, value), value) for name, value in values.items()}
        _write_json(session, profile=profile.name, settings=described)
        return
    from yourouter_cli.render.tables import table

    rows = [
        (name, SETTINGS[name].shown(value.value), value.origin.value, value.source)
        for name, value in values.items()
    ]
    columns = ("SETTING", "VALUE", "ORIGIN", "SOURCE")
    width = len(columns) if origin else 2
    table(session.streams, columns[:width], [row[:width] for row in rows], flexible=1)


@app.command("profiles")
@common
def profiles(context: typer.Context) -> None:
    r"""List the profiles; the current one is marked.

    \b
    yourouter config profiles

    JSON: {"schema":1,"current","profiles":[{"name","current","base_url","model","built_in"}]}.
    """
    from yourouter_cli.settings.profile import overview

    session = session_of(context)
    current, found = overview(session.common.profile, session.environ, session.store)
    if session.common.speaks_json:
        _write_json(session, current=current, profiles=[row._asdict() for row in found])
        return
    from yourouter_cli.render.tables import table

    rows = [("*" if row.current else "", row.name, row.base_url, row.model) for row in found]
    table(session.streams, ("", "NAME", "BASE URL", "MODEL"), rows, flexible=2)


@app.command("use")
@common
def use_(context: typer.Context, name: Name) -> None:
    r"""Make a profile the default one.

    \b
    yourouter config use work
    """
    from yourouter_cli.settings.changes import use

    session = session_of(context)
    _tell(session, f"the default profile is `{name}` now", use(session.store, name))


@app.command("remove")
@common
def remove_(context: typer.Context, name: Name) -> None:
    r"""Take a profile away, with the key it holds.

    \b
    yourouter config remove work
    """
    from yourouter_cli.settings.changes import remove

    session = session_of(context)
    _tell(session, f"removed the profile `{name}`", remove(session.store, name))


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
    where = str(session.places.config_file)
    if session.common.speaks_json:
        _write_json(session, path=where)
    else:
        session.streams.write(f"{where}\n")


def _typed_key(session: Session, values: list[str] | None) -> str:
    """Return a key from the prompt or from standard input; never from an argument."""
    from yourouter_cli.commands.asking import ask_hidden, can_ask

    if values and values != ["-"]:
        raise UsageProblem(
            "a key as an argument would be seen by every process and kept in the shell's history",
            hints=("yourouter config set api_key", "yourouter config set api_key - < KEY-FILE"),
        )
    if not values and can_ask(session):
        return ask_hidden("API key (not shown)")
    if not values and session.streams.stdin_is_terminal:
        raise UsageProblem("cannot ask for the key", hints="yourouter config set api_key -")
    return _stdin(session)


def _given(session: Session, key: str, values: list[str] | None) -> str:
    """Return the value of *key* as one text; lists may be given as several arguments."""
    if not values:
        raise UsageProblem(f"no value for `{key}`", hints=f"yourouter config set {key} VALUE")
    if values == ["-"]:
        return _stdin(session)
    if len(values) == 1:
        return values[0]
    if key not in {"api_key_command", "fallback_models"}:
        raise UsageProblem(f"`{key}` takes one value, not {len(values)}")
    import json

    return json.dumps(values)


def _stdin(session: Session) -> str:
    data = session.streams.stdin.read() if session.streams.stdin is not None else b""
    try:
        return data.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageProblem("standard input is not UTF-8 text") from None


def _tell(session: Session, what: str, done: Done) -> None:
    """Say what was done, and then what the user should know besides."""
    for line in (what, *done.notices):
        if line:
            session.tell(line)


def _plain(name: str, value: Value) -> Any:
    """Return *value* as JSON can hold it, and as it may be shown."""
    from yourouter_cli.settings.kinds import safe_headers
    from yourouter_cli.settings.secret import Secret

    match value.value:
        case Secret() as secret:
            return secret.masked
        case tuple() as many:
            return list(many)
        case dict() as headers if name == "headers":
            return safe_headers(headers)
        case other:
            return other


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    import json

    return json.dumps(value, ensure_ascii=False)


def _described(plain: Any, value: Value) -> dict[str, Any]:
    return {"value": plain, "origin": value.origin.value, "source": value.source}


def _write_json(session: Session, **members: Any) -> None:
    from yourouter_cli.render.answer import json_line

    session.streams.write(
        json_line({"schema": 1, **members}, visible=session.streams.stdout_is_terminal)
    )
