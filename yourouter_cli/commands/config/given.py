"""The value that is given to `config set`: as arguments, on standard input, or at a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.asking import ask_hidden, can_ask
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import OfProfile
from yourouter_cli.settings.private_file import quoted

if TYPE_CHECKING:
    from yourouter_cli.session import Session


def typed_key(session: Session, values: list[str] | None) -> str:
    """Return a key from the prompt or from standard input; never from an argument."""
    if values and values != ["-"]:
        raise UsageProblem(
            "a key as an argument would be seen by every process and kept in the shell's history",
            hints=(
                OfProfile("yourouter config set api_key"),
                OfProfile("pass show yourouter | yourouter config set api_key -"),
            ),
        )
    if not values and can_ask(session):
        return ask_hidden("API key (not shown)")
    if not values and session.streams.stdin_is_terminal:
        raise UsageProblem(
            "cannot ask for the key", hints=OfProfile("yourouter config set api_key -")
        )
    return _stdin(session)


def parted(text: str) -> UsageProblem:
    """Return the error for *text* of the form KEY=VALUE; what may be a secret is not repeated."""
    key, _, value = text.partition("=")
    shown = "-" if key.startswith(("api_key", "headers")) else quoted(value)
    return UsageProblem(
        "the setting and its value are two words",
        hints=OfProfile(f"yourouter config set {quoted(key)} {shown}"),
    )


def given(session: Session, key: str, values: list[str] | None) -> str:
    """Return the value of *key* as one text; lists may be given as several arguments."""
    if not values:
        hint = OfProfile(f"yourouter config get {key}")
        raise UsageProblem(f"no value for `{key}`", hints=hint)
    if values == ["-"]:
        return _stdin(session)
    if len(values) == 1:
        return values[0]
    if key not in {"api_key_command", "fallback_models"}:
        raise UsageProblem(f"`{key}` takes one value, not {len(values)}")
    import json  # 1 ms; few values are several words

    return json.dumps(values)


def _stdin(session: Session) -> str:
    data = session.streams.stdin.read() if session.streams.stdin is not None else b""
    try:
        return data.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageProblem("standard input is not UTF-8 text") from None
