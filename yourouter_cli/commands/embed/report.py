"""What the user is told while vectors are made, and where rows without one are listed."""

from __future__ import annotations

import json
from collections import deque
from typing import IO, TYPE_CHECKING, Any

from yourouter_cli.commands.documents import write_json
from yourouter_cli.errors import BulkPartlyFailed, UsageProblem, WriteFailed
from yourouter_cli.render.progress import Progress, ProgressLine
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.services.embed.job import Tally
    from yourouter_cli.services.embed.send import RowFailure
    from yourouter_cli.services.embed.sources import Row
    from yourouter_cli.session import Session

_NAMED_ROWS = 10
_SLOW_SECONDS = 2.0


class Report:
    """Tells of notes, failed rows and progress; *total* rows are expected, None when unknown.

    *waits_for_stdin* says that standard input has the rows: when none comes for 2 s, that is told.
    """

    def __init__(
        self, session: Session, *, total: int | None, errors: Path | None, waits_for_stdin: bool
    ) -> None:
        common = session.common
        self._session = session
        self._total = total
        self._errors_path = errors
        self._lists_to_stdout = str(errors) == "-"
        self._errors = _opened(errors) if errors and not self._lists_to_stdout else None
        self._line = ProgressLine(
            session.streams, session.clock, quiet=common.quiet, speaks_json=common.speaks_json
        )
        self._notes: deque[str] = deque()
        self._is_awaited = waits_for_stdin
        self._began = session.clock.monotonic()
        self._named: list[int] = []

    def begin_at(self, rows: int) -> None:
        """Tell that so many rows were done before."""
        self._line.begin_at(rows)
        if rows:
            self._line.say("resume", f"{counted(rows, 'row')} done already", {"rows": rows})

    def note(self, message: str) -> None:
        """Take a line from any thread; it is told with the next progress."""
        self._notes.append(message)

    def failed(self, index: int, row: Row, failure: RowFailure) -> None:
        """List a row that has no vector."""
        if len(self._named) < _NAMED_ROWS:
            self._named.append(index)
        entry = {
            "index": index,
            "id": row.id,
            "status": failure.status,
            "message": failure.message,
        }
        if self._lists_to_stdout:
            write_json(self._session, entry)
            return
        if self._errors is None:
            named = f"row {index}" + ("" if row.id is None else f" (id {row.id})")
            self._line.say("row", f"{named}: {failure.message}", entry)
            return
        try:
            # A gateway may say half a character, which UTF-8 cannot hold.
            line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")
            self._errors.write(line + b"\n")
        except OSError as error:
            raise _unwritable(self._errors_path, error) from error

    def progress(self, tally: Tally) -> None:
        """Show how far it is, and what was noted meanwhile."""
        while self._notes:
            self._line.say("retry", self._notes.popleft())
        if self._is_awaited and (
            tally.read or self._session.clock.monotonic() - self._began > _SLOW_SECONDS
        ):
            self._is_awaited = False
            if not tally.read:
                self._line.say("stdin", "waiting for lines on standard input")
        rows, in_flight = tally.rows, tally.in_flight
        self._line.show(
            Progress(rows=rows, total=self._total, tokens=tally.tokens, in_flight=in_flight)
        )

    def summary(self, tally: Tally) -> dict[str, Any]:
        """Tell what the job took; return it as it is told to programs."""
        seconds = self._session.clock.monotonic() - self._began
        cost = "unknown" if tally.cost is None else f"{tally.cost:.6f}".rstrip("0").rstrip(".")
        tokens = "unknown" if tally.tokens is None else f"{tally.tokens:,}"
        size = f" of {counted(tally.size, 'number')}" if tally.size else ""
        again = f", {tally.retried:,} tried again" if tally.retried else ""
        details = {
            "rows": tally.rows,
            "failed": tally.failed,
            "dimensions": tally.size or None,
            "requests": tally.requests,
            "usage": {"input_tokens": tally.tokens, "cost": tally.cost},
        }
        self._line.say(
            "usage",
            f"{counted(tally.rows, 'row')}{size} in {seconds:.1f} s;"
            f" {counted(tally.requests, 'request')}{again}; tokens {tokens}; cost {cost}",
            details,
        )
        return details

    def judge(self, tally: Tally) -> None:
        """Raise `BulkPartlyFailed` when some rows have no vector."""
        if not tally.failed:
            return
        rows = ", ".join(map(str, self._named))
        if tally.failed > len(self._named):
            rows += f" and {tally.failed - len(self._named):,} more"
        path = self._errors_path
        where = f", listed in `{path}`" if path else " (--errors FILE lists them)"
        raise BulkPartlyFailed(
            f"{tally.failed:,} of {counted(tally.rows, 'row')} without a vector: {rows}{where}"
        )

    def close(self) -> None:
        """Leave a tidy terminal and a whole list."""
        self._line.clear()
        if self._errors is not None:
            try:
                self._errors.close()
            except OSError as error:
                raise _unwritable(self._errors_path, error) from error


def counted(number: int, noun: str) -> str:
    """Return *number* with its *noun*, which takes an s."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("wb")
    except OSError as error:
        raise UsageProblem(f"cannot write `{path}`: {reason_of(error)}") from error


def _unwritable(path: Path | None, error: OSError) -> WriteFailed:
    return WriteFailed(f"cannot write `{path}`: {reason_of(error)}")
