"""A gateway with one finished video, whose file can be spoiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, Silence, task

if TYPE_CHECKING:
    from collections.abc import Callable

FILM = bytes(range(256)) * 200
CUT = 20_000
SIGNED = "?X-Tos-Signature=s3cr3t%2Fsig+n~&x='y'"


class Shelf:
    """A gateway with one finished task, and the server of its file.

    `etag` and `film` are those of the file. Each entry of `faults` spoils one answer for the file:
    a number cuts it after so many bytes, an answer is given instead. `ranges` honours Range.
    """

    def __init__(self) -> None:
        self.film = FILM
        self.etag: str | None = '"v1"'
        self.ranges = True
        self.faults: list[int | Says | Silence | Callable[[], None]] = []
        self.link = f"/film.mp4{SIGNED}"
        self.task: dict[str, Any] = {}
        self.gateway = AnsweringGateway(self.decide)

    @property
    def fetched(self) -> list[Asked]:
        """The requests for the file."""
        return [asked for asked in self.gateway.asked if not asked.path.startswith(TASKS)]

    @property
    def from_where(self) -> list[str | None]:
        """The Range header of each request for the file."""
        return [asked.headers.get("range") for asked in self.fetched]

    def decide(self, asked: Asked) -> Says | Silence:
        """Answer a request."""
        if asked.path.startswith(TASKS):
            link = self.link if "://" in self.link else f"{self.gateway.origin}{self.link}"
            return Says(task(content={"video_url": link}, **self.task))
        fault = self.faults.pop(0) if self.faults else None
        if callable(fault):
            fault()
        if isinstance(fault, Says | Silence):
            return fault
        headers = {"ETag": self.etag} if self.etag else {}
        cut = fault if isinstance(fault, int) else None
        wanted = asked.headers.get("range")
        if not (wanted and self.ranges and asked.headers.get("if-range") == self.etag):
            return Says(self.film, headers=headers, sent=cut)
        begin = int(wanted.removeprefix("bytes=").rstrip("-"))
        size = len(self.film)
        if begin >= size:
            return Says(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {begin}-{size - 1}/{size}"
        return Says(self.film[begin:], 206, headers=headers, sent=cut)
