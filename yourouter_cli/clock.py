"""Time, waiting and chance, as one object that tests can replace."""

from __future__ import annotations

import time


class Clock:
    """The real clock. All durations are in seconds."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go backwards; only differences mean something."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; a signal that raises ends the wait."""
        time.sleep(seconds)

    def jitter(self) -> float:
        """Return a random number in [0, 1)."""
        # Imported here because random costs 6 ms and is needed only after a failure.
        import random

        return random.random()  # noqa: S311 - spreads retries, guards nothing
