"""How the sandbox fails on demand, on every wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.caller import Caller
from tests.gateway.hearing import HEAR
from tests.gateway.prompting import PROMPT, WIRES, ask

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox


class TestFailures:
    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize("status", [400, 403, 408, 409, 429, 500, 502, 503, 504, 529])
    def test_an_error_has_the_status_that_was_asked_for(
        self, caller: Caller, wire: str, status: int
    ) -> None:
        """`error:CODE` is that status, in the shape of the wire, stream or not."""
        for stream in (True, False):
            answer = ask(caller, wire, f"error:{status}", stream=stream)
            assert (status, "application/json") == (answer.status, answer.headers["content-type"])
            assert (
                f"the sandbox answers {status}, as its model's name asks"
                == (answer.error["message"])
            )

    @pytest.mark.parametrize("wire", WIRES)
    def test_an_error_may_pass(self, caller: Caller, wire: str) -> None:
        """`error:503:2` fails twice for each prompt, then answers."""
        statuses = [ask(caller, wire, "error:503:2", stream=True).status for _ in range(4)]

        assert [503, 503, 200, 200] == statuses

    @pytest.mark.parametrize("wire", WIRES)
    def test_a_rate_limit_names_the_wait(self, caller: Caller, wire: str) -> None:
        """`rate-limit:N` refuses N times and says when to try again."""
        answers = [ask(caller, wire, "rate-limit:2", stream=True) for _ in range(3)]

        assert [429, 429, 200] == [answer.status for answer in answers]
        assert ["10", "10", None] == [answer.headers.get("retry-after-ms") for answer in answers]

    def test_each_prompt_and_key_is_counted_for_itself(self, sandbox: Sandbox) -> None:
        """Another prompt and another key have their own count."""
        caller, other = Caller(sandbox), Caller(sandbox, "sk-other")

        statuses = [
            caller.chat("rate-limit").status,
            caller.chat("rate-limit", "another").status,
            other.chat("rate-limit").status,
            caller.chat("rate-limit").status,
        ]

        assert [429, 429, 429, 200] == statuses

    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize(
        "model",
        [
            "gpt-4o",
            "sandbox/nobody",
            "echo:1",
            "slow:x",
            "embed",
            "json:odd",
            "error:200",
            "error:1:2:3",
            "slow:" + "9" * 99,
        ],
    )
    def test_an_unknown_model_is_404(self, caller: Caller, wire: str, model: str) -> None:
        """A name that means nothing, or has a suffix that means nothing, is no model."""
        answer = ask(caller, wire, model, stream=False)

        assert 404 == answer.status
        assert model in answer.error["message"]

    @pytest.mark.parametrize("wire", WIRES)
    def test_an_error_inside_a_stream(self, caller: Caller, wire: str) -> None:
        """`error-in-stream:N:CODE` is an error object after N words, under status 200."""
        answer = ask(caller, wire, "error-in-stream:1:429", stream=True)
        whole = ask(caller, wire, "error-in-stream", stream=False)

        assert (200, 200) == (answer.status, whole.status)
        assert "one " == HEAR[wire](answer).text
        last = answer.events[-1]["error"]
        assert "the sandbox broke off, as its model's name asks" == last["message"]
        word = {"openai": "rate_limit_error", "anthropic": "rate_limit_error"}.get(wire, 429)
        assert word in last.values()
        assert "error" in whole.json
        assert b"[DONE]" not in answer.body

    @pytest.mark.parametrize("wire", WIRES)
    def test_a_reset_comes_after_the_words(self, caller: Caller, wire: str) -> None:
        """`reset:N` sends N words and then resets the connection."""
        received, error = receive(caller, "reset:2", wire)

        assert "one " in received
        assert "two" in received
        assert "three" not in received
        assert isinstance(error, ConnectionResetError)

    def test_a_reset_may_come_first(self, caller: Caller) -> None:
        """`reset:0` resets the connection before any answer."""
        received, error = receive(caller, "reset:0")

        assert "" == received
        assert isinstance(error, ConnectionResetError)

    def test_truncated_streams_end_regularly(self, caller: Caller) -> None:
        """`truncate:N` ends the body as if it were complete, without the event that says so."""
        received, error = receive(caller, "truncate:2")

        assert received.endswith("\r\n0\r\n\r\n")
        assert "[DONE]" not in received
        assert error is None

    def test_a_whole_answer_is_cut_in_the_middle(self, caller: Caller) -> None:
        """Where no stream was asked for, `truncate` breaks off inside the body."""
        received, error = receive(caller, "truncate", stream=False)

        head, _, body = received.partition("\r\n\r\n")
        announced = int(head.partition("content-length: ")[2].partition("\r")[0])
        assert announced // 2 == len(body)
        assert error is None

    def test_a_stall_says_nothing_more(self, caller: Caller) -> None:
        """`stall` sends one word and keeps the connection open."""
        received, error = receive(caller, "stall", seconds=0.2)

        assert "one " in received
        assert "two" not in received
        assert isinstance(error, TimeoutError)

    def test_a_stall_may_be_complete(self, caller: Caller) -> None:
        """`stall:0` sends nothing at all, not even a status."""
        received, error = receive(caller, "stall:0", seconds=0.2)

        assert "" == received
        assert isinstance(error, TimeoutError)


def receive(
    caller: Caller, model: str, wire: str = "openai", *, stream: bool = True, seconds: float = 10
) -> tuple[str, OSError | None]:
    """Ask on a raw socket; return all that came, and the error that ended it."""
    bodies: dict[str, tuple[str, dict[str, Any]]] = {
        "openai": ("/v1/chat/completions", {"model": model, "stream": stream}),
        "anthropic": ("/v1/messages", {"model": model, "stream": stream, "max_tokens": 9}),
    }
    messages = [{"role": "user", "content": PROMPT}]
    path, body = bodies.get(wire, ("", {}))
    body = {**body, "messages": messages}
    if not path:
        path = "/v1/projects/cognition/locations/us/publishers/google/models/"
        path += model + ":streamGenerateContent?alt=sse"
        body = {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]}
    data = json.dumps(body)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nanthropic-version: 1\r\n"
    client = caller.raw(f"{head}Content-Length: {len(data)}\r\n\r\n{data}".encode())
    client.settimeout(seconds)
    received = b""
    with client:
        try:
            while more := client.recv(65536):
                received += more
                if received.endswith(b"\r\n0\r\n\r\n"):
                    break
        except OSError as error:
            return received.decode(), error
    return received.decode(), None
