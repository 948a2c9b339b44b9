"""What is measured, and what each is compared to."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.make_history import make_history
from tests.bench.measure import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_FLOOR = str(Path(__file__).parent / "floor.py")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of work, done by `yourouter` and by others; *runs* overrides how often.

    *prepare* is called before the first of its runs.
    """

    work: str
    commands: Mapping[str, Command]
    runs: int | None = None
    prepare: Callable[[], None] | None = None


def rows(url: str, curl: str | None, llm: str | None) -> Iterator[Row]:
    """Yield the rows; *url* is the gateway's, *curl* and *llm* are None where they are missing."""
    yield from _starting(llm)
    yield from _chatting(url, curl)
    yield from _drawing(url)
    yield from _remembering(Path(os.environ["YOUROUTER_HOME"]) / "past")


def _ours(*words: str, url: str = "", terminal: bool = False) -> Command:
    environ = {"YOUROUTER_BASE_URL": f"{url}/v1"} if url else {}
    return Command([str(Path(sys.executable).with_name("yourouter")), *words], environ, terminal)


def _floor(*words: str) -> Command:
    return Command([sys.executable, _FLOOR, *words])


def _starting(llm: str | None) -> Iterator[Row]:
    others = {"llm": Command([llm, "--version"])} if llm else {}
    python = Command([sys.executable, "-c", "pass"])
    yield Row("--version", {"yourouter": _ours("--version"), "python -c pass": python, **others})
    others = {"llm": Command([llm, "--help"])} if llm else {}
    yield Row("--help", {"yourouter": _ours("--help"), "floor --help": _floor("--help"), **others})
    yield Row(
        "config get model",
        {"yourouter": _ours("config", "get", "model"), "floor": _floor("show")},
    )


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


def _remembering(home: Path) -> Iterator[Row]:
    """Yield what is done with 10,000 conversations of 20 turns, which are made in *home* once."""
    database = home / "state" / "transcripts.db"

    def make() -> None:
        if not database.exists():
            make_history(database)

    for words in (["list"], ["list", "--json"], ["search", "common"], ["search", "rare0042"]):
        ours = _ours("history", *words)
        commands = {
            "yourouter": Command(ours.words, {"YOUROUTER_HOME": str(home)}),
            "floor": _floor("show"),
        }
        yield Row(f"history {' '.join(words)}, 200,000 turns", commands, prepare=make)
