"""`yourouter embed --dry-run`: what the job would take; nothing is sent, and no key is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.embed import request
from yourouter_cli.commands.embed.report import counted
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.embed.batches import batches
from yourouter_cli.services.embed.known import KnownTexts
from yourouter_cli.services.embed.sources import read_rows

if TYPE_CHECKING:
    from yourouter_cli.commands.embed.options import EmbedOptions
    from yourouter_cli.session import Session


def run(options: EmbedOptions, session: Session) -> None:
    """Print how many rows, requests and tokens the job has."""
    request.check(options)
    route = request.route_of(options, request.profile_of(options, session))
    rows = read_rows(request.sources_of(options, session))
    count = {"rows": 0, "failing": 0, "repeated": 0, "texts": 0, "requests": 0, "tokens": 0}
    for batch in batches(rows, options.batch_size, KnownTexts()):
        count["rows"] += len(batch.rows)
        count["failing"] += len(batch.problems)
        count["repeated"] += len(batch.repeats)
        count["texts"] += len(batch.places)
        count["requests"] += bool(batch.places)
        count["tokens"] += batch.tokens
    if not count["rows"]:
        raise UsageProblem("there are no rows to embed")
    if session.common.speaks_json:
        tokens, requests = count.pop("tokens"), count.pop("requests")
        summary = {
            "schema": 1,
            "model": route.model,
            **count,
            "batches": requests,
            "requests": requests,
            "estimated_tokens": tokens,
        }
        write_json(session, summary)
        return
    session.streams.write(
        f"{counted(count['rows'], 'row')}: {count['repeated']:,} repeated,"
        f" {count['failing']:,} that cannot be sent\n"
        f"{counted(count['requests'], 'request')} with {counted(count['texts'], 'text')}\n"
        f"about {counted(count['tokens'], 'token')}\n"
    )
