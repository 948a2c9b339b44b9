"""What the user gives to `history`: exports to read, and ages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.commands.prompting import stdin_bytes
from yourouter_cli.errors import UsageProblem
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from yourouter_cli.session import Session

_SECONDS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
_AGE = re.compile(r"(\d{1,6})([hdw])")


def text_of(file: str, session: Session) -> str:
    """Return what is in *file*, or in standard input for `-`; raises `UsageProblem`."""
    try:
        data = stdin_bytes(session) if file == "-" else Path(file).read_bytes()
    except OSError as error:
        reason = reason_of(error)
        raise UsageProblem(f"cannot read `{file}`: {reason}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"cannot import `{file}`: it is not UTF-8 text") from None


def seconds_in(age: str) -> int:
    """Return the seconds in an *age* such as `12h`, `30d` or `8w`."""
    if not (match := _AGE.fullmatch(age)):
        raise UsageProblem(f"`--older-than {age}` is not an age such as 12h, 30d or 8w")
    return int(match[1]) * _SECONDS[match[2]]
