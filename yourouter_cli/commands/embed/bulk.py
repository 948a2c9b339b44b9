"""`yourouter embed` itself: from the options to the engine, and what is left behind."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.embed import request
from yourouter_cli.commands.embed.report import Report
from yourouter_cli.errors import Interrupted, PipeClosed, UsageProblem, YourouterError
from yourouter_cli.hints import Again
from yourouter_cli.services.embed.engine import Engine
from yourouter_cli.services.embed.job import EmbedJob
from yourouter_cli.services.embed.output import Output, Plan, found
from yourouter_cli.services.embed.sinks import Form, JsonStream
from yourouter_cli.services.embed.sources import read_rows

if TYPE_CHECKING:
    from yourouter_cli.commands.embed.options import EmbedOptions
    from yourouter_cli.services.embed.sources import Identity, Source
    from yourouter_cli.services.embed.wire import EmbedRoute
    from yourouter_cli.session import Session


def run(options: EmbedOptions, session: Session) -> None:
    """Make the vectors, and write them to standard output or the output file."""
    request.check(options)
    profile = request.profile_of(options, session)
    route = request.route_of(options, profile)
    given = request.sources_of(options, session)
    _check_errors(options, given)
    identities = [source.identity() for source in given]
    output = None
    if options.output is not None and str(options.output) != "-":
        plan = _plan(options.output, options, route, given, identities)
        kept = found(plan, resume=options.resume, force=options.force)
        if kept is not None and kept.is_finished:
            session.tell(f"`{plan.path}` is finished already; --force makes it anew")
            return
        gateway = session.gateway(profile)
        output = Output(plan, kept)
    else:
        gateway = session.gateway(profile)
    report = Report(
        session,
        total=_total(identities),
        errors=options.errors,
        waits_for_stdin=any(identity is None for identity in identities),
    )
    sink = output.sink if output else _standard_output(options, session)
    job = EmbedJob(
        route=route,
        batch_size=options.batch_size,
        concurrency=options.concurrency,
        dtype=options.dtype,
    )
    engine = Engine(job, gateway, report, sink, output)
    try:
        tally = _followed(engine, given, output, report)
        summary = report.summary(tally)
    finally:
        report.close()
    if output is not None and session.common.speaks_json:
        document = {"schema": 1, "output": str(options.output), "model": route.model, **summary}
        write_json(session, document)
    report.judge(tally)


def _check_errors(options: EmbedOptions, given: list[Source]) -> None:
    """Refuse a list of errors where the texts are read from or the vectors go to."""
    if options.errors is None:
        return
    taken = [str(options.output or "-"), *(source.name for source in given)]
    if options.errors.resolve() in [Path(name).resolve() for name in taken]:
        raise UsageProblem(f"`--errors {options.errors}` would overwrite the texts or the vectors")


def _followed(engine: Engine, given: list[Source], output: Output | None, report: Report) -> Any:
    """Run *engine*; an error says how to go on, or leaves nothing behind when nothing was done."""
    if output is not None:
        report.begin_at(sum(record.rows for record in output.records))
    try:
        return engine.run(read_rows(given))
    except KeyboardInterrupt:
        raise _resumable(Interrupted("interrupted"), output) from None
    except YourouterError as error:
        if isinstance(error, PipeClosed):
            raise
        raise _resumable(error, output) from error.__cause__
    finally:
        if output is not None:
            output.leave()


def _resumable(error: YourouterError, output: Output | None) -> YourouterError:
    """Return *error* with the way to go on, where there is one: wrong use stays wrong."""
    if output is not None and output.journal.count and not isinstance(error, UsageProblem):
        error.hints = (*error.hints, Again("--resume"))
    return error


def _plan(
    target: Path,
    options: EmbedOptions,
    route: EmbedRoute,
    given: list[Source],
    identities: list[Identity | None],
) -> Plan:
    """Return what is to be written, and what it depends on."""
    inputs = [
        [source.name, identity and identity.digest]
        for source, identity in zip(given, identities, strict=True)
    ]
    identity = {
        "model": route.model,
        "dimensions": route.dimensions,
        "params": dict(route.params),
        "dtype": options.dtype,
        "keep_text": options.keep_text,
        "field": options.field,
        "id_field": options.id_field,
        "inputs": inputs,
    }
    path = target
    with suppress(OSError):  # the plan says why that cannot be seen
        if target.is_symlink():
            path = target.resolve()  # what a link leads to is written, and the link stays one
    return Plan(path, options.dtype, options.keep_text, identity)


def _total(identities: list[Identity | None]) -> int | None:
    """Return how many rows to expect; None when a source cannot say."""
    counts = [identity.lines for identity in identities if identity is not None]
    return sum(counts) if len(counts) == len(identities) else None


def _standard_output(options: EmbedOptions, session: Session) -> JsonStream:
    form = Form(options.dtype, keep_text=options.keep_text)
    streams = session.streams
    as_list = session.common.format == "json"
    if not streams.stdout_is_terminal:
        return JsonStream(streams.write_bytes, form, as_list=as_list)
    from yourouter_cli.render.answer import escaped  # 6 ms that a pipe does without

    return JsonStream(lambda data: streams.write(escaped(data.decode())), form, as_list=as_list)
