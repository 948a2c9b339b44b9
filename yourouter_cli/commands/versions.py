"""`yourouter --version`, where more is asked for than the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.commands.documents import write_json
from yourouter_cli.services.versions import versions

if TYPE_CHECKING:
    from yourouter_cli.session import Session


def write_versions(session: Session) -> None:
    """Write as JSON what is at work, for reports of problems."""
    write_json(session, versions())
