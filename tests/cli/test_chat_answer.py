"""What `chat` makes of the answer, for people and in a pipe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.chatting import echo
from tests.driver import FakeClock
from tests.gateway.faults import DONE, STREAM, Caller, FaultyGateway, finish, text
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


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
