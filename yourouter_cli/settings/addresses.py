"""Base URLs: what one may be, and who is behind it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def checked_url(text: str) -> str:
    """Return *text* without its trailing slash when it is a base URL, else raise ValueError.

    The message is what it should be; it never repeats *text*, which may hold a password.
    """
    if not text.isascii() or any(
        character <= " " or character in '"<>\\^`{|}' for character in text
    ):
        raise ValueError("must be a URL without blanks or special characters")
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        raise ValueError("must be a URL such as https://host/v1") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("must be a URL such as https://host/v1")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or a password")
    if "?" in text or "#" in text:
        raise ValueError("must end before any `?` or `#`")
    return f"{parts.scheme}{text[len(parts.scheme) :]}".rstrip("/")


def origin_of(url: str) -> str:
    """Return scheme, host and port of *url*, in one spelling for all that mean the same."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    if port is None or port == _PORTS.get(parts.scheme):
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"


def is_loopback(url: str) -> bool:
    """Tell whether *url* stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_exposed(url: str) -> bool:
    """Tell whether a key sent to *url* could be read on the way."""
    return url.startswith("http:") and not is_loopback(url)
