"""A gateway whose every answer a test decides, over raw sockets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.gateway.faults import FaultyGateway

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from tests.gateway.faults import Caller

TASKS = "/api/v3/contents/generations/tasks"


@dataclass(frozen=True)
class Asked:
    """A request as it came; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Says:
    """An answer: JSON, or bytes. Of bytes only *sent* go out, and then the connection breaks."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


class Silence:
    """No answer at all, until the test is over."""


class AnsweringGateway(FaultyGateway):
    """A gateway that answers each request as *decide* says. `asked` are the requests so far."""

    def __init__(
        self, decide: Callable[[Asked], Says | Silence], *, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(self._serve, tls=tls)
        self.asked: list[Asked] = []
        self._decide = decide

    def paths(self, method: str) -> list[str]:
        """Return the paths that were asked for with *method*."""
        return [asked.path for asked in self.asked if asked.method == method]

    def _serve(self, caller: Caller) -> None:
        while raw := caller.request():
            self.asked.append(_asked(raw))
            answer = self._decide(self.asked[-1])
            if isinstance(answer, Silence):
                caller.wait()
                return
            is_bytes = isinstance(answer.body, bytes)
            body = answer.body if is_bytes else json.dumps(answer.body).encode()
            kind = "video/mp4" if is_bytes else "application/json"
            fields = {"Connection": "keep-alive", "Content-Length": f"{len(body)}"}
            headers = {"Content-Type": kind, **fields, **answer.headers}
            lines = [f"HTTP/1.1 {answer.status} Words", *map(": ".join, headers.items()), "", ""]
            # In one piece: a second small packet would wait for the first to be acknowledged.
            caller.send("\r\n".join(lines).encode() + body[: answer.sent])
            if answer.sent is not None:
                return


def _asked(raw: bytes) -> Asked:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return Asked(method, path, {name.lower(): value.strip() for name, _, value in pairs}, body)


def task(name: str = "cgt-1", status: str = "succeeded", **fields: Any) -> dict[str, Any]:
    """Return a task as a gateway describes it."""
    return {"id": name, "model": "m", "status": status, **fields}
