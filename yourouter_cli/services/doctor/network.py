"""The layers below HTTP, for the doctor: name, connection, encryption, proxy, clock."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from yourouter_cli.checks import Finding
from yourouter_cli.errors import FailureKind, RequestFailed
from yourouter_cli.gateway import proxies, tls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yourouter_cli.gateway.probe import Probe

_SHOWN_ADDRESSES = 3
_DAY_SECONDS = 24 * 60 * 60
_DAYS_BEFORE_THE_END = 14
_SKEW_TO_KNOW_SECONDS = 30
_SKEW_THAT_HURTS_SECONDS = 300
_SET_CLOCK = {
    "linux": "sudo timedatectl set-ntp true",
    "darwin": "sudo sntp -sS time.apple.com",
    "win32": "w32tm /resync",
}


class Network:
    """Looks at the way to a gateway, layer by layer.

    *probe* is called when it is needed first. *now* gives seconds since the epoch, *option* what a
    command needs to mean the same profile.
    """

    def __init__(
        self,
        probe: Callable[[], Probe],
        environ: Mapping[str, str],
        *,
        now: Callable[[], float],
        option: Callable[[], str],
    ) -> None:
        self._make_probe = probe
        self._environ = environ
        self._now = now
        self._option = option
        self._refusal: RequestFailed | None = None

    @cached_property
    def _probe(self) -> Probe:
        return self._make_probe()

    def dns(self) -> Finding:
        """Look up the name of the gateway, or of the proxy before it."""
        host, _ = self._probe.next_host
        try:
            found = self._probe.resolve()
        except RequestFailed as error:
            _fail(error, f"nslookup {host}")
        if found == (host,):
            return Finding("ok", f"{host} is an address, no name")
        more = len(found) - _SHOWN_ADDRESSES
        rest = f" and {more} more" if more > 0 else ""
        return Finding("ok", f"{host} is {', '.join(found[:_SHOWN_ADDRESSES])}{rest}")

    def tcp(self) -> Finding:
        """Connect."""
        host, port = self._probe.next_host
        named = proxies.proxy_named(self._probe.origin)
        try:
            address = self._probe.connect()
        except RequestFailed as error:
            name = f"[{host}]" if ":" in host else host
            fix = f"unset {named[0]} {named[0].lower()}" if named else f"curl -v {name}:{port}"
            _fail(error, fix)
        return Finding("ok", f"connected to {address} port {port}")

    def tls(self) -> Finding:
        """Shake hands, look at the certificate, and hang up."""
        try:
            return self._handshake()
        finally:
            self._probe.close()

    def proxy(self) -> Finding:
        """Say which proxy is used, and what it did if it refused."""
        named = proxies.proxy_named(self._probe.origin)
        if named is None:
            return Finding("ok", "none")
        variable, url = named
        if not proxies.is_usable(url):
            raise proxies.unusable()
        if self._refusal is not None:
            _fail(self._refusal, f"unset {variable} {variable.lower()}")
        return Finding("ok", f"{self._probe.proxy} ({variable})")

    def _handshake(self) -> Finding:
        probe = self._probe
        if not probe.is_secure:
            return self._unencrypted()
        if not probe.can_shake_hands:
            return Finding("skip", "the proxy is itself spoken to in TLS; `auth` tells")
        try:
            shown = probe.handshake()
        except RequestFailed as error:
            if error.failure.kind is FailureKind.PROXY:
                self._refusal = error
                return Finding("skip", "the proxy opens no way there")
            _fail(error, self._tls_fix(error.message))
        trust = tls.trust_in(self._environ)
        days = int((shown.ends - self._now()) // _DAY_SECONDS)
        where = trust.file or trust.directory
        detail = (
            f"{shown.protocol}; {shown.subject} by {shown.issuer}, valid from {_date(shown.starts)}"
            f" to {_date(shown.ends)} ({days} days more); trusted by {trust.source} ({where})"
        )
        if days < _DAYS_BEFORE_THE_END:
            return Finding("warn", detail, self._show_certificate())
        return Finding("ok", detail)

    def _unencrypted(self) -> Finding:
        host = self._probe.host
        if host in {"localhost", "::1"} or host.startswith("127."):
            return Finding("skip", "plain http, to this machine")
        fix = f"yourouter config unset{self._option()} allow_insecure_http"
        return Finding("warn", f"plain http: the key can be read on the way to {host}", fix)

    def _tls_fix(self, message: str) -> str:
        """Return what may mend the failure that *message* tells."""
        if "mismatch" in message or "doesn't match" in message:
            return f"yourouter config get{self._option()} base_url --origin"
        if "expired" in message or "not yet valid" in message:
            return self._show_certificate()
        if "cannot trust" in message:
            variables = [
                name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in self._environ
            ]
            return f"unset {' '.join(variables)}" if variables else "export SSL_CERT_FILE=CA.pem"
        return f"yourouter config get{self._option()} base_url --origin"

    def _show_certificate(self) -> str:
        name = f"{self._probe.host}:{self._probe.port}"
        return f"openssl s_client -connect {name} </dev/null | openssl x509 -noout -dates"


def clock_skew(date: str | None, now: float) -> Finding:
    """Compare *now* with the *date* that the gateway put into its reply then."""
    # Imported here because email.utils costs 5 ms, which --offline need not pay.
    from email.utils import parsedate_to_datetime

    try:
        theirs = parsedate_to_datetime(date or "").timestamp()
    except (TypeError, ValueError, OverflowError):
        return Finding("skip", "the gateway does not say what time it is")
    skew = now - theirs
    if abs(skew) <= _SKEW_TO_KNOW_SECONDS:
        return Finding("ok", "as the gateway's")
    which = "ahead of" if skew > 0 else "behind"
    detail = f"{abs(skew):.0f} s {which} the gateway's"
    hurts = abs(skew) > _SKEW_THAT_HURTS_SECONDS
    return Finding("fail" if hurts else "warn", detail, _SET_CLOCK.get(sys.platform, "date -u"))


def _fail(error: RequestFailed, fix: str) -> NoReturn:
    """Raise *error* with *fix* as the remedy."""
    error.hints = (fix,)
    raise error


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
