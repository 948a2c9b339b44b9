"""What `chat` sends, and what it makes of the answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock
from tests.gateway.faults import DONE, STREAM, Caller, FaultyGateway, finish, text
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program, Result
    from yourouter_cli.sandbox.server import Sandbox

ANSWER_KEYS = [
    "schema", "id", "model", "requested_model", "vendor", "dialect", "text", "reasoning",
    "tool_calls", "finish", "finish_raw", "usage", "timing", "attempts", "request_id",
    "vendor_message_id", "conversation",
]  # fmt: skip
USAGE_KEYS = [
    "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "total_tokens", "cost",
]  # fmt: skip
TIMING_KEYS = ["first_byte_ms", "first_token_ms", "total_ms", "tokens_per_second"]
ATTEMPT_KEYS = ["model", "vendor", "status", "error", "waited_ms"]


def echo(run: Program, sandbox: Sandbox, *argv: str, **how: Any) -> Result:
    """Ask the model that repeats the prompt."""
    return run.at(sandbox)("chat", "-m", "sandbox/echo", *argv, **how)


def sent(run: Program, sandbox: Sandbox, *argv: str) -> Any:
    """Return the body that `chat hi` with these options sends."""
    result = echo(run, sandbox, "hi", *argv)
    assert ExitCode.DONE == result.code, result.stderr
    return sandbox.requests[-1].json


class TestThePrompt:
    """Words, standard input, or both."""

    @pytest.mark.parametrize(
        ("argv", "stdin", "prompt"),
        [
            (["one", "two"], b"", "one two"),
            (["one  two "], b"", "one  two "),
            ([], b"piped", "piped"),
            ([], b"piped\n", "piped"),
            ([], b"two\n\n", "two\n"),
            ([], b"one\r\ntwo\r\n", "one\r\ntwo\r"),
            (["explain"], b"piped\n", "explain\n\npiped"),
            (["explain", "this"], b"a\nb\n", "explain this\n\na\nb"),
            (["-"], b"piped\n", "piped"),
            (["explain", "-"], b"piped\n", "explain\n\npiped"),
            (["explain"], b"\n", "explain"),
            (["explain"], None, "explain"),
            (["--", "-m", "--help"], b"", "-m --help"),
            (["naïve", "日本", "🦉"], "é\u2028\u0085".encode(), "naïve 日本 🦉\n\né\u2028\u0085"),
            ([], b"nul \0 and escape \x1b[31m", "nul \0 and escape \x1b[31m"),
            (["explain", "--no-stdin"], b"piped", "explain"),
        ],
    )
    def test_what_is_sent(
        self, *, run: Program, sandbox: Sandbox, argv: list[str], stdin: bytes, prompt: str
    ) -> None:
        """Piped text goes after the words and a blank line, less one newline at its end."""
        result = echo(run, sandbox, *argv, stdin=stdin)

        assert ExitCode.DONE == result.code
        assert [{"role": "user", "content": prompt}] == sandbox.requests[0].json["messages"]

    @pytest.mark.parametrize(
        ("argv", "stdin", "sent"),
        [
            (["-s", "@-"], "be brief\n", '"content": "be brief"'),
            (["--schema", "-"], '\ufeff{"title":"a"}', '"title": "a"'),
            (["--tools", "-"], '[{"function":{"name":"f"}}]', '"name": "f"'),
        ],
    )
    def test_a_file_that_is_standard_input(
        self, run: Program, argv: list[str], stdin: str, sent: str
    ) -> None:
        """`-` for a file is standard input, which is not the prompt then."""
        result = run("chat", "hi", *argv, "--dry-run", stdin=stdin)

        assert {"role": "user", "content": "hi"} == json.loads(result.stdout)["body"]["messages"][
            -1
        ]
        assert sent in result.stdout

    @pytest.mark.parametrize(
        ("word", "prompt"), [("1", "hi"), ("yes", "hi"), ("0", "hi\n\npiped"), ("", "hi\n\npiped")]
    )
    def test_the_environment_may_ignore_standard_input(
        self, run: Program, sandbox: Sandbox, word: str, prompt: str
    ) -> None:
        """`YOUROUTER_NO_STDIN` ignores standard input, unless it says no."""
        echo(run, sandbox, "hi", stdin=b"piped", environ={"YOUROUTER_NO_STDIN": word})

        assert prompt == sandbox.requests[0].json["messages"][0]["content"]

    def test_a_large_prompt(self, run: Program, sandbox: Sandbox) -> None:
        """Two megabytes of standard input arrive and come back unchanged."""
        data = b"wordwithoutablank" * 120_000

        assert data + b"\n" == echo(run, sandbox, stdin=data).output


class TestTheAnswerInAPipe:
    """Exact bytes, and one newline at the end."""

    @pytest.mark.parametrize(
        ("pieces", "output"),
        [
            (["one", " two"], "one two\n"),
            (["one\n"], "one\n"),
            (["one\n\n"], "one\n\n"),
            (["  # not rendered\n* [x](y) `z`"], "  # not rendered\n* [x](y) `z`\n"),
            (["a\u2028b\u0085c\x0cd\re"], "a\u2028b\u0085c\x0cd\re\n"),
            (["\x1b[31mred\x1b[0m\x00\x07"], "\x1b[31mred\x1b[0m\x00\x07\n"),
            (["e\u0301", "🦉", "日本"], "e\u0301🦉日本\n"),
            (["\ud83e", "\udd89"], "🦉\n"),
            (["half \ud83e"], "half \ufffd\n"),
            (["x" * 200], "x" * 200 + "\n"),
        ],
    )
    def test_the_bytes(self, run: Program, pieces: list[str], output: str) -> None:
        """No padding, no wrapping, no escape: what the model wrote is what is written."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.frames(*map(text, pieces), finish(), DONE)

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert (ExitCode.DONE, output, "") == (result.code, result.stdout, result.stderr)

    def test_sanitize(self, run: Program, sandbox: Sandbox) -> None:
        """With `--sanitize` a pipe gets no control sequences."""
        result = run.at(sandbox)("chat", "hi", "-m", "sandbox/escape", "--sanitize")

        assert "\x1b" not in result.stdout
        assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stdout) is None
        assert "hi" in result.stdout

    def test_a_gateway_that_does_not_stream(self, run: Program, sandbox: Sandbox) -> None:
        """A whole answer to a request for a stream is an answer."""
        result = run.at(sandbox)("chat", "hi there", "-m", "sandbox/whole")

        assert (ExitCode.DONE, "hi there\n", "") == (result.code, result.stdout, result.stderr)

    @pytest.mark.parametrize("kind", ["application/json", "text/plain; charset=latin1", STREAM])
    def test_a_wrong_content_type(self, run: Program, kind: str) -> None:
        """A stream is told by what it is, whatever its content type says."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head(kind=kind)
            caller.frames(text("tøld"), finish(), DONE)

        with FaultyGateway(script) as faulty:
            assert "tøld\n" == run.at(faulty.base_url)("chat", "hi").stdout

    def test_bad_utf8(self, run: Program) -> None:
        """Bytes that are no UTF-8 become replacement characters; the rest is kept."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.send(b'data: {"choices":[{"delta":{"content":"a\xff\xfeb"}}]}\n\n')
            caller.frames(finish(), DONE)

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert (ExitCode.DONE, "a\ufffd\ufffdb\n") == (result.code, result.stdout)

    def test_a_stream_that_drips(self, run: Program) -> None:
        """A stream that comes byte by byte, cut in the middle of characters, is the same."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            for (
                byte
            ) in b'data: {"choices":[{"delta":{"content":"n\xc3\xa9e"}}]}\r\n\r\ndata: [DONE]\n\n':
                caller.send(bytes([byte]))
                caller.wait(0.001)

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert (ExitCode.DONE, "née\n") == (result.code, result.stdout)


class TestOptions:
    """What each option changes in the request."""

    def test_the_plain_request(self, run: Program, sandbox: Sandbox) -> None:
        """Without options the body says model, message, and that it wants a stream with usage."""
        assert {
            "model": "sandbox/echo",
            "messages": [{"role": "user", "content": "hi"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        } == sent(run, sandbox)
        assert ("POST", "/v1/chat/completions") == (
            sandbox.requests[0].method,
            sandbox.requests[0].path,
        )

    @pytest.mark.parametrize(
        ("argv", "fields"),
        [
            (["-t", "0"], {"temperature": 0}),
            (["--temperature", "0.7"], {"temperature": 0.7}),
            (["--max-tokens", "7"], {"max_tokens": 7}),
            (["-P", "seed=7"], {"seed": 7}),
            (["-P", "user=me"], {"user": "me"}),
            (["-P", 'user="7"'], {"user": "7"}),
            (["-P", "logit_bias.50256=-100"], {"logit_bias": {"50256": -100}}),
            (["-P", "a.b=1", "-P", "a.c=x=y"], {"a": {"b": 1, "c": "x=y"}}),
            (["-P", "d=[1, 2]"], {"d": [1, 2]}),
            (["-P", "n=null"], {"n": None}),
            (["-P", "x=NaN"], {"x": "NaN"}),
            (["-P", "x=1e999"], {"x": "1e999"}),
            (["-P", "x="], {"x": ""}),
            (["-t", "1", "-P", "temperature=0.2"], {"temperature": 0.2}),
        ],
    )  # fmt: skip
    def test_body_fields(
        self, run: Program, sandbox: Sandbox, argv: list[str], fields: dict[str, Any]
    ) -> None:
        """An option sets its field; `-P` sets any, JSON where it parses, and wins."""
        body = sent(run, sandbox, *argv)

        assert fields == {name: body[name] for name in fields}

    def test_a_whole_answer(self, run: Program, sandbox: Sandbox) -> None:
        """`--no-stream` asks for one response, which is printed all the same."""
        result = echo(run, sandbox, "hi", "--no-stream")

        assert "hi\n" == result.stdout
        assert {"model", "messages"} == set(sandbox.requests[0].json)

    @pytest.mark.parametrize("text", ["be brief", "@FILE"])
    def test_the_system_prompt(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, text: str
    ) -> None:
        """The system prompt is a text, or the content of a file, less its last newline."""
        file = tmp_path / "system.txt"
        file.write_text("be brief\n", encoding="utf-8")
        body = sent(run, sandbox, "-s", text.replace("FILE", str(file)))

        assert [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "hi"},
        ] == body["messages"]

    @pytest.mark.parametrize(
        ("argv", "environ", "vendor"),
        [
            ([], {}, None),
            (["--vendor", "azure"], {}, "azure"),
            (["--vendor", "auto"], {}, None),
            (["--vendor", "aws", "-H", "Vendor: x"], {}, "x"),
            ([], {"YOUROUTER_VENDOR": "aws"}, "aws"),
            (["--vendor", "auto"], {"YOUROUTER_VENDOR": "aws"}, None),
            ([], {"YOUROUTER_VENDOR": "auto"}, None),
        ],
    )
    def test_the_vendor_is_a_header(
        self,
        *,
        run: Program,
        sandbox: Sandbox,
        argv: list[str],
        environ: dict[str, str],
        vendor: str | None,
    ) -> None:
        """A vendor is sent as the `vendor` header, and told; `auto` and none send none."""
        result = echo(run, sandbox, "hi", *argv, "--json", environ=environ)

        assert vendor == sandbox.requests[0].headers.get("vendor")
        assert vendor == result.json["vendor"]

    def test_headers(self, run: Program, sandbox: Sandbox) -> None:
        """`-H` adds headers, and replaces those that may be replaced."""
        sent(run, sandbox, "-H", "X-Team: blue: green", "-H", "user-agent:mine", "-H", "x-empty:")
        headers = sandbox.requests[0].headers

        assert ("blue: green", "mine", "") == tuple(
            headers[name] for name in ("x-team", "user-agent", "x-empty")
        )
        assert headers["authorization"].startswith("Bearer sk-test-")

    def test_the_environment_chooses_the_model(self, run: Program, sandbox: Sandbox) -> None:
        """`YOUROUTER_MODEL` names the model, and `-m` wins over it."""
        program = run.at(sandbox).having(YOUROUTER_MODEL="sandbox/echo")
        program("chat", "hi")
        program("chat", "hi", "-m", "sandbox/think")

        assert ["sandbox/echo", "sandbox/think"] == sandbox.models_asked

    def test_options_before_the_command(self, run: Program) -> None:
        """Common options are taken before and after the command."""
        before = run("-p", "sandbox", "--format", "json", "chat", "hi")
        after = run("chat", "hi", "-p", "sandbox", "--json")

        assert "hi" == before.json["text"] == after.json["text"]

    def test_the_sandbox_needs_nothing(self, run: Program) -> None:
        """`-p sandbox` answers without key, network or file, whatever the environment says."""
        result = run.at("https://gateway.example/v1").having(
            YOUROUTER_MODEL="gpt-4o", YOUROUTER_VENDOR="azure"
        )("chat", "-p", "sandbox", "Reply with exactly: connected")

        assert (ExitCode.DONE, "connected\n", "") == (result.code, result.stdout, result.stderr)


class TestJson:
    """One object with documented keys."""

    def test_the_keys(self, run: Program, sandbox: Sandbox) -> None:
        """`--format json` is one line with these keys in this order, unknown values null."""
        result = echo(run, sandbox, "hi", "--format", "json")

        answer = result.json
        assert 1 == result.stdout.count("\n")
        assert ANSWER_KEYS == list(answer)
        assert USAGE_KEYS == list(answer["usage"])
        assert TIMING_KEYS == list(answer["timing"])
        assert [ATTEMPT_KEYS] == [list(attempt) for attempt in answer["attempts"]]
        assert "" == result.stderr

    @pytest.mark.parametrize("model", ["truncate:2", "reset:2", "error-in-stream:2"])
    def test_an_answer_that_broke_off_says_what_is_known_of_it(
        self, run: Program, sandbox: Sandbox, model: str
    ) -> None:
        """The part is on standard output, with the attempts that standard error names too."""
        result = run.at(sandbox)("chat", "one two three", "-m", f"sandbox/{model}", "--json")

        answer, error = result.json, json.loads(result.stderr)["error"]
        assert ExitCode.INCOMPLETE == result.code == error["code"]
        assert ("one two ", None) == (answer["text"], answer["finish"])
        assert answer["timing"]["first_byte_ms"] > 0
        assert 1 == len(answer["attempts"])
        assert error["attempts"] == answer["attempts"]
        assert error["message"] == answer["attempts"][0]["error"]

    def test_the_values(self, run: Program, sandbox: Sandbox) -> None:
        """The values are those of the answer."""
        answer = run.at(sandbox)("chat", "say hi", "-m", "sandbox/cost", "--json").json

        assert {
            "schema": 1,
            "model": "sandbox/cost",
            "requested_model": "sandbox/cost",
            "vendor": None,
            "dialect": "openai",
            "text": "say hi",
            "reasoning": None,
            "tool_calls": [],
            "finish": "stop",
            "finish_raw": "stop",
            "vendor_message_id": None,
        }.items() <= answer.items()
        assert {
            "input_tokens": 2,
            "output_tokens": 4,
            "reasoning_tokens": 2,
            "cached_tokens": 1,
            "total_tokens": 6,
            "cost": 0.000123,
        } == answer["usage"]
        assert re.fullmatch("req_[0-9a-f]{32}", answer["request_id"])
        assert re.fullmatch("chatcmpl-[0-9a-f]{24}", answer["id"])
        timing = answer["timing"]
        assert 0 < timing["first_byte_ms"] <= timing["first_token_ms"] <= timing["total_ms"]

    def test_what_is_not_known_is_null(self, run: Program) -> None:
        """A gateway that says little leaves nulls, never zeros."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            caller.frames(text("hi"), finish(), DONE)

        with FaultyGateway(script) as faulty:
            answer = run.at(faulty.base_url)("chat", "hi", "-m", "any", "--json").json

        assert dict.fromkeys(USAGE_KEYS) == answer["usage"]
        assert [None] * 3 == [answer[key] for key in ("id", "request_id", "vendor_message_id")]
        assert "any" == answer["model"]

    def test_a_whole_answer_names_the_vendors_message(self, run: Program, sandbox: Sandbox) -> None:
        """With `--no-stream` the upstream's own message id is known."""
        answer = echo(run, sandbox, "hi", "--no-stream", "--json").json

        assert ANSWER_KEYS == list(answer)
        assert answer["vendor_message_id"]

    def test_reasoning(self, run: Program, sandbox: Sandbox) -> None:
        """What the model thought is apart from what it said."""
        answer = run.at(sandbox)("chat", "say hi", "-m", "sandbox/think", "--json").json

        assert "say hi" == answer["text"]
        assert (
            "The prompt has 2 words. Nothing speaks against repeating them."
            == (answer["reasoning"])
        )

    def test_json_lines(self, run: Program, sandbox: Sandbox) -> None:
        """`--format jsonl` is one object per event, each with its `type`."""
        result = run.at(sandbox)("chat", "say hi", "-m", "sandbox/think", "--format", "jsonl")

        types = [event["type"] for event in result.events]
        assert ["start", "reasoning", "text", "usage", "finish"] == list(dict.fromkeys(types))
        assert "say hi" == "".join(
            event["text"] for event in result.events if event["type"] == "text"
        )
        start, *_, usage, end = result.events
        assert 1 == start["schema"]
        assert USAGE_KEYS == list(usage)[1:]
        assert ["type", "finish", "finish_raw", "timing", "attempts"] == list(end)
        assert "" == result.stderr

    def test_no_line_holds_a_line_end(self, run: Program, sandbox: Sandbox) -> None:
        """Whatever the answer holds, one event is one line."""
        result = echo(run, sandbox, stdin="a\nb\u2028c\r\x0b\x0cd\u0085")
        lines = run.at(sandbox)(
            "chat", "-m", "sandbox/echo", "--format", "jsonl", stdin="a\nb\u2028c\r\x0b\x0cd\u0085"
        )

        assert "a\nb\u2028c\r\x0b\x0cd\u0085\n" == result.stdout
        assert "a\nb\u2028c\r\x0b\x0cd\u0085" == "".join(
            event["text"] for event in lines.events if event["type"] == "text"
        )


