"""Settings on standard output: for a person, a shell or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.commands.documents import write_json
from yourouter_cli.gateway.masking import safe_headers
from yourouter_cli.settings.fields import SETTINGS
from yourouter_cli.settings.secret import Secret

if TYPE_CHECKING:
    from yourouter_cli.session import Session
    from yourouter_cli.settings.origin import Value


def show_value(session: Session, key: str, path: tuple[str, ...], *, origin: bool) -> None:
    """Write the value of *key*, which leads through *path*."""
    profile = session.profile()
    value = profile.value(path[0])
    plain = _inside(_plain(path[0], value), path)
    if session.common.speaks_json:
        names = {"schema": 1, "profile": profile.name, "key": key}
        write_json(session, names | _described(plain, value))
        return
    text = SETTINGS[path[0]].shown(value.value) if len(path) == 1 else _text(plain)
    ending = f"\t{value.origin.value}\t{value.source}" if origin else ""
    session.streams.write(f"{text}{ending}\n")


def show_all(session: Session, *, origin: bool) -> None:
    """Write all settings of the profile."""
    profile = session.profile()
    values = {name: profile.value(name) for name in SETTINGS}
    if session.common.speaks_json:
        described = {name: _described(_plain(name, value), value) for name, value in values.items()}
        write_json(session, {"schema": 1, "profile": profile.name, "settings": described})
        return
    from yourouter_cli.render.tables import table  # 1 ms that JSON does without

    rows = [
        (name, SETTINGS[name].shown(value.value), value.origin.value, value.source)
        for name, value in values.items()
    ]
    columns = ("SETTING", "VALUE", "ORIGIN", "SOURCE")
    width = len(columns) if origin else 2
    table(session.streams, columns[:width], [row[:width] for row in rows], flexible=1)


def _inside(plain: Any, path: tuple[str, ...]) -> Any:
    for name in path[1:]:
        named = name.lower() if path[0] == "headers" else name
        plain = plain.get(named) if isinstance(plain, dict) else None
    return plain


def _plain(name: str, value: Value) -> Any:
    """Return *value* as JSON can hold it, and as it may be shown."""
    match value.value:
        case Secret() as secret:
            return secret.masked
        case tuple() as many:
            return list(many)
        case dict() as headers if name == "headers":
            return safe_headers(headers)
        case other:
            return other


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    import json  # 1 ms that most values do without

    return json.dumps(value, ensure_ascii=False)


def _described(plain: Any, value: Value) -> dict[str, Any]:
    return {"value": plain, "origin": value.origin.value, "source": value.source}
