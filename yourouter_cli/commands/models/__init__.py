"""`yourouter models`: which there are, which to use, and whether they answer."""

from __future__ import annotations

from typing import Annotated

import typer

from yourouter_cli.commands.models.options import CheckOptions, ListOptions
from yourouter_cli.commands.options import common, session_of

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Id = Annotated[str, typer.Argument(metavar="ID", help="A model, such as `gpt-4o`.")]


@app.callback()
@common
def models(context: typer.Context) -> None:
    r"""Which models there are, which to use, and whether they answer.

    \b
    yourouter models list --search mini
    yourouter models use gpt-4o --fallback gemini-2.5-flash
    yourouter models check
    """


@app.command("list")
@common(network=True)
def list_(context: typer.Context, options: ListOptions) -> None:
    r"""List the models that the gateway offers.

    \b
    yourouter models list
    yourouter models list --family claude
    yourouter models list --search mini --refresh
    yourouter models list --catalog --json

    The gateway's list is kept for a day. Where it offers none, the built-in catalogue is listed,
    with what `models.toml` in the configuration directory adds to it.

    JSON: {"schema":1,"source":"live|cache|catalog","base_url","fetched","problem","models":[{"id",
    "family","maker","kind","dialect","capabilities","context","output","dimensions","parameters",
    "owned_by","created"}]}.
    """
    from yourouter_cli.commands.models import show  # 6 ms that --help does without

    show.list_models(options, session_of(context))


@app.command("show")
@common(network=True)
def show_(context: typer.Context, name: Id) -> None:
    r"""Show what is known about one model.

    \b
    yourouter models show claude-sonnet-4-20250514
    yourouter models show gpt-4o --json | jq .context

    JSON: {"schema":1,"id","family","maker","kind","dialect","capabilities","context","output",
    "dimensions","parameters","owned_by","created","listed"}.
    """
    from yourouter_cli.commands.models import show  # 6 ms that --help does without

    show.show_model(name, session_of(context))


@app.command("use")
@common(network=True)
def use_(
    context: typer.Context,
    name: Id,
    *,
    fallback: Annotated[
        list[str] | None,
        typer.Option("--fallback", metavar="ID", help="Model to ask next; repeatable."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also an id that nobody lists.")] = False,
) -> None:
    r"""Make a model the profile's: for chat, embeddings or videos, by what it makes.

    \b
    yourouter models use gpt-4o --fallback gemini-2.5-flash
    yourouter models use text-embedding-3-large
    yourouter models use my-own-model --force
    """
    from yourouter_cli.commands.models import use  # 14 ms that --help does without

    use.use(name, fallback, session_of(context), force=force)


@app.command("check")
@common(network=True, formats=("text", "json", "tap"))
def check_(context: typer.Context, options: CheckOptions) -> None:
    r"""Ask models for a sign of life, many at once; exit 9 when one fails.

    \b
    yourouter models check
    yourouter models check gpt-4o grok-3 --vendor auto --vendor azure
    yourouter models check --repeat 5 --junit report.xml
    yourouter models check -p sandbox sandbox/echo sandbox/error:503 --format tap

    Embedding models are asked for one vector. Video models are never checked: they cost.

    JSON: {"schema":1,"ok","cells":[{"model","vendor","ok","status","error","first_token_ms",
    "total_ms","usage","vendor_message_id"}]}; with --repeat each cell has "repeat" as well.
    """
    from yourouter_cli.commands.models import check  # 33 ms that --help does without

    check.check_models(options, session_of(context))
