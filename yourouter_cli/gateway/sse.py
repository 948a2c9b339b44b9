"""Server-sent events from bytes, as the WHATWG standard frames them.

Lines end at CR, LF or CRLF and nowhere else; U+2028, U+0085 and form feed are data. The work is
done on whole blocks, one decoding and one search per read, since a stream has thousands of frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.errors import Failure, FailureKind, RequestFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Far above any real frame (images arrive as a few megabytes of base64), far below the memory.
MAX_FRAME_BYTES = 16 * 1024 * 1024


class Frame(NamedTuple):
    """One server-sent event: its name, if any, and its data."""

    event: str
    data: str


class FrameSplitter:
    """Cut a byte stream into frames; feed it blocks of any size."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._after_cr = False
        self._at_start = True

    def feed(self, block: bytes) -> Iterator[Frame]:
        """Yield the frames that *block* completes."""
        if not block:
            return
        if self._after_cr and block.startswith(b"\n"):
            block = block[1:]  # the second half of a CRLF that the network cut in two
            self._after_cr = False
            if not block:
                return
        self._after_cr = block.endswith(b"\r")
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        searched = max(0, len(self._rest) - 1)
        self._rest += block
        end = self._rest.rfind(b"\n\n", searched)
        if end < 0:
            if len(self._rest) > MAX_FRAME_BYTES:
                raise RequestFailed(
                    Failure(
                        kind=FailureKind.PROTOCOL,
                        message="the gateway sent an event of more than 16 MB without an end",
                    )
                )
            return
        whole = self._rest[:end].decode("utf-8", "replace")
        del self._rest[: end + 2]
        if self._at_start:
            self._at_start = False
            whole = whole.removeprefix("\ufeff")
        for event in whole.split("\n\n"):
            if event.startswith("data: ") and "\n" not in event:
                yield Frame("", event[6:])
            elif frame := _frame(event):
                yield frame


def _frame(event: str) -> Frame | None:
    """Return the frame that the lines of *event* make, or None when they hold no data."""
    name, data = "", []
    for line in event.split("\n"):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value
    return Frame(name, "\n".join(data)) if data else None


def frames(blocks: Iterable[bytes]) -> Iterator[Frame]:
    """Decode *blocks* into frames.

    A frame that no blank line closes is dropped: its data may be cut anywhere. Whether the answer
    was complete is for the dialect to say, since only it knows the terminal event.
    """
    splitter = FrameSplitter()
    for block in blocks:
        yield from splitter.feed(block)
