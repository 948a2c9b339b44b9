"""What must not be seen: keys that a gateway repeats, headers that hold secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.gateway.exchange import Key

MASK = "***"
_TELLING = ("auth", "key", "token", "secret", "cookie", "password", "credential", "signature")
# Named like a secret, but made by this program for one request.
_HARMLESS = frozenset({"idempotency-key"})
# A shorter text may stand in any answer by chance.
_SHORTEST = 8


def is_telling(name: str) -> bool:
    """Tell whether a header called *name* holds a secret, going by its name."""
    name = name.lower()
    return name not in _HARMLESS and any(word in name for word in _TELLING)


def shown(name: str, value: str) -> str:
    """Return what may be shown of the *value* of the header *name*."""
    return MASK if is_telling(name) else value


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return *headers* with the values masked whose names say that they are secret."""
    return {name: shown(name, value) for name, value in headers.items()}


class Mask:
    """Knows the *key* and what secret *headers* hold, and takes both out of what a gateway says."""

    def __init__(self, key: Key | None, headers: Mapping[str, str]) -> None:
        self._key = key
        values = (self._revealed(), *(headers[name] for name in headers if is_telling(name)))
        self._secrets = [value for value in values if len(value) >= _SHORTEST]

    def authorization(self, *, reveal: bool) -> dict[str, str]:
        """Return the header that carries the key, masked unless *reveal*; none without a key."""
        if self._key is None:
            return {}
        return {"authorization": f"Bearer {self._revealed() if reveal else MASK}"}

    def text(self, text: str) -> str:
        """Return *text* with every secret masked."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def excerpt(self, text: str) -> str:
        """Return *text* with every secret masked, and one that is cut off at its end."""
        text = self.text(text)
        begun = text.removesuffix("…")
        for secret in self._secrets:
            for length in range(len(secret) - 1, _SHORTEST - 1, -1):
                if begun.endswith(secret[:length]):
                    return f"{begun[:-length]}{MASK}…"
        return text

    def data(self, data: bytes) -> bytes:
        """Return *data* with every secret masked."""
        for secret in self._secrets:
            data = data.replace(secret.encode(), MASK.encode())
        return data

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the *headers* of a reply with every secret masked."""
        return {name: self.text(value) for name, value in headers.items()}

    def _revealed(self) -> str:
        """Return the key itself: the only place that asks for it."""
        return "" if self._key is None else self._key.reveal()
