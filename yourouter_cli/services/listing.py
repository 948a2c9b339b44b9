"""Which models a gateway offers: its own list, kept for a day, else the built-in catalogue."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zlib import crc32

from yourouter_cli.errors import ConfigProblem, FailureKind, RequestFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.clock import Clock
    from yourouter_cli.gateway.exchange import HttpReply
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.catalog import Catalog

Source = Literal["live", "cache", "catalog"]
FRESH_SECONDS = 24 * 60 * 60
# By so much a clock may be set back without anything being wrong.
CLOCK_STEP_SECONDS = 60
# A list is not worth the patience that an answer is.
LIST_SECONDS = 10.0
_SCHEMA = 1
# What the user can mend, and would not see if another list stood in.
_REFUSALS = frozenset({FailureKind.DENIED.word, FailureKind.QUOTA.word})


class Entry(NamedTuple):
    """One model of a list; `created` in seconds since the epoch."""

    id: str
    owned_by: str | None = None
    created: int | None = None


class Listing(NamedTuple):
    """Models, and where their names are from.

    `fetched` is when the gateway said so, in seconds since the epoch, None for the catalogue.
    `problem` is why there is no fresher list.
    """

    source: Source
    entries: tuple[Entry, ...]
    fetched: float | None = None
    problem: str | None = None


class Lists(NamedTuple):
    """How to get at the list of one gateway.

    `connect` is called only when the gateway has to be asked, as often as `retries` allow after the
    first time. Nothing is kept where `cache_dir` is None.
    """

    base_url: str
    connect: Callable[[], Gateway]
    clock: Clock
    cache_dir: Path | None = None
    retries: int = 2


def listing(
    lists: Lists, catalog: Catalog, *, refresh: bool = False, live: bool = False
) -> Listing:
    """Return the models that the gateway of *lists* offers.

    A kept list is good for a day; with *refresh* or *live* the gateway is asked all the same. Where
    it offers no list, or cannot be reached, the last list kept counts, else *catalog*; with *live*
    that raises. To be refused, for a bad key or a spent balance, always raises.
    """
    kept = kept_list(lists.cache_dir, lists.base_url) if lists.cache_dir else None
    if kept and not (refresh or live) and is_fresh(kept, lists.clock):
        return kept
    try:
        found = fetched(lists.connect(), lists.retries)
    except (RequestFailed, ConfigProblem) as error:
        if live or error.kind in _REFUSALS:
            error.hints = (*error.hints, "yourouter models list --catalog")
            raise
        if kept:
            return kept._replace(problem=error.message)
        return catalogued(catalog, problem=error.message)
    if lists.cache_dir is not None:
        # A list that cannot be kept is a list all the same.
        with suppress(OSError):
            keep(lists.cache_dir, lists.base_url, found)
    return found


def is_fresh(kept: Listing, clock: Clock) -> bool:
    """Tell whether *kept* is of the last day; one from the future is not believed."""
    age = clock.now() - (kept.fetched or 0)
    return -CLOCK_STEP_SECONDS <= age < FRESH_SECONDS


def catalogued(
    catalog: Catalog, *, problem: str | None = None, is_sandbox: bool = False
) -> Listing:
    """Return the models of *catalog* as a list; *problem* is why there is no better one."""
    entries = tuple(Entry(id=model.id) for model in catalog.listed(is_sandbox=is_sandbox))
    return Listing(source="catalog", entries=entries, problem=problem)


def kept_list(cache_dir: Path, base_url: str) -> Listing | None:
    """Return the list kept for *base_url*, however old; None when there is none to use."""
    try:
        document = json.loads(_file(cache_dir, base_url).read_bytes())
        if document["schema"] != _SCHEMA or document["base_url"] != base_url:
            return None
        entries = tuple(map(_kept_entry, document["models"]))
        return Listing(source="cache", entries=entries, fetched=float(document["fetched"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def fetched(gateway: Gateway, retries: int) -> Listing:
    """Return the list that *gateway* gives now.

    Raises `RequestFailed`, of a kind that tells a gateway without a list from one that is down.
    """
    # 6 ms that a kept list does without.
    from yourouter_cli.gateway.exchange import HttpRequest
    from yourouter_cli.services.calls import Call

    request = HttpRequest(method="GET", path="/models")
    patient = within(gateway, gateway.clocks.total or LIST_SECONDS)
    reply = Call(patient, request, retries=retries).run()
    return Listing(source="live", entries=entries_in(reply), fetched=gateway.clock.now())


def entries_in(reply: HttpReply) -> tuple[Entry, ...]:
    """Return the models that *reply* lists; raises `RequestFailed` when it is no list."""
    # 0.4 ms that a kept list does without.
    from yourouter_cli.dialects import values
    from yourouter_cli.dialects.failures import failure_instead

    document = values.parsed(reply.body)
    rows = document if isinstance(document, list) else values.table(document).get("data")
    if not isinstance(rows, list):
        raise RequestFailed(failure_instead(document, "list of models")._replace(status=200))
    entries = [
        Entry(
            id=name,
            owned_by=values.text(values.table(row).get("owned_by")),
            created=values.whole(values.table(row).get("created")),
        )
        for row in rows
        if (name := values.text(values.table(row).get("id")))
    ]
    return tuple({entry.id: entry for entry in entries}.values())


def within(gateway: Gateway, seconds: float) -> Gateway:
    """Return *gateway* with a total clock that begins now; the connections are the same.

    The total clock of the command, where that ends sooner, still holds.
    """
    gateway.client()
    bounded = copy(gateway)
    bounded.started = gateway.clock.monotonic()
    total = gateway.clocks.total
    if total is not None and gateway.started + total <= bounded.started + seconds:
        return gateway  # its own clock ends sooner, and says so
    bounded.clocks = gateway.clocks._replace(total=seconds)
    return bounded


def _file(cache_dir: Path, base_url: str) -> Path:
    """Return where the list of *base_url* is kept: a name that can be read, and is no other's."""
    bare = base_url.partition("://")[2]
    words = "".join(letter if letter.isalnum() or letter in ".-" else "-" for letter in bare)
    return cache_dir / f"models-{words[:80]}-{crc32(base_url.encode()):08x}.json"


def keep(cache_dir: Path, base_url: str, found: Listing) -> None:
    """Keep *found* for the user alone; a reader sees the old list or the new one, never a part."""
    # Imported here because it costs 1 ms, and a list is fetched once a day.
    import tempfile

    document = {
        "schema": _SCHEMA,
        "base_url": base_url,
        "fetched": found.fetched,
        "models": [entry._asdict() for entry in found.entries],
    }
    cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=cache_dir, prefix=".models-")  # 0600 from birth
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file)
        temporary.replace(_file(cache_dir, base_url))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _kept_entry(row: dict[str, Any]) -> Entry:
    owned_by, created = row.get("owned_by"), row.get("created")
    return Entry(
        id=str(row["id"]),
        owned_by=owned_by if isinstance(owned_by, str) else None,
        created=created if isinstance(created, int) else None,
    )
