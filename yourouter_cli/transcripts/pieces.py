"""What is said in a turn, as the rows it is kept in and as the parts of a conversation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.conversation import File, Media, Text, ToolUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.conversation import Part

_HALVES = re.compile("[\ud800-\udfff]")


class Piece(NamedTuple):
    """One contribution of one role.

    `text` and `reasoning` are words. `media` and `file` describe an attachment, `call` a call of a
    tool, `outcome` what the tool gave; they are objects.
    """

    role: str
    kind: str
    body: str | dict[str, Any]


WORDS = frozenset({"text", "reasoning"})


def stored(piece: Piece) -> tuple[str, str, str]:
    """Return *piece* as a row: role, kind, body."""
    body = piece.body
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return piece.role, piece.kind, storable(text)


def storable(text: str) -> str:
    """Return *text* with every half of a surrogate pair replaced: UTF-8 cannot hold them."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def as_json(value: object) -> str | None:
    """Return *value* as the text it is kept as; nothing in it is kept as nothing."""
    return storable(json.dumps(value, ensure_ascii=False)) if value else None


def joined(rows: Iterable[tuple[str, str, str]]) -> Iterator[Piece]:
    """Yield the pieces in *rows*; words that arrived one after the other are one piece."""
    words: list[str] = []
    spoken = ("", "")
    for role, kind, body in rows:
        if words and (role, kind) != spoken:
            yield Piece(*spoken, "".join(words))
            words = []
        spoken = (role, kind)
        # The user's words came as they are kept: two of them are two.
        if kind in WORDS and role != "user":
            words.append(body)
        else:
            yield Piece(role, kind, body if kind in WORDS else json.loads(body))
    if words:
        yield Piece(*spoken, "".join(words))


def asked(parts: Iterable[Part], *, with_content: bool) -> Iterator[Piece]:
    """Yield what the user says in *parts*; files are described, unless *with_content*."""
    for part in parts:
        match part:
            case Text(text, file=None):
                yield Piece("user", "text", text)
            case Text(text, file=File() as file):
                described: dict[str, Any] = file._asdict()
                yield Piece("user", "file", described | ({"text": text} if with_content else {}))
            case Media():
                yield Piece("user", "media", _described(part, with_content=with_content))
            case _:
                continue  # calls and their outcomes are not the user's


def _described(media: Media, *, with_content: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "kind": media.kind,
        "media_type": media.media_type,
        "name": media.name,
    }
    if media.url is not None:
        return {**described, "url": media.url}
    described |= {"size": media.size, "digest": media.digest}
    return described | (
        {"content": b"".join(media.encoded).decode("ascii")} if with_content else {}
    )


def told(piece: Piece) -> Part:
    """Return what *piece* of a question adds to the next request.

    An attachment whose content was not kept becomes words that say what it was.
    """
    body = piece.body
    if isinstance(body, str):
        return Text(body)
    if "text" in body:
        return Text(body["text"])
    if "content" in body or "url" in body:
        return Media(
            kind=body["kind"],
            media_type=body["media_type"],
            name=body["name"],
            url=body.get("url"),
            encoded=(body["content"].encode("ascii"),) if "content" in body else (),
            size=body.get("size", 0),
            digest=body.get("digest", ""),
        )
    return Text(f"[{attachment_line(body)} was attached here; its content was not kept]\n\n")


def attachment_line(body: dict[str, Any]) -> str:
    """Return an attachment in a few words: name, type, size."""
    facts = [str(body["media_type"])] if "media_type" in body else []
    facts.append(f"{body['size']} bytes" if "size" in body else str(body.get("url", "")))
    return f"`{body['name']}` ({', '.join(facts)})"


def use_of(call: dict[str, Any], fallback_id: str) -> ToolUse:
    """Return a kept call of a tool."""
    try:
        arguments = json.loads(call["arguments"] or "{}")
    except ValueError:
        arguments = {}
    return ToolUse(
        id=call["id"] or fallback_id,
        name=call["name"],
        arguments=arguments if isinstance(arguments, dict) else {},
        signature=call.get("signature"),
    )
