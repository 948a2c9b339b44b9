"""Questions on the terminal: asked on standard error, and only where a person can answer."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from yourouter_cli.errors import UsageProblem
from yourouter_cli.render.sanitize import clean

if TYPE_CHECKING:
    from yourouter_cli.session import Session


def can_ask(session: Session) -> bool:
    """Tell whether there is a person to ask, who has not said `--no-input`."""
    streams = session.streams
    return streams.stdin_is_terminal and streams.stderr_is_terminal and not session.common.no_input


def ask_line(session: Session, question: str, default: str = "") -> str:
    """Return the line typed in answer to *question*, or *default* for an empty one.

    Raises `EOFError` when the input ends instead.
    """
    words = f"{question} [{default}]: " if default else f"{question}: "
    session.streams.write_error(clean(words))
    source = session.streams.stdin
    line = source.readline() if source is not None else b""
    if not line:
        session.streams.write_error("\n")
        raise EOFError
    return line.decode("utf-8", "replace").strip() or default


def ask_hidden(question: str) -> str:
    """Return the line typed in answer to *question*, which is not shown while it is typed."""
    from getpass import GetPassWarning, getpass  # 0.4 ms; few commands ask for a key

    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{question}: ")
        except GetPassWarning:
            raise UsageProblem("this terminal cannot hide what is typed") from None


def confirmed(session: Session, question: str, *, default: bool) -> bool:
    """Return the answer to a yes-or-no *question*; asks again until it is one."""
    choice = "Y/n" if default else "y/N"
    while True:
        match ask_line(session, f"{question} [{choice}]").lower():
            case "":
                return default
            case "y" | "yes":
                return True
            case "n" | "no":
                return False
