"""A kept conversation as the beginning of the next request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.conversation import Message, Text, ToolOutcome, ToolUse
from yourouter_cli.transcripts.pieces import told, use_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.conversation import Part
    from yourouter_cli.transcripts.records import Conversation, TurnRecord

# Tell the model why what it said ends in the middle, or why it did not get what it asked for.
INTERRUPTED_MARK = "\n\n[this answer was interrupted by the user]"
BROKEN_MARK = "\n\n[this answer broke off here]"
NOT_RUN = "the call was not run"
_SUMMARY = "Summary of our conversation so far:\n\n"
_GO_ON = "I will go on from this summary."


class Exchange(NamedTuple):
    """A question that is context for the next one, and what became of it.

    `text` are the words of the answer, `dialect` is the one it was given in. `position` tells which
    turn of the kept conversation it is; None when it is not kept.
    """

    question: Message
    answer: tuple[Message, ...]
    text: str
    dialect: str
    position: int | None


def exchanges(conversation: Conversation) -> Iterator[Exchange]:
    """Yield what of *conversation* is context, after its summary.

    Turns that were undone, or failed before anything was said, are left out. No answer ends with
    the user.
    """
    for turn in conversation.turns:
        if not _counts(turn) or turn.position <= conversation.summarized_up_to:
            continue
        if answer := tuple(_spoken(turn)):
            question = Message("user", tuple(map(told, turn.question)))
            yield Exchange(question, answer, turn.text, turn.dialect, turn.position)


def messages(conversation: Conversation, dialect: str) -> tuple[Message, ...]:
    """Return what was said in *conversation* as messages for a request in *dialect*."""
    return said(conversation.summary, exchanges(conversation), dialect)


def said(summary: str | None, following: Iterable[Exchange], dialect: str) -> tuple[Message, ...]:
    """Return a *summary*, if there is one, and what followed as messages in *dialect*."""
    found = [] if summary is None else list(summarized(summary))
    for exchange in following:
        found.append(exchange.question)
        is_own = exchange.dialect == dialect
        found += exchange.answer if is_own else map(_unsigned, exchange.answer)
    return tuple(found)


def unanswered(conversation: Conversation) -> Message | None:
    """Return the question that *conversation* ends with, if it was asked in vain."""
    last = conversation.turns[-1] if conversation.turns else None
    if last is None or last.removed or last.state != "failed" or _counts(last):
        return None
    return Message("user", tuple(map(told, last.question)))


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


def _unsigned(message: Message) -> Message:
    """Return *message* without signatures: they mean something to the dialect they came in."""
    if not any(isinstance(part, ToolUse) and part.signature for part in message.parts):
        return message
    parts = (
        part._replace(signature=None) if isinstance(part, ToolUse) else part
        for part in message.parts
    )
    return Message(message.role, tuple(parts))


def _spoken(turn: TurnRecord) -> Iterator[Message]:
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
                use = use_of(call, f"call-{turn.position}-{number}")
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
