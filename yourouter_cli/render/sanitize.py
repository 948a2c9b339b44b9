"""The output firewall: what came from elsewhere reaches a terminal as visible text only.

Every control character becomes a mark that can be seen: C0 as its picture (ESC is `␛`), DEL as `␡`,
C1 and the characters that reorder text as `<U+009B>`. Since the introducer of an escape sequence is
itself made visible, no sequence survives, however it was split, nested or left unfinished.
Newlines and tabs are kept; a carriage return before a newline is dropped.
"""

from __future__ import annotations

import re

_PICTURES = 0x2400
_DELETE = 0x7F
_KEPT = {0x09, 0x0A}
# Embeddings, overrides and isolates reorder what surrounds them; plain right-to-left text, and the
# marks that only steer neighbouring punctuation, do not need them.
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_MARKS: dict[int, str] = {
    **{code: chr(_PICTURES + code) for code in range(0x20) if code not in _KEPT},
    _DELETE: "\u2421",
    **{code: f"<U+{code:04X}>" for code in (*range(0x80, 0xA0), *_BIDI)},
}
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\r\n\t\u2028\u2029]+")


class Sanitizer:
    """Makes a text safe that arrives in pieces; what is split over pieces is judged as a whole."""

    def __init__(self) -> None:
        self._carriage_return = False

    def feed(self, text: str) -> str:
        """Return the safe form of the next piece; a final carriage return waits for its newline."""
        if self._carriage_return:
            text, self._carriage_return = "\r" + text, False
        if not _UNSAFE.search(text):
            return text
        if text.endswith("\r"):
            text, self._carriage_return = text[:-1], True
        return text.replace("\r\n", "\n").translate(_MARKS)

    def finish(self) -> str:
        """Return what was held back; nothing more comes."""
        held, self._carriage_return = self._carriage_return, False
        return _MARKS[0x0D] if held else ""


def clean(text: str) -> str:
    """Return *text* as a terminal may see it; newlines and tabs stay."""
    return text.replace("\r\n", "\n").translate(_MARKS) if _UNSAFE.search(text) else text


def clean_line(text: str) -> str:
    """Return *text* as a terminal may see it, on one line."""
    return clean(one_line(text))


def one_line(text: str) -> str:
    """Return *text* with each run of line breaks and tabs as one blank."""
    # Printable text has no breaks, and is quick to tell: a listing is tens of thousands of cells.
    return text if text.isprintable() else _BREAKS.sub(" ", text)
