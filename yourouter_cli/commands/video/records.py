"""`get`, `list`, `cancel` and `delete`: what the ledger and the gateway know of tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from yourouter_cli.commands.asking import can_ask, confirmed
from yourouter_cli.commands.video.desk import unknown_hints
from yourouter_cli.commands.video.show import life_of, write_task, write_tasks
from yourouter_cli.errors import Failure, FailureKind, RequestFailed, UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.wording import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.services.video.task import Task

_NOT_FOUND = 404


def get(desk: Desk, name: str, *, show_url: bool) -> None:
    """Show the task *name* as it is now."""
    known = desk.known(name)
    if known.is_local:
        write_task(desk.session, known, show_url=show_url)
        _tell_unknown(desk, [known])
        return
    task = _asked(desk, known)
    write_task(desk.session, task, show_url=show_url)
    now = desk.clock.now()
    if task.expires is not None and now >= task.expires:
        desk.warn(f"`{task.id}` {task.status}, but {life_of(task, now)}")


def list_(desk: Desk, statuses: Sequence[str], *, remote: bool, show_url: bool) -> None:
    """Show the tasks made here, newest first; with *remote* those of the gateway as well."""
    tasks = {task.id: task for task in desk.ledger.tasks(desk.session.common.profile)}
    if not tasks and desk.session.common.profile is not None:
        desk.session.profile()  # raises for one that there never was
    if remote:
        profile = desk.session.profile()
        try:
            with desk.saying("asking for the tasks"):
                for seen in desk.tasks(profile).listed():
                    known = tasks.get(seen.id) or replace(seen, profile=profile.name)
                    tasks[seen.id] = desk.ledger.seen(known.seen_as(seen))
        except RequestFailed as error:
            # 5 ms that a look into the ledger does without.
            from yourouter_cli.services.video.api import is_offered

            if is_offered(error):
                raise
            desk.warn(f"{error.message}; these are the tasks made here, as they were last seen")
    shown = [task for task in tasks.values() if not statuses or task.status in statuses]
    shown.sort(key=lambda task: task.created or 0, reverse=True)
    write_tasks(desk.session, shown, show_url=show_url)
    _tell_unknown(desk, [task for task in shown if task.is_local])


def cancel(desk: Desk, name: str) -> None:
    """Take the task *name* out of the queue; anything but a queued one is left alone."""
    task = _asked(desk, desk.known(name))
    if task.status == "cancelled":
        desk.tell(f"`{task.id}` is cancelled already")
    elif task.status != "queued":
        raise _refused(f"`{task.id}` is {task.status}: only a queued task can be cancelled")
    else:
        with desk.saying(f"cancelling {task.id}"):
            desk.tasks_of(task).delete(task.id)
        task = desk.ledger.seen(replace(task, status="cancelled", updated=desk.clock.now()))
        desk.tell(f"cancelled `{task.id}`")
    if desk.session.common.speaks_json:
        write_task(desk.session, task, show_url=False)


def delete(desk: Desk, name: str, *, yes: bool) -> None:
    """Remove the record of the task *name*, here and at the gateway, after a confirmation."""
    if not yes and not can_ask(desk.session):
        raise UsageProblem(
            "deleting a task needs a confirmation, and nobody can be asked", hints=Again("--yes")
        )
    known = desk.known(name)
    task = None if known.is_local else _asked_if_there(desk, known)
    if task is not None and not task.has_ended and task.status != "queued":
        raise _refused(f"`{task.id}` is {task.status}: it can be deleted when it has ended")
    if not yes and not confirmed(desk.session, _question(task, known), default=False):
        desk.tell("nothing was deleted")
        return
    # The gateway refuses to delete a cancelled one, which it drops by itself within a day.
    is_left_there = task is not None and task.status == "cancelled" and known.profile is not None
    if task is not None and not is_left_there:
        with desk.saying(f"deleting {task.id}"):
            desk.tasks_of(task).delete(task.id)
    desk.ledger.forget(known.id)
    if desk.session.common.speaks_json:
        write_task(desk.session, task or known, show_url=False)
    where = " here; the gateway drops a cancelled task by itself" if is_left_there else ""
    desk.tell(f"deleted `{known.id}`{where}")


def _question(task: Task | None, known: Task) -> str:
    if task is None:
        return f"delete `{known.id}` from the ledger? the gateway knows no such task"
    if task.status == "cancelled":
        return f"delete `{task.id}` from the ledger? it is cancelled"
    if task.status == "queued":
        return f"delete `{task.id}`? it is queued, and is cancelled by that"
    return f"delete `{task.id}` ({task.status})? its record and its video are gone then"


def _asked(desk: Desk, known: Task) -> Task:
    """Return the task as the gateway describes it now, together with what is known here."""
    tasks = desk.tasks_of(known)
    profile = desk.profile_of(known).name
    with desk.saying(f"asking for {known.id}"):
        seen = tasks.get(known.id)
    return desk.ledger.seen(replace(known.seen_as(seen), profile=known.profile or profile))


def _asked_if_there(desk: Desk, known: Task) -> Task | None:
    """Return the task, or None when only the ledger knows it."""
    try:
        return _asked(desk, known)
    except RequestFailed as error:
        if error.failure.status == _NOT_FOUND and desk.ledger.find(known.id) is not None:
            return None
        raise


def _refused(why: str) -> RequestFailed:
    return RequestFailed(Failure(kind=FailureKind.REJECTED, message=why))


def _tell_unknown(desk: Desk, tasks: Sequence[Task]) -> None:
    """Say what to do about orders whose answer never came."""
    for task in tasks:
        look, strike = unknown_hints(task)
        desk.tell(
            f"`{task.id}` was ordered at {moment(task.created or 0)}, and no answer is known:"
            f" whether there is a task shows `{look}`; `{strike}` strikes it off",
            kind="unknown",
        )
