"""What `yourouter embed` takes on the command line, each option declared once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from yourouter_cli.commands import options

_input = partial(typer.Option, rich_help_panel="The texts")
_output = partial(typer.Option, rich_help_panel="The vectors")
_request = partial(typer.Option, rich_help_panel="The request")
_search = partial(typer.Option, rich_help_panel="Search and previews")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedOptions:
    """The options of one `yourouter embed`."""

    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="A text each; `-` reads lines of standard input."),
    ] = None
    input: Annotated[
        list[str] | None,
        _input(
            "-i",
            "--input",
            metavar="FILE",
            help=".txt (lines), .jsonl, .csv or .parquet, or a pattern; repeatable.",
        ),
    ] = None
    field: Annotated[
        str | None,
        _input("--field", metavar="NAME", help="Where a record has its text; `text` by default."),
    ] = None
    id_field: Annotated[
        str | None,
        _input("--id-field", metavar="NAME", help="Where a record has its id; `id` by default."),
    ] = None
    output: Annotated[
        Path | None,
        _output(
            "-o", "--output", metavar="FILE", help=".jsonl, .npy or .parquet; else JSON lines."
        ),
    ] = None
    dtype: Annotated[
        str, _output("--dtype", metavar="float32|float16", help="How exact the numbers are.")
    ] = "float32"
    keep_text: Annotated[bool, _output("--keep-text", help="Keep each text beside its vector.")] = (
        False
    )
    force: Annotated[bool, _output("--force", help="Overwrite a finished output.")] = False
    resume: Annotated[
        bool, _output("--resume", help="Go on after a stop; what is done is not sent again.")
    ] = False
    errors: Annotated[
        Path | None,
        _output("--errors", metavar="FILE", help="List the rows without a vector, with why."),
    ] = None
    model: options.Model = None
    dimensions: Annotated[
        int | None, _request("--dimensions", metavar="N", min=1, help="Numbers a vector.")
    ] = None
    vendor: options.Vendor = None
    param: options.Params = None
    header: options.Headers = None
    batch_size: Annotated[
        int, _request("--batch-size", metavar="N", min=1, max=2048, help="Texts in a request.")
    ] = 256
    concurrency: Annotated[
        int, _request("--concurrency", metavar="N", min=1, max=256, help="Requests at a time.")
    ] = 8
    nearest: Annotated[
        Path | None,
        _search("--nearest", metavar="FILE", help="List the rows of FILE closest to the text."),
    ] = None
    top: Annotated[
        int | None, _search("--top", metavar="N", min=1, help="How many of them; 10 by default.")
    ] = None
    dry_run: Annotated[
        bool, _search("--dry-run", help="Count rows, requests and tokens; send nothing.")
    ] = False
