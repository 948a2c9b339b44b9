"""Which texts came before: a table of fingerprints that takes 24 MB however many rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 1 << 20
# The table grows by this factor from this size: memory that is touched for the first time is slow.
_FIRST_ENTRIES = 1 << 12
_GROWTH = 4
_PROBES = 64
_WORDS = 3  # two of fingerprint, and the row + 1; 0 is a free entry
_ALL_ROWS = 1 << 62


class KnownTexts:
    """Remembers in which row a text came first.

    The first million distinct texts are remembered for good. With a *window*, which tells how many
    rows back a vector can still be had, the last row of each text within it is. *entries*, a power
    of two, is how many there may be.
    """

    def __init__(self, window: Callable[[], int] | None = None, entries: int = ENTRIES) -> None:
        self._window = window
        self._most = entries
        self._used = 0
        self._begin(min(_FIRST_ENTRIES, entries))

    def before(self, text: str, row: int) -> int | None:
        """Return an earlier row with the same *text*; None when *row* is the first one known.

        Texts are told apart by 128 bits of SipHash, a third of the work of a hash from OpenSSL: two
        different ones count as the same with a chance of 2^-80 over a hundred million rows.
        """
        low, high = hash(text), hash("\0" + text)
        table, entries, window = self._table, self._entries, self._window
        oldest = row - (_ALL_ROWS if window is None else window())
        step = high | 1  # odd, so that it leads everywhere in a table of a power of two
        for probe in range(_PROBES):
            at = (low + probe * step) % entries * _WORDS
            found = table[at + 2]
            if not found or found <= oldest:
                break
            if table[at] == low and table[at + 1] == high:
                if window is not None:
                    table[at + 2] = row + 1
                return found - 1
        else:
            return None  # the table is full around here: the text is sent again
        table[at], table[at + 1], table[at + 2] = low, high, row + 1
        if not found:
            self._used += 1
            if 2 * self._used > entries and entries < self._most:
                self._grow()
        return None

    def _begin(self, entries: int) -> None:
        # Imported here because only bulk work needs it. Its anonymous memory is zero.
        import mmap

        self._entries = entries
        self._table = memoryview(mmap.mmap(-1, entries * _WORDS * 8)).cast("q")

    def _grow(self) -> None:
        """Move everything into a larger table."""
        old = self._table
        self._begin(min(_GROWTH * self._entries, self._most))
        table, entries = self._table, self._entries
        for start in range(0, len(old), _WORDS):
            if old[start + 2]:
                place, step = old[start], old[start + 1] | 1
                while table[at := place % entries * _WORDS + 2]:
                    place += step
                at -= 2
                table[at : at + _WORDS] = old[start : start + _WORDS]
