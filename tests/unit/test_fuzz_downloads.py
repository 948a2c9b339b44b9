"""Downloads from servers that may answer anything to anything."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from hypothesis import given
from hypothesis import strategies as st

from tests.driver import FakeClock
from yourouter_cli.errors import Failure, FailureKind, RequestFailed, TaskFailed
from yourouter_cli.gateway.exchange import Clocks
from yourouter_cli.gateway.transport import Gateway
from yourouter_cli.services.video import replies
from yourouter_cli.services.video.download import Download, Source
from yourouter_cli.services.video.part import Part, Passing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hypothesis.strategies import DataObject

SOURCE = Source(task="cgt-1", what="video", link="https://files.example/film.mp4")
FILMS = (b"0123456789abcdefghij", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
NUMBERS = st.sampled_from(["0", "3", "20", "-1", "1e3", "", "99999999999999999999", "٣", " 20"])
RANGES = st.builds("bytes {}-{}/{}".format, NUMBERS, NUMBERS, NUMBERS) | st.sampled_from(
    ["bytes */20", "bytes */", "bytes 0-/20", "items 0-1/20", "bytes 5-19/20", "bytes 3-2/*"]
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-length": NUMBERS,
        "content-range": RANGES,
        "content-type": st.sampled_from(["video/mp4", "TEXT/HTML; x", "application/json", ""]),
        "content-encoding": st.sampled_from(["identity", "gzip", "", "GZIP"]),
        "etag": st.sampled_from(['"1"', 'W/"1"', '"2"', "1", ""]),
        "date": st.sampled_from(["yesterday", "Wed, 21 Oct 2099 07:28:00 GMT", ""]),
        "retry-after": st.sampled_from(["1", "nan", "-3", "1e400", "soon"]),
    },
)


@dataclass
class Reply:
    """What a server sends, in the part of an exchange that a download uses.

    The connection breaks at the end when the reply *breaks*.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    breaks: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def close(self) -> None:
        """Let go of it."""

    def blocks(self) -> Iterator[bytes]:
        """Yield the body in pieces of seven bytes."""
        for start in range(0, len(self.body), 7):
            yield self.body[start : start + 7]
        if self.breaks:
            raise RequestFailed(Failure(kind=FailureKind.RESET, message="lost the connection"))

    def beginning(self, limit: int) -> bytes:
        """Return the first *limit* bytes of the body."""
        return self.body[:limit]


@dataclass
class Server:
    """Answers each request for the file as *data* draws it. Stands where `Fetch` does."""

    data: DataObject
    honest: bool
    clock: FakeClock = field(default_factory=FakeClock)

    def gateway(self, _: str) -> Gateway:
        """Return a gateway, for its clocks."""
        return Gateway(base_url="", key=None, clocks=Clocks(), clock=self.clock, started=0)

    def now(self, _: Reply) -> float:
        """Return the time."""
        return self.clock.now()

    def refusal(self, reply: Reply, body: bytes) -> Failure:
        """Return what a reply means that is no file."""
        return Failure(kind=FailureKind.UNAVAILABLE, message=repr(body), status=reply.status)

    def open(self, _: str, *, headers: Mapping[str, str], **__: Any) -> Reply:
        """Return the reply to a request with these *headers*."""
        return self._honest(headers) if self.honest else self._any()

    def _any(self) -> Reply:
        return Reply(
            self.data.draw(st.sampled_from([200, 206, 416, 204, 304, 403, 500])),
            self.data.draw(HEADERS),
            self.data.draw(st.binary(max_size=30)),
            self.data.draw(st.booleans()),
        )

    def _honest(self, asked: Mapping[str, str]) -> Reply:
        """Return what a server may: one of two versions, whole or from where it was asked for.

        It may break off, name no version, and understand no ranges or no conditions.
        """
        draw = self.data.draw
        film = draw(st.sampled_from(FILMS))
        etag = f'"{film[:1].decode()}"'
        headers = {"etag": etag} if draw(st.booleans()) else {}
        start, status = 0, 200
        if "range" in asked and draw(st.booleans()):
            begin = int(asked["range"].removeprefix("bytes=").removesuffix("-"))
            if asked["if-range"] == etag or draw(st.booleans()):
                # Without regard to the condition it may be the rest of the other version.
                status, start = (206, begin) if begin < len(film) else (416, len(film))
        match status:
            case 206:
                headers |= {"etag": etag}
                headers["content-range"] = f"bytes {start}-{len(film) - 1}/{len(film)}"
            case 416:
                headers |= {"etag": etag, "content-range": f"bytes */{len(film)}"}
        sent = film[start:]
        headers["content-length"] = str(len(sent))
        cut = draw(st.integers(0, len(sent)))
        return Reply(status, headers, sent[:cut], breaks=cut < len(sent))


class Memory:
    """A file in memory."""

    def __init__(self, data: bytes) -> None:
        self.name = "film.mp4"
        self.data = data
        self.position = len(data)

    def write(self, block: bytes) -> None:
        """Append *block*."""
        self.data += block
        self.position = len(self.data)

    def restart(self) -> bool:
        """Drop what is there."""
        self.data = b""
        self.position = 0
        return True

    def room(self) -> int | None:
        """Return that there is room for a thousand bytes."""
        return 1000 - len(self.data)

    def kept(self) -> str:
        """Say where the bytes are."""
        return "kept"


def known_part(film: bytes) -> Part:
    """Return what is remembered of *film* when a part of it is there."""
    etag = f'"{film[:1].decode()}"'
    return Part(task=SOURCE.task, what=SOURCE.what, etag=etag, size=len(film))


@given(st.data(), st.integers(0, 26), st.sampled_from([None, *FILMS]))
def test_a_file_is_one_version(data: DataObject, there: int, of: bytes | None) -> None:
    """Whatever a server may do, a download that succeeds is one version of the file and whole."""
    sink = Memory((of or FILMS[0])[:there])
    kept: list[Part | None] = [known_part(of) if of else None]
    server: Any = Server(data, honest=True)
    for _ in range(3):  # as many commands, each going on where the last one ended
        download = Download(SOURCE, sink, server, known=kept[-1], remember=kept.append, retries=2)
        with suppress(RequestFailed):
            size = download.run()
            assert sink.data in FILMS
            assert len(sink.data) == size
            return


@given(st.data())
def test_a_pipe_gets_one_version(data: DataObject) -> None:
    """What was passed on is never taken back: it is the beginning of one version, at most all."""
    passed: list[bytes] = []
    server: Any = Server(data, honest=True)

    with suppress(RequestFailed):
        Download(SOURCE, Passing("a pipe", passed.append), server, retries=4).run()
        assert b"".join(passed) in FILMS
    assert any(film.startswith(b"".join(passed)) for film in FILMS)


@given(st.data(), st.binary(max_size=30), st.booleans())
def test_any_answers(data: DataObject, there: bytes, is_known: bool) -> None:
    """Whatever a server answers, there is a file or an error, and no more than there is room."""
    sink = Memory(there)
    known = known_part(FILMS[0]) if is_known else None
    server: Any = Server(data, honest=False)

    with suppress(RequestFailed, TaskFailed):
        Download(SOURCE, sink, server, known=known).run()
        assert sink.data


@given(HEADERS)
def test_any_headers(headers: dict[str, str]) -> None:
    """Whatever the headers of a reply, what they say of a file is a size, a place or nothing."""
    for number in (replies.size_sent(headers), replies.size_refused(headers)):
        assert number is None or number >= 0
    assert (replies.part_sent(headers) or (0, 0)) >= (0, 0)
    replies.strong_etag(headers)
    replies.wrong_type(headers)
