"""The proxy between us and the gateway, as the environment names it."""

from __future__ import annotations

from yourouter_cli.errors import ConfigProblem

_VARIABLES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


def proxy_for(url: str) -> str | None:
    """Return the proxy for *url*, without its password, or None when there is none."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    named = proxies.get(parts.scheme) or proxies.get("all")
    return named and _shown(named)


def unusable() -> ConfigProblem:
    """Return the error for an environment whose proxies cannot be used."""
    from urllib.request import getproxies

    for scheme, url in getproxies().items():
        if scheme != "no" and not _is_usable(url):
            variable = f"{scheme.upper()}_PROXY"
            return ConfigProblem(
                f"cannot use `{variable}`: `{_shown(url)}` is no http or https proxy",
                hints=f"unset {variable} {variable.lower()}",
            )
    return ConfigProblem(
        "cannot use the proxies of the environment",
        hints=f"env | grep -iE '{'|'.join(_VARIABLES)}'",
    )


def _is_usable(url: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _shown(url: str) -> str:
    scheme, _, rest = url.rpartition("://")
    return f"{scheme or 'http'}://{rest.rpartition('@')[2].partition('/')[0]}"