class TestTheReceipt:
    """`--usage`."""

    def test_what_it_says(self, run: Program, sandbox: Sandbox) -> None:
        """Tokens, cost, durations, vendor, request id and attempts, in one line on stderr."""
        result = run.at(sandbox)("chat", "say hi", "-m", "sandbox/cost", "--usage")

        assert "say hi\n" == result.stdout
        assert re.fullmatch(
            r"usage: tokens in 2 \(1 cached\), out 4 \(2 reasoning\),"
            r" cost 0\.000123, first byte \d+ ms, first token \d+ ms, total \d+ ms,"
            r" (tokens/s unknown|[\d.]+ tokens/s), vendor unknown, request REQ, attempts 1\n",
            result.told,
        )

    def test_what_nobody_said_is_unknown(self, run: Program, sandbox: Sandbox) -> None:
        """A cost that the gateway did not report is `unknown`."""
        result = echo(run, sandbox, "hi", "--usage", "--vendor", "v1")

        assert ", cost unknown, " in result.stderr
        assert ", vendor v1, " in result.stderr

    @pytest.mark.parametrize("dialect", ["openai", "anthropic", "gemini"])
    def test_the_vendors_own_id(self, run: Program, sandbox: Sandbox, dialect: str) -> None:
        """A whole answer tells the id by which the vendor knows it, on every wire."""
        result = echo(run, sandbox, "hi", "--usage", "--no-stream", "--dialect", dialect)

        assert re.search(r", request REQ, vendor message \S+, attempts 1\n", result.told)

    def test_quiet(self, run: Program, sandbox: Sandbox) -> None:
        """With `-q` there is no receipt."""
        assert "" == echo(run, sandbox, "hi", "--usage", "-q").stderr


