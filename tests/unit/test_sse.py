"""Server-sent events from bytes."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yourouter_cli.errors import FailureKind, RequestFailed
from yourouter_cli.gateway.sse import MAX_FRAME_BYTES, Frame, frames


def split_simply(body: bytes) -> list[Frame]:
    """Return the frames of *body* as the standard words it, line by line and without haste."""
    lines = re.split("\r\n|\n|\r", body.decode("utf-8", "replace").removeprefix("\ufeff"))
    found: list[Frame] = []
    data: list[str] = []
    event = ""
    for line in lines[:-1]:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                found.append(Frame(event, "\n".join(data)))
            event, data = "", []
        elif field == "data":
            data.append(value)
        elif field == "event":
            event = value
    return found


class TestFrames:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"data: a\n\n", ["a"]),
            (b"data:a\n\n", ["a"]),
            (b"data:  a \n\n", [" a "]),
            (b"data: a\r\n\r\n", ["a"]),
            (b"data: a\r\r", ["a"]),
            (b"data: a\r\n\ndata: b\n\r\n", ["a", "b"]),
            (b"data: a\r\ndata: b\rdata: c\n\n", ["a\nb\nc"]),
            (b"data: a\n\n\n\n\ndata: b\n\n", ["a", "b"]),
            (b"\n\n\ndata: a\n\n", ["a"]),
            (b"\r\ndata: a\n\n", ["a"]),
            (b"data: a\ndata:\ndata\ndata: b\n\n", ["a\n\n\nb"]),
            (b"data\n\n", [""]),
            (b": comment\n\n", []),
            (b": comment\ndata: a\n: more\n\n", ["a"]),
            (b"id: 1\nretry: 5\ndata: a\nunknown: x\n\n", ["a"]),
            (b"DATA: a\n data: b\ndatas: c\n\n", []),
            (b"data: a: b\n\n", ["a: b"]),
            (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
            (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", ["a"]),
            ("data: a\u2028b\u0085c\x0cd\x1de\n\n".encode(), ["a\u2028b\u0085c\x0cd\x1de"]),
            ("data: ü🙂\n\n".encode(), ["ü🙂"]),
            (b"data: \xff\n\n", ["\ufffd"]),
            (b"data: a\n\ndata: cut", ["a"]),
            (b"data: a\n\ndata: cut\n", ["a"]),
            (b"", []),
        ],
    )
    def test_data(self, body: bytes, expected: list[str]) -> None:
        """Lines end at CR, LF and CRLF alone; an event that no blank line closes is dropped."""
        assert expected == [frame.data for frame in frames([body])]

    def test_names(self) -> None:
        """The name of an event is the last one before it is closed, and is forgotten then."""
        body = b"event: x\nevent: y\ndata: 1\n\ndata: 2\n\nevent: z\n\ndata: 3\nevent:w\n\n"

        assert [Frame("y", "1"), Frame("", "2"), Frame("w", "3")] == list(frames([body]))

    def test_a_carriage_return_at_the_end_of_a_block(self) -> None:
        """A CRLF that the network cuts in two is one line end, not two."""
        assert [Frame("", "a\nb")] == list(
            frames([b"data: a\r", b"", b"\ndata: b\r", b"\n", b"\r", b"\n"])
        )

    def test_frames_come_as_soon_as_they_are_closed(self) -> None:
        """A frame does not wait for the block after it, not even behind a carriage return."""
        blocks = iter([b"data: a\r\n\r", b"\ndata: b\n\n"])
        found = frames(blocks)

        assert Frame("", "a") == next(found)
        assert b"\ndata: b\n\n" == next(blocks)

    def test_an_event_without_an_end(self) -> None:
        """An event that grows without end is given up before it fills the memory."""
        block = b"x" * (MAX_FRAME_BYTES // 8)

        with pytest.raises(RequestFailed, match="more than 16 MB") as caught:
            list(frames(block for _ in range(9)))

        assert FailureKind.PROTOCOL is caught.value.failure.kind


# Streams in which whatever matters for framing is frequent.
BODIES = st.lists(
    st.one_of(
        st.sampled_from(
            [b"\n", b"\r", b"\r\n", b"\n\n", b"data", b"data:", b"data: ", b"event: ", b":", b" "]
        ),
        st.sampled_from(["\ufeff".encode(), "\u2028".encode(), "\u0085".encode(), "🙂".encode()]),
        st.binary(max_size=3),
    ),
    max_size=30,
).map(b"".join)


@given(body=BODIES, cuts=st.lists(st.integers(0, 90), max_size=8))
def test_equals_the_standard_for_any_bytes_and_cuts(body: bytes, cuts: list[int]) -> None:
    """Any bytes, cut anywhere, give the frames that the standard's wording gives."""
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    blocks = [body[start:end] for start, end in pairwise(edges)]

    assert split_simply(body) == list(frames(blocks))
