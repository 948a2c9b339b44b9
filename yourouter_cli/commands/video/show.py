"""Tasks on standard output: for a person, a shell or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.documents import write_json
from yourouter_cli.gateway.links import masked
from yourouter_cli.render.sanitize import clean_line, one_line
from yourouter_cli.render.tables import table
from yourouter_cli.wording import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.services.video.task import Task
    from yourouter_cli.session import Session
    from yourouter_cli.streams import Streams

_NAME_COLUMNS = 16


def task_json(task: Task, *, show_url: bool) -> dict[str, Any]:
    """Return *task* as programs get it; the query of the link only with *show_url*."""
    return {
        "id": task.id,
        "status": task.status,
        "model": task.model,
        "prompt": task.prompt,
        "created": _moment(task.created),
        "updated": _moment(task.updated),
        "expires": _moment(task.expires),
        "video_url": _link(task.video_url, show_url=show_url),
        "usage": task.usage,
        "error": task.error and {"code": task.error.code, "message": task.error.message},
        "profile": task.profile,
    }


def write_tasks(session: Session, tasks: Sequence[Task], *, show_url: bool) -> None:
    """Write *tasks* as one JSON array, as JSON lines, or as a table."""
    described = [task_json(task, show_url=show_url) for task in tasks]
    if session.common.format == "json":
        write_json(session, described)
        return
    if session.common.format == "jsonl":
        for document in described:
            write_json(session, document)
        return
    columns = ["ID", "STATUS", "MODEL", "CREATED", "PROFILE", "PROMPT"]
    rows = [
        [task.id, task.status, task.model, _moment(task.created), task.profile, task.prompt]
        for task in tasks
    ]
    if show_url:
        columns.append("VIDEO")
        for row, task in zip(rows, tasks, strict=True):
            row.append(task.video_url)
    table(session.streams, columns, rows, flexible=columns.index("PROMPT"))


def write_task(session: Session, task: Task, *, show_url: bool) -> None:
    """Write all that is known of *task*."""
    described = task_json(task, show_url=show_url)
    if session.common.speaks_json:
        write_json(session, described)
        return
    described["error"] = None if task.error is None else str(task.error)
    described["usage"] = ", ".join(f"{name} {count}" for name, count in (task.usage or {}).items())
    described["last_frame_url"] = _link(task.last_frame_url, show_url=show_url)
    on_terminal = session.streams.stdout_is_terminal
    for name, value in described.items():
        if value not in {None, ""}:
            head = name.ljust(_NAME_COLUMNS) if on_terminal else f"{name}\t"
            session.streams.write(f"{head}{shown(session.streams, str(value))}\n")


def shown(streams: Streams, text: str) -> str:
    """Return *text* on one line: as it is, or for a terminal with nothing in it that steers it."""
    return clean_line(text) if streams.stdout_is_terminal else one_line(text)


def life_of(task: Task, now: float) -> str | None:
    """Return in words when the link to the video ends, or that it has; None without a link."""
    if task.expires is None:
        return None
    return f"its link {'expired' if now >= task.expires else 'ends'} at {moment(task.expires)}"


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else moment(seconds)


def _link(url: str | None, *, show_url: bool) -> str | None:
    return url if url is None or show_url else masked(url)
