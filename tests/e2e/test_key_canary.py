"""A key is sent to its gateway and shown nowhere else: not on a screen, in a file, or to `ps`."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import FaultyGateway
from yourouter_cli.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.driver import Program, Result
    from tests.gateway.faults import Caller
    from yourouter_cli.sandbox.server import Sandbox

# What every output is searched for; masks may show the ends of a key, never its middle.
CANARY = "canary-3141592653589793"
KEY = f"sk-{CANARY}-tail"
REFUSED_KEY = f"bad-{CANARY}-tail"

CHAT = ("chat", "-m", "sandbox/echo", "hi", "--retries", "0")
NOBODY = "http://127.0.0.1:9/v1"

# For each command of the program, ways to run it that print much, or fail.
WAYS = {
    "config": [
        "config list",
        "config list --origin --json",
        "config list --debug",
        "config get api_key",
        "config get api_key --json --origin",
        "config get headers",
        "config profiles --json",
        "config path",
        "config edit",
        "config set model x",
        "config unset nonsense --debug",
        "config set timeout never --debug",
        "config init --no-input",
        "config init --no-input --debug",
        "config remove nobody --debug",
    ],
    "chat": [
        "chat -m sandbox/echo hi",
        "chat -m sandbox/echo hi --debug",
        "chat -m sandbox/echo hi --debug --dialect anthropic --format jsonl",
        "chat -m sandbox/echo hi --debug --dialect gemini --no-stream --json",
        "chat -m sandbox/echo hi --usage --json",
        "chat -m sandbox/echo hi --dry-run",
        "chat -m sandbox/echo hi --curl",
        "chat -m sandbox/echo hi --curl --dialect gemini",
        "chat -m sandbox/error:503 hi --retries 1 --debug",
        "chat -m sandbox/error:400 hi --debug --json",
        "chat -m sandbox/truncate:2 one two three --debug",
        "chat -m sandbox/reset:2 one two three --debug --json",
        "chat -m nobody/nothing hi --debug",
        "chat -m sandbox/stall hi --idle-timeout 0.1 --retries 0 --debug",
    ],
    "embed": ["embed -m sandbox/embed hi", "embed -m nothing hi --debug"],
    "video": [
        "video create -m sandbox/video a sea --debug",
        "video list --json",
        "video get nothing --debug",
    ],
    "models": [
        "models list --live --debug",
        "models list --json",
        "models check sandbox/echo --json --debug",
    ],
    "history": ["history list --json", "history search hi", "history show nothing --debug"],
}
# These touch no key, or serve until they are stopped.
WITHOUT_KEYS = {"sandbox", "help"}


@pytest.fixture
def no_canary(home: Path) -> Callable[[Result], None]:
    """Return a check that the key is in neither output of a command, nor in a file it wrote."""

    def check(result: Result) -> None:
        assert CANARY.encode() not in result.output
        assert CANARY.encode() not in result.error_output
        files = [path for path in home.rglob("*") if path.is_file()]
        assert {"config.toml"} >= {
            path.name for path in files if CANARY.encode() in path.read_bytes()
        }

    return check


@pytest.fixture
def places(run: Program, sandbox: Sandbox, tmp_path: Path) -> dict[str, Program]:
    """Return the program for each place a key can live in, by the name of that place."""
    held = tmp_path / "held"
    held.touch(mode=0o600)
    held.write_text(f"{KEY}\n")
    command = [sys.executable, "-c", f"print(open({str(held)!r}).read())"]

    def having(profile: str, setting: str, *value: str, stdin: str = "") -> Program:
        run("config", "set", "-p", profile, "base_url", sandbox.base_url)
        assert 0 == run("config", "set", "-p", profile, setting, *value, stdin=stdin).code
        return run.having(YOUROUTER_PROFILE=profile)

    header = having("header", "headers.X-Auth-Token", "-", stdin=KEY)
    return {
        "variable": run.at(sandbox, KEY),
        "api_key": having("stored", "api_key", stdin=KEY),
        "api_key_env": having("env", "api_key_env", "MINE").having(MINE=KEY),
        "api_key_command": having("command", "api_key_command", json.dumps(command)),
        "api_key_file": having("file", "api_key_file", str(held)),
        "headers": header.having(YOUROUTER_API_KEY="sk-another"),
    }


def test_every_command_is_searched() -> None:
    """A command that is added to the program has to be added here."""
    assert set(COMMANDS) <= {*WAYS, *WITHOUT_KEYS}


@pytest.mark.parametrize(
    "line", [way for name, ways in WAYS.items() if name in COMMANDS for way in ways]
)
def test_no_command_shows_the_key(
    line: str, places: dict[str, Program], sandbox: Sandbox, no_canary: Callable[[Result], None]
) -> None:
    """Whatever a command prints or writes, with success or failure, the key is not in it."""
    program = places["api_key"].having(EDITOR="true")

    no_canary(program(*shlex.split(line)))
    no_canary(program(*shlex.split(line), environ={"YOUROUTER_API_KEY": REFUSED_KEY}))
    if "--dry-run" not in line and "--curl" not in line and line.startswith("chat"):
        assert f"Bearer {KEY}" == sandbox.requests[0].headers["authorization"]


@pytest.mark.parametrize(
    "place", ["variable", "api_key", "api_key_env", "api_key_command", "api_key_file", "headers"]
)
def test_no_place_gives_the_key_away(
    place: str, places: dict[str, Program], sandbox: Sandbox, no_canary: Callable[[Result], None]
) -> None:
    """Wherever the key lives, it reaches the gateway and no output."""
    program = places[place]

    for line in (
        "chat -m sandbox/echo hi --debug",
        "chat hi --curl",
        "chat hi --dry-run",
        "config list --json",
        "config get headers --debug",
    ):
        no_canary(program(*shlex.split(line)))

    assert KEY in " ".join(sandbox.requests[0].headers.values())


@pytest.mark.parametrize("place", ["variable", "api_key"])
def test_a_gateway_that_cannot_be_reached_is_reported_without_the_key(
    place: str, places: dict[str, Program], no_canary: Callable[[Result], None]
) -> None:
    """Neither a failed connection nor a refused origin shows the key, traceback included."""
    environ = {"YOUROUTER_BASE_URL": NOBODY}

    no_canary(places[place](*CHAT, "--debug", environ=environ))
    no_canary(places[place](*CHAT, "--json", environ=environ))


@pytest.mark.parametrize("status", [400, 401, 429, 500])
@pytest.mark.parametrize("option", ["--debug", "--json", "--quiet"])
def test_a_gateway_that_echoes_the_key_does_not_get_it_on_the_screen(
    status: int, option: str, run: Program, no_canary: Callable[[Result], None]
) -> None:
    """An error that repeats the request's headers is shown without the key."""

    def echo(caller: Caller) -> None:
        head = caller.request().decode()
        message = f"cannot accept {head}"
        body = json.dumps({"error": {"message": message}}).encode()
        caller.whole(body, status, Connection="close", x_request_id=f"req-{KEY}")

    with FaultyGateway(echo) as gateway:
        result = run.at(gateway.base_url, KEY)(*CHAT, option)

    assert 0 != result.code
    no_canary(result)


