"""`yourouter models use`: a model becomes the profile's, once it is known that there is one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from yourouter_cli.commands.models import names
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services import catalog
from yourouter_cli.settings.changes import assign, assignment, changeable
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.keys import option_for
from yourouter_cli.settings.private_file import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yourouter_cli.services.catalog import Catalog
    from yourouter_cli.session import Session

_SETTING_OF = {"chat": "model", "embedding": "embedding_model", "video": "video_model"}


def use(name: str, fallbacks: Sequence[str] | None, session: Session, *, force: bool) -> None:
    """Write *name*, and *fallbacks* where given, into the profile; raises for unknown ids."""
    # Found out before anybody is asked: the sandbox's profile cannot be changed.
    changeable(session.common.profile, session.environ, session.store.read())
    known = catalog.load(session.places.models_file)
    wanted = [name, *(fallbacks or ())]
    setting = _SETTING_OF[known.facts(name).kind]
    if fallbacks and setting != "model":
        raise UsageProblem(f"`{name}` is no chat model, so it has no fallbacks")
    # These refuse what could be no id, before anybody is asked for one.
    assignments = [assignment(setting, name)]
    if fallbacks:
        assignments.append(assignment("fallback_models", json.dumps(list(fallbacks))))
    if not force:
        _check(wanted, known, session)
    done = assign(session.store, session.common.profile, session.environ, assignments)
    for key, value in ((one.path[0], one.value) for one in assignments):
        shown = value if isinstance(value, str) else ", ".join(value)
        session.tell(f"{key} of profile `{done.profile}`: {shown}")
        if session.environ.get(variable := SETTINGS[key].variable):
            session.tell(f"{variable} is set and wins over it", kind="warning")
    for notice in done.notices:
        session.tell(notice)


def _check(wanted: Sequence[str], known: Catalog, session: Session) -> None:
    """Raise `UsageProblem` for the first of *wanted* that nobody lists."""
    profile = session.profile()
    ids = {entry.id for entry in names.found(session, profile, known).entries}
    for name in wanted:
        if name not in ids:
            words = [quoted(wanted[0])]
            words += [f"--fallback {quoted(fallback)}" for fallback in wanted[1:]]
            command = f"yourouter models use{option_for(profile.name)} {' '.join(words)} --force"
            raise names.unknown(name, ids, command)
