"""Text that arrives in pieces, put together where a piece ends inside a character."""

from __future__ import annotations

import re

_HIGH = ("\ud800", "\udbff")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Joiner:
    """Joins surrogates that were split over two pieces into the character they stand for.

    JSON may escape an emoji as two halves, and a server may send them in two deltas.
    """

    def __init__(self) -> None:
        self._high = ""

    def feed(self, text: str) -> str:
        """Return the next piece; a final first half waits for its second."""
        if self._high:
            text, self._high = self._high + text, ""
        if text.isascii():
            return text
        if _HIGH[0] <= text[-1] <= _HIGH[1]:
            text, self._high = text[:-1], text[-1]
        return _PAIR.sub(_join, text)

    def finish(self) -> str:
        """Return what was held back; nothing more comes."""
        held, self._high = self._high, ""
        return held


def _join(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
