"""The doctor at work: what it found, and gateways in good health but for one thing."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Says, Silence
from tests.gateway.faults import DONE, STREAM, finish, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.driver import Program
    from tests.gateway.answering import Asked

NAMES = (
    "file", "profile", "key", "dns", "tcp", "tls", "proxy", "auth", "models", "chat", "stream",
    "embeddings", "fallback", "clock", "completion", "version",
)  # fmt: skip
NOW = 1_700_000_000.0
IDS = ("gpt-4o", "gemini-2.5-flash", "text-embedding-3-small")


def frames(*events: Any) -> bytes:
    """Return a stream of events."""
    data = (event if isinstance(event, str) else json.dumps(event) for event in events)
    return "".join(f"data: {one}\n\n" for one in data).encode()


USAGE = {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 1, "total_tokens": 5}}
GOOD_STREAM = (text("con"), text("nected"), finish(), USAGE, DONE)


def streamed(*events: Any) -> Says:
    """Return a stream as the answer."""
    return Says(frames(*events), headers={"Content-Type": STREAM})


def sound(asked: Asked) -> Says:
    """Answer as a gateway in good health does."""
    if asked.path.endswith("/models"):
        date = {"Date": formatdate(NOW, usegmt=True)}
        return Says({"data": [{"id": name} for name in IDS]}, headers=date)
    if asked.path.endswith("/embeddings"):
        return Says({"data": [{"index": 0, "embedding": [0.5, -0.5]}]})
    if asked.json["model"] not in IDS:
        return Says({"error": {"message": "no such model", "code": "model_not_found"}}, 404)
    if asked.json.get("stream"):
        return streamed(*GOOD_STREAM)
    choice = {"index": 0, "message": {"content": "con"}, "finish_reason": "length"}
    return Says({"id": "msg-1", "model": "gpt-4o-x", "choices": [choice]})


def but(
    wanted: Callable[[Asked], bool], answer: Says | Silence
) -> Callable[[Asked], Says | Silence]:
    """Return a gateway's mind in good health but for what is *wanted*."""
    return lambda asked: answer if wanted(asked) else sound(asked)


def error(status: int, message: str = "no") -> Says:
    """Return an error."""
    return Says({"error": {"message": message}}, status)


def is_list(asked: Asked) -> bool:
    """Tell whether the list of models is asked for."""
    return asked.path.endswith("/models")


def is_chat(asked: Asked) -> bool:
    """Tell whether a model is asked for a whole answer."""
    return asked.path.endswith("/chat/completions") and not asked.json.get("stream")


def is_stream(asked: Asked) -> bool:
    """Tell whether a model is asked for a stream."""
    return asked.path.endswith("/chat/completions") and bool(asked.json.get("stream"))


class Diagnosis:
    """What the doctor found, by the name of the layer."""

    def __init__(self, program: Program, *argv: str, **settings: Any) -> None:
        settings.setdefault("clock", FakeClock(running=True))
        self.result = program("config", "doctor", "--json", *argv, **settings)
        self.checks = {check["name"]: check for check in self.result.json["checks"]}

    def names(self, status: str) -> list[str]:
        """Return the names of the checks with this status."""
        return [name for name, check in self.checks.items() if check["status"] == status]

    def __getitem__(self, name: str) -> tuple[str, str, str | None]:
        check = self.checks[name]
        return check["status"], check["detail"], check["fix"]


def diagnosis(
    run: Program, decide: Callable[[Asked], Says | Silence], *argv: str, **environ: str
) -> Diagnosis:
    """Return what is found with a gateway of this mind; one try of everything is enough."""
    with AnsweringGateway(decide) as gateway:
        program = run.at(gateway.base_url).having(**environ)
        return Diagnosis(program, "--retries", "0", *argv)
