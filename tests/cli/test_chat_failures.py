"""What `chat` says, and with which code it leaves, when it is told no, here or there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


class TestBeforeAnythingIsSent:
    """What is wrong here is found without asking the gateway."""

    def test_no_key(self, run: Program) -> None:
        """Without a key the two ways on are named: set one, or try the sandbox."""
        result = run("chat", "hello")

        assert ExitCode.CONFIG == result.code
        assert "" == result.stdout
        assert (
            "yourouter: no API key for https://api.yourouter.ai\n"
            "hint: yourouter config set api_key\n"
            'hint: yourouter chat -p sandbox "hello"\n' == result.stderr
        )

    @pytest.mark.parametrize("prompt", [[], [""], [" ", "\t"], ["-"]])
    def test_an_empty_prompt(self, run: Program, sandbox: Sandbox, prompt: list[str]) -> None:
        """An empty prompt is wrong use, and nothing is sent."""
        result = run.at(sandbox)("chat", *prompt)

        assert ExitCode.USAGE == result.code
        assert "yourouter: the prompt is empty\nhint: yourouter chat --help\n" == result.stderr
        assert [] == sandbox.requests

    def test_plain_http_to_another_machine(self, run: Program) -> None:
        """Plain http would show the key to the network, so it is refused."""
        result = run.at("http://gateway.example/v1")("chat", "hi")

        assert ExitCode.CONFIG == result.code
        assert (
            "yourouter: plain http to http://gateway.example/v1 would show the key to the network\n"
            "hint: yourouter config set allow_insecure_http true\n" == result.stderr
        )

    @pytest.mark.parametrize(
        ("argv", "words"),
        [
            (["-t", "3"], "`--temperature` is 0 to 2, not 3"),
            (["--max-tokens", "0"], "`--max-tokens` is at least 1, not 0"),
            (["--expect-regex", "("], "`--expect-regex (` is not a regular expression: "),
            (["-P", "novalue"], "`-P novalue` is not of the form KEY=VALUE"),
            (["-P", "a..b=1"], "`-P a..b=1` is not of the form KEY=VALUE"),
            (["-P", "a=1", "-P", "a.b=2"], "`-P a.b=2` goes into `a`, which has a value already"),
            (["-H", "no colon"], "`-H no colon` is not of the form 'Name: value'"),
            (["-H", "sp ace: x"], "`-H sp ace: x` is not of the form 'Name: value'"),
            (["-H", "X: a\r\nY: b"], "the header `x` holds a character that no header may hold"),
            (["-H", "Authorization: x"], "the header `authorization` cannot be given with -H"),
            (["-H", "X-API-Key: x"], "the header `x-api-key` cannot be given with -H"),
            (["-H", "Host: x"], "the header `host` cannot be given with -H"),
            (["-H", "content-length: 1"], "the header `content-length` cannot be given with -H"),
            (["-s", "@/no/such/file"], "cannot read the system prompt `/no/such/file`: no such"),
            (["--format", ""], "unknown format `` (known: `text`, `markdown`, `json`,"),
            (["--format", "yaml"], "unknown format `yaml` (known: `text`, `markdown`, `json`,"),
            (["--color", "blue"], "unknown colour choice `blue` (known: `auto`, `always`, `never`"),
            (["--dry-run", "--curl"], "`--dry-run` and `--curl` exclude each other"),
            (["--fallback", "m", "--no-fallback"], "`--fallback` and `--no-fallback` exclude each"),
            (["--retries", "-1"], "`--retries` must be a whole number from 0 to "),
            (["--timeout", "0"], "`--timeout` must be a positive number of seconds"),
            (["--timeout", "nan"], "`--timeout` must be a positive number of seconds"),
            (["--timeout", "soon"], "invalid value for `--timeout`: `soon` is not a valid float"),
            (["--vendor", "a\r\nX-Evil: b"], "`--vendor` must be one line of ASCII text"),
            (["--stop", "x", "--stop", ""], "`--stop` is a text, and not empty"),
            (["--stop", "\udcff"], "`--stop` is not valid UTF-8 (at character 1)"),
            (["-P", "a=\udcff"], "`-P` is not valid UTF-8 (at character 3)"),
            (["--vendor", ""], "`--vendor` must be text, and not empty"),
            (["--fallback", "a", "--fallback", ""], "`--fallback` must be text, and not empty"),
            (["-m", "a\nb"], "`--model` must be one line of ASCII text"),
            (["--dialect", "latin"], "`--dialect` must be "),
            (["--nonsense"], "no such option: --nonsense"),
        ],
    )
    def test_wrong_use(self, run: Program, sandbox: Sandbox, argv: list[str], words: str) -> None:
        """Options that cannot be meant are refused in one line, and nothing is sent."""
        result = run.at(sandbox)("chat", "hi", *argv)

        assert result.stderr.startswith(f"yourouter: {words}")
        assert ExitCode.USAGE == result.code
        assert "" == result.stdout
        assert [] == sandbox.requests

    @pytest.mark.parametrize(
        ("argv", "stdin", "words"),
        [
            (["caf\udce9"], b"", "the prompt is not valid UTF-8 (at character 4)"),
            (["what is this?"], b"caf\xe9", "standard input is not valid UTF-8 (at character 4)"),
        ],
    )
    def test_bytes_that_are_no_text(
        self, run: Program, sandbox: Sandbox, argv: list[str], stdin: bytes, words: str
    ) -> None:
        """A prompt in another encoding is refused with the command that converts it."""
        result = run.at(sandbox)("chat", *argv, stdin=stdin)

        assert ExitCode.USAGE == result.code
        assert f"yourouter: {words}\nhint: iconv -f latin1 -t utf-8\n" == result.stderr
        assert [] == sandbox.requests

    def test_closed_stdin_asked_for_by_name(self, run: Program, sandbox: Sandbox) -> None:
        """`-` with a closed standard input says so."""
        result = run.at(sandbox)("chat", "-", stdin=None)

        assert ExitCode.USAGE == result.code
        assert "yourouter: cannot read standard input: it is closed\n" == result.stderr


class TestStatuses:
    """What the gateway says no to, judged by its status."""

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (400, ExitCode.REJECTED),
            (402, ExitCode.REJECTED),
            (403, ExitCode.DENIED),
            (404, ExitCode.REJECTED),
            (413, ExitCode.REJECTED),
            (418, ExitCode.REJECTED),
            (422, ExitCode.REJECTED),
        ],
    )
    def test_a_request_that_is_refused(
        self, run: Program, sandbox: Sandbox, status: int, code: ExitCode
    ) -> None:
        """A refusal is reported at once, in one line with the gateway's words and request id."""
        result = run.at(sandbox)("chat", "hi", "-m", f"sandbox/error:{status}")

        assert code == result.code
        assert "" == result.stdout
        assert (
            f"yourouter: the gateway answered {status}: the sandbox answers {status},"
            " as its model's name asks (request id REQ)" == result.told.splitlines()[0]
        )
        assert 1 == len(sandbox.requests)

    @pytest.mark.parametrize(
        ("key", "code", "words", "hint"),
        [
            (
                "bad",
                ExitCode.DENIED,
                "401: incorrect API key provided",
                "hint: read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY\n",
            ),
            ("denied", ExitCode.DENIED, "403: this key may not use this resource", ""),
            ("broke", ExitCode.REJECTED, "402: the balance is used up: add credit to go on", ""),
            ("quota", ExitCode.REJECTED, "429: you exceeded your current quota", ""),
        ],
    )
    def test_a_key_that_does_not_open(
        self, *, run: Program, sandbox: Sandbox, key: str, code: ExitCode, words: str, hint: str
    ) -> None:
        """A key without permission is exit 4, one without money exit 5; neither is tried again."""
        result = run.at(sandbox, key)("chat", "hi", "-m", "sandbox/echo")

        assert code == result.code
        assert f"yourouter: the gateway answered {words} (request id REQ)\n{hint}" == result.told
        assert 1 == len(sandbox.requests)

    def test_an_unknown_model(self, run: Program, sandbox: Sandbox) -> None:
        """A model that does not exist is exit 5 when no other may be asked."""
        result = run.at(sandbox)("chat", "hi", "-m", "sandbox/no-such")

        assert ExitCode.REJECTED == result.code
        assert (
            "yourouter: the gateway answered 404: the model `sandbox/no-such` does not exist;"
            " GET /v1/models lists those of the sandbox (request id REQ)\n"
            "hint: yourouter models list\n" == result.told
        )

    @pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
    def test_a_gateway_that_stays_down(self, run: Program, sandbox: Sandbox, status: int) -> None:
        """What may pass is tried three times, and then is exit 6."""
        clock = FakeClock()
        result = run.at(sandbox)("chat", "hi", "-m", f"sandbox/error:{status}", clock=clock)

        why = f"the gateway answered {status}: the sandbox answers {status}, as its model's name"
        assert ExitCode.UNREACHABLE == result.code
        assert [
            f"note: `sandbox/error:{status}`: {why} asks; trying again in 0.5 s (attempt 2 of 3)",
            f"note: `sandbox/error:{status}`: {why} asks; trying again in 1.0 s (attempt 3 of 3)",
            f"yourouter: {why} asks (request id REQ)",
        ] == result.told.splitlines()
        assert 3 == len(sandbox.requests)
        assert [0.5, 1.0] == clock.waits
