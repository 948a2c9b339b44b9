"""Edit TOML text in place, so that the user's comments, order and spelling stay.

The scanner knows just enough of TOML to find statements. What it makes is never trusted: the result
is parsed and compared with the intended document, and on any difference there is no result.
"""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

Path = tuple[str, ...]


class Put(NamedTuple):
    """Give the key at *path* this value; tables on the way are made."""

    path: Path
    value: Any


class Drop(NamedTuple):
    """Take away the key or table at *path*, if it is there."""

    path: Path


Edit = Put | Drop


class Barred(Exception):
    """A value stands where an edit needs a table."""


def applied(edit: Edit, document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of *document* with *edit* made; raises `Barred` where a value is in the way."""
    document = deepcopy(document)
    table = document
    for name in edit.path[:-1]:
        table = table.setdefault(name, {}) if isinstance(edit, Put) else table.get(name, {})
        if not isinstance(table, dict):
            raise Barred(f"`{name}` is not a table")
    if isinstance(edit, Put):
        table[edit.path[-1]] = edit.value
    else:
        table.pop(edit.path[-1], None)
    return document


def edited(text: str, edits: list[Edit]) -> str | None:
    """Return *text* with *edits* made, or None when that cannot be done line by line."""
    document = tomllib.loads(text)
    try:
        for edit in edits:
            before, document = document, applied(edit, document)
            if before != document:
                text = (
                    _put(text, edit.path, document)
                    if isinstance(edit, Put)
                    else _drop(text, edit, document)
                )
        return text if tomllib.loads(text) == document else None
    except (_Unclear, tomllib.TOMLDecodeError):
        return None


def line_of(text: str, path: Path) -> int | None:
    """Return the number of the line that sets *path*, or of the nearest table around it."""
    try:
        statements = _scan(text)
    except _Unclear:
        return None
    best, depth = None, 0
    for statement in statements:
        shared = _shared(statement.path, path)
        if shared > depth and (shared == len(path) or statement.path == path[:shared]):
            best, depth = statement, shared
    return None if best is None else text.count("\n", 0, best.start) + 1


def literal(value: Any) -> str:
    """Return *value* as TOML on one line."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_key((name,))} = {literal(part)}" for name, part in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    import tomli_w  # 0.4 ms that taking out does without

    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")


class _Unclear(Exception):
    """The scanner does not understand the text."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A key with its value, or a table's header; all numbers are offsets into the text."""

    path: Path
    table: Path
    is_header: bool
    start: int
    key_start: int
    value: tuple[int, int]
    end: int


_BLANKS = re.compile(r"[ \t]*")
_REST_OF_LINE = re.compile(r"[^\n]*\n?")
_KEY_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*(\.?)""")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]|[^\"'\#\[\]{}\n]+",
    re.DOTALL,
)


def _scan(text: str) -> list[_Statement]:
    statements: list[_Statement] = []
    table: Path = ()
    position = 0
    while position < len(text):
        start, key_start = position, _after(_BLANKS, text, position)
        if text[key_start : key_start + 1] in {"", "\n", "\r", "#"}:
            position = _after(_REST_OF_LINE, text, key_start)
            continue
        if is_header := text[key_start] == "[":
            table, stop = _path(text, key_start + (2 if text.startswith("[[", key_start) else 1))
            path, value = table, (stop, stop)
        else:
            names, stop = _path(text, key_start)
            path, value = table + names, _value(text, stop)
        position = _after(_REST_OF_LINE, text, value[1])
        statements.append(_Statement(path, table, is_header, start, key_start, value, position))
    return statements


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _path(text: str, position: int) -> tuple[Path, int]:
    """Read a dotted key; return its parts and where it ends."""
    names: list[str] = []
    while match := _KEY_PART.match(text, position):
        name, position = match[1], match.end()
        if name[0] in "\"'":
            name = tomllib.loads(f"x = {name}")["x"]
        names.append(name)
        if not match[2]:
            return tuple(names), position
    raise _Unclear


def _value(text: str, position: int) -> tuple[int, int]:
    """Return where the value after the key's end at *position* begins and ends."""
    if text[position : position + 1] != "=":
        raise _Unclear
    begin = position = _after(_BLANKS, text, position + 1)
    depth, end = 0, begin
    while match := _TOKEN.match(text, position):
        token = match[0]
        if depth == 0 and token[0] in "#\n":
            break
        depth += (token in {"[", "{"}) - (token in {"]", "}"})
        position = match.end()
        if token[0] != "#" and token.strip():
            end = match.start() + len(token.rstrip())
    return begin, end


def _put(text: str, path: Path, document: dict[str, Any]) -> str:
    statements = _scan(text)
    for statement in statements:
        # The key itself, or an inline table around it.
        if not statement.is_header and statement.path == path[: len(statement.path)]:
            begin, end = statement.value
            return text[:begin] + literal(_at(document, statement.path)) + text[end:]
    if any(path == statement.path[: len(path)] for statement in statements):
        # It was a table of its own, or dotted keys; it becomes one line.
        return _put(_without(text, path), path, document)
    return _insert(text, statements, path, literal(_at(document, path)))


def _insert(text: str, statements: list[_Statement], path: Path, value: str) -> str:
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    parent = path[:-1]
    siblings = [s for s in statements if s.path[:-1] == parent and not s.is_header]
    headers = [s for s in statements if s.path == parent and s.is_header]
    if place := siblings or headers:
        after = place[-1]
        before, rest = text[: after.end], text[after.end :]
        indent = text[after.start : after.key_start]
        line = f"{indent}{_key(path[len(after.table) :])} = {value}{end_of_line}"
    elif parent:
        before, rest = text, ""
        gap = end_of_line if text.strip() and not text.endswith(end_of_line * 2) else ""
        line = f"{gap}[{_key(parent)}]{end_of_line}{_key(path[-1:])} = {value}{end_of_line}"
    else:
        before, rest = "", text
        gap = end_of_line if text.strip() else ""
        line = f"{_key(path)} = {value}{end_of_line}{gap}"
    if before and not before.endswith("\n"):
        before += end_of_line
    return before + line + rest


def _drop(text: str, edit: Drop, document: dict[str, Any]) -> str:
    for statement in _scan(text):
        if not statement.is_header and statement.path == edit.path[: len(statement.path)]:
            if statement.path == edit.path:
                break
            begin, end = statement.value
            return text[:begin] + literal(_at(document, statement.path)) + text[end:]
    return _without(text, edit.path)


def _without(text: str, path: Path) -> str:
    kept, position = [], 0
    for statement in _scan(text):
        if statement.path[: len(path)] == path:
            kept.append(text[position : statement.start])
            position = statement.end
    return "".join(kept) + text[position:]


def _at(document: dict[str, Any], path: Path) -> Any:
    value: Any = document
    for name in path:
        value = value[name]
    return value


def _shared(one: Path, other: Path) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _key(path: Path) -> str:
    return ".".join(
        name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else literal(name) for name in path
    )
