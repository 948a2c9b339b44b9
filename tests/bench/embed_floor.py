"""The smallest program on the same libraries that embeds the same texts: the floor to compare."""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode


def main() -> None:
    """Embed the lines of a file, a hundred in a request, into a file of float32."""
    import ssl

    import httpx

    url, source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:  # noqa: PTH123 - the smallest program
        texts = file.read().splitlines()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with httpx.Client(verify=context) as client, open(target, "wb") as vectors:  # noqa: PTH123 - as above
        for start in range(0, len(texts), 100):
            request = {
                "model": "bench",
                "input": texts[start : start + 100],
                "encoding_format": "base64",
            }
            answer = client.post(f"{url}/embeddings", json=request).json()
            for entry in answer["data"]:
                array("f", b64decode(entry["embedding"])).tofile(vectors)


main()
