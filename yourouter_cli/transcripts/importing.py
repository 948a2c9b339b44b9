"""Exports read back, of this program or of a person's hand: checked before anything is kept."""

from __future__ import annotations

import json
import re
from binascii import Error, a2b_base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from yourouter_cli.conversation import MediaKind
from yourouter_cli.errors import UsageProblem
from yourouter_cli.transcripts.documents import GROUPS, SCHEMA, SINGLE
from yourouter_cli.transcripts.entries import Entry
from yourouter_cli.transcripts.loading import FACTS
from yourouter_cli.transcripts.markdown import documents_in
from yourouter_cli.transcripts.pieces import WORDS, Piece
from yourouter_cli.transcripts.records import Conversation, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STATES = ("finished", "failed", "interrupted", "running")
_ID = re.compile(r"[0-9a-z][0-9a-z_-]{3,63}")
# What a piece that is an object has to have, so that it can be told to a model again.
_REQUIRED: dict[str, dict[str, tuple[type, ...]]] = {
    "media": {"kind": (str,), "media_type": (str,), "name": (str,)},
    "file": {"name": (str,)},
    "call": {"id": (str, type(None)), "name": (str,), "arguments": (str,)},
    "outcome": {"id": (str,), "name": (str,), "result": (str,), "is_error": (bool,)},
}
_OPTIONAL: dict[str, tuple[type, ...]] = {
    "url": (str,),
    "size": (int,),
    "digest": (str,),
    "content": (str,),
    "text": (str,),
    "signature": (str, type(None)),
}
_MEDIA = frozenset(get_args(MediaKind))
# The smallest whole number that no database can hold.
_TOO_MUCH = 2**63
_IN = {"question": ("text", "media", "file"), "answer": ("text", "reasoning", "call", "outcome")}
_WORDS_FOR: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}
Kind = TypeVar("Kind")


def conversations_in(text: str, name: str) -> list[Conversation]:
    """Return the conversations in *text*, an export in any of the formats.

    Several exports may stand one after the other. Raises `UsageProblem`, which calls the text
    *name*, for anything else.
    """
    read = documents_in if text.lstrip().startswith("<!--") else _documents
    found = read(text, name)
    try:
        conversations = [_conversation(_Reader(document, "the conversation")) for document in found]
    except _Misfit as misfit:
        raise UsageProblem(f"cannot import `{name}`: {misfit}") from None
    if not conversations:
        raise UsageProblem(f"cannot import `{name}`: there is no conversation in it")
    return conversations


def _documents(text: str, name: str) -> list[dict[str, Any]]:
    """Return the objects in *text* with the turns put back into their conversations."""
    found: list[dict[str, Any]] = []
    for value in _values(text, name):
        match value:
            case {"type": "turn"} if found:
                found[-1]["turns"].append(value)
            case {"type": "conversation"}:
                found.append({**value, "turns": []})
            case {"turns": [*_]}:
                found.append(value)
            case _:
                raise UsageProblem(f"cannot import `{name}`: it is no export of a conversation")
    return found


