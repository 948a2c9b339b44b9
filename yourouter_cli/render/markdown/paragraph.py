"""Where an endless paragraph may be parted without changing what its text means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from markdown_it.token import Token

# Stands for the part of a paragraph that is already shown: to the parser a letter, to the eye
# nothing.
PLACEHOLDER = "\u2060"

ENDLESS = 8_000  # characters beyond which a paragraph is parted even inside emphasis
_LONG = 2_000  # characters up to which it stays whole
_TAIL = 200  # characters that are always left open
_STRIDE = 300
_SHORTEST = 500
# Between two words, or inside a text that has no blanks; never after a hard break.
_BLANK_SEAM = re.compile(r"(?<=[^\s\\][ \n])(?=[^\W_])")
_SEAM = re.compile(r"(?<=[^\W_])(?=[^\W_])")
# What may still open something that ends later: emphasis before a word, code, an autolink, an
# entity, an escape, a link.
_OPENER = re.compile(
    r"[*~](?=[^\s*~])|(?<!\w)_+(?=[^\s_])|`|<(?=[a-zA-Z/!?])(?![^<>\s]*>)|&#?\w*$|\\$|\]\([^)]*$"
)
_BRACKET = re.compile(r"[\[\]]")


def cut_point(content: str, parse_inline: Callable[[str], Iterable[Token]]) -> int:
    """Return where *content*, the source of a paragraph, may be parted; 0 is nowhere.

    Both parts then mean together what the whole does, whatever is appended; but for emphasis,
    code or a link of more than 8,000 characters.
    """
    if len(content) < _LONG:
        return 0
    end = len(content) - _TAIL
    for begin in range(min(end, 2 * _LONG), _SHORTEST, -_STRIDE):
        cut = _last_seam(content, begin)
        if cut and _is_closed(parse_inline(content[:cut].rstrip())):
            return cut
    if len(content) < ENDLESS:
        return 0
    return _last_seam(content, min(end, ENDLESS)) or min(end, ENDLESS)


def _last_seam(content: str, end: int) -> int:
    for pattern in (_BLANK_SEAM, _SEAM):
        seams = [match.start() for match in pattern.finditer(content, end - _STRIDE, end)]
        if seams:
            return seams[-1]
    return 0


def _is_closed(tokens: Iterable[Token]) -> bool:
    literal = "".join(
        token.content if token.type in {"text", "text_special"} else " " for token in tokens
    )
    depth = 0
    for bracket in _BRACKET.findall(literal):
        depth = depth + 1 if bracket == "[" else max(0, depth - 1)
    return not depth and not _OPENER.search(literal)
