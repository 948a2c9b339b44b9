"""What `yourouter video` takes on the command line, each option declared once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from yourouter_cli.commands import options

_picture = partial(typer.Option, rich_help_panel="Pictures to start from")
_shape = partial(typer.Option, rich_help_panel="What it is to be")
_order = partial(typer.Option, rich_help_panel="The order")
_after = partial(typer.Option, rich_help_panel="Waiting and keeping")

POLL_SECONDS = 10.0

Name = Annotated[str, typer.Argument(metavar="ID", help="A task; may be shortened while unique.")]
Names = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Tasks; may be shortened while unique.")
]
Poll = Annotated[
    float, _after("--poll", metavar="SECONDS", help="Ask so often how it is, 1 at least.")
]
ShowUrl = Annotated[
    bool, _after("--show-url", help="Show links whole; who has one can fetch the file.")
]
Force = Annotated[bool, _after("--force", help="Replace FILE if it exists.")]
ReturnLastFrame = Annotated[
    bool, _after("--return-last-frame", help="The last frame too, as a picture beside FILE.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOptions:
    """The options of one `yourouter video create`."""

    prompt: Annotated[
        list[str] | None, typer.Argument(help="What to show; `-` reads standard input.")
    ] = None
    image: Annotated[
        str | None, _picture("-a", "--image", metavar="FILE|URL", help="The first frame.")
    ] = None
    last_frame: Annotated[
        str | None,
        _picture("--last-frame", metavar="FILE|URL", help="The last frame; needs the first."),
    ] = None
    reference: Annotated[
        list[str] | None,
        _picture("--reference", metavar="FILE|URL", help="What it is to be like; repeatable."),
    ] = None
    resolution: Annotated[
        str | None, _shape("--resolution", metavar="480p|720p|1080p|4k", help="How sharp.")
    ] = None
    ratio: Annotated[
        str | None, _shape("--ratio", metavar="16:9|9:16|…|adaptive", help="Width to height.")
    ] = None
    duration: Annotated[
        int | None,
        _shape("--duration", metavar="SECONDS", help="How long; -1 lets the model decide."),
    ] = None
    frames: Annotated[
        int | None, _shape("--frames", metavar="N", help="Instead: how many frames, 25+4n.")
    ] = None
    seed: Annotated[int | None, _shape("--seed", help="For the same again; -1 is any.")] = None
    camera_fixed: Annotated[
        bool | None, _shape("--camera-fixed/--no-camera-fixed", help="Whether it stands still.")
    ] = None
    watermark: Annotated[
        bool | None, _shape("--watermark/--no-watermark", help="Whether there is a mark.")
    ] = None
    audio: Annotated[bool | None, _shape("--audio/--no-audio", help="Whether there is sound.")] = (
        None
    )
    model: options.Model = None
    vendor: options.Vendor = None
    service_tier: Annotated[
        str | None,
        _order("--service-tier", metavar="default|flex", help="flex is slower and cheaper."),
    ] = None
    callback_url: Annotated[
        str | None,
        _order("--callback-url", metavar="URL", help="Told of every change by the gateway."),
    ] = None
    param: options.Params = None
    header: options.Headers = None
    no_stdin: Annotated[bool, _order("--no-stdin", help="Ignore standard input.")] = False
    wait: Annotated[bool, _after("--wait", help="Wait for the end.")] = False
    output: Annotated[
        str | None,
        _after("-o", "--output", metavar="FILE|-", help="Wait, and save the video in FILE."),
    ] = None
    force: Force = False
    return_last_frame: ReturnLastFrame = False
    poll: Poll = POLL_SECONDS
    show_url: ShowUrl = False
