"""Bodies that come compressed although nobody asked for it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from yourouter_cli.errors import Failure, FailureKind, RequestFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A small block can hold a thousand times its size: it is unpacked in steps of this many bytes.
STEP_BYTES = 256 * 1024


def plain_blocks(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield *blocks* without their *encoding*, the value of `content-encoding`.

    Knows identity, gzip and deflate; raises `RequestFailed` for any other, and for damage.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from blocks
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise _failed(f"the gateway's answer is encoded as `{encoding[:40]}`, unasked")
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, by its header
    try:
        for block in blocks:
            rest = block
            while rest:
                if piece := inflater.decompress(rest, STEP_BYTES):
                    yield piece
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise _failed(f"the gateway's answer is damaged: {error}") from error


def _failed(message: str) -> RequestFailed:
    return RequestFailed(Failure(kind=FailureKind.PROTOCOL, message=message))
