"""`yourouter video wait`, and the waiting of `create`: what is said while tasks go on."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.video.show import life_of, shown, task_json
from yourouter_cli.errors import (
    ExitCode,
    Interrupted,
    RequestFailed,
    StillRunning,
    Stopped,
    TaskFailed,
    UsageProblem,
)
from yourouter_cli.services.video.follow import FASTEST_SECONDS, Changed, Follow, Watched
from yourouter_cli.services.video.task import SUCCEEDED
from yourouter_cli.settings.keys import option_for
from yourouter_cli.settings.private_file import quoted
from yourouter_cli.wording import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.services.video.follow import Missed
    from yourouter_cli.services.video.task import Task


def wait(desk: Desk, names: Sequence[str], *, poll: float, show_url: bool) -> None:
    """Wait for the ends of the tasks *names*; raise when one does not succeed."""
    poll = checked_poll(desk, poll)
    tasks = {task.id: task for task in map(desk.known, names)}
    watched = [Watched(task=task, tasks=desk.tasks_of(task)) for task in tasks.values()]
    waiting = Waiting(desk, watched, poll=poll, show_url=show_url, prints=True)
    try:
        ended = waiting.run()
    except StillRunning:
        waiting.write_document()
        raise
    waiting.write_document()
    judge(ended)


def checked_poll(desk: Desk, seconds: float) -> float:
    """Return how often to ask: *seconds*, but never faster than every second."""
    if not math.isfinite(seconds) or seconds <= 0:
        raise UsageProblem(f"`--poll` is a number of seconds above 0, not {seconds:g}")
    if seconds < FASTEST_SECONDS:
        desk.tell(f"asking every {FASTEST_SECONDS:g} s, not faster")
    return max(seconds, FASTEST_SECONDS)


def judge(tasks: Sequence[Task]) -> None:
    """Raise `TaskFailed` unless all *tasks*, which have ended, succeeded."""
    bad = [task for task in tasks if task.status != SUCCEEDED]
    if not bad:
        return
    if len(tasks) == 1:
        raise TaskFailed(f"the task {_end_of(bad[0])}")
    ends = "; ".join(map(_end_of, bad))
    raise TaskFailed(f"{len(bad)} of {len(tasks)} tasks did not succeed: {ends}")


def resume_command(desk: Desk, tasks: Sequence[Task], output: str | None = None) -> str:
    """Return the command that goes on where waiting for *tasks* was left."""
    profiles = {desk.profile_of(task).name for task in tasks}
    where = option_for(profiles.pop()) if len(profiles) == 1 else ""
    names = " ".join(quoted(task.id) for task in tasks)
    command = f"yourouter video wait{where} {names}"
    if output is None:
        return command
    return f"{command} && yourouter video download{where} {names} -o {quoted(output)}"


class Waiting:
    """Several tasks being waited for, and what is shown of them.

    *output* is where the video goes afterwards, for the command that resumes. With *prints* each
    end is a line on standard output.
    """

    def __init__(
        self,
        desk: Desk,
        watched: Sequence[Watched],
        *,
        poll: float,
        show_url: bool = False,
        output: str | None = None,
        prints: bool = False,
    ) -> None:
        session = desk.session
        self._desk = desk
        self._show_url = show_url
        self._output = output
        self._prints = prints
        profile = desk.profile_of(watched[0].task)
        total = profile.clocks.total
        self._follow = Follow(
            watched,
            clock=session.clock,
            poll=poll,
            retries=profile.retries,
            deadline=None if total is None else session.started + total,
            pause=desk.pause,
            tick=desk.tick,
        )
        self._began = session.clock.monotonic()
        self._usual = desk.ledger.usual(watched[0].task.model)
        # The wall clock is looked at once only: it may be set while we wait.
        self._started_at = session.clock.now()
        ages = (self._started_at - (one.task.created or math.inf) for one in watched)
        self._age = max(0.0, *ages)

    @property
    def tasks(self) -> list[Task]:
        """The tasks as they were last seen."""
        return [watched.task for watched in self._follow.watched]

    def run(self) -> list[Task]:
        """Wait, tell what happens, and return the tasks, which have ended."""
        try:
            with self._desk.saying(self._words):
                for event in self._follow.run():
                    if isinstance(event, Changed):
                        self._changed(event)
                    else:
                        self._missed(event)
        except KeyboardInterrupt:
            raise Interrupted(self._detached(), hints=self._resume()) from None
        except Stopped as error:
            if not error.hints:
                error.message, error.hints = self._detached(), (self._resume(),)
            raise
        except (StillRunning, RequestFailed) as error:
            # Waiting again for a task that is not there would only be refused again.
            if error.exit_code is not ExitCode.REJECTED:
                error.hints = (*error.hints, self._resume())
            raise
        return self.tasks

    def write_document(self) -> None:
        """Write the tasks as one JSON value where that was asked for: one task is an object."""
        if self._desk.session.common.format == "json":
            described = [task_json(task, show_url=self._show_url) for task in self.tasks]
            write_json(self._desk.session, described[0] if len(described) == 1 else described)

    def _changed(self, event: Changed) -> None:
        desk = self._desk
        task = desk.ledger.seen(event.task)
        for watched in self._follow.watched:
            if watched.name == task.id:
                watched.task = task
        if self._usual is None:
            self._usual = desk.ledger.usual(task.model)
        match desk.session.common.format:
            case "json":
                return
            case "jsonl":
                desk.line.clear()
                write_json(desk.session, task_json(task, show_url=self._show_url))
                return
        if not task.has_ended:
            if not desk.line.is_live:
                desk.tell(f"`{task.id}` is {task.status} ({self._progress()})")
            return
        desk.line.clear()
        if self._prints:
            gap = "  " if desk.streams.stdout_is_terminal else "\t"
            link = [task.video_url] if self._show_url and task.video_url else []
            cells = [shown(desk.streams, cell) for cell in (task.id, task.status, *link)]
            desk.streams.write(gap.join(cells) + "\n")
        if task.status == SUCCEEDED:
            life = life_of(task, self._started_at + self._waited())
            ending = f"; {life}" if life else ""
            desk.tell(f"`{task.id}` succeeded ({duration(self._elapsed())}){ending}")
        elif self._follow.open:
            desk.tell(_end_of(task))  # the error that says so comes when the others have ended

    def _missed(self, event: Missed) -> None:
        self._desk.warn(
            f"no news of `{event.name}`: {event.failure.message}"
            f" ({event.count} in a row); asking again in {event.wait:.0f} s"
        )

    def _waited(self) -> float:
        return self._desk.clock.monotonic() - self._began

    def _elapsed(self) -> float:
        return self._age + self._waited()

    def _progress(self) -> str:
        words = duration(self._elapsed())
        if self._usual is not None:
            words += f" of about {duration(self._usual.seconds)}"
        return words

    def _words(self) -> str:
        """Return the line of status, what matters most first: a narrow one is cut."""
        tasks, misses = self.tasks, self._follow.misses
        going = self._progress() + (f", no news {misses} times" if misses else "")
        if len(tasks) == 1:
            return f"{tasks[0].status} {going} {tasks[0].id}"
        counts = Counter(task.status for task in tasks)
        words = ", ".join(f"{count} {status}" for status, count in counts.items())
        return f"{words} {going}"

    def _open(self) -> list[Task]:
        return [watched.task for watched in self._follow.open] or self.tasks

    def _detached(self) -> str:
        going = "the task goes on" if len(self._open()) == 1 else "the tasks go on"
        return f"stopped waiting; {going}"

    def _resume(self) -> str:
        return resume_command(self._desk, self._open(), self._output)


def _end_of(task: Task) -> str:
    match task.status:
        case "cancelled":
            end = "was cancelled"
        case "expired":
            end = "expired before it was done"
        case status:
            end = status
    return f"`{task.id}` {end}: {task.error}" if task.error else f"`{task.id}` {end}"
