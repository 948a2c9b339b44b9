"""A gateway that does not stream on the Gemini wire is asked for the whole answer instead."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.gateway.answering import AnsweringGateway, Asked, Says
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.driver import Program

WHOLE = Says({"candidates": [{"content": {"parts": [{"text": "here"}]}, "finishReason": "STOP"}]})
BUSY = Says({"error": {"message": "busy", "status": "RESOURCE_EXHAUSTED"}}, 429)
UNKNOWN = Says({"error": {"message": "no such model", "status": "NOT_FOUND"}}, 404)
DENIED = Says({"error": {"message": "not yours"}}, 403)


def _gateway(status: int, *answers: Says) -> AnsweringGateway:
    """Return a gateway whose streaming path answers *status*, the other one *answers* in turn."""
    turns: Iterator[int] = count()

    def decide(asked: Asked) -> Says:
        if ":streamGenerateContent" in asked.path:
            return Says(b"<html>nothing here</html>", status, {"Content-Type": "text/html"})
        return answers[min(next(turns), len(answers) - 1)]

    return AnsweringGateway(decide)


def _actions(gateway: AnsweringGateway) -> list[str]:
    return [path.partition(":")[2] for path in gateway.paths("POST")]


STREAM, ONCE = "streamGenerateContent?alt=sse", "generateContent"


@pytest.mark.parametrize("status", [404, 405, 501])
def test_the_whole_answer_instead(run: Program, status: int) -> None:
    """The answer is asked for once more, whole, within the same attempt."""
    with _gateway(status, WHOLE) as gateway:
        result = run.at(gateway.base_url)("chat", "hi", "--dialect", "gemini", "--json")

    assert (ExitCode.DONE, "here", "") == (result.code, result.json["text"], result.stderr)
    assert [200] == [attempt["status"] for attempt in result.json["attempts"]]
    assert [STREAM, ONCE] == _actions(gateway)


def test_it_is_remembered(run: Program) -> None:
    """The process asks the streaming path no second time."""
    schema = '{"type":"object"}'
    with _gateway(404, WHOLE) as gateway:
        program = run.at(gateway.base_url)
        result = program("chat", "hi", "--dialect", "gemini", "--schema", schema)

    assert ExitCode.UNEXPECTED == result.code
    assert [STREAM, ONCE, ONCE] == _actions(gateway)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_what_the_other_path_says_counts(run: Program, status: int) -> None:
    """A failure of the whole answer is judged as itself: a busy gateway is asked again."""
    with _gateway(status, BUSY, WHOLE) as gateway:
        result = run.at(gateway.base_url)("chat", "hi", "--dialect", "gemini")

    assert (ExitCode.DONE, "here\n") == (result.code, result.stdout)
    assert "the gateway answered 429: busy; trying again" in result.stderr
    assert [STREAM, ONCE] * 2 == _actions(gateway)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (UNKNOWN, ExitCode.REJECTED, "the gateway answered 404: no such model"),
        (DENIED, ExitCode.DENIED, "the gateway answered 403: not yours"),
    ],
)
def test_when_both_are_refused(run: Program, answer: Says, code: ExitCode, words: str) -> None:
    """What is refused on both paths is refused for the reason that the second gives."""
    with _gateway(404, answer) as gateway:
        result = run.at(gateway.base_url)("chat", "hi", "-m", "m", "--dialect", "gemini")

    assert code == result.code
    assert result.stderr.startswith(f"yourouter: {words}\n")
    assert [STREAM, ONCE] == _actions(gateway)
