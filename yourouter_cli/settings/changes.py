"""What can be done to the configuration, by the rules of profiles; each is one locked change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.errors import UsageProblem
from yourouter_cli.settings import keys
from yourouter_cli.settings.addresses import is_exposed, origin_of
from yourouter_cli.settings.fields import DEFAULT_BASE_URL, KEY_SETTINGS
from yourouter_cli.settings.kinds import BadValue, json_in
from yourouter_cli.settings.schema import (
    DEFAULT,
    SANDBOX,
    check_name,
    chosen_name,
    located,
    setting_named,
    unknown_profile,
)
from yourouter_cli.settings.toml_edit import Drop, Edit, Put, applied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yourouter_cli.settings.store import Document, Store

_IN_PROFILE = len(("profiles", "NAME", "KEY"))


class Assignment(NamedTuple):
    """A setting, or a name inside a setting that is a table, and the value it is to have."""

    path: tuple[str, ...]
    value: Any


class Done(NamedTuple):
    """What was changed: the profile, and what the user should know besides."""

    profile: str
    notices: tuple[str, ...]


def assignment(key: str, text: str) -> Assignment:
    """Return what *key* set to *text* means; `headers.NAME` and `params.NAME` set one entry.

    Raises `UsageProblem` for a value the setting cannot have, `ConfigProblem` for an unknown key.
    """
    path = located(key)
    setting = setting_named(path[0])
    try:
        if len(path) == 1:
            return Assignment(path, setting.from_text(text))
        value = json_in(text) if path[0] == "params" else text
        setting.checked(_nested(path[1:], value))
    except BadValue as error:
        raise UsageProblem(f"`{key}` {error}") from None
    return Assignment(path, value)


def assign(
    store: Store,
    name: str | None,
    environ: Mapping[str, str],
    assignments: Sequence[Assignment],
    *,
    is_first: bool = False,
) -> Done:
    """Give settings their values in the profile *name*, or the current one; it is made if need be.

    With *is_first*, it becomes the default profile when there is no other yet.

    A profile has one key: setting one takes away what gave the key before. Plain http to another
    machine is refused unless the profile allows it.
    """
    profile, notices = "", []

    def plan(document: Document) -> list[Edit]:
        nonlocal profile
        profile, _ = changeable(name, environ, document)
        edits: list[Edit] = []
        if is_first and profile != DEFAULT and not document:
            edits.append(Put(("default_profile",), profile))
        for named, value in assignments:
            table = _table(document, profile)
            path = _spelled(table, named)
            for edit in _edits(profile, table, path, value):
                edits.append(edit)
                document = applied(edit, document)
            if path[0] in KEY_SETTINGS:
                notices.extend(_replaced_keys(table, path[0]))
            if path == ("base_url",):
                notices.extend(_moved_key(table, value))
        _refuse_insecure(_table(document, profile), profile)
        return edits

    changed = store.change(plan)
    return Done(profile, (*notices, *changed))


def unset(store: Store, name: str | None, environ: Mapping[str, str], key: str) -> Done:
    """Take the setting *key* out of the profile; an unknown one too, when it is there."""
    profile, notices = "", []

    def plan(document: Document) -> list[Edit]:
        nonlocal profile
        profile, table = changeable(name, environ, document)
        if profile != DEFAULT:
            _known(profile, document)
        path = _spelled(table, located(key))
        if path[0] not in table:
            setting_named(path[0])
        place = ("profiles", profile, *path)
        if place[-1] not in _inside(document, place[:-1]):
            notices.append(f"`{key}` was not set in profile `{profile}`")
            return []
        while len(place) > _IN_PROFILE and len(_inside(document, place[:-1])) == 1:
            place = place[:-1]  # an inner table that would be left empty goes too
        return [Drop(place)]

    changed = store.change(plan)
    return Done(profile, (*notices, *changed))


def use(store: Store, name: str) -> Done:
    """Make the profile *name* the default one."""

    def plan(document: Document) -> list[Edit]:
        _known(name, document)
        return [Put(("default_profile",), name)]

    return Done(name, store.change(plan))


def remove(store: Store, name: str) -> Done:
    """Take the profile *name* away, with its key; where it was the default one, `default` is."""
    notices = []

    def plan(document: Document) -> list[Edit]:
        if name == SANDBOX:
            raise _built_in()
        profiles = _inside(document, ("profiles",))
        if name not in profiles:
            raise unknown_profile(name, document)
        # Without the last one there is no table around them either.
        edits: list[Edit] = [Drop(("profiles", name) if len(profiles) > 1 else ("profiles",))]
        if document.get("default_profile") == name:
            edits.append(Drop(("default_profile",)))
            notices.append(f"the default profile is `{DEFAULT}` now")
        return edits

    changed = store.change(plan)
    return Done(name, (*notices, *changed))


def changeable(
    name: str | None, environ: Mapping[str, str], document: Document
) -> tuple[str, dict[str, Any]]:
    """Return the name of the profile to change, and what it says now; it need not exist yet.

    Raises `UsageProblem` when it cannot be changed, or not be called so.
    """
    profile, _ = chosen_name(name, environ, document)
    if profile == SANDBOX:
        raise _built_in()
    if wrong := check_name(profile):
        raise UsageProblem(wrong)
    return profile, _table(document, profile)


def _built_in() -> UsageProblem:
    return UsageProblem(
        f"the profile `{SANDBOX}` is built in and cannot be changed",
        hints="yourouter config profiles",
    )


def _known(name: str, document: Document) -> None:
    if name not in {*_inside(document, ("profiles",)), SANDBOX, DEFAULT}:
        raise unknown_profile(name, document)


def _inside(document: Document, path: tuple[str, ...]) -> dict[str, Any]:
    table: Any = document
    for name in path:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return table if isinstance(table, dict) else {}


def _table(document: Document, profile: str) -> dict[str, Any]:
    return _inside(document, ("profiles", profile))


def _spelled(table: Mapping[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
    """Return *path* with a header's name as *table* spells it already; case does not matter."""
    if path[0] != "headers" or len(path) == 1:
        return path
    there = {name.lower(): name for name in table.get("headers") or ()}
    return ("headers", there.get(path[1].lower(), path[1]))


def _edits(profile: str, table: dict[str, Any], path: tuple[str, ...], value: Any) -> list[Edit]:
    edits: list[Edit] = []
    if path[0] in KEY_SETTINGS:
        others = (key for key in KEY_SETTINGS if key in table and key != path[0])
        edits += [Drop(("profiles", profile, key)) for key in others]
    if len(path) > 1 and not table.get(path[0]):
        # On one line inside the profile, rather than as a table of its own at the file's end.
        path, value = path[:1], _nested(path[1:], value)
    return [*edits, Put(("profiles", profile, *path), value)]


def _nested(path: tuple[str, ...], value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _replaced_keys(table: Mapping[str, Any], key: str) -> list[str]:
    return [
        f"`{other}` was taken away: a profile has one key"
        for other in KEY_SETTINGS
        if other in table and other != key
    ]


def _moved_key(table: Mapping[str, Any], url: str) -> list[str]:
    old = str(table.get("base_url", DEFAULT_BASE_URL))
    if not any(key in table for key in KEY_SETTINGS) or origin_of(old) == origin_of(url):
        return []
    return [f"the key of this profile goes to {origin_of(url)} from now on"]


def _refuse_insecure(table: Mapping[str, Any], profile: str) -> None:
    for name in ("base_url", "video_base_url"):
        url = str(table.get(name, ""))
        if is_exposed(url) and table.get("allow_insecure_http") is not True:
            raise keys.insecure(url, profile)
