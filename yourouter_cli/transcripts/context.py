"""A kept conversation as the beginning of the next request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.conversation import Message, Text, ToolOutcome, ToolUse
from yourouter_cli.transcripts.pieces import told, use_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.conversation import Part
    from yourouter_cli.transcripts.records import Conversation, TurnRecord

# Tell the model why what it said ends in the middle, or why it did not get what it asked for.
INTERRUPTED_MARK = "\n\n[this answer was interrupted by the user]"
BROKEN_MARK = "\n\n[this answer broke off here]"
NOT_RUN = "the call was not run"
_SUMMARY = "Summary of our conversation so far:\n\n"
_GO_ON = "I will go on from this summary."


def messages(conversation: Conversation, dialect: str) -> tuple[Message, ...]:
    """Return what was said in *conversation* as messages for a request in *dialect*.

    Turns that were undone, or failed before anything was said, are left out; those up to the
    summary are replaced by it. The last message is never the user's.
    """
    found: list[Message] = []
    if conversation.summary is not None:
        found += summarized(conversation.summary)
    for turn in conversation.turns:
        if _counts(turn) and turn.position > conversation.summarized_up_to:
            found.append(Message("user", tuple(map(told, turn.question))))
            found += _spoken(turn, signed=turn.dialect == dialect)
    return tuple(found)


def summarized(summary: str) -> tuple[Message, ...]:
    """Return *summary* as the messages that stand for what it sums up."""
    return (
        Message("user", (Text(_SUMMARY + summary),)),
        Message("assistant", (Text(_GO_ON),)),
    )


def _counts(turn: TurnRecord) -> bool:
    """Return whether *turn* is context: what was asked in vain would only be asked again."""
    if turn.removed or turn.state == "running" or not turn.question:
        return False
    return turn.state == "interrupted" or any(piece.kind != "reasoning" for piece in turn.answer)


def _spoken(turn: TurnRecord, *, signed: bool) -> Iterator[Message]:
    """Yield the answer of *turn*: what the model said, and in between what its tools gave."""
    said: list[Part] = []
    gave: list[Part] = []
    waiting: dict[str, ToolUse] = {}
    for number, piece in enumerate(turn.answer, 1):
        if piece.kind != "outcome" and gave:
            yield from _round(said, gave, waiting)
        match piece.body:
            case str() if piece.kind == "reasoning":
                continue
            case str() as words:
                said.append(Text(words))
            case dict() as call if piece.kind == "call":
                use = use_of(call, f"call-{turn.position}-{number}", signed=signed)
                said.append(use)
                waiting[use.id] = use
            case dict() as outcome:
                # An outcome without an id is that of the call that has waited longest.
                id_ = outcome["id"] if outcome["id"] in waiting else next(iter(waiting), None)
                if id_ is not None:
                    use = waiting.pop(id_)
                    gave.append(_outcome(use, outcome["result"], is_error=outcome["is_error"]))
    if gave or waiting:
        yield from _round(said, gave, waiting)
    if mark := _mark(turn):
        said.append(Text(mark if said else mark.lstrip()))
    if said:
        yield Message("assistant", tuple(said))


def _round(said: list[Part], gave: list[Part], waiting: dict[str, ToolUse]) -> Iterator[Message]:
    """Yield the calls and their outcomes; every call has one, as upstreams insist."""
    gave += [_outcome(use, NOT_RUN, is_error=True) for use in waiting.values()]
    yield Message("assistant", tuple(said))
    yield Message("tool", tuple(gave))
    said.clear()
    gave.clear()
    waiting.clear()


def _outcome(use: ToolUse, result: str, *, is_error: bool) -> ToolOutcome:
    return ToolOutcome(id=use.id, name=use.name, result=result, is_error=is_error)


def _mark(turn: TurnRecord) -> str:
    if turn.state == "interrupted":
        return INTERRUPTED_MARK
    return BROKEN_MARK if turn.state == "failed" else ""
