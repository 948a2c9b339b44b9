"""The bulk engine: rows in, vectors out in their order, through requests in any order."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.services.embed.asking import Asker
from yourouter_cli.services.embed.batches import Batch, batches
from yourouter_cli.services.embed.job import EmbedJob, Tally, Watch
from yourouter_cli.services.embed.journal import Mark, Record
from yourouter_cli.services.embed.known import KnownTexts
from yourouter_cli.services.embed.numbers import FLOAT16, ITEM_BYTES, NAN, narrowed
from yourouter_cli.services.embed.send import Fetched, RowFailure, Sender
from yourouter_cli.services.embed.sinks import Settled, Sink
from yourouter_cli.services.embed.store import MemoryStore, Store
from yourouter_cli.services.embed.syncing import Syncing
from yourouter_cli.services.pace import Pace, Stopping
from yourouter_cli.services.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.embed.output import Output
    from yourouter_cli.services.embed.sources import Row

TICK_SECONDS = 0.1
# How many batches may be read for each that can be under way: a slow one is not waited for.
_AHEAD = 3
# When the work is left, what is about to arrive is still taken in: it is paid for.
_LAST_CALL_SECONDS = 0.2


@dataclass(slots=True)
class _Outcome:
    """A batch that is done, and the places in it that failed."""

    batch: Batch
    failed: dict[int, RowFailure] = field(default_factory=dict)


class Engine:
    """Makes the vectors of one job; with *output* so that a later one can go on where it stops."""

    def __init__(
        self, job: EmbedJob, gateway: Gateway, watch: Watch, sink: Sink, output: Output | None
    ) -> None:
        self.tally = Tally()
        self._job = job
        self._gateway = gateway
        self._watch = watch
        self._sink = sink
        self._output = output
        self._pace = Pace(job.concurrency, job.batch_size, gateway.clock)
        self._asker = Asker(gateway, job.route, self._pace, watch.note)
        self._sender = Sender(self._asker)
        self._recent = MemoryStore() if output is None else None
        self._store: Store = self._recent or output.store  # type: ignore[union-attr] # one is
        self._lock = threading.Lock()
        self._is_closed = False
        self._written = output.mark if output else Mark()
        # Texts that the gateway refused: it would refuse them again.
        self._refused: dict[int, RowFailure] = {}
        # Ranges of rows without a vector, until it is known how long one is.
        self._unfilled: list[tuple[int, int]] = []
        self._syncing = Syncing(self._sync)

    def run(self, rows: Iterable[Row]) -> Tally:
        """Make the vectors of *rows*.

        Raises what ends the work before its end; an output can be gone on with then. Raises
        `UsageProblem` when there are no rows, and when they are not those of the checkpoint.
        """
        records = self._output.records if self._output else []
        self._take_over(records)
        known = KnownTexts(self._recent.window if self._recent else None)
        done = sorted(records, key=lambda record: record.first)
        drawn = batches(self._counted(rows), self._job.batch_size, known, done)
        width = self._job.concurrency
        pool: Pool[Batch, _Outcome] = Pool(
            self._work, map(_compared, drawn), size=width, ahead=_AHEAD * width
        )
        with pool, self._syncing:
            try:
                for outcome in pool.results(self._tick, TICK_SECONDS):
                    self._settle(outcome)
                    self._tick()
            except BaseException:
                self._pace.stop()
                pool.stop(_LAST_CALL_SECONDS)
                raise
            finally:
                with self._lock:
                    self._is_closed = True
        if not self.tally.rows:
            raise UsageProblem("there are no rows to embed")
        if self._output is None:
            self._sink.finish()
        else:
            self._output.finish(self.tally.rows, self.tally.size)
        return self.tally

    def _take_over(self, records: Sequence[Record]) -> None:
        """Count what an earlier run did."""
        for record in records:
            self.tally.count(record.requests, record.tokens, record.cost)
            self._asker.size = self._asker.size or record.size or None
        self._know_size(self._asker.size or 0)

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.tally.read += 1
            yield row

    def _work(self, batch: Batch) -> _Outcome:
        """Fetch what is to be fetched for *batch* and keep it; called by many threads."""
        if batch.done is not None:
            return _as_recorded(batch, batch.done)
        outcome = _Outcome(batch)
        fetched = self._sender.fetch(batch.texts) if batch.places else Fetched([])
        ranges = self._ranges(batch, fetched, outcome)
        record = self._record(batch, fetched, outcome, ranges)
        with self._lock:
            if self._is_closed:
                raise Stopping
            self._know_size(record.size)
            self.tally.count(fetched.requests, fetched.tokens, fetched.cost)
            # Noted only when it is there.
            for row, _, data in ranges:
                self._store.put(row, data)
            if self._output is not None:
                self._output.journal.add(record)
        return outcome

    def _ranges(
        self, batch: Batch, fetched: Fetched, outcome: _Outcome
    ) -> list[tuple[int, int, bytes]]:
        """Return the vectors that came as (first row, count, bytes); note what did not come."""
        pieces: list[tuple[int, list[Any]]] = []
        for place, vector in zip(batch.places, fetched.vectors, strict=True):
            if isinstance(vector, RowFailure):
                outcome.failed[place] = vector
            elif pieces and pieces[-1][0] + len(pieces[-1][1]) == place:
                pieces[-1][1].append(vector)
            else:
                pieces.append((place, [vector]))
        narrow = narrowed if self._job.dtype == FLOAT16 else _same
        return [
            (batch.first + place, len(vectors), narrow(b"".join(vectors)))
            for place, vectors in pieces
        ]

    def _record(
        self,
        batch: Batch,
        fetched: Fetched,
        outcome: _Outcome,
        ranges: list[tuple[int, int, bytes]],
    ) -> Record:
        checksum = 0
        for _, _, data in ranges:
            checksum = crc32(data, checksum)
        return Record(
            first=batch.first,
            rows=len(batch.rows),
            digest=batch.digest() if self._output else "",
            size=self._asker.size or 0,
            checksum=checksum,
            stored=[(row, count) for row, count, _ in ranges],
            failed=[(place, *failure) for place, failure in outcome.failed.items()],
            requests=fetched.requests,
            tokens=fetched.tokens,
            cost=fetched.cost,
        )

    def _know_size(self, size: int) -> None:
        self.tally.size = size
        self._store.row_bytes = size * ITEM_BYTES[self._job.dtype]

    def _settle(self, outcome: _Outcome) -> None:
        """Write out the rows of a batch, all before it being written out."""
        batch, failed = outcome.batch, outcome.failed
        self._refused.update((batch.first + place, failure) for place, failure in failed.items())
        for place, problem in batch.problems.items():
            failed[place] = RowFailure(None, problem)
        for place, earlier in batch.repeats.items():
            if earlier in self._refused:
                failed[place] = self._refused[earlier]
            else:
                with self._lock:
                    self._store.copy(earlier, batch.first + place)
        self._fill_gaps(batch, failed)
        self._write_out(batch, failed)
        for place in sorted(failed):
            self._watch.failed(batch.first + place, batch.rows[place], failed[place])
        self.tally.failed += len(failed)
        self.tally.rows = batch.end
        if self._recent is not None:
            with self._lock:
                self._recent.forget(batch.end)

    def _write_out(self, batch: Batch, failed: dict[int, RowFailure]) -> None:
        # What an earlier run wrote out already.
        skip = max(0, self._written.rows - batch.first)
        if skip >= len(batch.rows):
            return
        first, rows = batch.first + skip, batch.rows[skip:]
        needs_vectors = self._output is None or self._output.needs_vectors
        data = self._store.get(first, len(rows)) if needs_vectors else b""
        shifted = {place - skip: failure for place, failure in failed.items() if place >= skip}
        self._sink.write(Settled(first, rows, data, self._store.row_bytes, shifted))
        self._written = Mark(0, batch.end, self._sink.length)

    def _fill_gaps(self, batch: Batch, failed: dict[int, RowFailure]) -> None:
        """Make rows without a vector known in an array, which has a place for them."""
        if self._output is None or self._output.needs_vectors:
            return
        for place in sorted(failed):
            row = batch.first + place
            if self._unfilled and sum(self._unfilled[-1]) == row:
                first, count = self._unfilled.pop()
                self._unfilled.append((first, count + 1))
            else:
                self._unfilled.append((row, 1))
        if not self.tally.size:
            return
        nothing = NAN[self._job.dtype] * self.tally.size
        with self._lock:
            for first, count in self._unfilled:
                for row in range(first, first + count):
                    self._store.put(row, nothing)
        self._unfilled.clear()

    def _tick(self) -> None:
        self._syncing.check()
        self._gateway.check()
        self.tally.in_flight = self._pace.active
        self.tally.retried = self._asker.retried
        self._watch.progress(self.tally)

    def _sync(self) -> None:
        """Have all that is done on the disk, and note that it is."""
        output = self._output
        if output is None:
            return
        with self._lock:
            count, written = output.journal.count, self._written
        output.sink.sync()
        output.store.sync()
        output.journal.mark(written._replace(records=count))


def _compared(batch: Batch) -> Batch:
    """Return *batch*; raises `UsageProblem` when an earlier run had other rows in its place."""
    record = batch.done
    if record is not None and batch.digest() != record.digest:
        last = record.first + record.rows - 1
        raise UsageProblem(
            "the input has changed since the checkpoint:"
            f" rows {record.first} to {last} are not what they were",
            hints=Again("--force", without=("--resume",)),
        )
    return batch


def _as_recorded(batch: Batch, record: Record) -> _Outcome:
    """Return what an earlier run made of *batch*."""
    failed = {place: RowFailure(status, message) for place, status, message in record.failed}
    return _Outcome(batch, failed)


def _same(data: bytes) -> bytes:
    return data
