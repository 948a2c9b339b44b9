"""`yourouter embed --dry-run`: what the job would take; nothing is sent, and no key is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.embed import request
from yourouter_cli.commands.embed.report import counted
from yourouter_cli.errors import UsageProblem
from yourouter_cli.gateway.faults import check_total
from yourouter_cli.services.embed.batches import Batch, batches
from yourouter_cli.services.embed.known import KnownTexts
from yourouter_cli.services.embed.sources import read_rows
from yourouter_cli.services.pool import Pool

if TYPE_CHECKING:
    from yourouter_cli.commands.embed.options import EmbedOptions
    from yourouter_cli.session import Session


def run(options: EmbedOptions, session: Session) -> None:
    """Print how many rows, requests and tokens the job has."""
    request.check(options)
    profile = request.profile_of(options, session)
    route = request.route_of(options, profile)
    rows = read_rows(request.sources_of(options, session))
    count = _measured(Batch(0))
    drawn = batches(rows, options.batch_size, KnownTexts())

    def check() -> None:
        check_total(profile.clocks, session.clock.monotonic() - session.started)

    # Standard input is waited for in a thread, so that the clock holds.
    with Pool(_measured, drawn, size=1) as pool:
        for measures in pool.results(check):
            for name, number in measures.items():
                count[name] += number
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


def _measured(batch: Batch) -> dict[str, int]:
    """Return what is counted of *batch*."""
    return {
        "rows": len(batch.rows),
        "failing": len(batch.problems),
        "repeated": len(batch.repeats),
        "texts": len(batch.places),
        "requests": int(bool(batch.places)),
        "tokens": batch.tokens,
    }
