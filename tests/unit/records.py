"""What a journal of vectors holds, for its tests."""

from __future__ import annotations

from yourouter_cli.services.embed.journal import Record

RECORD = Record(
    first=0,
    rows=3,
    digest="d",
    size=2,
    checksum=5,
    stored=[(0, 2)],
    failed=[(2, 400, "no")],
    requests=1,
    tokens=7,
    cost=0.5,
)
