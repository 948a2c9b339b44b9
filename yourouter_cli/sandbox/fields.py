"""Reading a JSON object with suspicion: what is wrong is rejected by the name of the field."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any, Self

from yourouter_cli.sandbox.exchange import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Fields:
    """A JSON object whose fields are read by type; *path* names it in complaints.

    A field that is absent or null is None. Fields that nobody reads are let by, as a gateway
    passes on what it does not know.
    """

    def __init__(self, data: Mapping[str, Any], path: str = "") -> None:
        self.data = data
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def get(self, name: str) -> Any:
        """Return the value of the field *name* as it is."""
        return self.data.get(name)

    def name_of(self, name: str) -> str:
        """Return the full name of the field *name*."""
        return f"{self.path}.{name}" if self.path else name

    def reject(self, name: str, message: str, *, code: str | None = None) -> Rejected:
        """Return a rejection of the field *name*."""
        return Rejected(400, message, param=self.name_of(name), code=code)

    def require(self, name: str) -> None:
        """Reject the request when *name* is missing."""
        if name not in self:
            full = self.name_of(name)
            raise self.reject(name, f"`{full}` is missing", code="missing_required_parameter")

    def text(self, name: str) -> str | None:
        """Return a string."""
        value: str | None = self._typed(name, str, "a string")
        return value

    def boolean(self, name: str) -> bool:
        """Return true or false; absent is false."""
        return bool(self._typed(name, bool, "true or false"))

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return a number from *low* to *high*."""
        value: float | None = self._typed(name, (int, float), "a number")
        if value is not None and not low <= value <= high:
            raise self.reject(name, f"`{value}` is not from {low:g} to {high:g}")
        return value

    def integer(self, name: str, low: int, high: int = 2**31 - 1) -> int | None:
        """Return a whole number from *low* to *high*."""
        value: int | None = self._typed(name, int, "an integer")
        if value is not None and not low <= value <= high:
            raise self.reject(name, f"`{value}` is not from {low} to {high}")
        return value

    def array(self, name: str) -> list[Any]:
        """Return a list; absent is empty."""
        value: list[Any] | None = self._typed(name, list, "an array")
        return value or []

    def object(self, name: str) -> Self | None:
        """Return an object to read on from."""
        value: dict[str, Any] | None = self._typed(name, dict, "an object")
        return None if value is None else type(self)(value, self.name_of(name))

    def objects(self, name: str) -> Iterator[Self]:
        """Return the objects of a list, to read on from."""
        for index, item in enumerate(self.array(name)):
            path = f"{self.name_of(name)}[{index}]"
            if not isinstance(item, dict):
                raise Rejected(400, "must be an object", param=path)
            yield type(self)(item, path)

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """Return a string or a list of at most *most* strings as a tuple."""
        value = self.get(name)
        values = [value] if isinstance(value, str) else self.array(name)
        if len(values) > most or not all(isinstance(item, str) for item in values):
            raise self.reject(name, f"must be a string or up to {most} strings")
        return tuple(values)

    def choice(self, name: str, *allowed: str) -> str:
        """Return a required string that is one of *allowed*."""
        self.require(name)
        value = self.text(name)
        if value not in allowed:
            known = ", ".join(f"`{word}`" for word in allowed)
            raise self.reject(name, f"`{value}` is not one of {known}")
        return value

    def _typed(self, name: str, kind: Any, words: str) -> Any:
        value = self.get(name)
        wrong_bool = isinstance(value, bool) and kind is not bool
        if value is not None and (wrong_bool or not isinstance(value, kind)):
            raise self.reject(name, f"must be {words}")
        return value


def describe_base64(data: str, media_type: str, reject: Callable[[str], Rejected]) -> str:
    """Describe an attachment by its type and size; *reject* what is not base64."""
    try:
        size = len(binascii.a2b_base64(data, strict_mode=True))
    except (binascii.Error, ValueError):
        raise reject("is not valid base64") from None
    kind = media_type.partition("/")[0]
    word = {"image": "image", "audio": "audio", "video": "video"}.get(kind, "file")
    return f"[{word} {media_type} {size} bytes]"


def describe_url(url: str, word: str, reject: Callable[[str], Rejected]) -> str:
    """Describe an attachment that is given by its address, or inside a data: URL."""
    if url.startswith("data:"):
        head, comma, data = url[5:].partition(",")
        media_type, _, coding = head.partition(";")
        if not comma or coding != "base64" or "/" not in media_type:
            raise reject("must be `data:TYPE/SUBTYPE;base64,DATA`")
        return describe_base64(data, media_type, reject)
    if not url.startswith(("https://", "http://")):
        raise reject("must be an http, https or data URL")
    return f"[{word} {url}]"


def key_of(headers: Mapping[str, str]) -> str:
    """Return whatever tells one key from another."""
    names = ("authorization", "x-api-key", "x-goog-api-key")
    return next((headers[name] for name in names if headers.get(name)), "")
