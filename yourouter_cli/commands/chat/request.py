"""From options to a request and a route: everything that is decided before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from yourouter_cli.commands.chat import keeping
from yourouter_cli.commands.options import parsed_headers, parsed_params
from yourouter_cli.commands.prompting import (
    PatientStdin,
    ignores_stdin,
    prompt_from,
    stdin_bytes,
    utf8,
)
from yourouter_cli.conversation import ChatRequest, Message, ReasoningLevel, Text
from yourouter_cli.dialects.body import merged
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.ask import Route, pinned
from yourouter_cli.settings.origin import Origin
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.conversation import Part
    from yourouter_cli.services.tools import RunnableTool
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile
    from yourouter_cli.transcripts.records import Conversation

_MAX_TEMPERATURE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What is to be sent, by which profile, and what the model may call.

    `continued` is the conversation that goes on, if one does.
    """

    profile: Profile
    request: ChatRequest
    route: Route
    tools: tuple[RunnableTool, ...] = ()
    continued: Conversation | None = None


def read(options: ChatOptions, session: Session) -> Ready:
    """Return the request that *options* and standard input make; raises for anything wrong."""
    _check(options)
    profile = session.profile(
        model=options.model,
        fallback_models=options.fallback or None,
        vendor=options.vendor,
        dialect=options.dialect,
    )
    headers = parsed_headers(options.header)
    params = merged(profile.params, parsed_params(options.param))
    stdin = partial(_stdin_text, session, total=profile.clocks.total)
    tools = _tools(options.tools, stdin)
    continued = keeping.continued(options, session, profile)
    said: tuple[Message, ...] = ()
    if not is_interactive(options, session):
        earlier = continued.messages(profile.dialect) if continued else ()
        said = (*earlier, Message("user", _prompt(options, session, profile)))
    request = ChatRequest(
        model=profile.model,
        messages=said,
        system=_system(options, profile, continued, stdin),
        temperature=options.temperature,
        top_p=options.top_p,
        max_tokens=options.max_tokens,
        seed=options.seed,
        stop=tuple(options.stop or ()),
        reasoning=cast("ReasoningLevel | None", options.reasoning),
        schema=_schema(options.schema, stdin),
        tools=tuple(runnable.tool for runnable in tools),
        params=params,
        stream=not options.no_stream,
    )
    route = _route(options, profile, headers)
    return Ready(
        profile=profile,
        request=request,
        route=route,
        tools=tools,
        continued=continued,
    )


def is_interactive(options: ChatOptions, session: Session) -> bool:
    """Return whether there is a person at both ends and nothing asked yet.

    Options that say something of one answer ask for one, so they need a prompt.
    """
    streams = session.streams
    about_one_answer = (
        *(options.dry_run, options.curl, options.output, options.schema, options.extract_code),
        *(options.expect is not None, options.expect_regex is not None, options.strict),
        *(options.no_stdin, _named_stdin(options), session.common.speaks_json),
    )
    return (
        streams.stdin_is_terminal
        and streams.stdout_is_terminal
        and not (options.prompt or session.common.no_input or any(about_one_answer))
    )


def _check(options: ChatOptions) -> None:
    """Refuse what no model takes and what excludes itself, before anything is read or sent."""
    if options.temperature is not None and not 0 <= options.temperature <= _MAX_TEMPERATURE:
        raise UsageProblem(f"`--temperature` is 0 to 2, not {options.temperature:g}")
    if options.top_p is not None and not 0 <= options.top_p <= 1:
        raise UsageProblem(f"`--top-p` is 0 to 1, not {options.top_p:g}")
    for name, value in (("max-tokens", options.max_tokens), ("max-rounds", options.max_rounds)):
        if value is not None and value < 1:
            raise UsageProblem(f"`--{name}` is at least 1, not {value}")
    if options.reasoning is not None and options.reasoning not in get_args(ReasoningLevel):
        known = ", ".join(f"`{level}`" for level in get_args(ReasoningLevel))
        raise UsageProblem(f"unknown reasoning level `{options.reasoning}` (known: {known})")
    if options.expect_regex is not None:
        expression(options.expect_regex)
    if options.run_tools and options.tools is None:
        raise UsageProblem("`--run-tools` needs `--tools FILE`")
    for name, texts in (("--stop", options.stop), ("-P", options.param)):
        for text in texts or ():
            utf8(text, f"`{name}`")
    if "" in (options.stop or ()):
        raise UsageProblem("`--stop` is a text, and not empty")
    if _named_stdin(options) > 1:
        raise UsageProblem("standard input can be read only once: `-` is given twice")
    pairs = (
        ("--dry-run", options.dry_run, "--curl", options.curl),
        ("--fallback", options.fallback, "--no-fallback", options.no_fallback),
        ("--extract-code", options.extract_code, "--schema", options.schema),
        ("--tools", options.tools, "--schema", options.schema),
        ("--continue", options.continue_, "--conversation", options.conversation),
        ("--save-attachments", options.save_attachments, "--no-save", options.no_save),
    )
    for one, has_one, other, has_other in pairs:
        if has_one and has_other:
            raise UsageProblem(f"`{one}` and `{other}` exclude each other")


