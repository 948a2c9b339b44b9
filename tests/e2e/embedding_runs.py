"""Run `embed` again and again, and kill it at given moments; a program of its own.

Called with nothing. Each line on standard input is a JSON list: the words of a command, its
environment, and the seconds after which its process is killed, or null. A JSON line tells of each:
its exit code, null when it was killed, and what it said. Everything is imported once; each run is a
fork of this.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
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


def follow(words: list[str], environ: dict[str, str], seconds: float | None) -> dict[str, object]:
    """Run the command in a fork, kill it after so many *seconds*, and say what came of it."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        run(words, environ, writing)
    os.close(writing)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    code = None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return {"code": code, "said": said}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(follow(*json.loads(line))) + "\n")
        sys.stdout.flush()
