"""Function calling: what the model may call, and the commands behind it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from yourouter_cli import strict_json
from yourouter_cli.conversation import Tool
from yourouter_cli.errors import UsageProblem
from yourouter_cli.wording import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT_SECONDS = 30.0
# More than this helps no model, and is paid for by the token.
MAX_OUTPUT_BYTES = 100_000
_LINGER_SECONDS = 1.0
# What every upstream takes.
_NAME = re.compile("[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnableTool:
    """A function for the model and, where there is one, the command that answers for it."""

    tool: Tool
    command: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What running a command gave: text for the model, and whether it is an error."""

    text: str
    is_error: bool = False


def parsed_tools(text: str, name: str) -> tuple[RunnableTool, ...]:
    """Return the tools in *text*, a JSON array; raises `UsageProblem` naming file and entry."""
    try:
        entries = strict_json.read(text)
    except (ValueError, RecursionError) as error:
        raise UsageProblem(f"the tools file `{name}` is not JSON: {error}") from None
    if not isinstance(entries, list) or not entries:
        raise UsageProblem(f"the tools file `{name}` is not a JSON array of functions")
    tools = tuple(
        _parsed(entry, f"the tools file `{name}`, entry {number}")
        for number, entry in enumerate(entries, 1)
    )
    names = [runnable.tool.name for runnable in tools]
    for known in names:
        if names.count(known) > 1:
            raise UsageProblem(f"the tools file `{name}` has two functions named `{known}`")
    return tools


def _parsed(entry: Any, where: str) -> RunnableTool:
    function = entry.get("function") if isinstance(entry, dict) else None
    if not isinstance(function, dict) or entry.get("type", "function") != "function":
        raise UsageProblem(f'{where}: not of the form {{"type":"function","function":{{…}}}}')
    name, parameters = function.get("name"), function.get("parameters", {})
    if not isinstance(name, str) or not name:
        raise UsageProblem(f"{where}: the function has no name")
    if not _NAME.fullmatch(name):
        raise UsageProblem(f"{where}: `{name}` is no name for a function: letters, digits, _ and -")
    if not isinstance(parameters, dict):
        raise UsageProblem(f"{where}: `parameters` is not a JSON Schema object")
    description = function.get("description")
    if description is not None and not isinstance(description, str):
        raise UsageProblem(f"{where}: `description` is not text")
    strict = function.get("strict")
    if strict is not None and not isinstance(strict, bool):
        raise UsageProblem(f"{where}: `strict` is neither true nor false")
    command, timeout = entry.get("command", []), entry.get("timeout", DEFAULT_TIMEOUT_SECONDS)
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        raise UsageProblem(f"{where}: `command` is not a list of words")
    if "command" in entry and not any(command[:1]):
        raise UsageProblem(f"{where}: `command` names no program")
    is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if not is_number or not 0 < timeout <= threading.TIMEOUT_MAX:
        raise UsageProblem(f"{where}: `timeout` is not a number of seconds above 0")
    return RunnableTool(
        tool=Tool(name, description, parameters, strict),
        command=tuple(command),
        timeout=float(timeout),
    )


def run(
    runnable: RunnableTool,
    arguments: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    longest: float | None = None,
) -> Outcome:
    """Run the command of *runnable*: *arguments* as JSON on its stdin, its stdout is the result.

    No shell is involved. A command that fails, cannot be started or takes too long gives an error
    result that tells the model why. *longest* are the seconds there are for it, whatever its own
    time limit. The key is not in the command's environment.
    """
    visible = {name: value for name, value in environ.items() if name != "YOUROUTER_API_KEY"}
    try:
        process = subprocess.Popen(
            runnable.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=visible,
            # A group of its own, so that what the command started ends with it.
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        # The last: a word that no command line can hold.
        reason = reason_of(error)
        return Outcome(text=f"cannot run {runnable.command[0]}: {reason}", is_error=True)
    # A model may write half a surrogate pair, which UTF-8 cannot hold.
    given = json.dumps(dict(arguments), ensure_ascii=False).encode(errors="replace")
    output, errors = _Reader(process.stdout), _Reader(process.stderr)
    threading.Thread(target=_feed, args=(process.stdin, given), daemon=True).start()
    try:
        process.wait(runnable.timeout if longest is None else min(runnable.timeout, longest))
    except subprocess.TimeoutExpired:
        _kill(process)
        return Outcome(text=f"no result within {runnable.timeout:g} s", is_error=True)
    except BaseException:
        _kill(process)
        raise
    if process.returncode:
        said = errors.text() or output.text()
        return Outcome(text=f"exit code {process.returncode}: {said}".rstrip(" :"), is_error=True)
    return Outcome(text=output.text())


class _Reader:
    """Reads one output of a command to its end, and keeps the beginning."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._kept = bytearray()
        self._left_out = 0
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: IO[bytes] | None) -> None:
        if pipe is None:
            return
        with pipe:
            while block := os.read(pipe.fileno(), 65536):
                room = MAX_OUTPUT_BYTES - len(self._kept)
                self._kept += block[:room]
                self._left_out += max(0, len(block) - room)

    def text(self) -> str:
        """Return what was kept; something that still holds the pipe open is not waited for."""
        self._thread.join(_LINGER_SECONDS)
        text = self._kept.decode("utf-8", "replace").removesuffix("\n")
        return f"{text}\n[{self._left_out} bytes left out]" if self._left_out else text


def _feed(pipe: IO[bytes] | None, given: bytes) -> None:
    # A command need not read its arguments.
    with suppress(BrokenPipeError):
        if pipe is not None:
            with pipe:
                pipe.write(given)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):  # it may have ended by itself in the meantime
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
