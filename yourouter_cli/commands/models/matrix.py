"""The cells of `models check` on standard output: as a table, as JSON, as TAP, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.checks import Check
from yourouter_cli.commands.documents import write_json
from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.render.tables import table
from yourouter_cli.render.verdicts import GREEN, RED
from yourouter_cli.wording import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.services.check import Cell, Spread
    from yourouter_cli.session import Session

CONNECTED = "connected"
_COLUMNS = ("MODEL", "VENDOR", "RESULT", "FIRST TOKEN", "TOTAL", "TOKENS", "MESSAGE ID")
_MODEL, _RESULT, _ID = 0, 2, 6
_SHORTEST_ID = 8


def write_table(cells: Sequence[Cell], session: Session, *, repeat: int) -> None:
    """Write *cells* as a table; on a terminal the whole cause of each failure follows it."""
    streams = session.streams
    heading = list(_COLUMNS)
    if repeat > 1:
        heading[3:5] = (f"{name} min/median/p95" for name in heading[3:5])
    rows = [_row(cell, repeat, is_wide=streams.stdout_is_terminal) for cell in cells]
    count = len(heading)
    if streams.stdout_is_terminal and _others(heading, rows) > streams.size[0] - _SHORTEST_ID:
        count -= 1  # there is no room for an id of which anything could be read
    paint = {_RESULT: lambda text: GREEN if text == CONNECTED else RED}
    cut = (_MODEL, _RESULT) if count <= _ID else (_ID, _MODEL, _RESULT)
    table(streams, heading[:count], [row[:count] for row in rows], flexible=cut, paint=paint)
    if streams.stdout_is_terminal:
        for cell in cells:
            if not cell.ok:
                streams.write(f"{clean_line(f'{title(cell)}: {cell.telling.error}')}\n")


def write_cells(cells: Sequence[Cell], session: Session, *, repeat: int) -> None:
    """Write *cells* as one JSON object."""
    ok = all(cell.ok for cell in cells)
    document = {"schema": 1, "ok": ok, "cells": [cell_json(cell, repeat) for cell in cells]}
    write_json(session, document)


def cell_json(cell: Cell, repeat: int) -> dict[str, Any]:
    """Return *cell* as JSON has it; how its runs are spread only where there are several."""
    run = cell.telling
    document = {
        "model": cell.place.model,
        "vendor": cell.place.vendor,
        "ok": cell.ok,
        "status": run.status,
        "error": run.error,
        "first_token_ms": _median(cell.first_token),
        "total_ms": _median(cell.total),
        "usage": run.usage._asdict(),
        "vendor_message_id": run.vendor_message_id,
    }
    if repeat > 1:
        document["repeat"] = {
            "runs": len(cell.runs),
            "failed": sum(one.error is not None for one in cell.runs),
            "first_token_ms": cell.first_token and cell.first_token._asdict(),
            "total_ms": cell.total and cell.total._asdict(),
        }
    return document


def as_check(cell: Cell) -> Check:
    """Return *cell* as a check."""
    return Check(
        name=title(cell),
        status="ok" if cell.ok else "fail",
        detail=CONNECTED if cell.ok else cell.telling.error or "",
        ms=_median(cell.total),
    )


def title(cell: Cell) -> str:
    """Return what *cell* is called in a report."""
    return f"{cell.place.model} by {cell.place.vendor}"


def _row(cell: Cell, repeat: int, *, is_wide: bool) -> tuple[object, ...]:
    run = cell.telling
    tokens = run.usage.total_tokens
    if tokens is None and run.usage.output_tokens is not None:
        tokens = run.usage.output_tokens + (run.usage.input_tokens or 0)
    return (
        cell.place.model,
        cell.place.vendor,
        _result(cell, is_wide=is_wide),
        _spread(cell.first_token, repeat, is_wide=is_wide),
        _spread(cell.total, repeat, is_wide=is_wide),
        tokens,
        run.vendor_message_id,
    )


def _others(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    """Return how many columns of the screen the table fills without the messages' ids."""
    columns = list(zip(heading, *rows, strict=True))[:_ID]
    return sum(max(len(str(cell)) for cell in column) + 2 for column in columns)


def _result(cell: Cell, *, is_wide: bool) -> str:
    """Return `connected` or the cause: in full for a program, in a few words for a table."""
    run = cell.telling
    if run.error is None:
        return CONNECTED
    if not is_wide:
        return run.error
    if run.kind is None:
        return "unexpected answer"
    words = run.kind.word.replace("_", " ")
    return words if run.status is None else f"{run.status} {words}"


def _spread(spread: Spread | None, repeat: int, *, is_wide: bool) -> str:
    if spread is None:
        return ""
    values = spread if repeat > 1 else (spread.median,)
    if not is_wide:
        return "/".join(f"{value:g}" for value in values)
    words = [span(value) for value in values]
    number, unit = zip(*(word.split(" ") for word in words), strict=True)
    return f"{'/'.join(number)} {unit[0]}" if len(set(unit)) == 1 else "/".join(words)


def _median(spread: Spread | None) -> float | None:
    return None if spread is None else round(spread.median, 1)
