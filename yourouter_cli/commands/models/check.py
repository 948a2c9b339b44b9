"""`yourouter models check`: the matrix is asked, shown and judged."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from yourouter_cli.checks import Report
from yourouter_cli.commands import reporting
from yourouter_cli.commands.models import matrix
from yourouter_cli.errors import AnswerUnexpected, RequestFailed, UsageProblem
from yourouter_cli.render.screen import Screen
from yourouter_cli.services import catalog
from yourouter_cli.services import check as checking
from yourouter_cli.services.check import EXPECTED, PROMPT, Place, Plan
from yourouter_cli.services.remedies import hints_for
from yourouter_cli.settings.kinds import WORD, BadValue
from yourouter_cli.settings.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yourouter_cli.commands.models.options import CheckOptions
    from yourouter_cli.services.check import Cell
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile

# A check is to say how things are: one hiccup is forgiven, a second is a finding.
_RETRIES = 1
_MOST_NAMED = 3


def check_models(options: CheckOptions, session: Session) -> None:
    """Ask every model by every vendor, show what came of it, and raise when a cell failed."""
    reporting.check_path(options.junit, session)
    profile = session.profile()
    places = _places(options, session, profile)
    plan = _plan(options, profile)
    gateway = session.gateway(profile)
    began, started = session.clock.now(), session.clock.monotonic()
    cells: list[Cell] = []
    with _shown(options, session, len(places)) as (show, tick):
        for cell in checking.check(places, plan, gateway, tick):
            cells.append(cell)
            show(cell)
    if session.common.format == "json":
        matrix.write_cells(cells, session, repeat=options.repeat)
    elif session.common.format != "tap" and options.junit != "-":
        matrix.write_table(cells, session, repeat=options.repeat)
    if options.junit:
        report = Report(
            name="models.check",
            checks=tuple(map(matrix.as_check, cells)),
            began=began,
            seconds=session.clock.monotonic() - started,
        )
        reporting.write_junit(options.junit, report, session)
    _judge(cells)


def _places(options: CheckOptions, session: Session, profile: Profile) -> list[Place]:
    """Return the cells of the matrix: every model by every vendor."""
    known = catalog.load(session.places.models_file)
    ids = _words("ID", options.ids) or [
        profile.model,
        *profile.fallback_models,
        profile.embedding_model,
    ]
    vendors = _words("--vendor", options.vendor) or [profile.vendor]
    places = []
    for name in dict.fromkeys(ids):
        kind = known.facts(name).kind
        if kind == "video":
            session.tell(f"`{name}` makes videos, which cost: it is not checked")
            continue
        places += [Place(name, kind, vendor) for vendor in dict.fromkeys(vendors)]
    if not places:
        raise UsageProblem("there is nothing to check", hints="yourouter models check gpt-4o")
    return places


def _words(name: str, given: Sequence[str] | None) -> list[str]:
    """Return what was *given* for *name*; raises `UsageProblem` for what is no word."""
    try:
        return [WORD.check(word) for word in given or ()]
    except BadValue as error:
        raise UsageProblem(f"`{name}` {error}") from None


def _plan(options: CheckOptions, profile: Profile) -> Plan:
    if options.prompt is not None and not options.prompt.strip():
        raise UsageProblem("the prompt is empty", hints="yourouter models check --help")
    expect = options.expect
    if expect is None and options.prompt is None:
        expect = EXPECTED
    is_default = profile.value("retries").origin is Origin.DEFAULT
    return Plan(
        prompt=options.prompt or PROMPT,
        expect=expect,
        is_exact=options.expect is not None,
        dialect=profile.dialect,
        params=profile.params,
        retries=_RETRIES if is_default else profile.retries,
        repeat=options.repeat,
        concurrency=options.concurrency,
        seconds=options.cell_timeout,
    )


@contextmanager
def _shown(
    options: CheckOptions, session: Session, count: int
) -> Iterator[tuple[Callable[[Cell], None], Callable[[int], None] | None]]:
    """Give what is to be called with each cell, and while waiting, with how many are done."""
    streams = session.streams
    if session.common.format == "tap":
        from yourouter_cli.render.tap import tap_head, tap_point  # 0.5 ms, for TAP alone

        streams.write(tap_head(count))
        numbers = iter(range(1, count + 1))

        def point(cell: Cell) -> None:
            details = matrix.cell_json(cell, options.repeat)
            wanted = ("status", "first_token_ms", "vendor_message_id", "repeat")
            known = {name: details.get(name) for name in wanted}
            streams.write(tap_point(next(numbers), matrix.as_check(cell), known))

        yield point, None
    elif session.common.format != "json" and streams.stdout_is_terminal and not streams.dumb:
        screen = Screen(streams)
        try:
            yield lambda _: None, lambda done: screen.draw((), (f"{done} of {count} checked",))
        finally:
            screen.leave()
    else:
        yield lambda _: None, None


def _judge(cells: Sequence[Cell]) -> None:
    """Raise when a cell failed: `RequestFailed` when nobody was reached at all."""
    if failure := checking.unreached(cells):
        raise RequestFailed(failure, hints=hints_for(failure))
    failed = [cell for cell in cells if not cell.ok]
    if failed:
        named = ", ".join(matrix.title(cell) for cell in failed[:_MOST_NAMED])
        more = len(failed) - _MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        raise AnswerUnexpected(f"{len(failed)} of {len(cells)} checks failed: {named}{rest}")
