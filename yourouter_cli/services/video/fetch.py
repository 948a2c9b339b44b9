"""Signed links: opened without the key, and followed to other addresses where that is safe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yourouter_cli.dialects.failures import failure_of
from yourouter_cli.errors import ConfigProblem, Failure, FailureKind, RequestFailed
from yourouter_cli.gateway import links
from yourouter_cli.gateway.exchange import HttpRequest
from yourouter_cli.services.retrying import completed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yourouter_cli.clock import Clock
    from yourouter_cli.gateway.inflight import Exchange
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.retrying import Pause

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True, kw_only=True)
class Fetch:
    """Opens links. `keyless` makes a gateway without any key for an origin; one is kept for each.

    `is_loopback` tells which hosts are this machine, where plain http is safe.
    """

    keyless: Callable[[str], Gateway]
    is_loopback: Callable[[str], bool]
    clock: Clock
    _gateways: dict[str, Gateway] = field(init=False, default_factory=dict)

    def gateway(self, link: str) -> Gateway:
        """Return the gateway for *link*."""
        where = links.origin(link)
        if where not in self._gateways:
            self._gateways[where] = self.keyless(where)
        return self._gateways[where]

    def open(
        self,
        link: str,
        *,
        headers: Mapping[str, str],
        pause: Pause | None = None,
        tick: float | None = None,
    ) -> Exchange:
        """Return the reply for *link*, which is no redirect; its status is the caller's to judge.

        Raises `RequestFailed`, and `ConfigProblem` for a link that anybody could read on the way.
        """
        if not links.is_safe(link, is_loopback=self.is_loopback):
            raise ConfigProblem(
                f"the link {links.masked(link)} is not fetched: only https is safe, or http on"
                " this machine"
            )
        for _ in range(MOST_REDIRECTS + 1):
            request = HttpRequest(method="GET", path=link, headers=headers)
            exchange = self.gateway(link).open(request, pause=pause, tick=tick)
            if exchange.status not in _REDIRECTS:
                return exchange
            exchange.close()
            location = exchange.headers.get("location", "")
            try:
                link = links.followed(link, location, is_loopback=self.is_loopback)
            except ValueError as error:
                raise _not_followed(str(error)) from None
        raise _not_followed("it redirects too often")

    def refusal(self, exchange: Exchange, body: bytes) -> Failure:
        """Return what a reply means that is no file."""
        failure = failure_of(exchange.status, body)
        if failure.kind is FailureKind.UNKNOWN_MODEL:
            failure = failure._replace(kind=FailureKind.REJECTED)
        words = failure.message.removeprefix("the gateway")
        failure = failure._replace(message=f"the file's server{words}")
        return completed(failure, exchange.headers, self.clock.now())

    def now(self, exchange: Exchange) -> float:
        """Return the time by the server's clock, which is the one that a link ends by."""
        date = exchange.headers.get("date")
        if not date:
            return self.clock.now()
        # Imported here because it costs 5 ms, and only refusals need it.
        from email.utils import parsedate_to_datetime

        try:
            return parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError, OverflowError):
            return self.clock.now()


def _not_followed(why: str) -> RequestFailed:
    return RequestFailed(
        Failure(kind=FailureKind.REDIRECT, message=f"the link is not followed: {why}")
    )
