"""One turn on its way into the store: written while it streams, with a verdict at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from yourouter_cli.errors import Stopped, YourouterError
from yourouter_cli.events import (
    Answer,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolResult,
    Usage,
)
from yourouter_cli.transcripts.database import Damaged, Unavailable
from yourouter_cli.transcripts.pieces import Piece, as_json, storable, stored

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from yourouter_cli.clock import Clock
    from yourouter_cli.errors import Attempt
    from yourouter_cli.events import Event, ToolCall
    from yourouter_cli.transcripts.database import Database, Warn
    from yourouter_cli.transcripts.index import WordIndex

# What arrived 250 ms ago survives whatever happens to the process. The rest of that time is for
# whoever calls `pause`, at least every 100 ms.
FLUSH_SECONDS = 0.15
_TOO_MUCH = 2**63
# While an answer streams, nobody waits for another process: the text is written a little later.
_STREAMING_PATIENCE = 0.02


class Place(NamedTuple):
    """Where a turn is kept: its conversation, its number, and how many rows it has already.

    `position` counts the turns of the conversation from 1.
    """

    database: Database
    words: WordIndex
    conversation: str
    number: int
    position: int
    rows: int


class _Pending:
    """What arrived and is not written yet. `start` is the place of its first row in the turn."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.pieces: list[tuple[str, str, list[str]]] = []
        self.since = 0.0

    def words(self, kind: str, text: str) -> None:
        if self.pieces and self.pieces[-1][1] == kind:
            self.pieces[-1][2].append(text)
        else:
            self.pieces.append(("assistant", kind, [text]))

    def rows(self, turn: int) -> list[tuple[int, int, str, str, str]]:
        return [
            (turn, position, *stored(Piece(role, kind, "".join(texts))))
            for position, (role, kind, texts) in enumerate(self.pieces, self.start)
        ]


class Turn:
    """Takes the events of one turn. Nothing it does raises: a store that fails only warns.

    `conversation` is the id under which the turn is kept; None when it is not. As a context
    manager it gives the verdict itself, by the error that passes through.
    """

    def __init__(self, place: Place | None, *, clock: Clock, warn: Warn) -> None:
        self.conversation = place and place.conversation
        self._place = place
        self._clock = clock
        self._warn = warn
        self._pending = _Pending(place.rows if place else 0)
        self._answer = Answer()  # of the events, only the few that make the receipt
        self._calls_told = 0
        self._has_verdict = False

    @property
    def position(self) -> int | None:
        """Which turn of its conversation this is, from 1; None when it is not kept."""
        return self._place and self._place.position

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or self._answer.finished is not None:
            self.finish()
        elif isinstance(error, Stopped) or not isinstance(error, Exception):
            self.interrupt()
        else:
            self.fail(error)

    def record(self, event: Event) -> None:
        """Take the next event, and write what has waited long enough."""
        if self._place is None:
            return
        # In the order of frequency: an answer is thousands of text deltas.
        if isinstance(event, TextDelta):
            self._add("text", event.text)
        elif isinstance(event, ReasoningDelta):
            self._add("reasoning", event.text)
        elif isinstance(event, ToolCallDelta):
            self._answer.add(event)
        elif isinstance(event, ToolResult):
            self._tell_calls()
            self._add_piece(self._outcome(event))
        elif isinstance(event, Started | Usage | Finished):
            self._answer.add(event)
        self.pause()

    def pause(self) -> None:
        """Write what has waited long enough; to be called while the network is silent, too."""
        if self._pending.pieces and self._clock.monotonic() - self._pending.since >= FLUSH_SECONDS:
            self._flush()

    def finish(self, answer: Answer | None = None) -> None:
        """Say that the model finished; *answer* is the receipt, if it is not the recorded one."""
        if answer is not None:
            self._answer.started, self._answer.usage = answer.started, answer.usage
            self._answer.finished = answer.finished or self._answer.finished
        self._close("finished")

    def fail(self, error: Exception) -> None:
        """Say that the turn failed by *error*, after some of the answer or before any."""
        described: dict[str, Any] = {"kind": "bug", "message": str(error)}
        attempts: tuple[Attempt, ...] = ()
        if isinstance(error, YourouterError):
            described = {"kind": error.kind, "message": error.message, "status": error.status}
            attempts = error.attempts
            described["request_id"] = error.request_id
        self._close("failed", described, attempts)

    def interrupt(self) -> None:
        """Say that the user stopped the turn."""
        self._close("interrupted")

    def _add(self, kind: str, text: str) -> None:
        if len(self._answer.tool_calls) > self._calls_told:
            self._tell_calls()
        if not self._pending.pieces:
            self._pending.since = self._clock.monotonic()
        self._pending.words(kind, text)

    def _add_piece(self, piece: Piece) -> None:
        if not self._pending.pieces:
            self._pending.since = self._clock.monotonic()
        role, kind, body = stored(piece)
        self._pending.pieces.append((role, kind, [body]))

    def _tell_calls(self) -> None:
        """Take the calls that are whole, now that something else comes."""
        calls = self._answer.tool_calls[self._calls_told :]
        self._calls_told += len(calls)
        for call in calls:
            self._add_piece(Piece("assistant", "call", _described(call)))

    def _outcome(self, event: ToolResult) -> Piece:
        names = {call.id: call.name for call in self._answer.tool_calls}
        return Piece("tool", "outcome", {**event._asdict(), "name": names.get(event.id, "")})

    def _flush(self) -> None:
        if self._place is None:
            return
        rows = self._pending.rows(self._place.number)

        def write(connection: Connection) -> None:
            _insert(connection, rows)

        try:
            self._place.database.write_on(write, patience=_STREAMING_PATIENCE)
        except Unavailable as error:
            if not error.busy:
                self._give_up(error)
        else:
            # One assignment: an interruption before it repeats the rows, which replaces them.
            self._pending = _Pending(self._pending.start + len(rows))

    def _close(
        self,
        verdict: str,
        error: dict[str, Any] | None = None,
        attempts: Iterable[Attempt] = (),
    ) -> None:
        """Write what is left, and the verdict; a second one is ignored."""
        if self._place is None or self._has_verdict:
            return
        self._has_verdict = True
        self._tell_calls()
        place, rows = self._place, self._pending.rows(self._place.number)
        facts = _facts(self._answer)
        if self._answer.finished is not None:
            attempts = self._answer.finished.attempts
        facts |= {
            "verdict": verdict,
            "error": as_json(error),
            "attempts": as_json([attempt._asdict() for attempt in attempts]),
        }
        if error is not None:
            facts["request_id"] = facts["request_id"] or error.get("request_id")
        now = round(self._clock.now() * 1000)

        def write(connection: Connection) -> None:
            _insert(connection, rows)
            _conclude(connection, place.number, facts, now)
            place.words.add_if_small(connection, place.number)

        try:
            place.database.write_on(write)
        except Unavailable as problem:
            self._give_up(problem)

    def _give_up(self, error: Unavailable) -> None:
        self._place = None
        if not isinstance(error, Damaged):
            self._warn(f"the rest of this turn is not kept: {error.message}")


