"""Conversations as Markdown that reads well, and back.

What a reader does not need is in comments, which Markdown does not show: a turn's receipt, and
what each text is. Words are read back exactly. The model's reasoning and the content of
attachments are in the JSON formats only.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from yourouter_cli.errors import UsageProblem
from yourouter_cli.transcripts.documents import heading_json, turn_json
from yourouter_cli.transcripts.pieces import attachment_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.transcripts.records import Conversation, TurnRecord

_MARKER = re.compile(r"^<!-- yourouter:(\w+) (\{.*\}) -->\n", re.MULTILINE)
# A line of somebody's words that looks like a marker gets a backslash more, and loses it again.
_LIKE_MARKER = re.compile(r"^(\\*<!-- yourouter:)", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(\\*<!-- yourouter:)", re.MULTILINE)
_LEFT_OUT = ("content", "text")


def as_markdown(whole: Conversation) -> str:
    """Return *whole* as one Markdown document."""
    return "".join(_sections(whole))


def _sections(whole: Conversation) -> Iterator[str]:
    yield _marker("conversation", heading_json(whole)) + f"# {_one_line(whole.entry.title)}\n\n"
    for turn in whole.turns:
        described = turn_json(turn)
        question, answer = described.pop("question"), described.pop("answer")
        yield _marker("turn", described) + "## You\n\n"
        for piece in question:
            yield _piece("question", piece)
        yield _marker("heading", {}) + f"## {_one_line(_speaker(turn))}\n\n"
        for piece in answer:
            if piece["type"] != "reasoning":
                yield _piece("answer", piece)


def _speaker(turn: TurnRecord) -> str:
    model = turn.facts.get("model") or turn.requested_model
    return model if turn.state == "finished" else f"{model} ({turn.state})"


def _piece(side: str, piece: dict[str, Any]) -> str:
    if piece["type"] == "text":
        words = _LIKE_MARKER.sub(r"\\\1", piece["text"])
        return _marker(side, {"type": "text"}) + f"{words}\n\n"
    kept = {name: value for name, value in piece.items() if name not in _LEFT_OUT}
    match piece:
        case {"type": "call", "name": name, "arguments": arguments}:
            shown = f"calls `{name}`:\n\n{_fenced(arguments)}"
        case {"type": "outcome", "name": name, "result": result}:
            shown = f"`{name}` gave:\n\n{_fenced(result)}"
        case _:
            shown = f"attached: {attachment_line(kept)}"
    return _marker(side, kept) + _LIKE_MARKER.sub(r"\\\1", f"{shown}\n\n")


def _marker(kind: str, values: dict[str, Any]) -> str:
    # Escaped so that nothing inside can end the comment.
    text = json.dumps(values, ensure_ascii=False).replace(">", "\\u003e")
    return f"<!-- yourouter:{kind} {text} -->\n\n"


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def documents_in(text: str, name: str) -> list[dict[str, Any]]:
    """Return the conversations in *text* as `documents` has them in JSON."""
    found: list[dict[str, Any]] = []
    for kind, values, body in _marked(text, name):
        if kind == "conversation":
            found.append({**values, "turns": []})
        elif kind == "turn" and found:
            found[-1]["turns"].append({**values, "question": [], "answer": []})
        elif kind in {"question", "answer"} and found and found[-1]["turns"]:
            if values.get("type") == "text":
                values["text"] = _ESCAPED.sub(r"\1", body)
            found[-1]["turns"][-1][kind].append(values)
        elif kind != "heading":
            raise UsageProblem(f"cannot import `{name}`: `{kind}` stands where it means nothing")
    return found


def _marked(text: str, name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield each marker in *text*: its kind, its values, and what stands below it."""
    markers = list(_MARKER.finditer(text))
    ends = [marker.start() for marker in markers] + [len(text)]
    for marker, end in zip(markers, ends[1:], strict=True):
        try:
            values = json.loads(marker[2])
        except (ValueError, RecursionError):
            line = text.count("\n", 0, marker.start()) + 1
            raise UsageProblem(f"cannot import `{name}`: line {line} is damaged") from None
        body = text[marker.end() : end].removeprefix("\n")
        # An editor may have taken the last empty line away.
        yield marker[1], values, body.removesuffix("\n").removesuffix("\n")
