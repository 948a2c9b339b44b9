"""Options that several commands share, each declared once."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast, overload

import typer

from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import OfProfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.session import Session
    from yourouter_cli.streams import ColorChoice

_routing = partial(typer.Option, rich_help_panel="Routing")
_request = partial(typer.Option, rich_help_panel="The request")

Model = Annotated[str | None, _routing("-m", "--model", help="The model to ask.", metavar="ID")]
Vendor = Annotated[
    str | None,
    _routing("--vendor", help="Pin one vendor; `auto` lets the gateway choose.", metavar="V"),
]
Params = Annotated[
    list[str] | None,
    _request(
        "-P", "--param", metavar="KEY=VALUE", help="Any body field; VALUE is JSON when it parses."
    ),
]
Headers = Annotated[
    list[str] | None,
    _request("-H", "--header", metavar="'NAME: VALUE'", help="Any header to send along."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


def _option(kind: Any, *names: str, panel: str = "Common options", **settings: Any) -> Any:
    return Annotated[kind, typer.Option(*names, rich_help_panel=panel, **settings)]


def _network(kind: Any, name: str, metavar: str, words: str) -> Any:
    return _option(kind, name, panel="Network options", metavar=metavar, help=words)


def _format(known: tuple[str, ...] = ("FMT",)) -> Any:
    words = "How to write the result: `yourouter help formats`."
    return _option(str | None, "--format", metavar="|".join(known), help=words)


# Parameter name -> its declaration. All default to None: not given.
COMMON: dict[str, Any] = {
    "common_profile": _option(
        str | None, "-p", "--profile", metavar="NAME", help="Profile to use; `sandbox` is built in."
    ),
    "common_format": _format(),
    "common_json": _option(bool | None, "--json", help="Short for --format json."),
    "common_quiet": _option(
        bool | None, "-q", "--quiet", help="Nothing on standard error but errors."
    ),
    "common_debug": _option(
        bool | None, "--debug", help="Show requests, responses and tracebacks."
    ),
    "common_color": _option(
        str | None, "--color", metavar="auto|always|never", help="When to use colour."
    ),
    "common_no_input": _option(bool | None, "--no-input", help="Never ask anything."),
}
NETWORK: dict[str, Any] = {
    "connect_timeout": _network(
        float | None, "--connect-timeout", "SECONDS", "Give up connecting after this long."
    ),
    "first_byte_timeout": _network(
        float | None, "--first-byte-timeout", "SECONDS", "Give up waiting for an answer."
    ),
    "idle_timeout": _network(
        float | None, "--idle-timeout", "SECONDS", "Give up when nothing more comes for so long."
    ),
    "timeout": _network(
        float | None, "--timeout", "SECONDS", "Give up on the whole command after this long."
    ),
    "retries": _network(int | None, "--retries", "N", "Further attempts after the first."),
}

Function = Any
Command = TypeVar("Command", bound="Callable[..., None]")


def session_of(context: typer.Context) -> Session:
    """Return the session that *context* runs in."""
    return cast("Session", context.obj)


@overload
def common(function: Command) -> Command: ...
@overload
def common(
    *, network: bool = False, formats: tuple[str, ...] = ("text", "json")
) -> Callable[[Command], Command]: ...
def common(
    function: Any = None,
    *,
    network: bool = False,
    formats: tuple[str, ...] = ("text", "json"),
) -> Any:
    """Add the options common to all commands to *function*, which takes a `typer.Context` first.

    What they say is in `session.common` before *function* runs. With *network* come the timeouts
    and retries. *formats* are the values of `--format` that the command knows.
    """
    if function is None:
        return lambda function: _extended(function, network=network, formats=formats)
    return _extended(function, network=network, formats=formats)


def _extended(function: Function, *, network: bool, formats: tuple[str, ...]) -> Function:
    """Return a function that takes the common options as well, and calls *function*."""
    # The root takes them all: whether the subcommand knows them is seen when that is parsed.
    is_root = function.__name__ == "root"
    added = {**COMMON, **(NETWORK if network or is_root else {})}
    if not is_root:
        added["common_format"] = _format(formats)

    def wrapper(*, context: typer.Context, **given: Any) -> Any:
        chosen = {name: given.pop(name) for name in added}
        session = session_of(context)
        _merge(session, {name: value for name, value in chosen.items() if value is not None})
        # A group leaves the choice to its commands: each knows formats of its own.
        is_last = context.invoked_subcommand is None
        if is_last and session.common.format not in {None, *formats}:
            known = ", ".join(f"`{known}`" for known in formats)
            raise UsageProblem(f"unknown format `{session.common.format}` (known: {known})")
        return function(context=context, **packed(given))

    packed = _take_on(wrapper, function, added)
    return wrapper


def _take_on(
    wrapper: Function, function: Function, added: dict[str, Any]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Give *wrapper* the name, documentation and parameters of *function*, and those of *added*.

    A parameter `options` that is a dataclass stands for its fields: each becomes an option of the
    command. The returned function packs what was given for them into one again.
    """
    parameters: list[inspect.Parameter] = []
    pack: type[Any] | None = None
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        if parameter.name == "options":
            pack = parameter.annotation
            parameters += inspect.signature(pack, eval_str=True).parameters.values()
        else:
            parameters.append(parameter)
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [parameter.replace(kind=kind) for parameter in parameters]
    parameters += [
        inspect.Parameter(name, kind, default=None, annotation=annotation)
        for name, annotation in added.items()
    ]
    wrapper.__signature__ = inspect.Signature(parameters)
    wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    wrapper.__name__ = function.__name__
    # In a raw docstring, Typer's mark for lines that are kept as they are is two characters.
    wrapper.__doc__ = (function.__doc__ or "").replace("\\b\n", "\b\n")
    wrapper.__module__ = function.__module__
    return lambda given: given if pack is None else {"options": pack(**given)}


