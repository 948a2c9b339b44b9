"""What `chat` says, and with which code it leaves, when there is no answer."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from tests.gateway.certificates import made_certificate
from tests.gateway.faults import Caller, FaultyGateway, answers, nobody
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.faults import Script
    from yourouter_cli.sandbox.server import Sandbox

HTML_502 = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


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


class TestNobodyThere:
    """The gateway cannot be reached at all."""

    def test_refused(self, run: Program) -> None:
        """A port where nobody listens is exit 6 after the retries."""
        with nobody() as origin:
            result = run.at(f"{origin}/v1")("chat", "hi", "-m", "any", "--retries", "1")

        assert ExitCode.UNREACHABLE == result.code
        assert (
            "note: `any`: cannot connect to HERE: connection refused;"
            " trying again in 0.5 s (attempt 2 of 2)\n"
            "yourouter: cannot connect to HERE: connection refused\n"
            "hint: yourouter config doctor\n" == result.told
        )

    @pytest.mark.usefixtures("no_names")
    def test_unknown_host(self, run: Program) -> None:
        """A host that does not resolve is exit 6, and named."""
        result = run.at("https://no-such-host.invalid/v1")(
            "chat", "hi", "-m", "any", "--retries", "0"
        )

        assert ExitCode.UNREACHABLE == result.code
        assert (
            "yourouter: cannot resolve `no-such-host.invalid`: name or service not known\n"
            "hint: yourouter config doctor\n" == result.stderr
        )

    def test_no_tls(self, run: Program) -> None:
        """Https to a port that does not speak TLS is exit 6, and says so."""
        with FaultyGateway(lambda caller: caller.send(b"HTTP/1.1 400 No\r\n\r\n")) as faulty:
            url = f"https://127.0.0.1:{faulty.port}/v1"
            result = run.at(url)("chat", "hi", "--retries", "0", "--no-fallback")

        assert ExitCode.UNREACHABLE == result.code
        assert result.stderr.startswith(
            f"yourouter: cannot speak TLS with https://127.0.0.1:{faulty.port}: "
        )

    def test_a_certificate_that_nobody_signed(self, run: Program, tmp_path: Path) -> None:
        """A gateway that cannot prove who it is does not get the key: exit 6, and why."""
        certificate = made_certificate(tmp_path)
        with FaultyGateway(answers("here"), tls=certificate.context) as faulty:
            program = run.at(faulty.base_url)
            refused = program("chat", "hi", "-m", "any", "--retries", "0")
            trusted = program.having(SSL_CERT_FILE=str(certificate.file))("chat", "hi")

        assert (ExitCode.UNREACHABLE, "") == (refused.code, refused.stdout)
        assert (
            f"yourouter: cannot trust {faulty.origin}: self-signed certificate\n"
            "hint: yourouter config doctor\n" == refused.stderr
        )
        assert (ExitCode.DONE, "here\n", "") == (trusted.code, trusted.stdout, trusted.stderr)
        assert 1 == len(faulty.requests)

    def test_redirect(self, run: Program) -> None:
        """A redirect is not followed, and its target is named."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.whole(b"", 302, Location="https://elsewhere.example/v1")

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi")

        assert ExitCode.UNREACHABLE == result.code
        assert (
            "yourouter: the gateway redirects to https://elsewhere.example/v1,"
            " which is not followed with a key\n"
            "hint: yourouter config get base_url --origin\n" == result.stderr
        )
        assert 1 == len(faulty.requests)

    def test_a_proxy_page(self, run: Program) -> None:
        """The page of a proxy in between is told in words, without its markup."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.whole(HTML_502, 502, "text/html")

        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)("chat", "hi", "--retries", "0", "--no-fallback")

        assert ExitCode.UNREACHABLE == result.code
        assert "yourouter: the gateway answered 502: 502 Bad Gateway nginx\n" == result.stderr


def _says_nothing(caller: Caller) -> None:
    caller.request()
    caller.wait()


def _begins_without_text(caller: Caller) -> None:
    caller.request()
    caller.head()
    caller.frames({"choices": [{"index": 0, "delta": {"role": "assistant"}}]})
    caller.wait()


class TestTimeouts:
    """Each clock that runs out before any text is exit 6, and named."""

    @pytest.mark.parametrize(
        ("script", "option", "words"),
        [
            (
                _says_nothing,
                "--first-byte-timeout",
                "no answer from HERE within 0.2 s (first-byte timeout)",
            ),
            (
                _begins_without_text,
                "--idle-timeout",
                "nothing more from HERE for 0.2 s (idle timeout)",
            ),
            (_says_nothing, "--timeout", "not done within 0.2 s (total timeout)"),
            (_begins_without_text, "--timeout", "not done within 0.2 s (total timeout)"),
        ],
    )
    def test_each_clock(self, run: Program, script: Script, option: str, words: str) -> None:
        """The clock that ran out is named, with its length."""
        with FaultyGateway(script) as faulty:
            result = run.at(faulty.base_url)(
                "chat", "hi", option, "0.2", "--retries", "0", "--no-fallback"
            )

        assert ExitCode.UNREACHABLE == result.code
        assert "" == result.stdout
        assert f"yourouter: {words}\n" == result.told

    def test_connecting(self, run: Program) -> None:
        """A TLS handshake that nobody answers ends by the connect clock; the doctor may help."""
        with FaultyGateway(lambda caller: caller.wait()) as faulty:
            origin = f"https://127.0.0.1:{faulty.port}"
            result = run.at(f"{origin}/v1")(
                "chat", "hi", "--connect-timeout", "0.2", "--retries", "0", "--no-fallback"
            )

        assert ExitCode.UNREACHABLE == result.code
        assert (
            f"yourouter: cannot connect to {origin} within 0.2 s (connect timeout)\n"
            "hint: yourouter config doctor\n" == result.stderr
        )

    def test_the_total_clock_ends_the_waits_between_attempts(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """A wait that would go beyond the whole command's time is not begun."""
        clock = FakeClock()
        result = run.at(sandbox)(
            "chat", "hi", "-m", "sandbox/error:503", "--timeout", "0.7", clock=clock
        )

        assert ExitCode.UNREACHABLE == result.code
        assert result.told.splitlines()[-1].endswith(
            "; waiting 1.0 s to try again takes longer than 0.7 s (total timeout) (request id REQ)"
        )
        assert [0.5] == clock.waits

    @pytest.mark.parametrize(
        "argv", [(), ("-",), ("-a", "-"), ("-s", "@-"), ("--schema", "-"), ("--tools", "-")]
    )
    def test_standard_input_counts(
        self, run: Program, sandbox: Sandbox, argv: tuple[str, ...]
    ) -> None:
        """The whole command's time includes waiting for standard input."""
        read, write = os.pipe()
        with os.fdopen(read, "rb") as endless:
            began = time.monotonic()
            result = run.at(sandbox)("chat", "hi", *argv, "--timeout", "0.2", stdin=endless)
            os.close(write)

        assert ExitCode.UNREACHABLE == result.code
        assert (
            "yourouter: standard input did not end within 0.2 s (total timeout)\n"
            "hint: export YOUROUTER_NO_STDIN=1\n" == result.stderr
        )
        assert time.monotonic() - began < 1.5
        assert [] == sandbox.requests
