"""What several commands write on standard output, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.session import Session


def write_json(session: Session, value: object) -> None:
    """Write *value* as JSON on one line."""
    # Imported here because it costs 6 ms, and what people read needs none of it.
    from yourouter_cli.render.answer import json_line

    session.streams.write(json_line(value, visible=session.streams.stdout_is_terminal))


def write_path(session: Session, path: Path) -> None:
    """Write *path*, where something is kept: as it is, or as JSON."""
    if session.common.speaks_json:
        write_json(session, {"schema": 1, "path": str(path)})
    else:
        session.streams.write(f"{path}\n")
