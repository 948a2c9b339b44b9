"""`yourouter embed --nearest`: the rows of a file of vectors that are closest to a text."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.embed import request
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import Again
from yourouter_cli.render.tables import table
from yourouter_cli.services.embed.asking import Asker, Refusal
from yourouter_cli.services.embed.batches import MOST_TOKENS, estimated_tokens
from yourouter_cli.services.embed.nearest import nearest
from yourouter_cli.services.embed.numbers import FLOAT32, unpacked
from yourouter_cli.services.embed.sources import read_rows
from yourouter_cli.services.embed.vectors import open_vectors
from yourouter_cli.services.pace import Pace
from yourouter_cli.services.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.commands.embed.options import EmbedOptions
    from yourouter_cli.services.embed.nearest import Neighbour
    from yourouter_cli.services.embed.sources import Source
    from yourouter_cli.session import Session

_SHOWN = 10


def run(options: EmbedOptions, session: Session) -> None:
    """Print the rows of the file that are closest to the one text that is given."""
    request.check(options)
    path = options.nearest
    if path is None or options.output is not None:
        raise UsageProblem("`--nearest` lists rows on standard output; `-o` is for vectors")
    profile = request.profile_of(options, session)
    given = request.sources_of(options, session)
    file = open_vectors(path)
    gateway = session.gateway(profile)
    route = request.route_of(options, profile)
    asker = Asker(gateway, route, Pace(1, 1, session.clock), session.tell)
    # Standard input and the gateway are waited for in threads, so that the clocks hold.
    with Pool(asker.ask, _texts(given), size=1) as pool:
        (answer,) = pool.results(gateway.check)
    if isinstance(answer, Refusal):
        raise answer.error()
    if file.size not in {0, answer.size}:
        raise UsageProblem(
            f"the vectors of `{path}` have {file.size} numbers, `{route.model}` gave {answer.size}:"
            " ask the model that made them",
            hints=Again("--dimensions", str(file.size)),
        )
    _show(nearest(file, unpacked(answer.data, FLOAT32), options.top or _SHOWN), session)


def _texts(given: list[Source]) -> Iterator[list[str]]:
    """Yield the one text to look for, as what a request takes."""
    rows = list(islice(read_rows(given), 2))
    if len(rows) != 1:
        raise UsageProblem("`--nearest` takes one text", hints="yourouter embed --help")
    row = rows[0]
    if row.problem is not None:
        raise UsageProblem(row.problem)
    if (tokens := estimated_tokens(row.text)) > MOST_TOKENS:
        raise UsageProblem(f"the text has about {tokens} tokens, the most is {MOST_TOKENS}")
    yield [row.text]


def _show(found: list[Neighbour], session: Session) -> None:
    if session.common.speaks_json:
        rows = [{"score": score, **asdict(label)} for score, label in found]
        write_json(session, rows)
        return
    table(
        session.streams,
        ("score", "index", "id", "text"),
        [(f"{score:.6f}", label.index, label.id, label.text) for score, label in found],
    )
