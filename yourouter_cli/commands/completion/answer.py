"""`yourouter __complete KIND BEGINNING [WORD]...`: what a shell asks at TAB.

Answered before anything costly is imported, from files alone: nothing is asked over the network,
nothing is written, and nothing is complained about.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import YourouterError
from yourouter_cli.session import Session
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.kinds import DIALECTS, FLAG
from yourouter_cli.settings.schema import DEFAULT, SANDBOX, chosen_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MOST = 1000
_MOST_RECENT = 100
_LONGEST_ABOUT = 60
_MODEL_SETTINGS = {"model", "fallback_models", "embedding_model", "video_model"}


def answer(argv: Sequence[str], session: Session) -> None:
    """Write what begins with BEGINNING, one a line: a word, and after a tab what it is about.

    KIND is `profile`, `model`, `conversation`, `task` or `value`, that is one of the setting named
    last. A BEGINNING of `*` is any: not every shell can pass on an empty word. The WORDs are those
    typed before, the program's name first.
    """
    kind, beginning, *words = argv
    beginning = "" if beginning == "*" else beginning
    lines = []
    for word, about in _found(kind, beginning, words, session):
        if word.startswith(beginning) and word.isprintable():
            lines.append(f"{word}\t{_line(about)}" if about else word)
    session.streams.write("".join(f"{line}\n" for line in lines[:_MOST]))


def answer_process(argv: Sequence[str]) -> None:
    """Answer in this process; whatever goes wrong, there is less to offer and no more."""
    # A message would land in the middle of the command line that is being typed.
    with suppress(Exception):
        answer(argv, Session())


def _line(text: str) -> str:
    """Return *text* as a short line without control characters: shells show it as it is."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _LONGEST_ABOUT else f"{line[: _LONGEST_ABOUT - 1]}…"


def _found(
    kind: str, beginning: str, words: Sequence[str], session: Session
) -> Iterator[tuple[str, str]]:
    if kind == "profile":
        yield from _profiles(session)
    elif kind == "model":
        yield from _models(words, session)
    elif kind == "conversation":
        from yourouter_cli.transcripts.glance import conversations  # 2 ms, for ids alone

        yield from conversations(session.places.transcripts_file, beginning, _MOST_RECENT)
    elif kind == "task":
        from yourouter_cli.services.video.glance import tasks  # 2 ms, for ids alone

        yield from tasks(session.places.tasks_file, beginning, _MOST_RECENT)
    elif kind == "value" and words:
        yield from _values(words, session)


def _profiles(session: Session) -> Iterator[tuple[str, str]]:
    yield SANDBOX, "built in: no key, no network"
    yield DEFAULT, ""
    for name in _document(session).get("profiles", {}):
        if name != DEFAULT:
            yield name, ""


def _document(session: Session) -> Mapping[str, Any]:
    """Return what the configuration says; nothing when it cannot be used."""
    try:
        return session.store.read()
    except YourouterError:
        return {}


def _models(words: Sequence[str], session: Session) -> Iterator[tuple[str, str]]:
    from yourouter_cli.services.catalog import known_ids  # 1 ms, for models alone

    for name in known_ids(session.places, _base_url(words, session)):
        yield name, ""


def _base_url(words: Sequence[str], session: Session) -> str:
    """Return where the gateway is that the command line is about to use."""
    setting = SETTINGS["base_url"]
    named = _profile_in(words)
    if named == SANDBOX:
        return _sandbox_url()
    if url := session.environ.get(setting.variable):
        return url.rstrip("/")
    document = _document(session)
    name, _ = chosen_name(named, session.environ, document)
    if name == SANDBOX:
        return _sandbox_url()
    table = document.get("profiles", {}).get(name, {})
    return str(setting.checked(table.get("base_url", setting.default)))


def _sandbox_url() -> str:
    from yourouter_cli.settings.profile import SANDBOX_VALUES  # 1 ms, for -p sandbox alone

    return str(SANDBOX_VALUES["base_url"])


def _profile_in(words: Sequence[str]) -> str | None:
    """Return the profile that is named among *words*."""
    named = None
    for word, following in pairwise([*words, ""]):
        if word in {"-p", "--profile"}:
            named = following or named
        elif word.startswith("--profile="):
            named = word.partition("=")[2]
    return named


def _values(words: Sequence[str], session: Session) -> Iterator[tuple[str, str]]:
    """Yield values of the setting that is the last of *words*."""
    name = words[-1]
    if name in _MODEL_SETTINGS:
        yield from _models(words, session)
        return
    if name == "dialect":
        yield from ((dialect, "") for dialect in DIALECTS)
    elif name in SETTINGS and SETTINGS[name].kind is FLAG:
        yield from (("true", ""), ("false", ""))
