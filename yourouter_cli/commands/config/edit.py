"""`yourouter config edit`: the configuration in the user's editor, checked before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.asking import can_ask, confirmed
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.services import desktop
from yourouter_cli.settings.draft import Draft

if TYPE_CHECKING:
    from yourouter_cli.session import Session

_AGAIN = "yourouter config edit"


def edit(session: Session) -> None:
    """Edit a draft until it is right or given up; raises `ConfigProblem` with the text kept."""
    environ = session.environ
    editor = desktop.editor_for(
        environ, again=_AGAIN, has_terminal=session.streams.stdin_is_terminal
    )
    draft = Draft(session.store)
    if draft.is_resumed:
        session.tell(f"going on with the text kept in `{draft.path}`")
    while True:
        desktop.edit(editor, draft.path, environ, again=_AGAIN)
        if not draft.is_changed:
            draft.discard()
            session.tell("nothing was changed")
            return
        try:
            draft.accept()
        except ConfigProblem as problem:
            if not _again(session, problem, draft):
                raise
        else:
            session.tell(f"`{session.store.path}` is changed")
            return


def _again(session: Session, problem: ConfigProblem, draft: Draft) -> bool:
    problem.hints = (_AGAIN,)
    kept = f"the text is kept in `{draft.path}`, the configuration is as it was"
    if can_ask(session):
        session.tell(problem.message, kind="not accepted")
        if confirmed(session, "Edit again?", default=True):
            return True
    session.tell(kept)
    return False
