"""What is searched for: words, phrases and beginnings of words, and where a text has them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from yourouter_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Scripts that put no blanks between words: each of their characters is a word of its own.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_OWN_WORD = re.compile(f"([{_UNSPACED}])")
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_QUOTED = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')
_BEFORE_CHARACTERS = 40
_AFTER_CHARACTERS = 100


def spaced(text: str) -> str:
    """Return *text* with blanks around every character that is a word of its own."""
    return text if text.isascii() else _OWN_WORD.sub(r" \1 ", text)


class Query:
    """A search: every term has to be in a turn.

    A term is a word, `wor*` for what begins so, or a phrase: in double quotes, or an argument with
    blanks in it. Case and accents do not matter. Raises `UsageProblem` when there is no word.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._terms = [term for term in _terms(arguments) if _WORD.search(term[0])]
        if not self._terms:
            raise UsageProblem("there is no word to search for")
        self._patterns = [
            _pattern(_WORD.findall(_folded(text)), is_prefix) for text, is_prefix in self._terms
        ]

    @property
    def expression(self) -> str:
        """The query in the language of FTS5."""
        return " AND ".join(
            f'"{spaced(text)}"{" *" if is_prefix else ""}' for text, is_prefix in self._terms
        )

    def is_in(self, text: str) -> bool:
        """Return whether *text* has every term."""
        plain = _folded(text)
        return all(pattern.search(plain) for pattern in self._patterns)

    def excerpt(self, text: str) -> tuple[tuple[str, bool], ...]:
        """Return where *text* has the first match, in pieces; each says whether it is a match."""
        plain = _folded(text)
        found = [match for pattern in self._patterns if (match := pattern.search(plain))]
        first = min((match.start() for match in found), default=0)
        start, end = _window(plain, first)
        spans = sorted(
            match.span()
            for pattern in self._patterns
            for match in pattern.finditer(plain, start, end)
        )
        return tuple(_pieces(text, spans, start, end))


def _terms(arguments: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the text of each term, and whether it is the beginning of a word."""
    for argument in arguments:
        if " " in argument.strip() and '"' not in argument:
            yield argument.rstrip("*"), argument.endswith("*")
        else:
            for quoted, star, bare in _QUOTED.findall(argument):
                yield quoted or bare.rstrip("*"), bool(star) or bare.endswith("*")


def _pattern(words: list[str], is_prefix: bool) -> re.Pattern[str]:
    """Return the pattern for *words* one after the other, with anything but words between."""
    whole = "[\\W_]*".join(
        re.escape(word)
        if _OWN_WORD.match(word) or _OWN_WORD.match(following) or not following
        # Between words of letters something has to stand.
        else re.escape(word) + "(?![^\\W_])"
        for word, following in pairwise([*words, ""])
    )
    before = "" if _OWN_WORD.match(words[0]) else f"(?<![^\\W_{_UNSPACED}])"
    after = "" if _OWN_WORD.match(words[-1]) else f"(?![^\\W_{_UNSPACED}])"
    if is_prefix:
        after = f"[^\\W_{_UNSPACED}]*"
    return re.compile(before + whole + after, re.IGNORECASE)


def _folded(text: str) -> str:
    """Return *text* with the accents of Latin letters taken away, character for character."""
    if text.isascii():
        return text
    # Imported here because unicodedata is needed only beyond ASCII.
    from unicodedata import normalize

    bare = (normalize("NFD", character)[0] for character in text)
    return "".join(
        base if base.isascii() else character for base, character in zip(bare, text, strict=True)
    )


def _window(text: str, first: int) -> tuple[int, int]:
    """Return where an excerpt around the position *first* begins and ends, between words."""
    start = max(0, first - _BEFORE_CHARACTERS)
    if start and (blank := text.find(" ", start, first)) >= 0:
        start = blank + 1
    end = min(len(text), first + _AFTER_CHARACTERS)
    if end < len(text) and (blank := text.rfind(" ", first + 1, end)) >= 0:
        end = blank
    return start, end


def _pieces(
    text: str, spans: Iterable[tuple[int, int]], start: int, end: int
) -> Iterator[tuple[str, bool]]:
    yield ("…" if start else ""), False
    position = start
    for begins, ends in spans:
        if begins >= position:
            yield text[position:begins], False
            yield text[begins:ends], True
            position = ends
    yield text[position:end] + ("…" if end < len(text) else ""), False
