"""What `chat` makes of an answer that is not all there, or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import DONE, STREAM, Caller, FaultyGateway, error, refuses, text
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestAnswersThatBreakOff:
    """What came is kept on standard output, in one line of its own; the exit code is 7."""

    @pytest.mark.parametrize(
        ("model", "words"),
        [
            ("truncate:2", "the stream ended before the model was finished"),
            ("reset:2", "lost the connection to HERE: connection reset by peer"),
            ("stall:2", "nothing more from HERE for 1 s (idle timeout)"),
            (
                "error-in-stream:2",
                "the gateway broke off: the sandbox broke off, as its model's name asks",
            ),
        ],
    )
    def test_the_beginning_is_kept(
        self, run: Program, sandbox: Sandbox, model: str, words: str
    ) -> None:
        """A stream that ends early is not begun again, whatever ended it."""
        result = run.at(sandbox)(
            "chat", "one two three", "-m", f"sandbox/{model}", "--idle-timeout", "1",
            "--fallback", "sandbox/echo",
        )  # fmt: skip

        assert ExitCode.INCOMPLETE == result.code
        assert "one two \n" == result.stdout
        assert f"yourouter: {words} (request id REQ)\n" == result.told
        assert [f"sandbox/{model}"] == sandbox.models_asked

    def test_the_total_clock_after_some_text(self, run: Program, sandbox: Sandbox) -> None:
        """An answer that is not complete in the whole command's time is exit 7."""
        result = run.at(sandbox)("chat", "a b", "-m", "sandbox/stall:1", "--timeout", "1")

        assert ExitCode.INCOMPLETE == result.code
        assert "a \n" == result.stdout
        assert "yourouter: not done within 1 s (total timeout) (request id REQ)\n" == result.told

    def test_reasoning_alone_counts_as_content(self, run: Program) -> None:
        """Once the model has thought aloud, beginning anew would pay twice."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.frames({"choices": [{"index": 0, "delta": {"reasoning_content": "Hm"}}]})

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert ExitCode.INCOMPLETE == result.code
        assert "" == result.stdout
        assert 1 == len(faulty.requests)

    def test_an_error_object_in_the_middle_names_the_upstream(self, run: Program) -> None:
        """An error object inside a stream is a failure, also under status 200."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.frames(text("half an "), error("the upstream is overloaded", "overloaded"), DONE)

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert ExitCode.INCOMPLETE == result.code
        assert "half an \n" == result.stdout
        assert "yourouter: the gateway broke off: the upstream is overloaded\n" == result.stderr

    def test_json_of_a_partial_answer(self, run: Program, sandbox: Sandbox) -> None:
        """In JSON the beginning is in `text`, `finish` is null, and the error says why."""
        result = run.at(sandbox)("chat", "one two three", "-m", "sandbox/truncate:2", "--json")

        assert ExitCode.INCOMPLETE == result.code
        assert ("one two ", None) == (result.json["text"], result.json["finish"])
        assert (7, "truncated") == (result.error["code"], result.error["kind"])

    def test_json_lines_of_a_partial_answer(self, run: Program, sandbox: Sandbox) -> None:
        """JSON lines end in an `error` instead of a `finish`."""
        result = run.at(sandbox)(
            "chat", "one two three", "-m", "sandbox/truncate:2", "--format", "jsonl"
        )

        assert ["start", "text", "text", "error"] == [event["type"] for event in result.events]
        assert result.error == result.events[-1]["error"]


NOT_JSON = "the gateway sent not JSON: "
NO_CHOICE = "the gateway's answer holds no choice to read"
EMPTY = "the gateway's answer is empty"
CUT = "the stream ended before the model was finished"