def _insert(connection: Connection, rows: list[tuple[int, int, str, str, str]]) -> None:
    connection.executemany("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?)", rows)


def _conclude(connection: Connection, turn: int, facts: dict[str, Any], now: int) -> None:
    columns = ", ".join(f"{name} = ?" for name in facts)
    connection.execute(
        f"UPDATE turn SET {columns} WHERE number = ?",  # noqa: S608 - columns of ours
        (*facts.values(), turn),
    )
    connection.execute(
        "UPDATE conversation SET updated = ?, model = coalesce(?, model),"
        " tokens = CASE WHEN ? IS NULL THEN tokens ELSE coalesce(tokens, 0) + ? END"
        " WHERE number = (SELECT conversation FROM turn WHERE number = ?)",
        (now, facts["model"], facts["total_tokens"], facts["total_tokens"], turn),
    )


def _facts(answer: Answer) -> dict[str, Any]:
    """Return the receipt as columns."""
    started, finished, usage = answer.started, answer.finished, answer.usage._asdict()
    if usage["total_tokens"] is None:
        known = [usage[name] for name in ("input_tokens", "output_tokens")]
        usage["total_tokens"] = None if None in known else sum(known)
    # What no database can hold was not counted.
    usage = {name: value if abs(value or 0) < _TOO_MUCH else None for name, value in usage.items()}
    return {
        "model": _text(started.model),
        "vendor": _text(started.vendor),
        "answer_id": _text(started.id),
        "request_id": _text(started.request_id),
        "vendor_message_id": _text(started.vendor_message_id),
        "finish": finished and finished.reason,
        "finish_raw": _text(finished.raw if finished else None),
        **usage,
        **(finished.timing._asdict() if finished else {}),
    }


def _described(call: ToolCall) -> dict[str, Any]:
    return {
        "id": call.id,
        "name": call.name,
        "arguments": call.arguments_text,
        "signature": call.signature,
    }


def _text(value: str | None) -> str | None:
    return None if value is None else storable(value)
