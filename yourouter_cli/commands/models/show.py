"""Models on standard output: for a person, a shell or a program."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.models import names
from yourouter_cli.errors import UsageProblem
from yourouter_cli.hints import OfProfile
from yourouter_cli.services import catalog, listing

if TYPE_CHECKING:
    from yourouter_cli.commands.models.options import ListOptions
    from yourouter_cli.services.catalog import Catalog, Model
    from yourouter_cli.services.listing import Entry, Listing
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile

_COLUMNS = ("ID", "KIND", "FAMILY", "CONTEXT", "OUTPUT", "CAPABILITIES")
_WIDE = 110
_NAMED = 14  # columns for the name of a fact, and a gap


def list_models(options: ListOptions, session: Session) -> None:
    """Write the models that *options* choose."""
    profile = session.profile()
    known = catalog.load(session.places.models_file)
    _check_family(options.family, known)
    models = _listing(options, session, profile, known)
    chosen = [
        (entry, facts)
        for entry, facts in ((entry, known.facts(entry.id)) for entry in models.entries)
        if options.family in {None, facts.family}
        and (options.search or "").lower() in entry.id.lower()
    ]
    chosen.sort(key=lambda pair: pair[0].id)
    if session.common.speaks_json:
        _write_list(session, profile, models, chosen)
        return
    if not chosen:
        session.tell("no model is like that" if models.entries else "that list is empty")
        return
    from yourouter_cli.render.tables import table  # 1 ms that JSON does without

    is_wide = session.streams.stdout_is_terminal
    rows = [
        (
            entry.id,
            facts.kind,
            facts.family,
            _size(facts.context, is_wide=is_wide),
            _size(facts.output, is_wide=is_wide),
            ",".join(facts.capabilities),
        )
        for entry, facts in chosen
    ]
    count = len(_COLUMNS)
    if is_wide and session.streams.size[0] < _WIDE:
        count -= 1  # an id that is cut is worth less than what it is capable of
    table(session.streams, _COLUMNS[:count], [row[:count] for row in rows], flexible=count - 1)


def show_model(name: str, session: Session) -> None:
    """Write all that is known about the model *name*; raises `UsageProblem` when nothing is."""
    profile = session.profile()
    known = catalog.load(session.places.models_file)
    models = names.found(session, profile, known)
    entry = next((entry for entry in models.entries if entry.id == name), None)
    facts = known.find(name)
    if entry is None and facts is None:
        ids = {*known.models, *(entry.id for entry in models.entries)}
        raise names.unknown(name, ids, OfProfile("yourouter models list --refresh"))
    described = _described(entry or listing.Entry(id=name), facts or known.facts(name))
    # The catalogue does not say whether this gateway has the model.
    described["listed"] = None if models.source == "catalog" else entry is not None
    if session.common.speaks_json:
        write_json(session, {"schema": 1, **described})
        return
    for key, value in described.items():
        shown = ", ".join(value) if isinstance(value, tuple) else _word(value)
        if shown:
            _write_fact(session, key, shown)


def _check_family(name: str | None, known: Catalog) -> None:
    families = {*known.families, catalog.OTHER}
    if name is not None and name not in families:
        listed = ", ".join(f"`{family}`" for family in sorted(families))
        raise UsageProblem(f"no family `{name}` (known: {listed})")


def _listing(options: ListOptions, session: Session, profile: Profile, known: Catalog) -> Listing:
    if options.live is False:
        if options.refresh:
            raise UsageProblem("`--refresh` and `--catalog` exclude each other")
        session.tell("the built-in catalogue")
        return listing.catalogued(known, is_sandbox=profile.is_sandbox)
    return names.found(session, profile, known, refresh=options.refresh, live=options.live is True)


def _write_list(
    session: Session, profile: Profile, models: Listing, chosen: list[tuple[Entry, Model]]
) -> None:
    document = {
        "schema": 1,
        "source": models.source,
        "base_url": None if profile.is_sandbox else profile.base_url,
        "fetched": _moment(models.fetched),
        "problem": models.problem,
        "models": [_described(entry, facts) for entry, facts in chosen],
    }
    write_json(session, document)


def _described(entry: Entry, facts: Model) -> dict[str, Any]:
    created = _moment(entry.created)
    return {**facts._asdict(), "owned_by": entry.owned_by, "created": created}


def _write_fact(session: Session, key: str, shown: str) -> None:
    # 1 ms that JSON does without.
    from yourouter_cli.render.sanitize import clean_line, one_line
    from yourouter_cli.render.verdicts import NARROWEST, wrapped

    streams = session.streams
    if not streams.stdout_is_terminal:
        streams.write(f"{key}\t{one_line(shown)}\n")
        return
    text, columns = clean_line(shown), streams.size[0]
    if columns - _NAMED >= NARROWEST:
        lines = (f"\n{'':{_NAMED}}").join(wrapped(text, columns - _NAMED))
        streams.write(f"{key:{_NAMED}}{lines}\n")
    else:
        lines = "\n  ".join(wrapped(text, columns - 2))
        streams.write(f"{key}\n  {lines}\n")


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _size(tokens: int | None, *, is_wide: bool) -> str:
    if tokens is None:
        return ""
    return f"{tokens:,}" if is_wide else str(tokens)


def _moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None  # a date that no calendar has
