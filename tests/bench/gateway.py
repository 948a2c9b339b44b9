"""A gateway that costs nothing: every answer is made before anybody asks.

The path says what comes: `/c=20000/v1/chat/completions` streams 20,000 deltas of four characters,
`/md=2000/v1/...` that many of Markdown, `/v1/...` three; with `rate=500` so many a second.
`/dim=1536/v1/embeddings` gives vectors of that length, after `lat` milliseconds
(`/dim=1536,lat=40/v1/...`).
"""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
import sys
import threading
import time
from functools import cache

_PER_WRITE = 16
_SECTION = """## Section {n}: forwarding tokens

The gateway forwards **streamed tokens** as they arrive, so that the first word is on the
screen after `ttft` milliseconds. See [the guide](https://example.org/{n}).

- an item with `inline code` and enough words to be wrapped on a narrow terminal
- another, **bold** and *slanted*
  - nested item {n}

1. first step
2. second step

```python
def step_{n}(numbers: list[int]) -> int:
    return sum(number * position for position, number in enumerate(numbers))
```

| name | value |
|------|------:|
| alpha | {n} |
| beta | 42 |

> A quotation about section {n}.

"""


def _deltas(options: dict[str, int]) -> list[str]:
    if count := options.get("md"):
        text = "".join(_SECTION.format(n=n) for n in range(count * 4 // len(_SECTION) + 1))
        return [text[at * 4 : at * 4 + 4] for at in range(count)]
    count = options.get("c", 0)
    if not count:
        return ["con", "nect", "ed"]
    return ["\nwo " if at % 20 == 19 else "wor " for at in range(count)]


def _event(value: object) -> bytes:
    return b"data: " + json.dumps(value, separators=(",", ":")).encode() + b"\n\n"


@cache
def _stream(spec: str) -> list[bytes]:
    """Return the writes of a streamed answer, head included."""
    base = {"id": "bench", "object": "chat.completion.chunk", "created": 1, "model": "bench"}

    def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**base, "choices": [choice]})

    deltas = _deltas(_options(spec))
    usage = {"prompt_tokens": 9, "completion_tokens": len(deltas), "total_tokens": 9 + len(deltas)}
    events = [chunk({"role": "assistant", "content": ""})]
    events += [chunk({"content": delta}) for delta in deltas]
    events += [chunk({}, "stop"), _event({**base, "choices": [], "usage": usage})]
    events.append(b"data: [DONE]\n\n")
    framed = [b"%x\r\n%b\r\n" % (len(event), event) for event in events]
    framed[-1] += b"0\r\n\r\n"
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: bench\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    size = 1 if "rate=" in spec else _PER_WRITE
    writes = [b"".join(framed[at : at + size]) for at in range(0, len(framed), size)]
    return [head, *writes]


@cache
def _vectors(dimension: int, count: int, encoding: str) -> bytes:
    numbers = [((at * 2654435761) % 2000 - 1000) / 1000 for at in range(dimension)]
    packed = base64.b64encode(struct.pack(f"<{dimension}f", *numbers)).decode()
    vector: object = packed if encoding == "base64" else numbers
    data = [{"object": "embedding", "index": at, "embedding": vector} for at in range(count)]
    usage = {"prompt_tokens": count * 5, "total_tokens": count * 5}
    return _whole({"object": "list", "data": data, "model": "bench", "usage": usage})


def _whole(value: object) -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    return (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: bench\r\n"
        b"content-length: %d\r\n\r\n%b" % (len(body), body)
    )


def _options(spec: str) -> dict[str, int]:
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", spec)}


def _answer(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in buffer:
                if not (block := connection.recv(65536)):
                    return
                buffer += block
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            wanted = int(length[1]) if length else 0
            while len(buffer) < wanted:
                buffer += connection.recv(65536)
            body, buffer = buffer[:wanted], buffer[wanted:]
            path = head.split(b" ", 2)[1].decode()
            rate = _options(path.partition("/v1/")[0]).get("rate")
            began = time.monotonic()
            for number, write in enumerate(_writes(path, body)):
                if rate:
                    time.sleep(max(0, began + number / rate - time.monotonic()))
                connection.sendall(write)


def _writes(path: str, body: bytes) -> list[bytes]:
    spec, _, endpoint = path.rpartition("/v1/")
    if endpoint == "embeddings":
        request = json.loads(body)
        options = _options(spec)
        time.sleep(options.get("lat", 0) / 1000)
        encoding = request.get("encoding_format", "float")
        return [_vectors(options.get("dim", 1536), len(request["input"]), encoding)]
    if endpoint == "models":
        models = [{"id": f"bench-{number}", "object": "model"} for number in range(20)]
        return [_whole({"object": "list", "data": models})]
    return _stream(spec)


def serve() -> None:
    """Listen on a free port of loopback, print it, and answer until the input ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    serve()
