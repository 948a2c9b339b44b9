"""`yourouter config edit`: the configuration in the user's editor, checked before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.asking import can_ask, confirmed
from yourouter_cli.errors import ConfigProblem, UsageProblem
from yourouter_cli.settings.draft import Draft

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.session import Session


def edit(session: Session) -> None:
    """Edit a draft until it is right or given up; raises `ConfigProblem` with the text kept."""
    editor = _editor(session)
    draft = Draft(session.store)
    if draft.is_resumed:
        session.tell(f"going on with the text kept in `{draft.path}`")
    while True:
        _run(editor, draft.path, session)
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
    problem.hints = ("yourouter config edit",)
    kept = f"the text is kept in `{draft.path}`, the configuration is as it was"
    if can_ask(session):
        session.tell(problem.message, kind="not accepted")
        if confirmed(session, "Edit again?", default=True):
            return True
    session.tell(kept)
    return False


def _editor(session: Session) -> list[str]:
    """Return the command of the user's editor."""
    # Imported here because only this command needs them.
    import shlex
    import shutil

    for variable in ("VISUAL", "EDITOR"):
        try:
            if words := shlex.split(session.environ.get(variable, "")):
                return words
        except ValueError:
            raise UsageProblem(f"`{variable}` is not a command: a quote is missing") from None
    for name in ("vi", "nano", "notepad"):
        if session.streams.stdin_is_terminal and (found := shutil.which(name)):
            return [found]
    raise UsageProblem("no editor is set", hints="EDITOR=nano yourouter config edit")


def _run(editor: list[str], path: Path, session: Session) -> None:
    # Imported here because only this command needs it.
    import subprocess

    try:
        done = subprocess.run([*editor, str(path)], check=False, env=dict(session.environ))
    except OSError as error:
        raise UsageProblem(
            f"cannot run the editor `{editor[0]}`: {error.strerror or error}",
            hints="EDITOR=nano yourouter config edit",
        ) from None
    if done.returncode:
        raise UsageProblem(
            f"the editor `{editor[0]}` ended with {done.returncode}; nothing was changed",
            hints="yourouter config edit",
        )
