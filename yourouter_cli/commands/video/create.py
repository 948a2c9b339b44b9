"""`yourouter video create`: an order that is written down before it is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.options import parsed_headers, parsed_params
from yourouter_cli.commands.prompting import PatientStdin, ignores_stdin, prompt_from
from yourouter_cli.commands.video.desk import unknown_hints
from yourouter_cli.commands.video.saving import STDOUT, Wish, save
from yourouter_cli.commands.video.show import shown, task_json
from yourouter_cli.commands.video.waiting import Waiting, checked_poll, judge
from yourouter_cli.errors import (
    ExitCode,
    Interrupted,
    RequestFailed,
    Stopped,
    UsageProblem,
    YourouterError,
)
from yourouter_cli.services.video.api import created_id
from yourouter_cli.services.video.follow import Watched
from yourouter_cli.services.video.order import Order
from yourouter_cli.services.video.task import UNKNOWN, Task

if TYPE_CHECKING:
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.options import CreateOptions
    from yourouter_cli.services.video.api import Tasks
    from yourouter_cli.settings.profile import Profile

_REFUSED = frozenset({ExitCode.DENIED, ExitCode.REJECTED})
_IN_DOUBT = "a task may have been made all the same, so it is not ordered again"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """An order that was checked: its body, and where it goes."""

    order: Order
    body: tuple[bytes, ...]
    profile: Profile
    tasks: Tasks


def create(desk: Desk, options: CreateOptions) -> None:
    """Order a video, show the task, and wait for it and save it where that is wanted."""
    poll = checked_poll(desk, options.poll)
    wish = Wish(output=options.output, force=options.force, last_frame=options.return_last_frame)
    if options.output is not None:
        wish.check(desk)
    ready = _ready(desk, options)
    task = _ordered(desk, ready)
    waits = options.wait or options.output is not None
    _show_new(desk, task, options, waits=waits)
    if not waits:
        return
    waiting = Waiting(
        desk,
        [Watched(task=task, tasks=ready.tasks, is_seen=True)],
        poll=poll,
        show_url=options.show_url,
        output=options.output,
    )
    try:
        (task,) = waiting.run()
        judge([task])
        if options.output is not None:
            save(desk, task, wish)
    finally:
        waiting.write_document()


def _ready(desk: Desk, options: CreateOptions) -> _Ready:
    """Return the order that *options* and standard input make; raises for anything wrong."""
    session = desk.session
    profile = session.profile(video_model=options.model, vendor=options.vendor)
    headers = parsed_headers(options.header)
    order = Order(
        model=profile.video_model,
        prompt=_prompt(desk, options, profile),
        image=options.image,
        last_frame=options.last_frame,
        references=tuple(options.reference or ()),
        fields={
            "resolution": options.resolution,
            "ratio": options.ratio,
            "duration": options.duration,
            "frames": options.frames,
            "seed": options.seed,
            "camera_fixed": options.camera_fixed,
            "watermark": options.watermark,
            "generate_audio": options.audio,
            "return_last_frame": options.return_last_frame or None,
            "service_tier": options.service_tier,
            "callback_url": options.callback_url,
        },
        params=parsed_params(options.param),
    )
    order.check()
    stdin = session.streams.stdin and PatientStdin(session, total=profile.clocks.total)
    body = order.body(stdin)
    return _Ready(
        order=order, body=body, profile=profile, tasks=desk.tasks(profile, headers=headers)
    )


def _prompt(desk: Desk, options: CreateOptions, profile: Profile) -> str:
    """Return what the words say; standard input is read when it is named or there is no other."""
    pictures = [options.image, options.last_frame, *(options.reference or ())]
    words = options.prompt or []
    if pictures.count("-") + words.count("-") > 1:
        raise UsageProblem("standard input can be read only once: `-` is given twice")
    ignored = options.no_stdin or ignores_stdin(desk.session)
    # An order with words or pictures needs nothing else: what a script's input happens to be is
    # not meant for it.
    takes_stdin = not (ignored or words or any(pictures) or options.param)
    return prompt_from(words, desk.session, takes_stdin=takes_stdin, total=profile.clocks.total)


def _ordered(desk: Desk, ready: _Ready) -> Task:
    """Send the order and return the task; what is not known to have failed stays in the ledger."""
    tasks, profile = ready.tasks, ready.profile
    intended = desk.ledger.intend(
        Task(
            id="",
            status=UNKNOWN,
            model=ready.order.model,
            prompt=ready.order.prompt,
            profile=profile.name,
            # Where a sandbox was says nothing about where the next one is.
            base_url=None if profile.is_sandbox else tasks.gateway.base_url,
            vendor=tasks.vendor,
        )
    )
    call = tasks.creation(ready.body, model=ready.order.model, operation=os.urandom(16).hex())
    try:
        with desk.saying(f"ordering from {ready.order.model}"):
            name = created_id(call.run())
    except BaseException as error:
        # A refusal is one under the status 200 as well.
        if not call.in_doubt or getattr(error, "exit_code", None) in _REFUSED:
            desk.ledger.forget(intended.id)
            raise
        raise _doubtful(error, intended) from error
    return desk.ledger.ordered(intended, name)


def _doubtful(error: BaseException, intended: Task) -> BaseException:
    """Return *error* saying what is to be done about an order of which nobody knows."""
    if isinstance(error, KeyboardInterrupt):
        return Interrupted(f"interrupted; {_IN_DOUBT}", hints=unknown_hints(intended))
    if isinstance(error, RequestFailed | Stopped) and isinstance(error, YourouterError):
        error.message = f"{error.message}; {_IN_DOUBT}"
        error.hints = unknown_hints(intended)
    return error


def _show_new(desk: Desk, task: Task, options: CreateOptions, *, waits: bool) -> None:
    """Show the id at once: from now on the task can be found and paid for by it."""
    session = desk.session
    if session.common.format == "jsonl" or (session.common.format == "json" and not waits):
        write_json(session, task_json(task, show_url=options.show_url))
    elif session.common.format == "json" or options.output == STDOUT:
        desk.tell(f"task {task.id}")
    else:
        desk.line.clear()
        session.streams.write(f"{shown(session.streams, task.id)}\n")
