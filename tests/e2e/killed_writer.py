"""Die in the middle of a change to the configuration, at each step in turn; a program of its own.

Called with the path of a configuration. For each line that the writing of a change executes, a
process is forked that makes the next change and kills itself, with SIGKILL, before that line. A
JSON line tells of each: where it died, and what was in the directory then.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yourouter_cli import disk
from yourouter_cli.settings import private_file, store
from yourouter_cli.settings.toml_edit import Put

if TYPE_CHECKING:
    from types import FrameType

_TRACED = {disk.__file__, private_file.__file__, store.__file__}
_MOST_STEPS = 500


def main(path: Path) -> None:
    """Kill a writer at each step until one gets through."""
    for step in range(_MOST_STEPS):
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            _die(path, step, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            where = pipe.read()
        _, status = os.waitpid(child, 0)
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        files = {entry.name: entry.read_text() for entry in path.parent.iterdir()}
        report = {"step": step, "where": where, "killed": was_killed, "files": files}
        sys.stdout.write(json.dumps(report) + "\n")
        if not was_killed:
            return


def _die(path: Path, step: int, report: int) -> None:
    """Set the model to *step*, and kill this process before the line that comes *step*-th."""
    seen = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal seen
        if frame.f_code.co_filename not in _TRACED:
            return None
        if event == "line":
            if seen == step:
                place = f"{frame.f_code.co_name}:{frame.f_lineno}"
                os.write(report, place.encode())
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1
        return trace

    sys.settrace(trace)
    store.Store(path).change(lambda _: [Put(("profiles", "default", "model"), f"model-{step}")])
    sys.settrace(None)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
