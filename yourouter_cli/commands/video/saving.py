"""`yourouter video download`, and `-o` of `create`: the files of a task, whole on this disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.video.progress import Progress
from yourouter_cli.commands.video.waiting import judge, resume_command
from yourouter_cli.disk import check_directory, check_writable, is_directory, named
from yourouter_cli.errors import (
    Failure,
    FailureKind,
    Interrupted,
    RequestFailed,
    StillRunning,
    UsageProblem,
)
from yourouter_cli.gateway import links
from yourouter_cli.hints import Again
from yourouter_cli.services.video.download import Download, Source
from yourouter_cli.services.video.fetch import Fetch
from yourouter_cli.services.video.part import PartFile, Passing, cannot_write, taken
from yourouter_cli.settings.addresses import is_loopback
from yourouter_cli.settings.keys import option_for
from yourouter_cli.settings.private_file import quoted
from yourouter_cli.wording import size

if TYPE_CHECKING:
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.services.video.part import Sink
    from yourouter_cli.services.video.task import Task

STDOUT = "-"
_SUFFIXES = frozenset({".mp4", ".mov", ".webm"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The files that a download left: paths, `-` for standard output; `size` of the video."""

    file: str
    size: int
    last_frame: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where a video is to go: `-`, a path, or None for a name after the task.

    `force` replaces what is there; `last_frame` saves the last frame beside it.
    """

    output: str | None
    force: bool = False
    last_frame: bool = False

    def check(self, desk: Desk) -> None:
        """Raise `UsageProblem` for what can be seen not to work, before anything is paid for."""
        if self.output == STDOUT:
            if self.last_frame:
                raise UsageProblem("`--return-last-frame` needs a file: `-o FILE`, not `-o -`")
            if desk.session.common.speaks_json:
                raise UsageProblem("standard output takes the video or JSON, not both")
            if desk.streams.stdout_is_terminal:
                raise UsageProblem(
                    "a video is not written to a terminal", hints=Again("-o", "video.mp4")
                )
        elif self.output is not None:
            self._check_path(self.output)

    def _check_path(self, name: str) -> None:
        try:
            path = named(name)
            # What the file in a directory is called shows the task only.
            (check_directory if is_directory(path) else check_writable)(path)
        except OSError as error:
            raise cannot_write(name, error) from None
        if path.is_file() and not self.force:
            raise taken(str(path))

    def path_for(self, task: Task) -> Path:
        """Return the path of the video of *task*."""
        path = named(self.output or ".")
        if is_directory(path):
            path /= task.id.replace("/", "_") + _suffix(task.video_url, _SUFFIXES, ".mp4")
        return path


def download(desk: Desk, name: str, wish: Wish) -> None:
    """Save the video of the task *name*; raise when it has none, or not yet."""
    wish.check(desk)
    known = desk.known(name)
    with desk.saying(f"asking for {known.id}"):
        task = _current(desk, known)
    if not task.has_ended:
        raise StillRunning(
            f"the task `{task.id}` is {task.status}", hints=resume_command(desk, [task], None)
        )
    judge([task])
    saved = save(desk, task, wish)
    if desk.session.common.speaks_json:
        document = {"schema": 1, "id": task.id, "file": saved.file, "bytes": saved.size}
        write_json(desk.session, {**document, "last_frame_file": saved.last_frame})


def _current(desk: Desk, known: Task) -> Task:
    """Return the task with links that are good now; those in the ledger when it is gone."""
    tasks = desk.tasks_of(known)
    try:
        return desk.ledger.seen(known.seen_as(tasks.get(known.id)))
    except RequestFailed as error:
        if error.failure.status == _NOT_FOUND and known.video_url:
            return known
        raise


def save(desk: Desk, task: Task, wish: Wish) -> Saved:
    """Fetch the files of *task*, which has succeeded; raise when they do not come whole."""
    video = _source(task, "video", task.video_url)
    picture = _source(task, "last frame", task.last_frame_url) if wish.last_frame else None
    try:
        if wish.output == STDOUT:
            sink = Passing("standard output", desk.streams.write_bytes)
            return Saved(file=STDOUT, size=_fetched(desk, task, video, sink))
        path = wish.path_for(task)
        count = _kept(desk, task, video, path, force=wish.force)
        if picture is None:
            return Saved(file=str(path), size=count)
        suffix = _suffix(picture.link, _PICTURES, ".png")
        beside = path.with_name(f"{path.stem}-last-frame{suffix}")
        _kept(desk, task, picture, beside, force=wish.force)
        return Saved(file=str(path), size=count, last_frame=str(beside))
    except KeyboardInterrupt:
        raise Interrupted("stopped downloading", hints=_again(desk, task, wish)) from None
    except RequestFailed as error:
        if not error.hints:
            error.hints = (_again(desk, task, wish),)
        raise


def _source(task: Task, what: str, link: str | None) -> Source:
    if link is None:
        message = f"the task `{task.id}` has no {what}"
        if what != "video":
            raise UsageProblem(f"{message}: it was not ordered with `--return-last-frame`")
        raise RequestFailed(Failure(kind=FailureKind.PROTOCOL, message=message))
    return Source(task=task.id, what=what, link=link, expires=task.expires)


def _kept(desk: Desk, task: Task, source: Source, path: Path, *, force: bool) -> int:
    """Fetch *source* into the file *path*, going on where an earlier download broke off."""
    if path.exists() and not path.is_file():
        return _passed_on(desk, task, source, path)
    if path.exists() and not force:
        raise taken(str(path))
    with PartFile(path) as part:
        count = _fetched(desk, task, source, part)
        part.finish(replace=force)
        desk.ledger.remember_part(part.part, None)
    desk.tell(f"saved `{path}` ({size(count)})")
    return count


def _fetched(desk: Desk, task: Task, source: Source, sink: Sink) -> int:
    session, profile = desk.session, desk.profile_of(task)
    fetch = Fetch(
        keyless=lambda origin: session.keyless_gateway(profile, origin),
        is_loopback=is_loopback,
        clock=session.clock,
    )
    progress = Progress(Path(sink.name).name, session.clock)
    part = sink.part if isinstance(sink, PartFile) else None
    ledger = desk.ledger
    with desk.saying(progress.words):
        return Download(
            source,
            sink,
            fetch,
            retries=profile.retries,
            known=ledger.part(part) if part else None,
            remember=(lambda known: ledger.remember_part(part, known)) if part else None,
            progress=progress,
            tell=desk.retrying,
            pause=desk.pause,
            tick=desk.tick,
        ).run()


def _passed_on(desk: Desk, task: Task, source: Source, path: Path) -> int:
    """Fetch *source* into what cannot be replaced: a pipe with a name, `/dev/null`."""
    try:
        with path.open("wb") as file:

            def write(block: bytes) -> None:
                file.write(block)
                file.flush()

            return _fetched(desk, task, source, Passing(str(path), write))
    except BrokenPipeError:
        raise  # silently, as for standard output
    except OSError as error:
        raise cannot_write(str(path), error) from None


def _again(desk: Desk, task: Task, wish: Wish) -> str:
    """Return the command that goes on with the download."""
    words = [f"yourouter video download{option_for(desk.profile_of(task).name)} {quoted(task.id)}"]
    if wish.output is not None:
        words.append(f"-o {quoted(wish.output)}")
    words += ["--force"] * wish.force + ["--return-last-frame"] * wish.last_frame
    return " ".join(words)


def _suffix(link: str | None, known: frozenset[str], default: str) -> str:
    suffix = Path(links.path_in(link or "") or "").suffix.lower()
    return suffix if suffix in known else default