@pytest.mark.parametrize("before", [0, 60, 280])
@pytest.mark.parametrize("command", [CHAT, ("embed", "-m", "any", "hi", "--retries", "0")])
@pytest.mark.parametrize("shape", ["event", "error", "words"])
def test_the_key_may_be_echoed_under_status_200(
    shape: str,
    command: tuple[str, ...],
    before: int,
    run: Program,
    no_canary: Callable[[Result], None],
) -> None:
    """An error in an answer that began well is shown without the key, also where that is cut."""
    words = f"{'x' * before} {KEY}"
    body = json.dumps({"error": {"message": words}}) if shape != "words" else words

    def echo(caller: Caller) -> None:
        caller.request()
        caller.whole(f"data: {body}\n\n".encode() if shape == "event" else body.encode())

    with FaultyGateway(echo) as gateway:
        result = run.at(gateway.base_url, KEY)(*command, "--json")

    assert 0 != result.code
    assert CANARY[:10] not in result.stderr
    no_canary(result)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
@pytest.mark.parametrize("place", ["variable", "api_key", "api_key_command", "api_key_file"])
def test_no_process_has_the_key_among_its_arguments(
    place: str, places: dict[str, Program], sandbox: Sandbox
) -> None:
    """While a request is under way, `ps` shows no key, for the program or what it runs."""
    with places[place].spawn("chat", "-m", "sandbox/stall", "hi") as process:
        seen = b""
        while not sandbox.requests and process.poll() is None:
            seen += _arguments(process.pid)
        seen += _arguments(process.pid)
        process.terminate()

    assert b"sandbox/stall" in seen
    assert CANARY.encode() not in seen


def _arguments(pid: int) -> bytes:
    """Return the arguments of the process *pid* and of its children."""
    found = b""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = process.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            if str(pid) in {process.name, parent}:
                found += process.joinpath("cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
    return found
