"""Code in colours, a few lines at a time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.render.markdown.look import Look

_LONGEST_CONTEXT = 200  # lines that are looked at again to know what a line means


def highlight(
    language: str, context: Sequence[str], lines: Sequence[str], look: Look
) -> list[Text]:
    """Return *lines* in colours; *context* are the lines before them that give them meaning."""
    lexer = _lexer(language) if look.color and language else None
    if lexer is None:
        return [Text(line, end="") for line in lines]
    tokens = _tokens_by_line(lexer, [*context, *lines])
    return [_styled(line, look) for line in tokens[len(context) :]]


def context_after(
    language: str, context: Sequence[str], lines: Sequence[str], following: Sequence[str]
) -> list[str]:
    """Return what must be remembered of *context* and *lines* to highlight what comes next.

    Nothing, where *following* means the same on its own; all of it inside a long string or
    comment, up to a bound beyond which colours may be wrong.
    """
    lexer = _lexer(language) if language else None
    if lexer is None:
        return []
    past = [*context, *lines]
    alone = _tokens_by_line(lexer, following)
    if _tokens_by_line(lexer, [*past, *following])[len(past) :] == alone:
        return []
    return past[-_LONGEST_CONTEXT:]


@cache
def _lexer(language: str) -> Any:
    # Imported here because lexers cost 30 ms and only code in a known language needs them.
    from rich.syntax import Syntax

    return Syntax("", language).lexer


def _tokens_by_line(lexer: Any, lines: Sequence[str]) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = [[]]
    for token, value in lexer.get_tokens("\n".join(lines)):
        first, *others = value.split("\n")
        if first:
            found[-1].append((str(token), first))
        found.extend([(str(token), part)] if part else [] for part in others)
    # Lexers add a newline of their own at the end.
    return [*found, *([] for _ in lines)][: len(lines)]


def _styled(tokens: Sequence[tuple[str, str]], look: Look) -> Text:
    text = Text(end="")
    for token, value in tokens:
        text.append(value, look.code(token) or None)
    return text
