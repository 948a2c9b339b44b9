"""What is measured, and what each is compared to."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.make_history import make_history
from tests.bench.measure import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_FLOOR = str(Path(__file__).parent / "floor.py")
_EMBED_FLOOR = str(Path(__file__).parent / "embed_floor.py")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of work, done by `yourouter` and by others; *runs* overrides how often.

    *prepare* is called before the first of its runs.
    """

    work: str
    commands: Mapping[str, Command]
    runs: int | None = None
    prepare: Callable[[], None] | None = None


def rows(url: str, home: Path, curl: str | None, llm: str | None) -> Iterator[Row]:
    """Yield the rows; *url* is the gateway's, *curl* and *llm* are None where they are missing.

    *home* is where this program keeps its files while it is measured.
    """
    yield from _starting(url, llm)
    yield from _chatting(url, curl)
    yield from _drawing(url)
    yield from _embedding(url, home)
    yield from _remembering(home)


def _ours(*words: str, url: str = "", terminal: bool = False) -> Command:
    environ = {"YOUROUTER_BASE_URL": f"{url}/v1"} if url else {}
    return Command([str(Path(sys.executable).with_name("yourouter")), *words], environ, terminal)


def _floor(*words: str) -> Command:
    return Command([sys.executable, _FLOOR, *words])


def _starting(url: str, llm: str | None) -> Iterator[Row]:
    others = {"llm": Command([llm, "--version"])} if llm else {}
    python = Command([sys.executable, "-c", "pass"])
    yield Row("--version", {"yourouter": _ours("--version"), "python -c pass": python, **others})
    others = {"llm": Command([llm, "--help"])} if llm else {}
    yield Row("--help", {"yourouter": _ours("--help"), "floor --help": _floor("--help"), **others})
    nothing = _floor("show")
    yield Row("config get model", {"yourouter": _ours("config", "get", "model"), "floor": nothing})
    listing = _ours("models", "list", "-q", url=url)
    # The first fills the cache.
    subprocess.run(
        listing.words,
        env={**os.environ, **(listing.environ or {})},
        check=True,
        capture_output=True,
    )
    yield Row("models list, cached", {"yourouter": listing, "floor": nothing})
    completing = _ours("__complete", "model", "gpt", url=url)
    yield Row("a model completed at TAB", {"yourouter": completing, "python -c pass": python})


def _chatting(url: str, curl: str | None) -> Iterator[Row]:
    for work, spec in (("one-shot chat", ""), ("20,000 chunks to a file", "/c=20000")):
        at = url + spec
        commands = {
            "yourouter": _ours("chat", "hi", "-m", "bench", url=at),
            "floor": _floor("chat", f"{at}/v1", "hi"),
        }
        if curl:
            body = '{"model":"bench","stream":true,"messages":[{"role":"user","content":"hi"}]}'
            words = [curl, "-sS", "-N", f"{at}/v1/chat/completions", "--data-binary", body]
            commands["curl"] = Command(words)
        yield Row(work, commands)


def _drawing(url: str) -> Iterator[Row]:
    def on_terminal(spec: str) -> Command:
        return _ours("chat", "hi", "-m", "bench", url=url + spec, terminal=True)

    yield Row("20,000 chunks to a terminal", {"yourouter": on_terminal("/c=20000")}, runs=5)
    few, many = on_terminal("/md=2000"), on_terminal("/md=8000")
    yield Row("8,000 Markdown deltas, 120x40", {"yourouter": many, "2,000 of them": few}, runs=5)


def _embedding(url: str, home: Path) -> Iterator[Row]:
    texts = home / "texts.txt"
    texts.write_text("".join(f"text number {number}\n" for number in range(10_000)), "utf-8")

    def embedded(target: str, width: int, at: str) -> Command:
        output = str(home / target)
        return _ours(
            "embed", "-m", "bench", "-q", "-i", str(texts), "-o", output, "--force",
            "--batch-size", "100", "--concurrency", str(width), url=url + at,
        )  # fmt: skip

    fast, slow = "/dim=1536", "/dim=1536,lat=40"
    words = [sys.executable, _EMBED_FLOOR, f"{url}{fast}/v1", str(texts), str(home / "floor.bin")]
    floor = Command(words)
    for width in (1, 4, 16):
        commands = {"yourouter": embedded("vectors.npy", width, fast), "floor": floor}
        yield Row(f"10,000 vectors, {width} in flight", commands, runs=3)
    lines = {"yourouter": embedded("vectors.jsonl", 4, fast), "floor": floor}
    yield Row("10,000 vectors to JSON lines", lines, runs=3)
    for width in (4, 16):
        # A hundred requests of 40 ms: the ideal is 4 s divided by those in flight.
        commands = {"yourouter": embedded("vectors.npy", width, slow)}
        yield Row(f"10,000 vectors at 40 ms, {width} in flight", commands, runs=3)


def _remembering(home: Path) -> Iterator[Row]:
    """Yield what is done with 10,000 conversations of 20 turns, made below *home* once."""
    apart = home / "kept"  # what the other rows say is kept elsewhere
    database = apart / "state" / "transcripts.db"

    def make() -> None:
        if not database.exists():
            make_history(database)

    for words in (["list"], ["list", "--json"], ["search", "common"], ["search", "rare0042"]):
        ours = _ours("history", *words)
        commands = {
            "yourouter": Command(ours.words, {"YOUROUTER_HOME": str(apart)}),
            "floor": _floor("show"),
        }
        yield Row(f"history {' '.join(words)}, 200,000 turns", commands, runs=5, prepare=make)
