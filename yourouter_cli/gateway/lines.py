"""The lines of bulk threads: a thread that waits inside the library is watched by another."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from yourouter_cli.gateway.held import Held

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.clock import Clock
    from yourouter_cli.gateway.exchange import Clocks


class Line:
    """One thread's own client, and how the request on it is doing.

    The library counts its time anew with every byte, so that a head may drip for ever; `check`,
    called by whoever waits for the thread, makes the clocks exact. `late` names the one that ran
    out, if one did.
    """

    def __init__(self, client: Any, clocks: Clocks, clock: Clock) -> None:
        self.client = client
        self.late = ""
        self._clocks = clocks
        self._clock = clock
        self._lock = threading.Lock()
        self._held = Held(self._enter)
        self.watch = self._held.watch  # for the library to trace to
        self._stage = ""
        self._end: float | None = None

    def begin(self) -> None:
        """Take note that a request sets off."""
        self.late = ""
        self._enter("connect")

    def rest(self) -> None:
        """Take note that the head has come, or never will."""
        with self._lock:
            self._end = None

    def check(self) -> None:
        """Cut the line when a clock has run out; its thread notices at once."""
        with self._lock:
            if self._end is None or self._clock.monotonic() < self._end:
                return
            self.late = self._stage  # first: the thread may look at once
            if self._held.cut():
                self._end = None
            else:
                self.late = ""

    def _enter(self, stage: str) -> None:
        limit = getattr(self._clocks, stage, None)  # nothing bounds sending but the network
        with self._lock:
            self._stage = stage
            self._end = None if limit is None else self._clock.monotonic() + limit


class Lines:
    """One line for each thread that asks for one."""

    def __init__(self, clocks: Clocks, clock: Clock) -> None:
        self._clocks = clocks
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[int, Line] = {}

    def own(self, make_client: Callable[[], Any]) -> Line:
        """Return the line of the calling thread, made on first use.

        A client looks at each of its connections for every request: bulk is better off with own.
        """
        whose = threading.get_ident()
        with self._lock:
            if whose not in self._lines:
                self._lines[whose] = Line(make_client(), self._clocks, self._clock)
            return self._lines[whose]

    def check(self) -> None:
        """Cut the lines where a clock has run out."""
        with self._lock:
            lines = tuple(self._lines.values())
        for line in lines:
            line.check()

    def close(self) -> None:
        """Close all clients; safe to call again."""
        with self._lock:
            while self._lines:
                self._lines.popitem()[1].client.close()
