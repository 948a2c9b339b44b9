"""Errors in words for a person, or as one JSON object for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean_line

if TYPE_CHECKING:
    from yourouter_cli.errors import YourouterError


def problem_lines(error: YourouterError) -> str:
    """Return `yourouter: <what failed>: <why>`, then a `hint:` line for each remedy."""
    told = error.request_id is None or error.request_id in error.message
    request = "" if told else f" (request id {error.request_id})"
    lines = [f"yourouter: {error.message}{request}", *(f"hint: {hint}" for hint in error.hints)]
    # What the gateway said is in there: it must neither drive the terminal nor break the line.
    return "".join(f"{clean_line(line)}\n" for line in lines)


def problem_json(error: YourouterError) -> str:
    """Return the error as one line of JSON."""
    # Imported here because json costs 8 ms, which an error in words need not pay.
    from yourouter_cli.render.answer import error_json, json_line

    return json_line({"error": error_json(error)}, visible=True)
