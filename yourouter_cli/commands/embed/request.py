"""From options to sources and a route: what every form of `embed` begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.options import parsed_headers, parsed_params
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.services.embed.numbers import DTYPES, FLOAT32
from yourouter_cli.services.embed.sources import Fields, sources
from yourouter_cli.services.embed.wire import EmbedRoute

if TYPE_CHECKING:
    from yourouter_cli.commands.embed.options import EmbedOptions
    from yourouter_cli.services.embed.sources import Source
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile

# What means nothing on standard output.
_OF_A_FILE = frozenset({"--resume", "--force"})


def check(options: EmbedOptions) -> None:
    """Refuse what does not go together, before anything is read or sent."""
    if options.dtype not in DTYPES:
        known = " or ".join(f"`{name}`" for name in DTYPES)
        raise UsageProblem(f"`--dtype` is {known}, not `{options.dtype}`")
    made = {
        "--resume": options.resume,
        "--force": options.force,
        "--errors": options.errors is not None,
        "--keep-text": options.keep_text,
        "--dtype": options.dtype != FLOAT32,
    }
    for name in [name for name, given in made.items() if given]:
        if options.nearest is not None:
            raise UsageProblem(f"`{name}` is for vectors; `--nearest` lists rows")
        if name in _OF_A_FILE and (options.output is None or str(options.output) == "-"):
            raise UsageProblem(f"`{name}` needs an output file", hints=Again("-o", "vectors.jsonl"))
    if options.top is not None and options.nearest is None:
        raise UsageProblem(
            "`--top` needs a file to search", hints=Again("--nearest", "vectors.npy")
        )


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
