"""What is measured, and what each is compared to."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measure import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_FLOOR = str(Path(__file__).parent / "floor.py")
_EMBED_FLOOR = str(Path(__file__).parent / "embed_floor.py")
_MARKDOWN_FLOOR = str(Path(__file__).parent / "markdown_floor.py")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of work, done by `yourouter` and by others; `runs` overrides how often.

    `prepare` is called before the first of its runs. `pieces` is how many texts, deltas or calls
    the work consists of, where it does.
    """

    work: str
    commands: Mapping[str, Command]
    runs: int | None = None
    prepare: Callable[[], None] | None = None
    pieces: int | None = None


def rows(url: str, home: Path, curl: str | None, llm: str | None) -> Iterator[Row]:
    """Yield the rows; *url* is the gateway's, *curl* and *llm* are None where they are missing.

    *home* is where this program keeps its files while it is measured.
    """
    yield from _starting(url, llm)
    yield from _chatting(url, curl, _rival(llm, home))
    yield from _drawing(url)
    yield from _embedding(url, home)
    yield from _calling(url, home)
    yield from _nearest(url, home)
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


def _rival(llm: str | None, home: Path) -> Callable[[str], Command] | None:
    """Return what makes the command of `llm` for a base URL; None where it is not installed."""
    if llm is None:
        return None

    def chat(base_url: str) -> Command:
        own = home / f"llm-{len(list(home.glob('llm-*')))}"
        own.mkdir()
        model = f"- model_id: bench\n  model_name: bench\n  api_base: {base_url}\n"
        (own / "extra-openai-models.yaml").write_text(model, "utf-8")
        environ = {"LLM_USER_PATH": str(own), "OPENAI_API_KEY": "bench"}
        return Command([llm, "-m", "bench", "hi"], environ)

    return chat


def _chatting(url: str, curl: str | None, llm: Callable[[str], Command] | None) -> Iterator[Row]:
    streams = ("one-shot chat", "", None), ("20,000 chunks to a file", "/c=20000", 20_000)
    for work, spec, pieces in streams:
        at = url + spec
        commands = {
            "yourouter": _ours("chat", "hi", "-m", "bench", url=at),
            "floor": _floor("chat", f"{at}/v1", "hi"),
        }
        if curl:
            body = '{"model":"bench","stream":true,"messages":[{"role":"user","content":"hi"}]}'
            words = [curl, "-sS", "-N", f"{at}/v1/chat/completions", "--data-binary", body]
            commands["curl"] = Command(words)
        if llm:
            commands["llm"] = llm(f"{at}/v1")
        yield Row(work, commands, pieces=pieces)


def _drawing(url: str) -> Iterator[Row]:
    def ours(spec: str) -> Command:
        return _ours("chat", "hi", "-m", "bench", url=url + spec, terminal=True)

    def floor(spec: str) -> Command:
        words = [sys.executable, _MARKDOWN_FLOOR, "chat", f"{url}{spec}/v1"]
        return Command(words, terminal=True)

    plain = {"yourouter": ours("/c=20000")}
    yield Row("20,000 chunks to a terminal", plain, runs=5, pieces=20_000)
    few, many, slow = "/md=2000", "/md=8000", "/md=1000,rate=500"
    both = {"yourouter": ours(few), "floor": floor(few)}
    yield Row("2,000 Markdown deltas, 120x40", both, runs=5, pieces=2_000)
    growth = {"yourouter": ours(many), "2,000 of them": ours(few), "floor": floor(many)}
    yield Row("8,000 Markdown deltas, 120x40", growth, runs=5)
    paced = {"yourouter": ours(slow), "floor": floor(slow)}
    yield Row("1,000 Markdown deltas at 500/s", paced, runs=3, pieces=1_000)


def _embedding(url: str, home: Path) -> Iterator[Row]:
    texts = home / "texts.txt"
    texts.write_text("".join(f"text number {number}\n" for number in range(10_000)), "utf-8")

    def both(target: str, width: int) -> dict[str, Command]:
        at = f"{url}/dim=1536"
        sizes = {"batch": 100, "width": width}
        return {
            "yourouter": _embedded(texts, home / target, at, **sizes),
            "floor": _embed_floor(texts, home / "floor.bin", at, batch=100, width=1),
        }

    for width in (1, 4, 16):
        work = f"10,000 vectors, {width} in flight"
        yield Row(work, both("vectors.npy", width), runs=3, pieces=10_000)
    lines, floats = both("vectors.jsonl", 4), both("vectors.npy", 4)
    compared = {"yourouter": lines["yourouter"], "to float32": floats["yourouter"]}
    yield Row("10,000 vectors to JSON lines", compared, runs=3, pieces=10_000)


def _calling(url: str, home: Path) -> Iterator[Row]:
    texts = home / "calls.txt"
    texts.write_text("".join(f"text number {number}\n" for number in range(640)), "utf-8")
    at = f"{url}/dim=8,lat=40"
    for width in (4, 16):
        commands = {
            "yourouter": _embedded(texts, home / "calls.npy", at, batch=1, width=width),
            "floor": _embed_floor(texts, home / "floor.bin", at, batch=1, width=width),
        }
        ideal = 640 * 40 // width
        work = f"640 calls of 40 ms, {width} in flight: {ideal:,} ms"
        yield Row(work, commands, runs=3, pieces=640)


def _embedded(texts: Path, target: Path, at: str, *, batch: int, width: int) -> Command:
    return _ours(
        "embed", "-m", "bench", "-q", "-i", str(texts), "-o", str(target), "--force",
        "--batch-size", str(batch), "--concurrency", str(width), url=at,
    )  # fmt: skip


def _embed_floor(texts: Path, target: Path, at: str, *, batch: int, width: int) -> Command:
    sizes = [str(batch), str(width)]
    return Command([sys.executable, _EMBED_FLOOR, f"{at}/v1", str(texts), str(target), *sizes])


def _nearest(url: str, home: Path) -> Iterator[Row]:
    """Yield the search in a million vectors of 384 numbers, 1.5 GB made below *home* once."""
    if importlib.util.find_spec("numpy") is None:
        return
    vectors = home / "million.npy"

    ours = _ours("embed", "hi", "-m", "bench", "--nearest", str(vectors), url=f"{url}/dim=384")
    making = _making("make_vectors", vectors)
    yield Row("the nearest of 1,000,000 x 384", {"yourouter": ours}, runs=3, prepare=making)


def _remembering(home: Path) -> Iterator[Row]:
    """Yield what is done with 10,000 conversations of 20 turns, made below *home* once."""
    apart = home / "kept"  # what the other rows say is kept elsewhere
    database = apart / "state" / "transcripts.db"

    making = _making("make_history", database)
    for words in (["list"], ["list", "--json"], ["search", "common"], ["search", "rare0042"]):
        ours = _ours("history", *words)
        commands = {
            "yourouter": Command(ours.words, {"YOUROUTER_HOME": str(apart)}),
            "floor": _floor("show"),
        }
        yield Row(
            f"history {' '.join(words)}, 200,000 turns",
            commands,
            runs=5,
            prepare=making,
        )


def _making(module: str, path: Path) -> Callable[[], None]:
    """Return what has *module* make *path* unless it is there.

    In a process of its own: what this one takes of memory counts for those that it starts.
    """

    def make() -> None:
        if not path.exists():
            words = [sys.executable, "-m", f"tests.bench.{module}", str(path)]
            subprocess.run(words, check=True)

    return make