def _values(text: str, name: str) -> Iterable[Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if whole is not None:
        return whole if isinstance(whole, list) else [whole]
    values = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                values.append(json.loads(line))
            except (ValueError, RecursionError):
                raise UsageProblem(
                    f"cannot import `{name}`: line {number} is not JSON; exports are Markdown,"
                    " JSON or JSON lines"
                ) from None
    return values


class _Misfit(Exception):
    """Something in an export is not as it has to be; says where and what."""


class _Reader:
    """Reads the values of an object from elsewhere, and names the one that does not fit."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            raise _Misfit(f"{where} is not an object")
        self.values = values
        self.where = where

    def get(self, name: str, *kinds: type, default: Any = None) -> Any:
        """Return the value called *name*; *default* where there is none."""
        value = self.values.get(name)
        if value is None:
            value = default
        fits = isinstance(value, kinds) and isinstance(value, bool) <= (bool in kinds)
        if value is not None and not fits:
            raise _Misfit(f"`{name}` of {self.where} is not {' or '.join(map(_word, kinds))}")
        if isinstance(value, int) and abs(value) >= _TOO_MUCH:
            raise _Misfit(f"`{name}` of {self.where} is too large")
        return value

    def need(self, name: str, *kinds: type) -> Any:
        """Return the value called *name*, which has to be there."""
        if (value := self.get(name, *kinds)) is None:
            raise _Misfit(f"{self.where} has no `{name}`")
        return value

    def moment(self, name: str) -> int:
        """Return the time called *name* in milliseconds since the epoch."""
        text = self.need(name, str)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise _Misfit(f"`{name}` of {self.where} is not a time: `{text}`") from None
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)

    def each(self, name: str, read: Callable[[_Reader], Kind]) -> tuple[Kind, ...]:
        """Return the objects in the list called *name*, each read by *read*."""
        values = self.get(name, list, default=[])
        what = name.removesuffix("s")
        return tuple(
            read(_Reader(value, f"{what} {number} of {self.where}"))
            for number, value in enumerate(values, 1)
        )


def _word(kind: type) -> str:
    return _WORDS_FOR.get(kind, "null")


def _conversation(reader: _Reader) -> Conversation:
    if reader.get("schema", int, default=SCHEMA) > SCHEMA:
        raise _Misfit("it was written by a later version of yourouter")
    id_ = reader.need("id", str)
    if not _ID.fullmatch(id_):
        raise _Misfit(f"`{id_}` is not an id")
    turns = reader.each("turns", _turn)
    positions = [turn.position for turn in turns]
    if positions != sorted(set(positions)) or min(positions, default=1) < 1:
        raise _Misfit("its turns are not in order")
    return Conversation(
        entry=Entry(
            id=id_,
            title=reader.get("title", str, default=""),
            model=reader.need("model", str),
            profile=reader.need("profile", str),
            turns=len(turns),
            tokens=reader.get("tokens", int),
            created=reader.moment("created"),
            updated=reader.moment("updated"),
        ),
        turns=turns,
        summary=reader.get("summary", str),
        summarized_up_to=reader.get("summarized_up_to", int, default=0),
    )


def _turn(reader: _Reader) -> TurnRecord:
    state = reader.get("state", str, default="finished")
    if state not in _STATES:
        raise _Misfit(f"`state` of {reader.where} is not one of {', '.join(_STATES)}")
    facts = {name: reader.get(name, FACTS[name]) for name in SINGLE}
    for group, names in GROUPS.items():
        inner = _Reader(reader.get(group, dict, default={}), f"`{group}` of {reader.where}")
        facts |= {name: inner.get(name, int, FACTS[name]) for name in names}
    return TurnRecord(
        position=reader.need("turn", int),
        created=reader.moment("created"),
        state=state,
        dialect=reader.need("dialect", str),
        requested_model=reader.need("requested_model", str),
        question=reader.each("question", lambda piece: _piece(piece, "question")),
        answer=reader.each("answer", lambda piece: _piece(piece, "answer")),
        system=reader.get("system", str),
        settings=reader.get("settings", dict, default={}),
        facts={name: value for name, value in facts.items() if value is not None},
        error=reader.get("error", dict),
        attempts=reader.each("attempts", lambda attempt: attempt.values),
        removed=reader.get("removed", bool, default=False),
    )


def _piece(reader: _Reader, side: str) -> Piece:
    kind = reader.need("type", str)
    if kind not in _IN[side]:
        raise _Misfit(f"`type` of {reader.where} is not one of {', '.join(_IN[side])}")
    role = "user" if side == "question" else "tool" if kind == "outcome" else "assistant"
    if kind in WORDS:
        return Piece(role, kind, reader.need("text", str))
    body = {name: value for name, value in reader.values.items() if name != "type"}
    for name, kinds in _REQUIRED[kind].items():
        if name not in body or not isinstance(body[name], kinds):
            raise _Misfit(f"`{name}` of {reader.where} is missing or wrong")
    for name in body.keys() & _OPTIONAL.keys():
        reader.get(name, *_OPTIONAL[name])
    if kind == "media" and not (body["kind"] in _MEDIA and _is_base64(body.get("content") or "")):
        raise _Misfit(f"{reader.where} is no image, PDF or sound that could be sent")
    return Piece(role, kind, body)


def _is_base64(text: str) -> bool:
    try:
        a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        return False
    return True
