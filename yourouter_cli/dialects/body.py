"""Request bodies as pieces of bytes, so that a large attachment is never copied."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.conversation import Media


class Body:
    """A JSON document in which attachments are held by reference until it is encoded."""

    def __init__(self) -> None:
        # No text of a user can hold this by chance, and none can know it before.
        self._mark = f"attachment-{os.urandom(12).hex()}-"
        self._held: list[Media] = []

    def base64(self, media: Media) -> str:
        """Return a stand-in for the base64 of *media*, to be put anywhere in the document."""
        self._held.append(media)
        return f"{self._mark}{len(self._held) - 1}."

    def data_url(self, media: Media) -> str:
        """Return a stand-in for *media* as a `data:` URL."""
        return f"data:{media.media_type};base64,{self.base64(media)}"

    def encode(self, document: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[bytes, ...]:
        """Return *document* with *params* merged over it, as the bytes to send."""
        text = json.dumps(merged(document, params), ensure_ascii=False, separators=(",", ":"))
        # JSON can escape half a surrogate pair, which UTF-8 cannot hold.
        whole = text.encode(errors="replace")
        first, *others = whole.split(self._mark.encode())
        pieces = [first]
        for other in others:
            index, _, rest = other.partition(b".")
            pieces += [*self._held[int(index)].encoded, rest]
        return tuple(pieces)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return *base* with *over* merged into it: objects deeply, all else replaced."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = merged(below, value)  # noqa: PLW2901 - the merged value takes its place
        result[key] = value
    return result
