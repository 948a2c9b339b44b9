"""Conversations on standard output: for a person, a shell or a program."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.documents import write_json
from yourouter_cli.render.sanitize import clean, clean_line, one_line
from yourouter_cli.transcripts.entries import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yourouter_cli.session import Session
    from yourouter_cli.transcripts.entries import Entry, Hit
    from yourouter_cli.transcripts.pieces import Piece
    from yourouter_cli.transcripts.records import Conversation, TurnRecord

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLUMNS = ("ID", "LAST USED", "PROFILE", "MODEL", "TURNS", "TOKENS", "TITLE")


def done(session: Session, **ids: list[str]) -> None:
    """Write the *ids* that something was done to; of several groups, text shows the first."""
    if session.common.speaks_json:
        write_json(session, {"schema": 1, **ids})
    else:
        session.streams.write("".join(f"{id_}\n" for id_ in next(iter(ids.values()))))


def entries(session: Session, found: Sequence[Entry]) -> None:
    """Write the listing."""
    if session.common.speaks_json:
        write_json(session, [_entry_json(entry) for entry in found])
        return
    from yourouter_cli.render.tables import table  # 0.3 ms that JSON does without

    if not found and session.streams.stdout_is_terminal:
        session.tell("there are no conversations")
        return
    rows = [
        (
            entry.id,
            _when(session, entry.updated),
            entry.profile,
            entry.model,
            entry.turns,
            entry.tokens,
            entry.title,
        )
        for entry in found
    ]
    table(session.streams, _COLUMNS, rows)


def hits(session: Session, found: Sequence[Hit]) -> None:
    """Write what a search found, each match marked where it stands."""
    if session.common.speaks_json:
        rows = [
            {**_entry_json(hit.entry), "turn": hit.turn, "excerpt": _marked(hit)} for hit in found
        ]
        write_json(session, rows)
    elif not session.streams.stdout_is_terminal:
        from yourouter_cli.render.tables import table  # 0.3 ms that JSON does without

        cells = [
            (hit.entry.id, moment(hit.entry.updated), hit.entry.title, _marked(hit))
            for hit in found
        ]
        table(session.streams, (), cells)
    elif not found:
        session.tell("no conversation has these words")
    else:
        session.streams.write("".join(_for_a_person(session, hit) for hit in found))


def _for_a_person(session: Session, hit: Hit) -> str:
    entry = hit.entry
    head = f"{entry.id}  {_when(session, entry.updated)}  {clean_line(entry.title)}"
    marks = (_BOLD, _PLAIN) if session.streams.stdout_color else ("[", "]")
    excerpt = "".join(
        f"{marks[0]}{clean_line(text)}{marks[1]}" if is_match else clean_line(text)
        for text, is_match in hit.excerpt
    )
    return f"{head}\n    {excerpt}\n"


def _marked(hit: Hit) -> str:
    return one_line("".join(f"[{text}]" if is_match else text for text, is_match in hit.excerpt))


def conversation(session: Session, whole: Conversation) -> None:
    """Write all that was said in *whole*."""
    if session.common.speaks_json:
        # 0.2 ms that text does without.
        from yourouter_cli.transcripts.documents import conversation_json

        write_json(session, conversation_json(whole))
        return
    entry = whole.entry
    facts = [entry.id, entry.profile, entry.model, _when(session, entry.updated)]
    if entry.tokens is not None:
        facts.append(f"{entry.tokens} tokens")
    facts_line = clean_line(" · ".join(facts))
    session.streams.write(
        f"{_styled(session, _BOLD, clean_line(entry.title))}\n"
        f"{_styled(session, _DIM, facts_line)}\n"
    )
    for turn in whole.turns:
        text = "\n" + "\n\n".join(block.rstrip() for block in _blocks(turn)) + "\n"
        if turn.position == whole.summarized_up_to:
            text += f"\n[what is above is summed up for the model as:]\n{whole.summary}\n"
        session.streams.write(_safe(session, text))


def _blocks(turn: TurnRecord) -> Iterator[str]:
    """Yield the question, the pieces of the answer, and how it ended."""
    question = "\n".join(map(_spoken, turn.question))
    yield "\n".join(f"> {line}".rstrip() for line in question.splitlines())
    for piece in turn.answer:
        if piece.kind != "reasoning":
            yield _spoken(piece)
    if turn.error is not None:
        yield f"[{turn.state}: {turn.error.get('message')}]"
    elif turn.state != "finished":
        yield f"[{turn.state}]"
    if turn.removed:
        yield "[undone]"


def _spoken(piece: Piece) -> str:
    match piece.body:
        case str() as words:
            return words
        case {"arguments": arguments, "name": name}:
            return f"[calls {name}: {arguments}]"
        case {"result": result, "name": name}:
            return f"[{name} gave: {result}]"
        case described:
            # 5 ms that a list does without.
            from yourouter_cli.transcripts.pieces import attachment_line

            return f"[attached: {attachment_line(described)}]"


def exported(session: Session, whole: Conversation) -> None:
    """Write *whole* in the chosen format."""
    from yourouter_cli.transcripts import documents  # 0.2 ms, for exports alone

    if session.common.format == "json":
        write_json(session, documents.conversation_json(whole))
    elif session.common.format == "jsonl":
        for line in documents.conversation_lines(whole):
            write_json(session, line)
    else:
        from yourouter_cli.transcripts.markdown import as_markdown  # 0.5 ms that JSON does without

        session.streams.write(_safe(session, as_markdown(whole)))


def _entry_json(entry: Entry) -> dict[str, Any]:
    id_, title, model, profile, turns, tokens, created, updated = entry
    return {
        "id": id_,
        "title": title,
        "model": model,
        "profile": profile,
        "turns": turns,
        "tokens": tokens,
        "created": moment(created),
        "updated": moment(updated),
    }


def _when(session: Session, milliseconds: int) -> str:
    """Return a time: the user's own for a person, UTC for a program."""
    if not session.streams.stdout_is_terminal:
        return moment(milliseconds)
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(milliseconds // 1000))


def _safe(session: Session, text: str) -> str:
    return clean(text) if session.streams.stdout_is_terminal else text


def _styled(session: Session, style: str, text: str) -> str:
    return f"{style}{text}{_PLAIN}" if session.streams.stdout_color else text