def _merge(session: Session, chosen: dict[str, Any]) -> None:
    """Put what was *chosen* over what stood further left on the command line."""
    options = session.common
    options.profile = chosen.get("common_profile", options.profile)
    if "common_format" in chosen or "common_json" in chosen:
        options.format = chosen.get("common_format", "json")
    options.quiet = chosen.get("common_quiet", options.quiet)
    options.debug = chosen.get("common_debug", options.debug)
    options.no_input = chosen.get("common_no_input", options.no_input)
    if color := chosen.get("common_color"):
        choose_color(session, color)
    options.settings.update({name: value for name, value in chosen.items() if name in NETWORK})


def choose_color(session: Session, choice: str) -> None:
    """Decide about colour as *choice*, the value of `--color`, says."""
    if choice not in {"auto", "always", "never"}:
        raise UsageProblem(f"unknown colour choice `{choice}` (known: `auto`, `always`, `never`)")
    session.common.color = cast("ColorChoice", choice)
    session.streams.choose_color(session.common.color, session.environ)


def parsed_params(texts: list[str] | None) -> dict[str, Any]:
    """Return what `-P KEY=VALUE` options say as one object; `a.b=1` nests."""
    from yourouter_cli import strict_json  # 1 ms that `--help` and `config` do without

    result: dict[str, Any] = {}
    for text in texts or ():
        path, equals, value = text.partition("=")
        names = path.split(".")
        if not equals or not all(names):
            raise UsageProblem(f"`-P {text}` is not of the form KEY=VALUE")
        try:
            parsed = strict_json.read(value)
        except (ValueError, RecursionError):
            parsed = value
        place = result
        for name in names[:-1]:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise UsageProblem(f"`-P {text}` goes into `{name}`, which has a value already")
        place[names[-1]] = parsed
    return result


_SET_KEY = OfProfile("yourouter config set api_key")


def parsed_headers(texts: list[str] | None) -> dict[str, str]:
    """Return what `-H 'Name: value'` options say; names in lower case."""
    # 5 ms that --help does without.
    from yourouter_cli.settings.kinds import RESERVED_HEADERS, is_header_name

    result: dict[str, str] = {}
    for text in texts or ():
        name, colon, value = text.partition(":")
        name, value = name.strip().lower(), value.strip()
        shown = text.splitlines()[0] if text else ""
        if not colon or not is_header_name(name):
            raise UsageProblem(f"`-H {shown}` is not of the form 'Name: value'")
        if name in RESERVED_HEADERS:
            hints = (_SET_KEY,) if name in {"authorization", "x-api-key"} else ()
            raise UsageProblem(f"the header `{name}` cannot be given with -H", hints=hints)
        if not (value.isascii() and value.isprintable()):
            raise UsageProblem(f"the header `{name}` holds a character that no header may hold")
        result[name] = value
    return result
