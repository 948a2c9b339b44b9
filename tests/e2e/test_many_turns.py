"""A crowd of chats loses nothing, and one that goes on for long holds on to nothing."""

from __future__ import annotations

import gc
import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.conversation import ChatRequest, Message, Text
from yourouter_cli.events import Answer
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.services.ask import Route, ask
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

CROWD = 50
WRITERS = 10
LEAST_PRIORITY = 19
TURNS = 2000
# By then every table and pool has the size that it keeps.
WARM = 400
MOST_GROWTH_MEGABYTES = 4
# One connection is kept for the next turn, and one may be about to be closed.
MOST_CONNECTIONS = 2


def test_a_crowd_loses_nothing(run: Program, sandbox: Sandbox) -> None:
    """Of fifty chats at once, while the configuration is changed, each is kept, with its answer."""
    run("config", "set", "base_url", sandbox.base_url)
    run("config", "set", "api_key", "-", stdin="sk-crowd-3141592653")
    run("config", "set", "model", "sandbox/echo")
    prompts = [f"word{number}" for number in range(CROWD)]
    changes = [f"params.x{number}" for number in range(WRITERS)]

    with ExitStack() as stack:
        chats = [stack.enter_context(run.spawn("chat", prompt)) for prompt in prompts]
        writers = [
            stack.enter_context(run.spawn("config", "set", change, "true")) for change in changes
        ]
        for process in (*chats, *writers):
            # Behind the tests that run beside this one, some of which look at the clock.
            os.setpriority(os.PRIO_PROCESS, process.pid, LEAST_PRIORITY)
        said = [process.communicate(timeout=60) for process in chats]
        told = [process.communicate(timeout=60)[1] for process in writers]

    assert [(f"{prompt}\n".encode(), b"") for prompt in prompts] == said
    assert {0} == {process.returncode for process in (*chats, *writers)}, told
    kept = run("history", "list", "--json").json
    assert sorted(prompts) == sorted(entry["title"] for entry in kept)
    assert {1} == {entry["turns"] for entry in kept}
    shown = [run("history", "show", entry["id"], "--json").json["turns"] for entry in kept]
    assert sorted(prompts) == sorted(turn["answer"][0]["text"] for (turn,) in shown)
    params = run("config", "get", "params", "--json").json["value"]
    assert {f"x{number}": True for number in range(WRITERS)} == params


class Long:
    """A process that asks one turn after the other, keeps them and shows them to nobody."""

    def __init__(self, environ: dict[str, str], stack: ExitStack) -> None:
        nowhere = Path(os.devnull).open("r+b", buffering=0)  # noqa: SIM115 - the stack closes it
        stack.callback(nowhere.close)
        streams = Streams.memory()
        streams.stdout = streams.stderr = nowhere
        self.session = Session(streams=streams, environ=environ)
        stack.callback(self.session.close)
        self.profile = self.session.profile()
        self.gateway = self.session.gateway(self.profile)
        self.conversation: str | None = None

    def turn(self, number: int) -> str:
        """Ask turn *number* and return the answer."""
        asked = Message("user", (Text(f"this is turn {number}"),))
        request = ChatRequest(model="sandbox/echo", messages=(asked,))
        answer = Answer()
        turn = self.session.transcripts.begin_turn(
            self.conversation, profile="default", dialect="openai", model="m", request=request
        )
        with turn, renderer_for(self.session.streams, self.session.clock) as renderer:
            self.conversation = turn.conversation
            for event in ask(request, Route(models=(request.model,)), self.gateway):
                turn.record(event)
                answer.add(event)
                renderer.show(event)
        return answer.text


def _held() -> tuple[int, int, int]:
    """Return how many threads there are, how many descriptors, and how many bytes of memory."""
    gc.collect()
    deadline = time.monotonic() + 5
    while any(each.name == "carrier" for each in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the last one is about to end
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    return threading.active_count(), descriptors, pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_a_long_talk_holds_on_to_nothing(run: Program) -> None:
    """Two thousand turns in one process need the memory and the descriptors of the first ones."""
    with ExitStack() as stack:
        # In a process of its own: it remembers what it was asked.
        gateway = stack.enter_context(run.spawn("sandbox", "--port", "0"))
        stack.callback(gateway.terminate)
        assert gateway.stdout is not None
        base_url = gateway.stdout.readline().decode().split()[-1]
        long = Long(dict(run.at(base_url).environ), stack)
        for number in range(WARM):
            assert f"this is turn {number}" == long.turn(number)
        threads, descriptors, memory = _held()
        for number in range(WARM, TURNS):
            assert f"this is turn {number}" == long.turn(number)
        threads_then, descriptors_then, memory_then = _held()
        turns = run("history", "list", "--json").json[0]["turns"]

    assert threads == threads_then
    assert descriptors_then - descriptors <= MOST_CONNECTIONS
    assert (memory_then - memory) / 2**20 < MOST_GROWTH_MEGABYTES
    assert TURNS == turns
