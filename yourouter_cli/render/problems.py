"""Errors in words for a person, or as one JSON object for a program."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean

if TYPE_CHECKING:
    from yourouter_cli.errors import YourouterError


def problem_lines(error: YourouterError) -> str:
    """Return `yourouter: <what failed>: <why>`, then a `hint:` line for each remedy."""
    request = f" (request id {error.request_id})" if error.request_id else ""
    lines = [f"yourouter: {error.message}{request}", *(f"hint: {hint}" for hint in error.hints)]
    # What the gateway said is in there: it must neither drive the terminal nor break the line.
    return "".join(f"{clean(' '.join(line.split()))}\n" for line in lines)


def problem_json(error: YourouterError) -> str:
    """Return the error as one line of JSON; several hints are joined by newlines."""
    # Imported here because json costs 8 ms, which a command that succeeds need not pay.
    import json

    document = {
        "code": int(error.exit_code),
        "kind": error.kind,
        "message": error.message,
        "hint": "\n".join(error.hints) or None,
        "status": error.status,
        "request_id": error.request_id,
        "attempts": [asdict(attempt) for attempt in error.attempts],
    }
    return json.dumps({"error": document}) + "\n"
