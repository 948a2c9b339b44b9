"""All profiles at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.profile import SANDBOX_VALUES
from yourouter_cli.settings.schema import DEFAULT, SANDBOX, chosen_name, frame_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.settings.store import Store


class Row(NamedTuple):
    """One profile, by what it says itself or has by default; the environment is left out."""

    name: str
    current: bool
    base_url: str
    model: str
    built_in: bool


def overview(name: str | None, environ: Mapping[str, str], store: Store) -> tuple[str, list[Row]]:
    """Return the name of the current profile and a row for each profile, the built-in one last."""
    document = store.read()
    for fault in frame_faults(document):
        raise store.problem(fault)
    profiles = {DEFAULT: {}, **document.get("profiles", {}), SANDBOX: SANDBOX_VALUES}
    current, _ = chosen_name(name, environ, document)
    rows = []
    for profile, table in profiles.items():
        said = table if isinstance(table, dict) else {}
        url, model = (str(said.get(key, SETTINGS[key].default)) for key in ("base_url", "model"))
        rows.append(Row(profile, profile == current, url, model, profile == SANDBOX))
    return current, rows
