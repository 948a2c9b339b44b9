"""What `yourouter models` takes on the command line, each option declared once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

_question = partial(typer.Option, rich_help_panel="The question")
_pressure = partial(typer.Option, rich_help_panel="How hard")
_report = partial(typer.Option, rich_help_panel="The report")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """The options of `yourouter models list`."""

    family: Annotated[
        str | None,
        typer.Option("--family", metavar="NAME", help="Only one family, such as `claude`."),
    ] = None
    search: Annotated[
        str | None, typer.Option("--search", metavar="TEXT", help="Only ids with TEXT in them.")
    ] = None
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask the gateway, also when a list is kept.")
    ] = False
    live: Annotated[
        bool | None,
        typer.Option(
            "--live/--catalog", help="Only what the gateway lists now, or only what is built in."
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """The options of `yourouter models check`."""

    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Models; without, those of the profile."),
    ] = None
    vendor: Annotated[
        list[str] | None,
        _question("--vendor", metavar="V", help="Ask each model by this vendor; repeatable."),
    ] = None
    prompt: Annotated[
        str | None, _question("--prompt", metavar="TEXT", help="What to ask instead.")
    ] = None
    expect: Annotated[
        str | None, _question("--expect", metavar="TEXT", help="What the answer has to be.")
    ] = None
    concurrency: Annotated[
        int, _pressure("--concurrency", metavar="N", min=1, max=256, help="How many at once.")
    ] = 8
    repeat: Annotated[
        int, _pressure("--repeat", metavar="N", min=1, max=1000, help="Ask each so many times.")
    ] = 1
    cell_timeout: Annotated[
        float,
        _pressure("--cell-timeout", metavar="SECONDS", min=0.001, help="Most for asking once."),
    ] = 60.0
    junit: Annotated[
        str | None, _report("--junit", metavar="FILE", help="Also a report as JUnit XML.")
    ] = None
