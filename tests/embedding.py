"""A gateway that embeds: vectors that tests can foretell, a count of what is billed, faults."""

from __future__ import annotations

import json
import random
import struct
import threading
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from zlib import crc32

from tests.gateway.answering import AnsweringGateway, Asked, Says

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SIZE = 8


def numbers(text: str, size: int = SIZE) -> list[float]:
    """Return the vector of *text*, as 32-bit floats have it."""
    dice = random.Random(crc32(text.encode()))  # noqa: S311 - no secret
    packed = struct.pack(f"<{size}f", *(dice.uniform(-1, 1) for _ in range(size)))
    return list(struct.unpack(f"<{size}f", packed))


def row(index: int, words: str, **further: Any) -> dict[str, Any]:
    """Return the JSON of the row whose text is *words*."""
    return {"index": index, "id": None, "embedding": numbers(words), **further}


def texts_beside(path: Path) -> list[str]:
    """Return the lines of the file of texts beside an array."""
    return path.with_name(path.name + ".texts.jsonl").read_text().splitlines()


def packed(text: str, size: int = SIZE) -> bytes:
    """Return the vector of *text* as it travels."""
    return struct.pack(f"<{size}f", *numbers(text, size))


def vectors(texts: Sequence[str], *, base64: bool = True, **usage: Any) -> dict[str, Any]:
    """Return the document that answers a request for *texts*."""
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": b64encode(packed(text)).decode() if base64 else numbers(text),
        }
        for index, text in enumerate(texts)
    ]
    return {"object": "list", "data": data, "usage": {"prompt_tokens": len(texts), **usage}}


def refusal(message: str, status: int = 400, **further: Any) -> Says:
    """Return an error as OpenAI writes it; *further* are its fields and, in capitals, headers."""
    headers = {
        name.replace("_", "-"): further.pop(name) for name in list(further) if name.isupper()
    }
    return Says({"error": {"message": message, "type": None, **further}}, status, headers)


class Embedder(AnsweringGateway):
    """Answers each request as *decide* says, or with vectors where it says nothing.

    `billed` are the texts of the answers that went out whole, in the order of their requests;
    `batches` those of every request.
    """

    def __init__(self, decide: Callable[[list[str]], Says | None] = lambda _: None) -> None:
        super().__init__(self._answer)
        self.billed: list[str] = []
        self.batches: list[list[str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._choose = decide
        self._guard = threading.Lock()

    def _answer(self, asked: Asked) -> Says:
        if len(asked.body) < int(asked.headers["content-length"]):
            raise ConnectionResetError  # whoever asked was killed before the request was out
        body = json.loads(asked.body)
        texts: list[str] = body["input"]
        with self._guard:
            self.batches.append(texts)
            self.bodies.append(body)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            decided = self._choose(texts)
        finally:
            with self._guard:
                self._at_once -= 1
        if decided is not None:
            return decided
        with self._guard:
            self.billed += texts
        return Says(vectors(texts))


class Weather:
    """Faults at random: one answer in *odds* is a 429, a 500, a reset or one vector short."""

    def __init__(self, seed: int, odds: float = 0.3, seconds: float = 0.004) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secret
        self._odds = odds
        self._seconds = seconds
        self._guard = threading.Lock()

    def __call__(self, texts: list[str]) -> Says | None:
        """Decide about one request, after a while."""
        with self._guard:
            seconds = self._dice.uniform(0.5, 1.5) * self._seconds
            fault = self._dice.randrange(4) if self._dice.random() < self._odds else None
        time.sleep(seconds)
        match fault:
            case 0:
                return refusal("slow down", 429, RETRY_AFTER_MS="5")
            case 1:
                return refusal("try again", 500)
            case 2:
                return Says(b" " * 100, sent=10)
            case 3:
                return Says(vectors(texts[:-1]))
        return None
