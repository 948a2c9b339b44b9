"""An output file, and what lies beside it until it is complete: vectors, texts, the checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from yourouter_cli.disk import check_writable, sync_directory
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.services.embed import journal, npy
from yourouter_cli.services.embed.files import remove, said
from yourouter_cli.services.embed.journal import Journal, Kept, Mark
from yourouter_cli.services.embed.numbers import ITEM_BYTES
from yourouter_cli.services.embed.parquet import ParquetFile
from yourouter_cli.services.embed.sinks import AppendedFile, Form, Sink, text_lines
from yourouter_cli.services.embed.store import FileStore
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.services.embed.journal import Record

KINDS = (".jsonl", ".npy", ".parquet")
_BEGIN_ANEW = Again("--force", without=("--resume",))


@dataclass(frozen=True, slots=True)
class Plan:
    """Which file is to be written, and how.

    *identity* is what the vectors depend on; a checkpoint of another is not gone on with.
    """

    path: Path
    dtype: str
    keep_text: bool
    identity: dict[str, Any]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(KINDS)
            raise UsageProblem(f"cannot write `{self.path}`: its kind is unknown (known: {known})")
        try:
            check_writable(self.path)
        except OSError as error:
            raise UsageProblem(f"cannot write `{self.path}`: {reason_of(error)}") from None

    @property
    def kind(self) -> str:
        """The ending of the file, by which its format is known."""
        return self.path.suffix.lower()

    @property
    def part(self) -> Path:
        """Where the output is until it is complete."""
        return self._beside(".part")

    @property
    def vectors(self) -> Path:
        """Where the vectors are kept meanwhile: an array is its own store."""
        return self.part if self.kind == ".npy" else self._beside(".vectors.part")

    @property
    def texts(self) -> Path:
        """Where the ids and texts of an array are."""
        return texts_of(self.path)

    @property
    def texts_part(self) -> Path:
        """Where they are until the array is complete."""
        return self._beside(".texts.part")

    @property
    def checkpoint(self) -> Path:
        """The journal of what is done."""
        return self._beside(".resume")

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


def texts_of(path: Path) -> Path:
    """Return where the ids and texts of the array at *path* are: a JSON line for each row."""
    return path.with_name(path.name + ".texts.jsonl")


def found(plan: Plan, *, resume: bool, force: bool) -> Kept | None:
    """Return what there is to go on with; nothing when the work begins anew.

    A journal that only had to get out of the way is finished here, and says so. Raises
    `UsageProblem` when something finished would be overwritten, something unfinished forgotten,
    or something else gone on with.
    """
    if force and not resume:
        return None
    kept = journal.read(plan.checkpoint)
    if kept is not None and kept.is_finished:
        _put_into_place(plan)
    elif kept is None or not kept.records:
        if not plan.path.exists() or force:
            return None
        kept = Kept(plan.identity, is_finished=True)
    if kept.is_finished:
        if not resume:
            raise UsageProblem(f"`{plan.path}` exists already", hints=_BEGIN_ANEW)
        return kept
    if not resume:
        raise UsageProblem(
            f"an unfinished run of `{plan.path}` is there: go on with it, or begin anew",
            hints=(Again("--resume"), _BEGIN_ANEW),
        )
    if changes := list(_changes(kept.job, plan.identity)):
        raise UsageProblem(
            f"cannot go on with `{plan.path}`: {', '.join(changes)}", hints=_BEGIN_ANEW
        )
    if not plan.vectors.exists():
        raise UsageProblem(
            f"cannot go on with `{plan.path}`: `{plan.vectors}` is gone", hints=_BEGIN_ANEW
        )
    return kept


def _changes(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say what is not as it was when the checkpoint began."""
    words = [
        f"{key.replace('_', ' ')} was {_shown(then.get(key))} and is {_shown(now.get(key))}"
        for key in now
        if key != "inputs" and then.get(key) != now[key]
    ]
    before, after = then.get("inputs") or [], now["inputs"]
    if len(before) != len(after):
        words.append(f"the inputs were {len(before)} and are {len(after)}")
        return words
    # A pipe has no digest: its rows are compared as they come.
    words += [
        f"the input `{new[0]}` has changed"
        for old, new in zip(before, after, strict=True)
        if old[1] != new[1]
    ]
    return words


