"""One request and its reply as plain values, and what can go wrong on purpose while replying."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_DIGITS = 15
JSON: Mapping[str, str] = {"content-type": "application/json"}


class Request(NamedTuple):
    """A request as it came: *path* is decoded, *query* and *headers* have one value a name.

    *raw_path* is the path with its percent escapes. Header names are lower case.
    """

    method: str
    path: str
    raw_path: str
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    body: bytes
    origin: str

    def digest(self) -> str:
        """Return 32 hexadecimal digits that stand for this request; equal requests, equal digits.

        The key and other headers do not matter, so that an answer never depends on who asked.
        """
        from hashlib import sha256  # loading OpenSSL, 3 ms, takes longer than starting the server

        text = f"{self.method} {self.raw_path}\n".encode() + self.body
        return sha256(text).hexdigest()[:32]


class Pause(NamedTuple):
    """Send nothing for so many seconds."""

    seconds: float


class Cut(NamedTuple):
    """Break the reply off here.

    `end` closes the stream as if it were complete, `break` closes the connection in the middle of
    the body, `reset` tears it down with a TCP reset, `stall` keeps it open and says nothing more.
    An *early* cut comes before the status line.
    """

    how: Literal["end", "break", "reset", "stall"]
    early: bool = False


class Reply(NamedTuple):
    """What to answer.

    The status is 0 where the reply is cut before it. A body of one `bytes` is sent with its
    length. Otherwise every `bytes` in it becomes a chunk of its own, unless *length* announces the
    size of the whole.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | Iterable[bytes | Pause | Cut] = b""
    length: int | None = None


class Rejected(Exception):  # not an error of this program: it is what a gateway says
    """The request is answered with an error; every wire writes it in its own shape."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.headers = dict(headers or {})


def encode(value: Any) -> bytes:
    """Write *value* as compact JSON in UTF-8; half a surrogate pair is escaped, not refused."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def is_number(text: str) -> bool:
    """Say whether *text* is a whole number, and one of a reasonable length."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def decode_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object from a request body, or reject the request."""
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected(400, f"the body is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise Rejected(400, "the body must be a JSON object")
    return value


def _refuse_constant(word: str) -> None:
    raise ValueError(f"`{word}` is not a number in JSON")