class TestRepliesThatAreNoAnswer:
    """A 200 that holds no answer is exit 6, in words, whatever it holds instead."""

    @pytest.mark.parametrize(
        ("kind", "body", "words"),
        [
            ("text/html", b"<html><body>Please log in</body></html>", NOT_JSON + "<html><body>"),
            ("application/json", b"", EMPTY),
            ("application/json", b" \n", EMPTY),
            ("application/json", b"[]", NO_CHOICE),
            ("application/json", b"null", NO_CHOICE),
            ("application/json", b"{}", NO_CHOICE),
            ("application/json", b'{"choices":[]}', NO_CHOICE),
            ("application/json", b'{"choices":[{"mess', NOT_JSON + '{"choices":[{"mess'),
            ("application/json", b"[" * 200_000, NOT_JSON + "[[["),
            ("application/json", b'{"error":"boom"}', "the gateway broke off: boom"),
            (STREAM, b": nothing but a comment\n\n", CUT),
            (STREAM, b'data: {"choices":[]}\n\n', CUT),
            (STREAM, b"data: {not json\n\ndata: [DONE]\n\n", NOT_JSON + "{not json"),
            (STREAM, b"data: " + b'{"choices":' * 50_000 + b"\n\n", NOT_JSON + '{"choices":'),
        ],
    )
    def test_each(self, run: Program, kind: str, body: bytes, words: str) -> None:
        """The one line says what came instead, shortened where it is long."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.whole(body, kind=kind, Connection="close")

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi", "-m", "any", "--retries", "0")

        first = result.stderr.splitlines()[0]
        assert (ExitCode.UNREACHABLE, "") == (result.code, result.stdout)
        assert first.startswith(f"yourouter: {words}")
        assert len(first) < 400

    def test_fields_of_odd_types(self, run: Program) -> None:
        """Numbers where text belongs, and the other way round, are not known: never a crash."""
        body = (
            b'{"id":5,"model":["x"],"choices":[{"message":{"content":"hi","tool_calls":"x",'
            b'"reasoning":7},"finish_reason":3}],"usage":{"prompt_tokens":NaN,'
            b'"completion_tokens":1e999,"total_tokens":"many","cost":"free"}}'
        )

        def script(caller: Caller) -> None:
            caller.request()
            caller.whole(body)

        with FaultyGateway(script) as faulty:
            answer = run.at(faulty.base_url)("chat", "hi", "-m", "any", "--json").json

        assert ("hi", "other", "any", None) == tuple(
            answer[key] for key in ("text", "finish", "model", "id")
        )
        assert {None} == set(answer["usage"].values())

    def test_words_that_would_steer_a_terminal(self, run: Program) -> None:
        """What the gateway says in an error is one line and drives nothing."""
        script = refuses(400, "\x1b[31mred\u202e\nsecond line\x9b")
        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert 1 == result.stderr.count("\n")
        assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stderr) is None
        assert "red" in result.stderr


class TestErrorsForPrograms:
    """With `--json` an error is one JSON object on one line of standard error."""

    KEYS = frozenset({"code", "kind", "message", "hint", "status", "request_id", "attempts"})

    @pytest.mark.parametrize("argv", [["--json"], ["--format", "json"], ["--format=jsonl"]])
    @pytest.mark.parametrize("wrong", [[], ["--nonsense"], ["-t", "x"]])
    def test_before_anything_is_sent(self, run: Program, argv: list[str], wrong: list[str]) -> None:
        """Also a command line that cannot be read is answered in the format it asks for."""
        result = run("chat", "hi", *wrong, *argv)

        assert 1 == result.stderr.count("\n")
        assert self.KEYS == set(result.error)
        assert (ExitCode.USAGE if wrong else ExitCode.CONFIG) == result.error["code"] == result.code

    def test_after_attempts(self, run: Program, sandbox: Sandbox) -> None:
        """The error names status, request id and every attempt."""
        result = run.at(sandbox)(
            "chat", "hi", "-m", "sandbox/error:503", "--retries", "1", "--json", "--vendor", "v1"
        )

        why = "the gateway answered 503: the sandbox answers 503, as its model's name asks"
        assert self.KEYS == set(result.error)
        assert (6, "unavailable", 503) == tuple(
            result.error[key] for key in ("code", "kind", "status")
        )
        assert re.fullmatch("req_[0-9a-f]{32}", result.error["request_id"])
        row = {"model": "sandbox/error:503", "vendor": "v1", "status": 503, "error": why}
        assert [
            {**row, "waited_ms": 500},
            {**row, "waited_ms": 0},
        ] == result.error["attempts"]
        assert "" == result.stdout

    @pytest.mark.parametrize("argv", [["-q", "chat"], ["chat", "-q"]])
    def test_quiet_leaves_only_the_error(
        self, run: Program, sandbox: Sandbox, argv: list[str]
    ) -> None:
        """With `-q` retries are not told, errors are."""
        result = run.at(sandbox)(*argv, "hi", "-m", "sandbox/error:503")

        assert ExitCode.UNREACHABLE == result.code
        assert 1 == result.stderr.count("\n")
        assert result.stderr.startswith("yourouter: the gateway answered 503: ")
