"""`yourouter video`: generation tasks, from the order to the file on the disk."""

from __future__ import annotations

from typing import Annotated

import typer

from yourouter_cli.commands.options import Yes, common, session_of
from yourouter_cli.commands.video.options import (
    POLL_SECONDS,
    CreateOptions,
    Force,
    Name,
    Names,
    Poll,
    ReturnLastFrame,
    ShowUrl,
)

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_FORMATS = ("text", "json", "jsonl")


@app.callback()
@common
def video(context: typer.Context) -> None:
    r"""Order videos, wait for them and save them: paid work is never lost.

    \b
    yourouter video create "a paper boat in the rain" -o boat.mp4
    yourouter video list
    yourouter video download cgt-20250906194036-2k4r4 -o boat.mp4
    """


@app.command("create")
@common(network=True, formats=_FORMATS)
def create_(context: typer.Context, options: CreateOptions) -> None:
    r"""Order a video and print the id of the task.

    \b
    yourouter video create "a paper boat in the rain" --duration 5
    yourouter video create "she smiles" -a first.png --last-frame last.png -o smile.mp4
    yourouter video create "in this style" --reference a.png --reference b.png --wait
    yourouter video create -p sandbox "a boat" -o boat.mp4

    The order is written down before it is sent, and never sent twice.

    JSON: {"id", "status", "model", "prompt", "created", "updated", "expires", "video_url",
    "usage", "error", "profile"}; JSON lines: one such object for each change.
    """
    # 27 ms that --help does without.
    from yourouter_cli.commands.video.create import create
    from yourouter_cli.commands.video.desk import Desk

    with Desk(session_of(context)) as desk:
        create(desk, options)


@app.command("wait")
@common(network=True, formats=_FORMATS)
def wait_(
    context: typer.Context, names: Names, *, poll: Poll = POLL_SECONDS, show_url: ShowUrl = False
) -> None:
    r"""Wait for the end of tasks; Ctrl-C stops waiting, not the tasks.

    \b
    yourouter video wait cgt-20250906194036-2k4r4
    yourouter video wait ID ID --timeout 600 || echo "not yet, or not well"
    yourouter video wait ID --format jsonl | jq -r .status

    Exit code 10 when the time is up, 11 when a task failed, was cancelled or expired.
    JSON: as `create`, for several ids an array; JSON lines: one object for each change.
    """
    # 13 ms that --help does without.
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.waiting import wait

    with Desk(session_of(context)) as desk:
        wait(desk, names, poll=poll, show_url=show_url)


@app.command("get")
@common(network=True, formats=_FORMATS)
def get_(context: typer.Context, name: Name, *, show_url: ShowUrl = False) -> None:
    r"""Show a task as it is now.

    \b
    yourouter video get cgt-20250906194036-2k4r4
    yourouter video get ID --json --show-url | jq -r .video_url

    JSON: as `create`.
    """
    # 12 ms that --help does without.
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.records import get

    with Desk(session_of(context)) as desk:
        get(desk, name, show_url=show_url)


@app.command("list")
@common(network=True, formats=_FORMATS)
def list_(
    context: typer.Context,
    *,
    remote: Annotated[bool, typer.Option("--remote", help="Ask the gateway as well.")] = False,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help="Only these; repeatable."),
    ] = None,
    show_url: ShowUrl = False,
) -> None:
    r"""List the tasks made here, as they were last seen; with -p only those of one profile.

    \b
    yourouter video list
    yourouter video list --remote --status queued --status running
    yourouter video list --json | jq -r '.[] | select(.status == "unknown") | .id'

    JSON: an array of objects as of `create`.
    """
    # 12 ms that --help does without.
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.records import list_ as listing

    with Desk(session_of(context)) as desk:
        listing(desk, status or [], remote=remote, show_url=show_url)


@app.command("cancel")
@common(network=True)
def cancel_(context: typer.Context, name: Name) -> None:
    r"""Take a task out of the queue; one that is running cannot be stopped.

    \b
    yourouter video cancel cgt-20250906194036-2k4r4

    JSON: as `create`.
    """
    # 12 ms that --help does without.
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.records import cancel

    with Desk(session_of(context)) as desk:
        cancel(desk, name)


@app.command("delete")
@common(network=True)
def delete_(context: typer.Context, name: Name, *, yes: Yes = False) -> None:
    r"""Remove the record of a task, here and at the gateway; its video is gone then.

    \b
    yourouter video delete cgt-20250906194036-2k4r4
    yourouter video delete ID --yes

    JSON: as `create`, the task as it was.
    """
    # 12 ms that --help does without.
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.records import delete

    with Desk(session_of(context)) as desk:
        delete(desk, name, yes=yes)


@app.command("download")
@common(network=True)
def download_(
    context: typer.Context,
    name: Name,
    *,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE|-", help="Where to; ID.mp4 here if not given."
        ),
    ] = None,
    force: Force = False,
    return_last_frame: ReturnLastFrame = False,
) -> None:
    r"""Save the video of a task that has succeeded, going on where a download broke off.

    \b
    yourouter video download cgt-20250906194036-2k4r4 -o boat.mp4
    yourouter video download ID -o - | ffplay -

    JSON: {"schema": 1, "id", "file", "bytes", "last_frame_file"}.
    """
    # 22 ms that --help does without.
    from yourouter_cli.commands.video.desk import Desk
    from yourouter_cli.commands.video.saving import Wish, download

    with Desk(session_of(context)) as desk:
        wish = Wish(output=output, force=force, last_frame=return_last_frame)
        download(desk, name, wish)
