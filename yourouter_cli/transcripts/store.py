"""Transcripts: every conversation, kept in one SQLite file and safe from whatever happens."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from yourouter_cli.errors import UsageProblem
from yourouter_cli.transcripts.database import PATIENCE_SECONDS, Database, IndexBroken, Unavailable
from yourouter_cli.transcripts.entries import Entry
from yourouter_cli.transcripts.ids import LAST_CHARACTER, normalized
from yourouter_cli.transcripts.index import WordIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from sqlite3 import Connection

    from yourouter_cli.clock import Clock
    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.transcripts.database import Warn
    from yourouter_cli.transcripts.entries import Hit
    from yourouter_cli.transcripts.records import Conversation
    from yourouter_cli.transcripts.turn import Turn

Outcome = TypeVar("Outcome")

_ENTRY = ", ".join(Entry._fields)
_SHOWN_MATCHES = 5
# So that who writes a turn meanwhile waits for a tenth of a second at most.
_INDEXED_AT_ONCE = 500


class Transcripts:
    """The store of conversations in the file *path*, which is opened when it is first needed.

    Reading creates nothing and raises `ConfigProblem` when the file cannot be read; a damaged one
    is set aside, which *warn* is told. Writing a turn never raises. *patience* is how many seconds
    another process may keep the file locked. *has_fts5* False searches without an index.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        warn: Warn | None = None,
        patience: float = PATIENCE_SECONDS,
        has_fts5: bool = True,
    ) -> None:
        self.path = path
        self.clock = clock
        self.warn: Warn = warn or _nobody
        self._told: set[str] = set()
        self._words = WordIndex(has_fts5=has_fts5)
        self._database = Database(path, clock=clock, warn=self._tell, patience=patience)

    def begin_turn(
        self,
        conversation: str | None,
        *,
        profile: str,
        dialect: str,
        model: str,
        request: ChatRequest,
        with_content: bool = False,
    ) -> Turn:
        """Keep the question before it is sent; the returned turn takes the events of the answer.

        The question is what the user says at the end of *request*. None for *conversation* begins
        a new one. Attachments are kept by name, size and digest only, unless *with_content*.
        """
        # 5 ms that a list does without.
        from yourouter_cli.transcripts import editing
        from yourouter_cli.transcripts.turn import Place, Turn

        question = editing.question_of(request, with_content=with_content)
        seconds = self.clock.now()
        try:
            id_, number, position = self._database.write(
                lambda connection: editing.begin(
                    connection,
                    conversation,
                    profile=profile,
                    dialect=dialect,
                    model=model,
                    request=request,
                    question=question,
                    seconds=seconds,
                )
            )
        except Unavailable as error:
            self._tell(f"this conversation is not kept: {error.message}")
            return self.unkept_turn()
        place = Place(self._database, self._words, id_, number, position, len(question))
        return Turn(place, clock=self.clock, warn=self._tell)

    def unkept_turn(self) -> Turn:
        """Return a turn that takes events and keeps nothing."""
        from yourouter_cli.transcripts.turn import Turn  # 5 ms that a list does without

        return Turn(None, clock=self.clock, warn=self._tell)

    def last_conversation(self, profile: str) -> str | None:
        """Return the id of the conversation that *profile* used last, if there is one."""
        entries = self.list(limit=1, profile=profile)
        return entries[0].id if entries else None

    def list(self, *, limit: int | None = None, profile: str | None = None) -> tuple[Entry, ...]:
        """Return the conversations, last used first: at most *limit*, of one *profile* or all."""
        where, values = ("WHERE profile = ?", [profile]) if profile is not None else ("", [])
        return self._entries(
            f"{where} ORDER BY updated DESC, number DESC LIMIT ?",
            *values,
            -1 if limit is None else limit,
        )

    def entry(self, typed: str) -> Entry:
        """Return the conversation whose id is, or alone begins with, *typed*.

        Raises `UsageProblem` when there is none, or more than one.
        """
        beginning = normalized(typed)
        found = self._entries(
            "WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            beginning,
            beginning + LAST_CHARACTER,
            _SHOWN_MATCHES + 1,
        )
        if not beginning or not found:
            raise UsageProblem(f"no conversation `{typed}`", hints="yourouter history list")
        if len(found) > 1 and found[0].id != beginning:
            shown = [f"`{entry.id}`" for entry in found[:_SHOWN_MATCHES]]
            more = ", …" if len(found) > _SHOWN_MATCHES else ""
            raise UsageProblem(f"`{typed}` is ambiguous: {', '.join(shown)}{more}")
        return found[0]

    def conversation(self, typed: str) -> Conversation:
        """Return the whole conversation whose id is, or alone begins with, *typed*."""
        from yourouter_cli.transcripts import loading  # 5 ms that a list does without

        id_ = self.entry(typed).id
        found = self._database.read(lambda connection: loading.conversation(connection, id_), None)
        if found is None:
            raise UsageProblem(f"no conversation `{typed}`", hints="yourouter history list")
        return found

    def search(
        self, words: Sequence[str], *, limit: int | None = None, profile: str | None = None
    ) -> tuple[Hit, ...]:
        """Return at most *limit* conversations that have *words* in a turn, the newest turn first.

        How *words* are read is said by `Query`, which raises `UsageProblem` when there are none.
        """
        # 10 ms, for a search alone.
        from yourouter_cli.transcripts import searching
        from yourouter_cli.transcripts.query import Query

        query = Query(words)

        def hits(connection: Connection) -> tuple[Hit, ...]:
            return tuple(searching.hits(connection, self._words, query, limit, profile))

        def search() -> tuple[Hit, ...]:
            self._catch_up()
            return self._database.read(hits, ())

        return self._mended(search)

    def add(self, whole: Conversation) -> bool:
        """Keep a conversation from elsewhere; return False when its id is there already."""
        from yourouter_cli.transcripts import loading  # 5 ms that a list does without

        def add(connection: Connection) -> bool:
            known = "SELECT 1 FROM conversation WHERE id = ?"
            if connection.execute(known, (whole.id,)).fetchone():
                return False
            for turn in loading.insert(connection, whole):
                self._words.add_if_small(connection, turn)
            return True

        return self._database.write(add)

    def delete(self, ids: Iterable[str]) -> int:
        """Delete the conversations with these ids for good; return how many there were.

        Nothing of what was said in them stays in the file.
        """
        from yourouter_cli.transcripts import editing  # 5 ms that a list does without

        def delete(id_: str) -> int:
            return self._database.write(
                lambda connection: editing.delete(connection, self._words, id_)
            )

        # One after the other, so that who writes a turn meanwhile does not wait for all.
        deleted = sum(self._mended(partial(delete, id_)) for id_ in ids)
        if deleted:
            self._mended(lambda: self._database.write(self._words.compact))
            self._database.scrub()
        return deleted

    def undo(self, conversation: str, position: int) -> None:
        """Take the turn at *position* out of what follows; it stays in the store."""
        from yourouter_cli.transcripts import editing  # 5 ms that a list does without

        self._database.write(lambda connection: editing.undo(connection, conversation, position))

    def set_summary(self, conversation: str, up_to_turn: int, text: str) -> None:
        """Let *text* stand for the turns up to number *up_to_turn* in what follows.

        The turns themselves stay in the store.
        """
        from yourouter_cli.transcripts import editing  # 5 ms that a list does without

        self._database.write(
            lambda connection: editing.summarize(connection, conversation, up_to_turn, text)
        )

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

    def _entries(self, rest: str, *values: str | int) -> tuple[Entry, ...]:
        """Return the conversations that a query with this *rest* finds."""
        sql = f"SELECT {_ENTRY} FROM conversation {rest}"  # noqa: S608 - *rest* is of this class

        def entries(connection: Connection) -> tuple[Entry, ...]:
            return tuple(map(Entry._make, connection.execute(sql, values)))

        return self._database.read(entries, ())

    def _mended(self, action: Callable[[], Outcome]) -> Outcome:
        """Do *action*; once more with a new index of words when the old one is out of order."""
        try:
            return action()
        except IndexBroken:
            self._database.write(self._words.start_over)
            return action()

    def _catch_up(self) -> None:
        """Bring the index up to date, where the file can be written."""
        # A file that cannot be written is searched as it is.
        with suppress(Unavailable):
            while self._database.read(self._words.is_behind, nothing=False):
                self._database.write(partial(self._words.catch_up, at_most=_INDEXED_AT_ONCE))

    def _tell(self, message: str) -> None:
        """Warn, but of one thing only once."""
        if message not in self._told:
            self._told.add(message)
            self.warn(message)


def _nobody(message: str) -> None:
    """Take a warning that nobody wants."""
