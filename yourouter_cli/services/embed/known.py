"""Which texts came before: a table of fingerprints that takes 24 MB however many rows there are."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 1 << 20
# The table grows by this factor from this size: memory that is touched for the first time is slow.
_FIRST_ENTRIES = 1 << 12
_GROWTH = 4
_PROBES = 64
_WORDS = 3  # two of fingerprint, and the row + 1; 0 is a free entry
# Of what rows within a window need, a table has so many times as much.
_LIVE_SHARE = 4


class KnownTexts:
    """Remembers in which row a text came first.

    The first million distinct texts are remembered for good. With a *window*, which tells how many
    rows back a vector can still be had, those that came within it are. *entries*, a power of two,
    is how many there may be.
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
        table, entries = self._table, self._entries
        oldest = self._oldest(row)
        step = high | 1  # odd, so that it leads everywhere in a table of a power of two
        for probe in range(_PROBES):
            at = (low + probe * step) % entries * _WORDS
            found = table[at + 2]
            if not found:
                break
            if table[at] == low and table[at + 1] == high:
                if found > oldest:
                    return found - 1
                table[at + 2] = row + 1
                return None
        else:
            return None  # the table is full around here: the text is sent again
        table[at], table[at + 1], table[at + 2] = low, high, row + 1
        self._used += 1
        if 2 * self._used > entries and (entries < self._most or self._window is not None):
            self._rebuild(oldest)
        return None

    def _oldest(self, row: int) -> int:
        """Return the row + 1 up to which, seen from *row*, what is known is known no more."""
        if self._window is None:
            return 0
        return row - min(self._window(), self._most // _LIVE_SHARE)

    def _begin(self, entries: int) -> None:
        # Anonymous memory is zero.
        self._entries = entries
        self._table = memoryview(mmap.mmap(-1, entries * _WORDS * 8)).cast("q")

    def _rebuild(self, oldest: int) -> None:
        """Move what is still known into a new table, a larger one if there is much of it."""
        old = self._table
        known = [at for at in range(0, len(old), _WORDS) if old[at + 2] > max(0, oldest)]
        self._used = len(known)
        is_crowded = _LIVE_SHARE * len(known) > self._entries
        self._begin(min(self._entries * (_GROWTH if is_crowded else 1), self._most))
        table, entries = self._table, self._entries
        for start in known:
            place, step = old[start], old[start + 1] | 1
            while table[at := place % entries * _WORDS + 2]:
                place += step
            table[at - 2 : at + 1] = old[start : start + _WORDS]
