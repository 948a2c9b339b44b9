"""Waiting for tasks: asking again and again, whatever becomes of a single question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yourouter_cli.errors import ExitCode, Failure, FailureKind, RequestFailed, StillRunning
from yourouter_cli.gateway import retry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yourouter_cli.clock import Clock
    from yourouter_cli.services.video.api import Tasks
    from yourouter_cli.services.video.task import Task

FASTEST_SECONDS = 1.0
# After nothing but failures for so long, something is wrong that waiting does not mend.
PATIENCE_SECONDS = 300.0
# A task that was just made may not be known everywhere yet.
_SETTLING_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class Watched:
    """One task that is waited for, as it was last seen; `is_seen` once the gateway told of it."""

    task: Task
    tasks: Tasks
    is_seen: bool = False
    due: float = 0.0

    @property
    def name(self) -> str:
        """The id of the task."""
        return self.task.id


@dataclass(frozen=True, slots=True)
class Changed:
    """A task is in another status than before, or was seen for the first time."""

    task: Task


@dataclass(frozen=True, slots=True)
class Missed:
    """A question got no answer, the `count`-th in a row; it is asked again in `wait` seconds."""

    name: str
    failure: Failure
    count: int
    wait: float


class Follow:
    """Several tasks, followed to their ends.

    *poll* are the seconds between two questions about one task. After a failure the next
    *retries* questions come sooner. *deadline* is on the clock's monotonic scale, None for none.
    *pause* is called before each wait and every *tick* seconds while waiting.
    """

    def __init__(
        self,
        watched: Sequence[Watched],
        *,
        clock: Clock,
        poll: float,
        retries: int = 0,
        deadline: float | None = None,
        pause: Callable[[], None] | None = None,
        tick: float | None = None,
    ) -> None:
        self.watched = tuple(watched)
        self.misses = 0
        """How many questions in a row got no answer."""
        self._clock = clock
        self._poll = max(poll, FASTEST_SECONDS)
        self._retries = retries
        self._deadline = deadline
        self._pause = pause
        self._tick = tick
        self._last_answer = clock.monotonic()

    @property
    def open(self) -> list[Watched]:
        """The tasks that have not ended."""
        return [watched for watched in self.watched if not watched.task.has_ended]

    def run(self) -> Iterator[Changed | Missed]:
        """Yield what happens until all tasks have ended.

        Raises `StillRunning` at the deadline, and `RequestFailed` when the gateway refuses to tell
        of a task at all or has not answered anything for five minutes.
        """
        for watched in self.watched:
            watched.due = self._clock.monotonic()
            if watched.task.has_ended:
                yield Changed(watched.task)
        while following := self.open:
            watched = min(following, key=lambda watched: watched.due)
            self._sleep_until(watched.due)
            if (event := self._ask(watched)) is not None:
                yield event

    def _ask(self, watched: Watched) -> Changed | Missed | None:
        try:
            seen = watched.tasks.get(watched.name, once=True)
        except RequestFailed as error:
            return self._missed(watched, error)
        self._last_answer = self._clock.monotonic()
        self.misses = 0
        watched.due = self._last_answer + self._poll
        before, watched.task = watched.task, watched.task.seen_as(seen)
        is_news = not watched.is_seen or before.status != watched.task.status
        watched.is_seen = True
        return Changed(watched.task) if is_news else None

    def _missed(self, watched: Watched, error: RequestFailed) -> Missed:
        failure, now = error.failure, self._clock.monotonic()
        if failure.clock == "total":
            raise self._still_running() from error
        if not watched.is_seen and self._is_refusal(failure, watched.task):
            if len(self.watched) == 1:
                raise error
            named = failure._replace(message=f"`{watched.name}`: {failure.message}")
            raise RequestFailed(named, attempts=error.attempts, hints=error.hints) from error
        if now - self._last_answer >= PATIENCE_SECONDS:
            raise RequestFailed(_given_up(failure), attempts=error.attempts) from error
        self.misses += 1
        wait = self._poll
        if self.misses <= self._retries:
            soon = retry.delay(self.misses, None, self._clock.jitter)
            wait = min(wait, max(FASTEST_SECONDS, soon))
        if failure.retry_after is not None:
            wait = max(wait, min(failure.retry_after, retry.LONGEST_ASKED_WAIT_SECONDS))
        watched.due = now + wait
        return Missed(watched.name, failure, self.misses, wait)

    def _is_refusal(self, failure: Failure, task: Task) -> bool:
        """Return whether asking again is in vain: wrong key, no such task."""
        if failure.kind.exit_code is ExitCode.UNREACHABLE:
            return False
        is_new = task.created is not None and self._age(task.created) < _SETTLING_SECONDS
        return not (failure.status == 404 and is_new)  # noqa: PLR2004 - not found

    def _age(self, moment: float) -> float:
        return abs(self._clock.now() - moment)

    def _sleep_until(self, due: float) -> None:
        clock = self._clock
        while (left := due - clock.monotonic()) > 0:
            if self._deadline is not None:
                left = min(left, self._deadline - clock.monotonic())
                if left <= 0:
                    raise self._still_running()
            if self._pause is not None:
                self._pause()
            clock.sleep(min(left, self._tick or left))
        if self._deadline is not None and clock.monotonic() >= self._deadline:
            raise self._still_running()

    def _still_running(self) -> StillRunning:
        names = [f"`{watched.name}` ({watched.task.status})" for watched in self.open]
        what = "the task" if len(names) == 1 else "the tasks"
        go = "is still running" if len(names) == 1 else "are still running"
        return StillRunning(f"{what} {', '.join(names)} {go}")


def _given_up(failure: Failure) -> Failure:
    """Return the failure for a gateway silent for too long, *failure* being the last one."""
    unreachable = failure.kind.exit_code is ExitCode.UNREACHABLE
    return failure._replace(
        kind=failure.kind if unreachable else FailureKind.UNAVAILABLE,
        message=f"no news of the task for {PATIENCE_SECONDS / 60:.0f} minutes: {failure.message}",
    )