def expression(pattern: str) -> Any:
    """Return *pattern* compiled; raises `UsageProblem` when it is no regular expression."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise UsageProblem(
            f"`--expect-regex {pattern}` is not a regular expression: {error}"
        ) from None


def _named_stdin(options: ChatOptions) -> int:
    """Return how often *options* name standard input."""
    words = [*(options.attach or ()), *(options.prompt or ()), options.schema, options.tools]
    return words.count("-") + (options.system == "@-")


def _prompt(options: ChatOptions, session: Session, profile: Profile) -> tuple[Part, ...]:
    """Return the parts of the user's message: attachments first, then the words."""
    sources, total = options.attach or [], profile.clocks.total
    ignored = options.no_stdin or ignores_stdin(session) or _named_stdin(options)
    prompt = prompt_from(options.prompt or [], session, takes_stdin=not ignored, total=total)
    if not prompt.strip() and not sources:
        raise UsageProblem("the prompt is empty", hints="yourouter chat --help")
    parts: list[Part] = []
    if sources:
        from yourouter_cli.services.attach import attachment  # 0.4 ms that only attachments need

        stdin = session.streams.stdin and PatientStdin(session, total=total)
        parts += [attachment(source, stdin) for source in sources]
    if prompt.strip():
        parts.append(Text(prompt))
    return tuple(parts)


def _system(
    options: ChatOptions,
    profile: Profile,
    continued: Conversation | None,
    stdin: Callable[[], str],
) -> str | None:
    """Return the system prompt: the given one, that of the conversation, that of the profile."""
    if options.system is not None:
        return system_prompt(options.system, stdin)
    return continued.system if continued else profile.system


def system_prompt(text: str, stdin: Callable[[], str] | None = None) -> str:
    """Return the system prompt that *text* is, or that the file after its `@` holds.

    *stdin* gives what `@-` stands for.
    """
    if not text.startswith("@"):
        return utf8(text, "the system prompt")
    return _file(text[1:], "the system prompt", stdin).removesuffix("\n")


def _schema(text: str | None, stdin: Callable[[], str]) -> dict[str, Any] | None:
    if text is None:
        return None
    from yourouter_cli.services.schema import parsed_schema  # 0.3 ms, for --schema alone

    if text.lstrip().startswith("{"):
        return parsed_schema(text, "`--schema`")
    return parsed_schema(_file(text, "the schema", stdin), f"the schema `{text}`")


def _tools(path: str | None, stdin: Callable[[], str]) -> tuple[RunnableTool, ...]:
    if path is None:
        return ()
    from yourouter_cli.services.tools import parsed_tools  # 1 ms, for --tools alone

    return parsed_tools(_file(path, "the tools file", stdin), path)


def _stdin_text(session: Session, *, total: float | None) -> str:
    if session.streams.stdin is None:
        raise OSError("standard input is closed")
    return stdin_bytes(session, total=total).decode("utf-8-sig")


def _file(path: str, what: str, stdin: Callable[[], str] | None) -> str:
    try:
        if path == "-" and stdin:
            return stdin()
        return Path(path).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, RuntimeError) as error:  # the latter: a home directory that is not known
        reason = reason_of(error)
        raise UsageProblem(f"cannot read {what} `{path}`: {reason}") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{what} `{path}` is not valid UTF-8") from None


def _route(options: ChatOptions, profile: Profile, headers: dict[str, str]) -> Route:
    # Who names a model wants that one: the profile's fallbacks are for the profile's model.
    named, follows = (
        profile.value(name).origin is Origin.OPTION for name in ("model", "fallback_models")
    )
    following = () if options.no_fallback or (named and not follows) else profile.fallback_models
    models = dict.fromkeys((profile.model, *following))
    return Route(
        models=tuple(models),
        dialect=profile.dialect,
        # Who is named by a header of the user's own is who is asked, and who is told of.
        vendor=headers.get("vendor") or pinned(profile.vendor, profile.dialect),
        retries=profile.retries,
        headers=headers,
    )
