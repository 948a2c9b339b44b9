"""The smallest program on the same libraries that embeds the same texts: the floor to compare."""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode
from typing import Any


def main() -> None:
    """Embed the lines of a file into a file of float32, so many in a request, so many at a time."""
    import ssl
    from concurrent.futures import ThreadPoolExecutor

    import httpx

    url, source, target, batch, width = sys.argv[1:]
    with open(source, encoding="utf-8") as file:  # noqa: PTH123 - the smallest program
        texts = file.read().splitlines()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    size = int(batch)
    batches = [texts[start : start + size] for start in range(0, len(texts), size)]
    with (
        httpx.Client(verify=context) as client,
        open(target, "wb") as vectors,  # noqa: PTH123 - as above
        ThreadPoolExecutor(int(width)) as pool,
    ):

        def ask(inputs: list[str]) -> Any:
            request = {"model": "bench", "input": inputs, "encoding_format": "base64"}
            return client.post(f"{url}/embeddings", json=request).json()

        for answer in map(ask, batches) if width == "1" else pool.map(ask, batches):
            for entry in answer["data"]:
                array("f", b64decode(entry["embedding"])).tofile(vectors)


main()
