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

_LONG = 2_000  # characters up to which a paragraph stays whole
_ENDLESS = 8_000  # characters beyond which it is parted even inside emphasis
_TAIL = 200  # characters that are always left open
_TRIES = 6
_STRIDE = 80
# Between two words, or inside a text that has no blanks; never after a hard break.
_SEAM = re.compile(
    r"(?<=[^\W_][ \n])(?=[^\W_])|(?<=[^\W_])(?=[^\W_])|(?<=[,.;:!?)][ \n])(?=[^\W_])"
)
_BLANK_SEAM = re.compile(r"(?<=[^\s\\][ \n])(?=[^\W_])")
# What may still open something that ends later: emphasis before a word, code, a link, an autolink.
_OPENER = re.compile(r"[*~](?=[^\s*~])|(?<!\w)_+(?=[^\s_])|`|<(?=[a-zA-Z/!?])|\\$")
_UNFINISHED_LINK = re.compile(r"\]\([^)]*$")


def cut_point(content: str, parse_inline: Callable[[str], Iterable[Token]]) -> int:
    """Return where *content*, the source of a paragraph, may be parted; 0 is nowhere.

    Both parts then mean together what the whole does, whatever is appended; but for emphasis,
    code or a link of more than 8,000 characters.
    """
    if len(content) < _LONG:
        return 0
    end = len(content) - _TAIL
    for _ in range(_TRIES):
        cut = _last_seam(content, end)
        if cut < _LONG // 4:
            break
        if _is_closed(parse_inline(content[:cut].rstrip())):
            return cut
        end = cut - _STRIDE
    return _last_seam(content, len(content) - _TAIL) if len(content) > _ENDLESS else 0


def _last_seam(content: str, end: int) -> int:
    begin = max(0, end - 2 * _STRIDE)
    for pattern in (_BLANK_SEAM, _SEAM):
        seams = [match.start() for match in pattern.finditer(content, begin, end)]
        if seams:
            return seams[-1]
    return 0


def _is_closed(tokens: Iterable[Token]) -> bool:
    literal = "".join(
        token.content if token.type in {"text", "text_special"} else " " for token in tokens
    )
    return (
        literal.count("[") <= literal.count("]")
        and not _OPENER.search(literal)
        and not _UNFINISHED_LINK.search(literal)
    )