class TestReasoning:
    """What the model thinks goes to standard error, where it is wanted."""

    THOUGHTS = "The prompt has 1 words. Nothing speaks against repeating them.\n"

    @pytest.mark.parametrize(
        ("argv", "stderr"),
        [([], ""), (["--show-reasoning"], THOUGHTS), (["--hide-reasoning"], "")],
    )
    def test_in_a_pipe(self, run: Program, sandbox: Sandbox, argv: list[str], stderr: str) -> None:
        """In a pipe reasoning is shown only when asked for, and never on standard output."""
        result = run.at(sandbox)("chat", "hi", "-m", "sandbox/think", *argv)

        assert ("hi\n", stderr) == (result.stdout, result.stderr)

    def test_on_a_terminal(self, run: Program, sandbox: Sandbox) -> None:
        """On a terminal it is shown, dim and set apart from the answer, unless it is hidden."""
        program = run.at(sandbox)
        argv = ("chat", "hi", "-m", "sandbox/think")
        shown = program(*argv, tty=True, clock=FakeClock())
        hidden = program(*argv, "--hide-reasoning", tty=True, clock=FakeClock())

        assert shown.stderr.startswith("\x1b[2mThe ")
        assert self.THOUGHTS + "\n" == re.sub("\x1b\\[[0-9]*m", "", shown.stderr)
        assert "Nothing" not in hidden.stderr


class TestDebug:
    """`--debug`."""

    def test_it_shows_the_exchange_without_the_key(self, run: Program, sandbox: Sandbox) -> None:
        """Request and response metadata go to standard error; the key is masked."""
        result = echo(run, sandbox, "hi", "--debug")

        assert "hi\n" == result.stdout
        assert result.told.startswith("> POST HERE/v1/chat/completions\n")
        assert "> authorization: Bearer ***\n" in result.stderr
        assert "< 200 OK\n" in result.stderr
        assert "sk-test-" not in result.stderr