def _shown(value: Any) -> str:
    return "not given" if value is None else f"`{value}`"


class Output:
    """What is open while the output is made: `store`, `sink`, `journal`.

    `records` are those of an earlier run that hold, and `mark` says how much of them the sink has.
    """

    def __init__(self, plan: Plan, kept: Kept | None) -> None:
        self._plan = plan
        self._is_finished = False
        is_array = plan.kind == ".npy"
        self.store = FileStore(plan.vectors, npy.HEAD_BYTES if is_array else 0)
        try:
            self.records, self.mark = self._checked(kept)
            self.journal = Journal(
                plan.checkpoint, Kept(plan.identity, records=self.records, mark=self.mark)
            )
            self.sink = self._sink()
        except BaseException:
            self.store.close()
            raise

    @property
    def needs_vectors(self) -> bool:
        """Whether the sink writes vectors, which an array has from the store."""
        return self._plan.kind != ".npy"

    def _checked(self, kept: Kept | None) -> tuple[list[Record], Mark]:
        """Return the records whose vectors are all there, and what the sink has of them.

        What was on the disk by the last mark is. After a crash of the system what came later may
        be there in part; after the end of a process all of it is.
        """
        if kept is None:
            self.store.clear()
            return [], Mark()
        self.store.row_bytes = (
            max(record.size for record in kept.records) * ITEM_BYTES[self._plan.dtype]
        )
        sure, later = kept.records[: kept.mark.records], kept.records[kept.mark.records :]
        records = sure + [record for record in later if self._is_whole(record)]
        self.store.sync()
        written = self._plan.part if self.needs_vectors else self._plan.texts_part
        has_written = written.exists() and written.stat().st_size >= kept.mark.length
        if self._plan.kind == ".parquet" or not has_written:
            return records, Mark(len(records))
        return records, kept.mark._replace(records=len(records))

    def _is_whole(self, record: Record) -> bool:
        checksum = 0
        for row, count in record.stored:
            checksum = crc32(self.store.get(row, count), checksum)
        return checksum == record.checksum

    def _sink(self) -> Sink:
        plan, length = self._plan, self.mark.length
        if plan.kind == ".npy":
            return AppendedFile(plan.texts_part, length, text_lines)
        if plan.kind == ".jsonl":
            form = Form(plan.dtype, keep_text=plan.keep_text)
            return AppendedFile(plan.part, length, form.lines)
        return ParquetFile(plan.part, plan.dtype, keep_text=plan.keep_text)

    def finish(self, rows: int, size: int) -> None:
        """Complete the output of so many *rows* of *size* numbers and give it its name."""
        plan = self._plan
        self.sink.finish()
        self.sink.sync()
        if plan.kind == ".npy":
            self.store.finish(rows, npy.head(rows, size, plan.dtype))
        self.journal.finish()
        self._is_finished = True
        self.close()
        _put_into_place(plan)

    def close(self) -> None:
        """Let go of all files; safe to call again."""
        self.sink.close()
        self.store.close()
        self.journal.close()

    def leave(self) -> None:
        """Close what is not complete; what holds nothing is removed, as if nobody had been here."""
        self.close()
        if self._is_finished or self.journal.count:
            return
        plan = self._plan
        for path in (plan.part, plan.vectors, plan.texts_part, plan.checkpoint):
            remove(path)


def _put_into_place(plan: Plan) -> None:
    """Give a complete output its name, and only then forget how it was made."""
    with said(plan.path):
        if plan.kind == ".npy" and plan.texts_part.exists():
            plan.texts_part.replace(plan.texts)
        if plan.part.exists():
            plan.part.replace(plan.path)
    sync_directory(plan.path.parent)
    if plan.vectors != plan.part:
        remove(plan.vectors)
    remove(plan.checkpoint)
