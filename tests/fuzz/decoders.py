"""Fuzz the decoders and the splitter of events, guided by the code that an input reaches.

    pip install -e '.[fuzz]'
    python tests/fuzz/decoders.py [SECONDS] [CORPUS]

Runs for SECONDS (300 unless said otherwise) on one core, beginning with the recorded streams of
`tests/wire`; what reaches new code is kept in the directory CORPUS, if there is one. Stops at the
first input that ends in anything but events or a failure in our words, which libFuzzer then writes
to a file `crash-…`. Such an input belongs into `tests/wire/test_fuzz.py`, as an example of its own.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import atheris  # noqa: E402 - where this project is has to be known first

with atheris.instrument_imports(include=["yourouter_cli", "json"]):
    from yourouter_cli import dialects
    from yourouter_cli.dialects import failures
    from yourouter_cli.errors import RequestFailed
    from yourouter_cli.events import Finished, collect
    from yourouter_cli.gateway.sse import Frame, FrameSplitter

    SPOKEN = [dialects.load(name) for name in ("openai", "anthropic", "gemini")]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yourouter_cli.events import Event

SECONDS = 300
LONGEST_INPUT = 4096
# So many bytes are also fed one by one.
BY_BYTE = 256


def split(data: bytes, sizes: Iterable[int]) -> list[Frame]:
    """Return the frames of *data*, fed in blocks of *sizes*, the last one as long as it takes."""
    splitter = FrameSplitter()
    frames: list[Frame] = []
    for size in sizes:
        frames += splitter.feed(data[:size])
        data = data[size:]
    return [*frames, *splitter.feed(data)]


def end(events: Iterator[Event]) -> None:
    """Check that *events* end once, or in a failure in our words, and can be put together."""
    seen: list[Event] = []
    is_whole = False
    with suppress(RequestFailed):
        seen.extend(events)
        is_whole = True
    ends = [isinstance(event, Finished) for event in seen]
    if any(ends[:-1]) or (is_whole and not ends[-1]):
        raise AssertionError(f"ended in {seen[-2:]}")
    collect(seen)


def fuzz(data: bytes) -> None:
    """Split *data* in three ways, and decode it as each dialect's stream, answer and error."""
    whole = split(data, ())
    cut = len(data) // 3
    for sizes in ([1] * min(len(data), BY_BYTE), [cut, 1, cut]):
        if (others := split(data, sizes)) != whole:
            raise AssertionError(f"{others} in blocks of {sizes[:3]}, {whole} at once")
    for dialect in SPOKEN:
        end(dialect.decode(iter(whole)))
        end(dialect.decode_whole(data))
        failures.failure_of(500, data)


def main() -> None:
    """Run libFuzzer."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else str(SECONDS)
    recorded = [str(path) for path in (ROOT / "tests" / "wire").iterdir() if path.is_dir()]
    # The first directory gets what is found; the recordings are only read.
    found = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="fuzz-")
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", "-timeout=10"]
    atheris.Setup([sys.argv[0], *limits, found, *recorded], fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
