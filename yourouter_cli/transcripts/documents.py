"""Conversations as JSON; `importing` reads it back as it was.

A conversation is `schema`, what the listing says of it, `summary`, `summarized_up_to`, and `turns`.
As JSON lines it is one line of type `conversation` and one of type `turn` for each turn.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from yourouter_cli.transcripts.loading import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.transcripts.pieces import Piece
    from yourouter_cli.transcripts.records import Conversation, TurnRecord

SCHEMA = 1
# Values of the receipt are found where the JSON of an answer has them.
GROUPS = {
    "usage": (
        "input_tokens",
        "output_tokens",
        "reasoning_tokens",
        "cached_tokens",
        "total_tokens",
        "cost",
    ),
    "timing": ("first_byte_ms", "first_token_ms", "total_ms", "tokens_per_second"),
}
SINGLE = tuple(name for name in FACTS if not any(name in group for group in GROUPS.values()))


def conversation_json(whole: Conversation) -> dict[str, Any]:
    """Return *whole* as one JSON object."""
    return {**heading_json(whole), "turns": [turn_json(turn) for turn in whole.turns]}


def conversation_lines(whole: Conversation) -> Iterator[dict[str, Any]]:
    """Yield *whole* as the objects of JSON lines."""
    yield {"type": "conversation", **heading_json(whole)}
    for turn in whole.turns:
        yield {"type": "turn", **turn_json(turn)}


def heading_json(whole: Conversation) -> dict[str, Any]:
    """Return what is known of *whole* without its turns."""
    entry = whole.entry
    return {
        "schema": SCHEMA,
        "id": entry.id,
        "title": entry.title,
        "model": entry.model,
        "profile": entry.profile,
        "tokens": entry.tokens,
        "created": _exact(entry.created),
        "updated": _exact(entry.updated),
        "summary": whole.summary,
        "summarized_up_to": whole.summarized_up_to or None,
    }


def turn_json(turn: TurnRecord) -> dict[str, Any]:
    """Return one turn; unknown values are None."""
    return {
        "turn": turn.position,
        "created": _exact(turn.created),
        "state": turn.state,
        "removed": turn.removed,
        "dialect": turn.dialect,
        "requested_model": turn.requested_model,
        "system": turn.system,
        "settings": turn.settings,
        "question": [_piece_json(piece) for piece in turn.question],
        "answer": [_piece_json(piece) for piece in turn.answer],
        **{name: turn.facts.get(name) for name in SINGLE},
        **{
            group: {name: turn.facts.get(name) for name in names} for group, names in GROUPS.items()
        },
        "error": turn.error,
        "attempts": list(turn.attempts),
    }


def _piece_json(piece: Piece) -> dict[str, Any]:
    if isinstance(piece.body, str):
        return {"type": piece.kind, "text": piece.body}
    return {"type": piece.kind, **piece.body}


def _exact(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime(f"%Y-%m-%dT%H:%M:%S.{rest:03}Z", time.gmtime(seconds))
