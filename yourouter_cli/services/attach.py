"""Attachments: files, URLs and standard input become parts of a message, typed by their content."""

from __future__ import annotations

import binascii
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from yourouter_cli.conversation import File, Media, Text
from yourouter_cli.errors import UsageProblem
from yourouter_cli.gateway import links
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.conversation import MediaKind, Part

MEGABYTE = 1024 * 1024
# Above these no upstream takes the file; a request of that size would be paid for with time only.
LIMITS: dict[MediaKind | str, int] = {
    "image": 20 * MEGABYTE,
    "pdf": 32 * MEGABYTE,
    "audio": 25 * MEGABYTE,
    "text": 8 * MEGABYTE,
}
# A multiple of three, so that the pieces of base64 join without padding between them.
_PIECE_BYTES = 3 * 256 * 1024

_SIGNATURES: tuple[tuple[bytes, int, bytes, MediaKind, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, b"", "image", "image/png"),
    (b"\xff\xd8\xff", 0, b"", "image", "image/jpeg"),
    (b"GIF87a", 0, b"", "image", "image/gif"),
    (b"GIF89a", 0, b"", "image", "image/gif"),
    (b"RIFF", 8, b"WEBP", "image", "image/webp"),
    (b"RIFF", 8, b"WAVE", "audio", "audio/wav"),
    (b"%PDF-", 0, b"", "pdf", "application/pdf"),
    (b"ID3", 0, b"", "audio", "audio/mpeg"),
    # Sound without tags begins with the first frame: MPEG 1, 2 or 2.5, with a checksum or not.
    (b"\xff\xfb", 0, b"", "audio", "audio/mpeg"),
    (b"\xff\xfa", 0, b"", "audio", "audio/mpeg"),
    (b"\xff\xf3", 0, b"", "audio", "audio/mpeg"),
    (b"\xff\xf2", 0, b"", "audio", "audio/mpeg"),
    (b"\xff\xe3", 0, b"", "audio", "audio/mpeg"),
    (b"\xff\xe2", 0, b"", "audio", "audio/mpeg"),
)
_URL_TYPES: dict[str, tuple[MediaKind, str]] = {
    ".png": ("image", "image/png"),
    ".jpg": ("image", "image/jpeg"),
    ".jpeg": ("image", "image/jpeg"),
    ".gif": ("image", "image/gif"),
    ".webp": ("image", "image/webp"),
    ".pdf": ("pdf", "application/pdf"),
}


class Source(Protocol):
    """What an attachment is read from."""

    def read(self, size: int, /) -> bytes:
        """Return *size* bytes or fewer, none at the end."""


def attachment(source: str, stdin: Source | None = None) -> Part:
    """Return the part that *source* names: a path, an http(s) URL, or `-` for *stdin*.

    Raises `UsageProblem`, naming the source, for what is missing, empty, too large or of a type
    that no model reads.
    """
    if source.lower().startswith(("http://", "https://")):
        return _linked(source)
    if source == "-":
        if stdin is None:
            raise UsageProblem("cannot attach standard input: it is closed")
        return _read(stdin, "stdin")
    try:
        path = Path(source).expanduser()
        if path.is_dir():
            raise UsageProblem(f"cannot attach `{source}`: it is a directory")
        with path.open("rb") as file:
            return _read(file, path.name)
    except (OSError, RuntimeError, ValueError) as error:
        # The last two: a home directory that is not known, a name that no file can have.
        reason = reason_of(error)
        raise UsageProblem(f"cannot attach `{source}`: {reason}") from None


def _linked(url: str) -> Media:
    """Return the part for a *url*, which the model's side fetches; only its name tells the type."""
    path = links.path_in(url)
    if path is None:
        raise UsageProblem(f"cannot attach `{url}`: it is no URL")
    name = path.rpartition("/")[2] or url
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix and suffix not in _URL_TYPES and len(suffix) <= len(".jpeg"):
        from shlex import quote  # 0.3 ms that only an error needs

        raise UsageProblem(
            f"cannot attach `{url}`: only images and PDFs are fetched by the models",
            hints=f"curl -sSL {quote(url)} | yourouter chat -a - 'What is this?'",
        )
    kind, media_type = _URL_TYPES.get(suffix, ("image", "image/jpeg"))
    return Media(kind=kind, media_type=media_type, name=name, url=url)


def _read(file: Source, name: str) -> Part:
    head = file.read(_PIECE_BYTES)
    if not head:
        raise UsageProblem(f"cannot attach `{name}`: it is empty")
    for start, offset, further, kind, media_type in _SIGNATURES:
        if head.startswith(start) and head.startswith(further, offset):
            return _media(head, file, name, kind, media_type)
    return _fenced(head, file, name)


def _media(head: bytes, file: Source, name: str, kind: MediaKind, media_type: str) -> Media:
    """Return *head* and the rest of *file*, encoded piece by piece: never twice in memory."""
    from hashlib import sha256  # 3 ms, for OpenSSL, that a link does without

    digest = sha256()
    pieces: list[bytes] = []
    size = 0
    for piece in _pieces(head, file):
        size += len(piece)
        _check_size(size, name, kind)
        digest.update(piece)
        pieces.append(binascii.b2a_base64(piece, newline=False))
    return Media(
        kind=kind,
        media_type=media_type,
        name=name,
        encoded=tuple(pieces),
        size=size,
        digest=digest.hexdigest(),
    )


def _pieces(head: bytes, file: Source) -> Iterator[bytes]:
    """Yield *head* and the rest of *file* in pieces of a multiple of three bytes, but the last."""
    rest = bytearray(head)
    while True:
        # A pipe gives less than is asked for: pieces are filled up before they are encoded.
        while len(rest) < _PIECE_BYTES and (more := file.read(_PIECE_BYTES - len(rest))):
            rest += more
        if not rest:
            return
        yield bytes(rest[:_PIECE_BYTES])
        del rest[:_PIECE_BYTES]


def _check_size(size: int, name: str, kind: str) -> None:
    limit = LIMITS[kind]
    if size > limit:
        word = {"image": "an image", "pdf": "a PDF", "audio": "audio", "text": "text"}[kind]
        raise UsageProblem(
            f"cannot attach `{name}`: {word} may have {limit // MEGABYTE} MB at most"
        )


def _fenced(head: bytes, file: Source, name: str) -> Text:
    """Return a text file as a fenced block with its name; refuse what is no text."""
    if not _begins_as_text(head):
        raise _unknown(name)
    whole = head
    while more := file.read(_PIECE_BYTES):
        whole += more
        _check_size(len(whole), name, "text")
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unknown(name) from None
    if "\0" in text:
        raise _unknown(name)
    fence = "```"
    while fence in text:
        fence += "`"
    language = Path(name).suffix.removeprefix(".")
    end = "" if text.endswith("\n") else "\n"
    from hashlib import sha256  # 3 ms, for OpenSSL, that a link does without

    file_ = File(name=name, size=len(whole), digest=sha256(whole).hexdigest())
    return Text(f"`{name}`:\n\n{fence}{language}\n{text}{end}{fence}\n\n", file_)


def _begins_as_text(head: bytes) -> bool:
    """Whether *head* may be the beginning of a text, cut anywhere: what is none is not read on."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and b"\0" not in head
    return b"\0" not in head


def _unknown(name: str) -> UsageProblem:
    return UsageProblem(
        f"cannot attach `{name}`: it is neither text in UTF-8, nor PNG, JPEG, GIF, WebP, PDF, WAV"
        " or MP3"
    )
