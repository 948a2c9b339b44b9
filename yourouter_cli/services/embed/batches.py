"""Rows gathered into requests, within what an upstream takes at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.services.embed.journal import Record
    from yourouter_cli.services.embed.known import KnownTexts
    from yourouter_cli.services.embed.sources import Row

MOST_INPUTS = 2048
MOST_TOKENS = 8192
MOST_TOKENS_TOGETHER = 300_000
BYTES_A_TOKEN = 4
# Rows that need not be sent fill a batch as well: it is held in memory.
_MOST_ROWS = 4 * MOST_INPUTS


def estimated_tokens(text: str) -> int:
    """Return about how many tokens *text* has: a quarter of its bytes in UTF-8, rounded up.

    English has a little less than that, code and other scripts up to twice as many.
    """
    size = len(text) if text.isascii() else len(text.encode())
    return -(-size // BYTES_A_TOKEN)


@dataclass(slots=True)
class Batch:
    """Consecutive rows from the row *first* on, and those of them that are to be sent.

    `places` are the positions among `rows` of what is sent, `repeats` maps the position of a
    text that came before to the row where it did, `problems` the position of a row that cannot be
    sent to the reason. *done* is the record of an earlier run that has the answer.
    """

    first: int
    done: Record | None = None
    rows: list[Row] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    repeats: dict[int, int] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    tokens: int = 0

    @property
    def texts(self) -> list[str]:
        """What is to be sent."""
        rows = self.rows
        return [rows[place].text for place in self.places]

    @property
    def end(self) -> int:
        """The row after the last."""
        return self.first + len(self.rows)

    def digest(self) -> str:
        """Return what stands for the rows of this batch; other rows, another digest."""
        # 3 ms that --dry-run does without.
        from hashlib import blake2b

        from orjson import dumps

        return blake2b(dumps([tuple(row) for row in self.rows]), digest_size=12).hexdigest()

    def add(self, row: Row, tokens: int, earlier: int | None) -> None:
        """Take *row* in, which came before as row *earlier*."""
        place = len(self.rows)
        self.rows.append(row)
        if row.problem is not None:
            self.problems[place] = row.problem
        elif earlier is not None:
            self.repeats[place] = earlier
        else:
            self.places.append(place)
            self.tokens += tokens


def batches(
    rows: Iterable[Row], most: int, known: KnownTexts, done: Iterable[Record] = ()
) -> Iterator[Batch]:
    """Yield *rows* in batches of up to *most* texts that are to be sent.

    The rows of each record in *done*, which come in order, make a batch of their own, so that what
    an earlier run sent is found again whatever the size of its batches was. Raises `UsageProblem`
    when the rows end before the records do.
    """
    records = iter(done)
    record = next(records, None)
    batch = Batch(0)
    for number, row in enumerate(rows):
        starts_record = record is not None and number == record.first
        tokens = 0
        if row.problem is None:
            tokens = estimated_tokens(row.text)
            if tokens > MOST_TOKENS:
                words = f"the text is too long: about {tokens} tokens, the most is {MOST_TOKENS}"
                row = row._replace(problem=words)  # noqa: PLW2901 - the row, judged
        if batch.rows and (starts_record or _is_full(batch, most, tokens) or _is_complete(batch)):
            yield batch
            batch = Batch(number)
        if starts_record:
            batch.done, record = record, next(records, None)
        earlier = known.before(row.text, number) if row.problem is None else None
        batch.add(row, tokens, earlier)
    if batch.rows:
        yield batch
    if record is not None:
        raise UsageProblem(
            "the input has changed since the checkpoint: it has fewer rows now",
            hints=Again("--force", without=("--resume",)),
        )


def _is_complete(batch: Batch) -> bool:
    return batch.done is not None and len(batch.rows) >= batch.done.rows


def _is_full(batch: Batch, most: int, tokens: int) -> bool:
    """Return whether a text of so many *tokens* must go into the next batch."""
    if batch.done is not None:
        return False
    return (
        len(batch.places) >= most
        or batch.tokens + tokens > MOST_TOKENS_TOGETHER
        or len(batch.rows) >= _MOST_ROWS
    )
