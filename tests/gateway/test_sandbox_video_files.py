"""The films and frames that the sandbox makes, and their links."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.gateway.filming import DAY, create, fetch, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.driver import FakeClock
    from tests.gateway.caller import Caller


def links(caller: Caller, model: str = "video:0", **fields: Any) -> tuple[str, str]:
    """Return the addresses of the film and of the last frame of a new task."""
    content = show(caller, create(caller, model, return_last_frame=True, **fields))["content"]
    return content["video_url"], content["last_frame_url"]


class TestFiles:
    def test_the_link_names_the_server_that_was_asked(self, caller: Caller) -> None:
        """The address of a file is that under which the request came."""
        film, _ = links(caller)

        assert caller.address.netloc == urlsplit(film).netloc
        assert urlsplit(film).path.endswith(".mp4")

    def test_the_film_is_an_mp4(self, caller: Caller) -> None:
        """The film is an MP4 file whose index finds every frame."""
        answer = fetch(caller, links(caller, ratio="4:3", duration=3)[0])

        boxes = dict(boxes_of(answer.body))
        track = dict(boxes_of(inside(boxes[b"moov"], b"trak")))
        table = dict(boxes_of(inside(track[b"mdia"], b"minf", b"stbl")))
        sizes = struct.unpack(">72I", table[b"stsz"][12:])
        (offset,) = struct.unpack(">I", table[b"stco"][8:])
        frames = []
        for size in sizes:
            (length,) = struct.unpack(">I", answer.body[offset : offset + 4])
            assert length + 4 == size
            frames.append(answer.body[offset + 4] & 31)
            offset += size
        assert [b"ftyp", b"moov", b"mdat"] == list(boxes)
        assert ("video/mp4", len(answer.body)) == (
            answer.headers["content-type"],
            int(answer.headers["content-length"]),
        )
        assert [5] + [1] * 71 == frames  # a key frame, then frames that follow it
        assert len(answer.body) == offset
        assert (192 << 16, 144 << 16) == struct.unpack(">II", track[b"tkhd"][-8:])

    def test_the_key_frame_holds_every_pixel(self, caller: Caller) -> None:
        """The first frame is 384 bytes a square of 16 by 16, and nothing looks like a start."""
        body = fetch(caller, links(caller, ratio="1:1")[0]).body

        film = dict(boxes_of(body))[b"mdat"]
        (size,) = struct.unpack(">I", film[:4])
        frame = film[4 : 4 + size]
        assert 81 * 386 < size < 81 * 386 + 16
        assert b"\0\0\0" not in frame
        assert b"\0\0\1" not in frame
        assert b"\x80" == frame[-1:]

    def test_the_last_frame_is_a_png(self, caller: Caller) -> None:
        """The last frame is a PNG file of the same size in pixels."""
        answer = fetch(caller, links(caller, ratio="21:9")[1])

        assert "image/png" == answer.headers["content-type"]
        assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")
        width, height, depth, colour = struct.unpack(">IIBB", answer.body[16:26])
        assert (336, 144, 8, 2) == (width, height, depth, colour)
        start = answer.body.index(b"IDAT") + 4
        (size,) = struct.unpack(">I", answer.body[start - 8 : start - 4])
        assert height * (1 + 3 * width) == len(zlib.decompress(answer.body[start : start + size]))

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [("bytes=0-", 0, None), ("bytes=100-199", 100, 200), ("bytes=-10", -10, None),
         ("bytes=5-999999999", 5, None), ("bytes=0-0", 0, 1), ("bytes=-999999999", 0, None)],
    )  # fmt: skip
    def test_a_part_can_be_asked_for(
        self, caller: Caller, asked: str, start: int, end: int | None
    ) -> None:
        """A range is answered by that part and says where it belongs."""
        film, _ = links(caller)
        whole = fetch(caller, film)

        part = fetch(caller, film, Range=asked)

        assert (206, whole.body[start:end]) == (part.status, part.body)
        first = start % len(whole.body)
        last = first + len(part.body) - 1
        assert f"bytes {first}-{last}/{len(whole.body)}" == part.headers["content-range"]
        assert whole.headers["etag"] == part.headers["etag"]

    @pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0", "bytes=9-1"])
    def test_an_impossible_part_is_416(self, caller: Caller, asked: str) -> None:
        """A range outside the file is refused, and the size is named."""
        film, _ = links(caller)

        answer = fetch(caller, film, Range=asked)

        size = fetch(caller, film).headers["content-length"]
        assert (416, f"bytes */{size}", b"") == (
            answer.status, answer.headers["content-range"], answer.body,
        )  # fmt: skip

    @pytest.mark.parametrize(
        "headers",
        [{"Range": "bytes=0-1,5-6"}, {"Range": "lines=1-2"}, {"Range": "bytes=-"},
         {"Range": "bytes=0-1", "If-Range": '"another"'}],
    )  # fmt: skip
    def test_what_is_no_usable_range_gets_the_whole(
        self, caller: Caller, headers: dict[str, str]
    ) -> None:
        """Several ranges, other units, and ranges of another file are answered by the whole."""
        assert 200 == fetch(caller, links(caller)[0], **headers).status

    def test_an_unchanged_file_is_not_sent_again(self, caller: Caller) -> None:
        """If-None-Match with the file's ETag is 304; If-Range with it is the part."""
        film, _ = links(caller)
        etag = fetch(caller, film).headers["etag"]

        assert (304, b"") == fetch(caller, film, **{"If-None-Match": etag})[::2]
        part = fetch(caller, film, **{"If-Range": etag, "Range": "bytes=0-1"})
        assert 206 == part.status

    def test_links_expire_after_a_day(self, caller: Caller, clock: FakeClock) -> None:
        """A link lives 24 hours from the end of the task; then it is 403."""
        film, _ = links(caller)
        clock.sleep(DAY - 1)
        assert 200 == fetch(caller, film).status
        clock.sleep(1)

        answer = fetch(caller, film)

        assert (403, "application/xml") == (answer.status, answer.headers["content-type"])
        assert b"<Message>Request has expired</Message>" in answer.body

    def test_links_cannot_be_made_up(self, caller: Caller) -> None:
        """A changed expiry or signature is 403, a file that is not there is 404."""
        film, _ = links(caller)
        running = create(caller)

        assert 403 == fetch(caller, film.replace("expires=1", "expires=2")).status
        assert 403 == fetch(caller, film[:-1] + ("0" if film[-1] != "0" else "1")).status
        assert 403 == fetch(caller, film.partition("?")[0]).status
        assert 404 == fetch(caller, film.replace(".mp4", ".avi")).status
        assert 404 == caller.get(f"/files/{running}.mp4").status
        assert 404 == caller.get("/files/nothing.mp4").status

    def test_downloads_can_be_dropped(self, caller: Caller) -> None:
        """`video-drop` breaks off after 20,000 bytes each time; ranges lead to the end."""
        film, _ = links(caller, "video-drop:0", ratio="1:1")
        parts = urlsplit(film)
        received = b""
        for _ in range(2):
            head = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: x\r\n"
            client = caller.raw(f"{head}Range: bytes={len(received)}-\r\n\r\n".encode())
            client.settimeout(0.3)
            data = b""
            with client:
                try:
                    while more := client.recv(65536):
                        data += more
                except TimeoutError:
                    pass  # this part was complete, and the connection is kept
            received += data.partition(b"\r\n\r\n")[2]
            assert len(received) >= 20_000

        assert [b"ftyp", b"moov", b"mdat"] == [name for name, _ in boxes_of(received)]


def boxes_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of the boxes in *data*, which they fill to the byte."""
    while data:
        size, name = struct.unpack(">I4s", data[:8])
        assert 8 <= size <= len(data)
        yield name, data[8:size]
        data = data[size:]


def inside(data: bytes, *names: bytes) -> bytes:
    """Return the content of a box inside of boxes."""
    for name in names:
        data = dict(boxes_of(data))[name]
    return data
