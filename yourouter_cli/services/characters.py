"""Text that arrives in pieces, put together where a piece ends inside a character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.events import Finished, ReasoningDelta, TextDelta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.events import Event


class Joiner:
    """Joins surrogates that were split over two pieces into the character they stand for.

    JSON may escape an emoji as two halves, and a server may send them in two deltas. A half that
    never meets its other becomes U+FFFD: nothing after this can write halves.
    """

    def __init__(self) -> None:
        self._high = ""

    def feed(self, text: str) -> str:
        """Return the next piece; a final first half waits for its second."""
        if self._high:
            text, self._high = self._high + text, ""
        if text.isascii():
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._high = text[:-1], text[-1]
        return _whole(text)

    def finish(self) -> str:
        """Return what is left; nothing more comes."""
        held, self._high = self._high, ""
        return _whole(held)


def with_whole_characters(events: Iterable[Event]) -> Iterator[Event]:
    """Yield *events* with no character of the answer or the reasoning split over two of them."""
    words, thoughts = Joiner(), Joiner()
    for event in events:
        if isinstance(event, TextDelta):
            if text := words.feed(event.text):
                yield event if text is event.text else TextDelta(text)
        elif isinstance(event, ReasoningDelta):
            if text := thoughts.feed(event.text):
                yield event if text is event.text else ReasoningDelta(text)
        else:
            if isinstance(event, Finished):
                if rest := thoughts.finish():
                    yield ReasoningDelta(rest)
                if rest := words.finish():
                    yield TextDelta(rest)
            yield event


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
