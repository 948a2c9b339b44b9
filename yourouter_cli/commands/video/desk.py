"""What all `yourouter video` commands work with: the ledger, the gateways, a line of status."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from yourouter_cli.errors import UsageProblem
from yourouter_cli.render.status_line import FRAME_SECONDS, StatusLine
from yourouter_cli.services.video.ledger import Ledger
from yourouter_cli.services.video.task import UNKNOWN, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yourouter_cli.services.video.api import Tasks
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile


class Desk:
    """The world of one command about video tasks; use as a context manager."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.streams = session.streams
        self.clock = session.clock
        self.ledger = Ledger(session.places.tasks_file, clock=session.clock, warn=self.warn)
        common = session.common
        # The lines of --debug come when they will, and would end up behind this one.
        self.line = StatusLine(
            session.streams, session.clock, self._words, quiet=common.quiet or common.debug
        )
        self._says: Callable[[], str] | None = None
        self._profiles: dict[str | None, Profile] = {}
        self._tasks: dict[tuple[str, str | None], Tasks] = {}
        self._warned: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.clear()
        self.ledger.close()

    def tell(self, message: str, *, kind: str = "note") -> None:
        """Tell the user something on standard error."""
        self.line.clear()
        self.session.tell(message, kind=kind)

    def warn(self, message: str) -> None:
        """Tell the user of something that is not as it should be."""
        self.tell(message, kind="warning")

    def retrying(self, message: str) -> None:
        """Tell the user that a request is sent again."""
        self.tell(message, kind="retry")

    @contextmanager
    def saying(self, words: Callable[[], str] | str) -> Iterator[None]:
        """Show *words* in the line of status for as long as the context lasts."""
        before, self._says = self._says, (lambda: words) if isinstance(words, str) else words
        try:
            self.line.draw()
            yield
        finally:
            self._says = before
            self.line.clear()

    def pause(self) -> None:
        """Draw the line of status, while something is waited for."""
        if self._says is not None:
            self.line.draw()

    @property
    def tick(self) -> float | None:
        """How often the line is drawn while waiting; None where there is none."""
        return FRAME_SECONDS if self.line.is_live else None

    def known(self, name: str) -> Task:
        """Return what is known here of the task *name*, which may be shortened.

        What is not in the ledger is taken for the whole id of a task made elsewhere.
        """
        if not name.strip():
            raise UsageProblem("the id of the task is empty", hints="yourouter video list")
        return self.ledger.find(name) or Task(id=name, status=UNKNOWN)

    def profile_of(self, task: Task) -> Profile:
        """Return the profile by which *task* is reached: the one asked for, else the one it has."""
        name = None if self.session.common.profile else task.profile
        if name not in self._profiles:
            self._profiles[name] = self.session.profile(name)
        return self._profiles[name]

    def tasks_of(self, task: Task) -> Tasks:
        """Return the way to *task*; raises `UsageProblem` for one that the gateway never named."""
        if task.is_local:
            raise UsageProblem(
                f"`{task.id}` has no id at the gateway: the answer to its order never came",
                hints=unknown_hints(task),
            )
        profile = self.profile_of(task)
        key = profile.name, task.vendor
        if key not in self._tasks:
            self._tasks[key] = self.tasks(profile, vendor=task.vendor)
        where = self._tasks[key].gateway.base_url
        elsewhere = task.base_url not in {None, where} and not profile.is_sandbox
        if elsewhere and task.id not in self._warned:
            self._warned.add(task.id)
            self.warn(f"`{task.id}` was made at {task.base_url}, and is asked for at {where}")
        return self._tasks[key]

    def tasks(
        self,
        profile: Profile,
        *,
        vendor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Tasks:
        """Return the tasks of the gateway that *profile* names."""
        # Imported here because it costs 5 ms, and a look into the ledger needs no network.
        from yourouter_cli.services.video.api import Tasks

        made: list[str] = []
        if profile.is_sandbox:
            made = [task.id for task in reversed(self.ledger.tasks(profile.name))]
        pinned = profile.vendor if vendor is None else vendor
        return Tasks(
            gateway=self.session.video_gateway(profile, known=made),
            vendor=None if pinned == "auto" else pinned,
            retries=profile.retries,
            headers=headers or {},
            tell=self.retrying,
            pause=self.pause,
            tick=self.tick,
        )

    def _words(self) -> str:
        return "" if self._says is None else self._says()


def unknown_hints(task: Task) -> tuple[str, ...]:
    """Return what to do about an order whose answer never came."""
    from yourouter_cli.settings.keys import option_for  # 2 ms; few orders stay without an answer

    where = option_for(task.profile or "default")
    return (
        f"yourouter video list --remote{where}",
        f"yourouter video delete {task.id}",
    )
