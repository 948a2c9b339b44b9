"""Run `embed` again and again, as processes that can be killed; a program of its own.

Called with nothing. Each line on standard input is a JSON list: the words of a command and its
environment. A line tells the number of its process at once, and a JSON line what came of it in the
end: its exit code, null when it was killed, and what it said. Everything is imported once; each
run is a fork of this.
"""

from __future__ import annotations

import json
import os
import sys
from typing import NoReturn

import httpx  # noqa: F401 - imported before the forks, which is the point
import orjson  # noqa: F401 - as above

from tests.driver import FakeClock
from yourouter_cli.cli import main
from yourouter_cli.commands.embed import bulk  # noqa: F401 - as above
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams


def run(words: list[str], environ: dict[str, str], writing: int) -> NoReturn:
    """Run the command in this process, without real waiting, and end it."""
    streams = Streams.memory()
    session = Session(streams=streams, environ=environ, clock=FakeClock(running=True))
    code = main(words, session)
    stream = streams.stderr
    if stream is not None:
        stream.seek(0)
        os.write(writing, stream.read()[-2000:])
    os._exit(code)


def follow(words: list[str], environ: dict[str, str]) -> None:
    """Run the command in a fork and say what comes of it."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        run(words, environ, writing)
    os.close(writing)
    tell(child)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    code = None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    tell({"code": code, "said": said})


def tell(value: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        follow(*json.loads(line))
