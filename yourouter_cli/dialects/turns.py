"""Conversations for the APIs in which user and assistant take turns, and tools have no voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from yourouter_cli.conversation import Text, ToolOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yourouter_cli.conversation import Message, Part

Speaker = Literal["user", "assistant"]


def turns(messages: Iterable[Message]) -> list[tuple[Speaker, list[Part]]]:
    """Return *messages* as turns in which the speakers alternate.

    What tools gave is said by the user, before anything else in that turn; all results of parallel
    calls are in one turn. Text without a word in it is left out, and so is a turn without parts.
    """
    result: list[tuple[Speaker, list[Part]]] = []
    for message in messages:
        speaker: Speaker = "assistant" if message.role == "assistant" else "user"
        parts = [part for part in message.parts if _says_something(part)]
        if not parts:
            continue
        if result and result[-1][0] == speaker:
            result[-1][1].extend(parts)
        else:
            result.append((speaker, parts))
    for _, parts in result:
        parts.sort(key=lambda part: not isinstance(part, ToolOutcome))
    return result


def _says_something(part: Part) -> bool:
    return not isinstance(part, Text) or bool(part.text.strip())
