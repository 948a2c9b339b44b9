"""`yourouter history`: what was said, found again, shown, exported and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from yourouter_cli.commands.documents import write_path
from yourouter_cli.commands.options import Yes, common, session_of
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.session import Session
    from yourouter_cli.transcripts.entries import Entry

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_TERMINAL_ROWS = 30
_SEARCH_ROWS = 50

Id = Annotated[str, typer.Argument(metavar="ID", help="A conversation; the beginning is enough.")]
Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=0, help="At most so many; 0: all.")
]


@app.callback()
@common
def history(context: typer.Context) -> None:
    r"""Conversations: list, show, search, export, import, delete.

    \b
    yourouter history list
    yourouter history search rayleigh scattering
    yourouter history show 1jn7
    """


@app.command("list")
@common
def list_(context: typer.Context, *, limit: Limit = None) -> None:
    r"""List conversations, last used first; with -p only those of that profile.

    \b
    yourouter history list
    yourouter history list -p work --limit 5
    yourouter history list --json | jq -r '.[].title'

    On a terminal it shows the last 30. JSON: [{"id","title","model","profile","turns","tokens",
    "created","updated"}].
    """
    from yourouter_cli.commands.history import show  # 3 ms that --help does without

    session = session_of(context)
    if limit is None and session.streams.stdout_is_terminal and not session.common.speaks_json:
        limit = _TERMINAL_ROWS
    entries = session.transcripts.list(
        limit=limit + 1 if limit else None, profile=session.common.profile
    )
    _check_profile(session, entries)
    shown = entries[:limit] if limit else entries
    show.entries(session, shown)
    if len(shown) < len(entries):
        session.tell(f"these are the last {limit}; --limit 0 lists all")


@app.command("show")
@common
def show_(context: typer.Context, id_: Id) -> None:
    r"""Show a conversation from beginning to end.

    \b
    yourouter history show 1jn7
    yourouter history show 1jn7 --json | jq '.turns[-1].usage'

    JSON: as `history export --format json`.
    """
    from yourouter_cli.commands.history import show  # 3 ms that --help does without

    session = session_of(context)
    show.conversation(session, session.transcripts.conversation(id_))


@app.command("search")
@common
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="All must be there.")],
    *,
    limit: Limit = _SEARCH_ROWS,
) -> None:
    r"""Find conversations by words of questions and answers, the newest match first.

    \b
    yourouter history search rayleigh scattering
    yourouter history search 'why is the sky'     # a phrase
    yourouter history search 'scatter*'           # the beginning of a word

    Case and accents do not matter. JSON: as `history list`, with "turn" and "excerpt", in which
    [brackets] mark the match.
    """
    from yourouter_cli.commands.history import show  # 3 ms that --help does without

    session = session_of(context)
    found = session.transcripts.search(
        words, limit=limit + 1 if limit else None, profile=session.common.profile
    )
    _check_profile(session, found)
    hits = found[:limit] if limit else found
    show.hits(session, hits)
    if len(hits) < len(found):
        session.tell(f"there are more than these {limit}; --limit 0 lists all")


@app.command("export")
@common(formats=("markdown", "json", "jsonl"))
def export(context: typer.Context, id_: Id) -> None:
    r"""Write a conversation to standard output, as Markdown unless --format says otherwise.

    \b
    yourouter history export 1jn7 > sky.md
    yourouter history export 1jn7 --format json > sky.json

    `history import` reads every format back. JSON and JSON lines hold all there is; Markdown
    leaves out the model's reasoning and the content of attachments.
    """
    from yourouter_cli.commands.history import show  # 3 ms that --help does without

    session = session_of(context)
    show.exported(session, session.transcripts.conversation(id_))


@app.command("import")
@common
def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An export; `-`: standard input.")],
) -> None:
    r"""Take in what was exported; prints the ids. Conversations that are there already stay.

    \b
    yourouter history import sky.json
    cat *.jsonl | yourouter history import -

    JSON: {"schema":1,"imported":[ID],"skipped":[ID]}.
    """
    # 12 ms that --help does without.
    from yourouter_cli.commands.history import show
    from yourouter_cli.commands.history.files import text_of
    from yourouter_cli.transcripts.importing import conversations_in

    session = session_of(context)
    imported: list[str] = []
    skipped: list[str] = []
    for whole in conversations_in(text_of(file, session), file):
        (imported if session.transcripts.add(whole) else skipped).append(whole.id)
    show.done(session, imported=imported, skipped=skipped)
    for id_ in skipped:
        session.tell(f"`{id_}` is there already, and stays as it is")


@app.command("delete")
@common
def delete(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Conversations to delete.")
    ] = None,
    *,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", metavar="AGE", help="Those not used since: 12h, 30d, 8w."),
    ] = None,
    yes: Yes = False,
) -> None:
    r"""Delete conversations for good; asks first.

    \b
    yourouter history delete 1jn7
    yourouter history delete --older-than 30d --yes

    With -p and --older-than only those of that profile. JSON: {"schema":1,"deleted":[ID]}.
    """
    from yourouter_cli.commands.history import show  # 3 ms that --help does without

    session = session_of(context)
    entries = _chosen(session, ids or [], older_than)
    if entries and not yes:
        _ask(session, entries)
    session.transcripts.delete(entry.id for entry in entries)
    show.done(session, deleted=[entry.id for entry in entries])
    if not session.common.speaks_json:
        count = f"{len(entries)} conversation{'' if len(entries) == 1 else 's'}"
        session.tell(f"deleted {count}")


@app.command("path")
@common
def path(context: typer.Context) -> None:
    r"""Print where the database is, or would be.

    \b
    yourouter history path
    sqlite3 "$(yourouter history path)" 'SELECT sum(cost) FROM turn'

    JSON: {"schema":1,"path"}.
    """
    session = session_of(context)
    write_path(session, session.places.transcripts_file)


def _chosen(session: Session, ids: list[str], older_than: str | None) -> list[Entry]:
    """Return the conversations that are to be deleted."""
    if bool(ids) == (older_than is not None):
        raise UsageProblem(
            "give ids or an age, not both" if ids else "nothing to delete was named",
            hints=("yourouter history list", "yourouter history delete --older-than 30d"),
        )
    if older_than is None:
        named = [session.transcripts.entry(id_) for id_ in ids]
        return list(dict.fromkeys(named))
    from yourouter_cli.commands.history.files import seconds_in  # 0.2 ms, for --older-than alone

    since = (session.clock.now() - seconds_in(older_than)) * 1000
    entries = session.transcripts.list(profile=session.common.profile)
    _check_profile(session, entries)
    return [entry for entry in entries if entry.updated < since]


def _check_profile(session: Session, found: Sequence[object]) -> None:
    """Raise `ConfigProblem` when nothing was *found* because there is no profile called so.

    One that was removed since may have left something.
    """
    if not found and session.common.profile is not None:
        session.profile()


def _ask(session: Session, entries: list[Entry]) -> None:
    """Ask whether to delete *entries*; raises unless the answer is yes."""
    # 0.6 ms that only deleting needs.
    from yourouter_cli.commands.asking import can_ask, confirmed
    from yourouter_cli.render.sanitize import clean_line

    if not can_ask(session):
        raise UsageProblem(
            "cannot ask whether to delete; nothing was deleted", hints=Again("--yes")
        )
    if len(entries) == 1:
        what = f"the conversation `{clean_line(entries[0].title)}`"
    else:
        what = f"{len(entries)} conversations"
    if not confirmed(session, f"Delete {what} for good?", default=False):
        entries.clear()
