"""The proxy between us and the gateway, as the environment names it."""

from __future__ import annotations

from urllib.parse import urlsplit

from yourouter_cli.errors import ConfigProblem

_VARIABLES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


def proxy_for(url: str) -> str | None:
    """Return the proxy for *url*, without its password, or None when there is none."""
    found = proxy_named(url)
    return found and _shown(found[1])


def proxy_named(url: str) -> tuple[str, str] | None:
    """Return who names the proxy for *url*, and the proxy as it is named; None for no proxy.

    The proxy may hold a password, so it is not for showing.
    """
    # 15 ms, not before there is something to send.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    scheme = parts.scheme if proxies.get(parts.scheme) else "all"
    named = proxies.get(scheme)
    if not named:
        return None
    return f"{scheme.upper()}_PROXY", named if "://" in named else f"http://{named}"


def unusable() -> ConfigProblem:
    """Return the error for an environment whose proxies cannot be used."""
    from urllib.request import getproxies  # imported by now

    for scheme, url in getproxies().items():
        if scheme != "no" and not is_usable(url):
            variable = f"{scheme.upper()}_PROXY"
            return ConfigProblem(
                f"cannot use `{variable}`: `{_shown(url)}` is no http or https proxy",
                hints=f"unset {variable} {variable.lower()}",
            )
    return ConfigProblem(
        "cannot use the proxies of the environment",
        hints=f"env | grep -iE '{'|'.join(_VARIABLES)}'",
    )


def is_usable(url: str) -> bool:
    """Tell whether *url* is a proxy that this program can speak to."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _shown(url: str) -> str:
    scheme, _, rest = url.rpartition("://")
    return f"{scheme or 'http'}://{rest.rpartition('@')[2].partition('/')[0]}"
