"""`--junit FILE`: where a report goes, looked at before the work and written after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.disk import check_writable, named
from yourouter_cli.errors import UsageProblem, YourouterError
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from yourouter_cli.checks import Report
    from yourouter_cli.session import Session


def check_path(name: str | None, session: Session) -> None:
    """Raise `UsageProblem` when no report could be written to the file *name*; None is no file."""
    if name is None:
        return
    if name == "-":
        if session.common.format not in {None, "text"}:
            raise UsageProblem("`--junit -` leaves no room for another format on standard output")
        return
    try:
        check_writable(named(name), is_replaced=False)
    except OSError as error:
        raise UsageProblem(f"cannot write `{name}`: {reason_of(error)}") from None


def write_junit(name: str, report: Report, session: Session) -> None:
    """Write *report* as JUnit XML to the file *name*, or to standard output for `-`."""
    from yourouter_cli.render.junit import junit_xml  # 3 ms, for --junit alone

    document = junit_xml(report)
    if name == "-":
        session.streams.write(document)
        return
    try:
        named(name).write_text(document, encoding="utf-8")
    except OSError as error:
        raise YourouterError(f"cannot write `{name}`: {reason_of(error)}") from error
