"""From options to a request and a route: everything that is decided before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.options import parsed_headers, parsed_params
from yourouter_cli.commands.prompting import prompt_from, utf8
from yourouter_cli.conversation import ChatRequest, Message, Text
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.ask import Route

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What is to be sent, and by which profile."""

    profile: Profile
    request: ChatRequest
    route: Route


def read(options: ChatOptions, session: Session) -> Ready:
    """Return the request that *options* and standard input make; raises for anything wrong."""
    _check(options)
    profile = session.profile(model=options.model, vendor=options.vendor)
    headers = parsed_headers(options.header)
    params = {**profile.params, **parsed_params(options.param)}
    system = _system(options.system) if options.system is not None else profile.system
    ignores_stdin = options.no_stdin or session.environ.get("YOUROUTER_NO_STDIN")
    prompt = prompt_from(
        options.prompt or [],
        session,
        takes_stdin=not ignores_stdin,
        total=profile.clocks.total,
    )
    if not prompt.strip():
        raise UsageProblem("the prompt is empty", hints="yourouter chat --help")
    request = ChatRequest(
        model=profile.model,
        messages=(Message("user", (Text(prompt),)),),
        system=system,
        temperature=options.temperature,
        max_tokens=options.max_tokens,
        params=params,
        stream=not options.no_stream,
    )
    return Ready(profile=profile, request=request, route=_route(options, profile, headers))


def _check(options: ChatOptions) -> None:
    """Refuse values that no model takes, before anything is read or sent."""
    if options.temperature is not None and not 0 <= options.temperature <= 2:  # noqa: PLR2004 - 0 to 2
        raise UsageProblem(f"`--temperature` is 0 to 2, not {options.temperature:g}")
    if options.max_tokens is not None and options.max_tokens < 1:
        raise UsageProblem(f"`--max-tokens` is at least 1, not {options.max_tokens}")
    if options.dry_run and options.curl:
        raise UsageProblem("`--dry-run` and `--curl` exclude each other")
    if options.expect_regex is not None:
        expression(options.expect_regex)


def expression(pattern: str) -> Any:
    """Return *pattern* compiled; raises `UsageProblem` when it is no regular expression."""
    import re

    try:
        return re.compile(pattern)
    except re.error as error:
        raise UsageProblem(
            f"`--expect-regex {pattern}` is not a regular expression: {error}"
        ) from None


def _system(text: str) -> str:
    if not text.startswith("@"):
        return utf8(text, "the system prompt")
    path = Path(text[1:])
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageProblem(f"cannot read the system prompt `{path}`: {reason}") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"the system prompt `{path}` is not valid UTF-8") from None


def _route(options: ChatOptions, profile: Profile, headers: dict[str, str]) -> Route:
    from yourouter_cli.dialects import load
    from yourouter_cli.settings.profile import Origin

    if options.no_fallback and options.fallback:
        raise UsageProblem("`--fallback` and `--no-fallback` exclude each other")
    # Who names a model wants that one: the profile's fallbacks are for the profile's model.
    named = profile.value("model").origin is Origin.OPTION
    following = options.fallback or (() if named else profile.fallback_models)
    if options.no_fallback:
        following = ()
    models = dict.fromkeys((profile.model, *following))
    vendor = profile.vendor
    return Route(
        models=tuple(models),
        dialect=profile.dialect,
        vendor=load(profile.dialect).VENDOR if vendor == "auto" else vendor,
        retries=profile.retries,
        headers=headers,
    )
