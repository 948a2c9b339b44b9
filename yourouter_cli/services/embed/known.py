"""Which texts came before: a table of fingerprints that takes 24 MB however many rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Only the memory of entries that are used is ever touched.
ENTRIES = 1 << 20
_PROBES = 16
_WORDS = 3  # two of fingerprint, and the row + 1; 0 is a free entry
_FINGERPRINT_BYTES = 16


class KnownTexts:
    """Remembers in which row a text came first.

    The first million distinct texts are remembered for good. With a *window*, which tells how many
    rows back a vector can still be had, the last row of each text within it is.
    """

    def __init__(self, window: Callable[[], int] | None = None, entries: int = ENTRIES) -> None:
        # Imported here because they cost 5 ms, which a single text need not pay.
        import mmap
        from hashlib import blake2b

        self._window = window
        self._entries = entries
        self._hash = blake2b
        # Anonymous memory is zero, and takes no room before it is written to.
        self._table = memoryview(mmap.mmap(-1, entries * _WORDS * 8)).cast("Q")

    def before(self, text: str, row: int) -> int | None:
        """Return an earlier row with the same *text*; None when *row* is the first one known.

        Two different texts count as the same with a chance of 2^-80 over a hundred million rows.
        """
        digest = self._hash(text.encode(), digest_size=_FINGERPRINT_BYTES).digest()
        high = int.from_bytes(digest[:8], "little")
        low = int.from_bytes(digest[8:], "little")
        table = self._table
        oldest = row - self._window() if self._window is not None else 0
        for probe in range(_PROBES):
            at = (low + probe) % self._entries * _WORDS
            found = table[at + 2]
            if not found or found - 1 < oldest:
                break
            if table[at] == high and table[at + 1] == low:
                if self._window is not None:
                    table[at + 2] = row + 1
                return found - 1
        else:
            return None  # the table is full around here: the text is sent again
        table[at], table[at + 1], table[at + 2] = high, low, row + 1
        return None
