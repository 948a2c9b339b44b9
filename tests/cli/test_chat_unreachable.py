"""What `chat` says, and with which code it leaves, when nobody answers."""

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
