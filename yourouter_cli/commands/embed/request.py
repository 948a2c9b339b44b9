"""From options to sources and a route: what every form of `embed` begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.options import parsed_headers, parsed_params
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.services.embed.numbers import DTYPES
from yourouter_cli.services.embed.sources import Fields, sources
from yourouter_cli.services.embed.wire import EmbedRoute

if TYPE_CHECKING:
    from yourouter_cli.commands.embed.options import EmbedOptions
    from yourouter_cli.services.embed.sources import Source
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile


def check(options: EmbedOptions) -> None:
    """Refuse what does not go together, before anything is read or sent."""
    if options.dtype not in DTYPES:
        known = " or ".join(f"`{name}`" for name in DTYPES)
        raise UsageProblem(f"`--dtype` is {known}, not `{options.dtype}`")
    if options.resume and (options.output is None or str(options.output) == "-"):
        raise UsageProblem("`--resume` needs an output file", hints=Again("-o", "vectors.jsonl"))


def sources_of(options: EmbedOptions, session: Session) -> list[Source]:
    """Return where the texts come from; tells the user when that is the keyboard."""
    fields = Fields(options.field, options.id_field)
    found = sources(options.texts or [], options.input or [], session.streams.stdin, fields)
    reads_stdin = any(source.name == "standard input" for source in found)
    if reads_stdin and session.streams.stdin_is_terminal:
        session.tell("reading lines from the terminal; Ctrl-D ends them")
    return found


def route_of(options: EmbedOptions, profile: Profile) -> EmbedRoute:
    """Return whom to ask, and for what."""
    return EmbedRoute(
        model=profile.embedding_model,
        dimensions=options.dimensions,
        vendor=None if profile.vendor == "auto" else profile.vendor,
        params=parsed_params(options.param),
        headers=parsed_headers(options.header),
        retries=profile.retries,
    )


def profile_of(options: EmbedOptions, session: Session) -> Profile:
    """Return the profile, with what the options say over it."""
    return session.profile(embedding_model=options.model, vendor=options.vendor)
