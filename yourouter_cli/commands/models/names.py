"""The list of models that a command goes by, and what to say about names that are not on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import UsageProblem
from yourouter_cli.services import catalog
from yourouter_cli.services.listing import Lists, listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yourouter_cli.services.catalog import Catalog
    from yourouter_cli.services.listing import Listing
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile

_MINUTE, _HOUR = 60, 3600


def found(
    session: Session,
    profile: Profile,
    known: Catalog,
    *,
    refresh: bool = False,
    live: bool = False,
) -> Listing:
    """Return the models of the profile's gateway; the user is told where they are from."""
    base_url = profile.base_url
    lists = Lists(
        base_url=base_url,
        connect=lambda: session.gateway(profile),
        clock=session.clock,
        # The sandbox is on another port each time.
        cache_dir=None if profile.is_sandbox else session.places.cache_dir,
        retries=profile.retries,
    )
    models = listing(lists, known, refresh=refresh, live=live)
    session.tell(_source(models, "the sandbox" if profile.is_sandbox else base_url, session))
    return models


def _source(models: Listing, base_url: str, session: Session) -> str:
    if models.source == "catalog":
        why = f"{models.problem}; " if models.problem else ""
        return f"{why}this is the built-in catalogue"
    age = _age(session.clock.now() - (models.fetched or 0))
    why = f" ({models.problem}; this is the last list there was)" if models.problem else ""
    return f"from {base_url}, {age}{why}"


def _age(seconds: float) -> str:
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min ago"
    if seconds < 2 * 24 * _HOUR:
        return f"{seconds / _HOUR:.0f} h ago"
    return f"{seconds / (24 * _HOUR):.0f} days ago"


def unknown(name: str, ids: Iterable[str], *hints: str) -> UsageProblem:
    """Return the error for a model *name* that is not among *ids*, naming what is near."""
    near = catalog.nearest(name, ids)
    guess = f" (did you mean {' or '.join(f'`{one}`' for one in near)}?)" if near else ""
    return UsageProblem(f"no model `{name}` on the list{guess}", hints=hints)
