"""A configuration file that is written and looked at, for its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.settings.toml_edit import Put

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.settings.store import Store

MODEL = ("profiles", "default", "model")


def written(store: Store, text: str, mode: int = 0o600) -> Path:
    """Write *text* as the file of *store*, as an editor would."""
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_text(text, encoding="utf-8")
    store.path.chmod(mode)
    return store.path


def put(store: Store, value: str = "new") -> tuple[str, ...]:
    """Set the model of the default profile."""
    return store.change(lambda _: [Put(MODEL, value)])
