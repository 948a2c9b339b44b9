"""`python -m tests.bench`: this program beside the floor and its rivals, in one run.

Every row is run in turn with what it is compared to, so that ratios hold on a noisy machine.
`--json FILE` keeps the figures for a machine to compare; `--runs N` sets how often.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measure import Command, Figures, measured
from tests.bench.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent


@contextmanager
def _gateway() -> Iterator[str]:
    """Yield the URL of a gateway in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, str(_HERE / "gateway.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait()


def _line(cells: list[str]) -> str:
    widths = (41, 14, 9, 9, 9, 9, 9)
    return "  ".join(
        cell.ljust(width) if at < 2 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def _shown(work: str, pieces: int | None, figures: dict[str, Figures]) -> Iterator[str]:
    ours = figures["yourouter"]
    for name, found in figures.items():
        ratio = "" if name == "yourouter" else f"{ours.cpu / found.cpu:.2f}"
        yield _line(
            [
                work if name == "yourouter" else "",
                name,
                f"{found.cpu * 1000:.0f} ms",
                f"{found.cpu * 1e6 / pieces:.0f} us" if pieces else "",
                f"{found.wall * 1000:.0f} ms",
                f"{found.peak:.1f} MB",
                ratio,
            ]
        )


def _kept(figures: Figures, pieces: int | None) -> dict[str, float]:
    """Return what the JSON file holds: seconds and megabytes, ratios being for who reads it."""
    each = {"cpu_each": figures.cpu / pieces} if pieces else {}
    return {**asdict(figures), **each}


def main() -> None:
    """Measure all rows and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = parser.parse_args()
    kept = {}
    print(_line(["work", "program", "cpu", "cpu each", "wall", "peak", "ours/it"]))
    with tempfile.TemporaryDirectory() as home, _gateway() as url:
        os.environ["YOUROUTER_HOME"] = home
        os.environ["YOUROUTER_API_KEY"] = "bench"
        for row in rows(url, Path(home), shutil.which("curl"), shutil.which("llm")):
            if options.only not in row.work:
                continue
            if row.prepare is not None:
                row.prepare()
            commands: dict[str, Command] = dict(row.commands)
            figures = measured(commands, row.runs or options.runs)
            kept[row.work] = {name: _kept(found, row.pieces) for name, found in figures.items()}
            print("\n".join(_shown(row.work, row.pieces, figures)), flush=True)
    if options.json:
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


main()
