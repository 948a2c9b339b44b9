"""`yourouter config init`: from nothing to a profile that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.asking import ask_hidden, ask_line, can_ask, confirmed
from yourouter_cli.errors import UsageProblem, YourouterError
from yourouter_cli.settings.changes import Assignment, assign, assignment, changeable
from yourouter_cli.settings.fields import KEY_SETTINGS, SETTINGS
from yourouter_cli.settings.keys import option_for
from yourouter_cli.settings.schema import profile_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yourouter_cli.commands.config.options import InitOptions
    from yourouter_cli.session import Session

_QUESTIONS = {
    "base_url": "Base URL of the gateway",
    "model": "Model",
    "fallback_models": "Models to ask next, comma separated, - for none",
    "vendor": "Vendor",
}

# What a profile made here says even where it is the default.
_ALWAYS = ("base_url", "model")


def init(options: InitOptions, session: Session) -> None:
    """Make or change a profile by what is given and what is answered, and offer to try it."""
    document = session.store.read()
    name, table = changeable(session.common.profile, session.environ, document)
    for fault in profile_faults(document, name) if table else ():
        raise session.store.problem(fault)
    given = {key: assignment(key, text) for key, text in options.given().items()}
    asks = can_ask(session)
    if asks:
        session.tell(f"Profile `{name}`. Enter keeps what is in brackets.")
        given.update(_answers(session, table, given))
    else:
        given.update(_kept(table, given))
    done = assign(session.store, name, session.environ, list(given.values()), is_first=True)
    for notice in done.notices:
        session.tell(notice)
    session.tell(f"profile `{name}` is saved in `{session.store.path}`")
    session.common.profile = name
    if options.no_check:
        return
    if asks and session.profile().key_setting is None:
        option = option_for(name)
        session.tell(f"there is no API key yet; add it with: yourouter config set{option} api_key")
    elif not asks or confirmed(session, "Try it now?", default=True):
        _check(session)


def _answers(
    session: Session, table: Mapping[str, Any], given: Mapping[str, Assignment]
) -> Iterator[tuple[str, Assignment]]:
    for key, question in _QUESTIONS.items():
        if key not in given:
            answer = _answer(session, key, question, table)
            current = table.get(key, SETTINGS[key].default)
            if key in _ALWAYS or not _is_same(key, current, answer.value):
                yield key, answer
        if key == "base_url" and not any(name in given for name in KEY_SETTINGS):
            yield from _key_answer(session, table)


def _is_same(key: str, one: Any, other: Any) -> bool:
    return bool(SETTINGS[key].checked(one) == SETTINGS[key].checked(other))


def _answer(session: Session, key: str, question: str, table: Mapping[str, Any]) -> Assignment:
    """Return what the user says *key* is to be; asks again until it can be."""
    setting = SETTINGS[key]
    current = setting.shown(setting.checked(table.get(key, setting.default)))
    while True:
        text = ask_line(session, question, current)
        try:
            return assignment(key, "" if text == "-" else text)
        except UsageProblem as problem:
            session.tell(problem.message)


def _key_answer(session: Session, table: Mapping[str, Any]) -> Iterator[tuple[str, Assignment]]:
    has_one = any(key in table for key in KEY_SETTINGS)
    enter = "keep the one there is" if has_one else "go without"
    if session.environ.get("YOUROUTER_API_KEY"):
        session.tell("YOUROUTER_API_KEY is set: it wins over a key stored here")
    while text := ask_hidden(f"API key, not shown (Enter: {enter})").strip():
        try:
            yield "api_key", assignment("api_key", text)
        except UsageProblem as problem:
            session.tell(problem.message)
        else:
            return


def _kept(
    table: Mapping[str, Any], given: Mapping[str, Assignment]
) -> Iterator[tuple[str, Assignment]]:
    """Yield what a profile always says and is not *given*, where it does not say it yet."""
    for key in _ALWAYS:
        if key not in given and key not in table:
            yield key, Assignment((key,), SETTINGS[key].default)


def _check(session: Session) -> None:
    """Ask the profile's model for one word; raises when none comes, with the profile kept."""
    # Imported here because it costs 15 ms that --no-check does without.
    from yourouter_cli.conversation import ChatRequest, Message, Text
    from yourouter_cli.events import collect
    from yourouter_cli.services.ask import Route, ask, pinned
    from yourouter_cli.services.check import MOST_TOKENS, PROMPT
    from yourouter_cli.services.remedies import DOCTOR

    profile = session.profile()
    request = ChatRequest(
        model=profile.model,
        messages=(Message("user", (Text(PROMPT),)),),
        max_tokens=MOST_TOKENS,
        params=profile.params,
    )
    route = Route(
        models=(profile.model,),
        dialect=profile.dialect,
        vendor=pinned(profile.vendor, profile.dialect),
        retries=profile.retries,
    )
    began = session.clock.monotonic()
    try:
        collect(ask(request, route, session.gateway(profile)))
    except YourouterError as error:
        if DOCTOR not in error.hints:
            error.hints = (*error.hints, DOCTOR)
        raise
    seconds = session.clock.monotonic() - began
    session.tell(f"connected: `{profile.model}` answered in {seconds:.1f} s")
