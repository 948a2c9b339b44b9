"""`--dry-run` and `--curl`: the request on paper, and nothing sent."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.driver import KEY
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

# What the transport adds, and curl in its own way.
OWN_HEADERS = {
    "accept", "accept-encoding", "connection", "host", "idempotency-key", "user-agent",
}  # fmt: skip
AWKWARD = 'it\'s "quoted", $HOME `date` \\n !! \t%s\n\u2028 naïve 🦉 \x07'


class TestDryRun:
    """The request as JSON."""

    def test_what_it_prints(self, run: Program, sandbox: Sandbox) -> None:
        """Method, URL, headers and body, the key as a variable; nothing is sent."""
        result = run.at(sandbox)(
            "chat", "hi", "-m", "m", "--vendor", "azure", "-H", "X-Team: blue", "--dry-run"
        )

        assert (ExitCode.DONE, "") == (result.code, result.stderr)
        assert {
            "method": "POST",
            "url": f"{sandbox.base_url}/chat/completions",
            "headers": {
                "authorization": "Bearer $YOUROUTER_API_KEY",
                "content-type": "application/json",
                "vendor": "azure",
                "x-team": "blue",
            },
            "body": {
                "model": "m",
                "messages": [{"role": "user", "content": "hi"}],
                "stream": True,
                "stream_options": {"include_usage": True},
            },
        } == json.loads(result.stdout)
        assert [] == sandbox.requests

    def test_fields_are_merged_deeply(self, run: Program) -> None:
        """`-P` goes into what the profile and other options say, and wins."""
        kept = '{"metadata":{"user":"x","team":"blue"},"stream_options":{"a":1}}'
        result = run(
            "chat", "hi", "-P", "metadata.team=red", "-P", "metadata.n=1", "--dry-run",
            environ={"YOUROUTER_PARAMS": kept},
        )  # fmt: skip

        body = json.loads(result.stdout)["body"]
        assert {"user": "x", "team": "red", "n": 1} == body["metadata"]
        assert {"include_usage": True, "a": 1} == body["stream_options"]

    def test_no_key_is_needed(self, run: Program) -> None:
        """A request can be looked at before there is a key."""
        result = run("chat", "hi", "--dry-run")

        assert ExitCode.DONE == result.code
        assert "https://api.yourouter.ai/v1/chat/completions" == json.loads(result.stdout)["url"]

    @pytest.mark.parametrize("option", ["--dry-run", "--curl"])
    def test_the_key_is_not_in_it(self, run: Program, sandbox: Sandbox, option: str) -> None:
        """The key itself is never printed."""
        assert KEY not in run.at(sandbox)("chat", "hi", option).stdout

    @pytest.mark.parametrize("option", ["--dry-run", "--curl"])
    def test_an_empty_prompt_is_refused_all_the_same(self, run: Program, option: str) -> None:
        """What would not be sent is not printed either."""
        assert ExitCode.USAGE == run("chat", "", option).code


@pytest.mark.skipif(shutil.which("curl") is None, reason="no `curl` command to run")
class TestCurl:
    """A command that can be pasted."""

    @pytest.mark.parametrize(
        ("prompt", "argv"),
        [
            ("hi", ()),
            (AWKWARD, ("-s", AWKWARD)),
            ("hi", ("-H", 'X-Quotes: it\'s "$HOME" `date`', "--vendor", "azure")),
            ("hi", ("--no-stream", "-P", 'stop=["\'"]', "-t", "0.3", "--max-tokens", "9")),
            ("hi", ("-H", "X-Empty:")),
            ("x" * 300_000, ()),
        ],
    )
    def test_it_sends_the_same_bytes(
        self, run: Program, sandbox: Sandbox, prompt: str, argv: tuple[str, ...]
    ) -> None:
        """The printed command, run by bash, sends what the program would have sent."""
        program = run.at(sandbox)
        command = program("chat", "-m", "sandbox/echo", *argv, "--curl", stdin=prompt).stdout
        assert [] == sandbox.requests

        done = program.shell('eval "$(cat)"', stdin=command.encode())
        ours = program("chat", "-m", "sandbox/echo", *argv, stdin=prompt)

        assert (0, "") == (done.code, done.stderr)
        by_curl, by_us = sandbox.requests
        assert by_us.body == by_curl.body
        assert (by_us.method, by_us.path) == (by_curl.method, by_curl.path)
        assert {
            name: value for name, value in by_us.headers.items() if name not in OWN_HEADERS
        } == {name: value for name, value in by_curl.headers.items() if name not in OWN_HEADERS}
        assert ExitCode.DONE == ours.code

    def test_it_streams_what_the_program_reads(self, run: Program, sandbox: Sandbox) -> None:
        """What curl prints is the stream itself."""
        command = run.at(sandbox)("chat", "hi", "-m", "sandbox/echo", "--curl").stdout
        done = run.at(sandbox).shell(command)

        assert done.stdout.startswith('data: {"id":"chatcmpl-')
        assert done.stdout.endswith("data: [DONE]\n\n")

    def test_it_is_one_line(self, run: Program) -> None:
        """The command is one line for a one-line prompt, easy to select."""
        command = run("chat", "hi", "--curl").stdout

        assert 1 == command.count("\n")
        assert command.startswith(
            "curl -sS -N -X POST https://api.yourouter.ai/v1/chat/completions "
        )
        assert '-H "authorization: Bearer $YOUROUTER_API_KEY"' in command


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "gemini"])
@pytest.mark.parametrize("option", ["--dry-run", "--curl"])
def test_attachments(
    run: Program, sandbox: Sandbox, tmp_path: Path, dialect: str, option: str
) -> None:
    """Files stand whole where they are sent, also several that are too long for one argument."""
    files = []
    for number in range(2):
        file = tmp_path / f"{number}.png"
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]) * 60_000)
        files += ["-a", str(file)]
    program = run.at(sandbox)
    argv = ["chat", "it's", "-m", "sandbox/echo", "--dialect", dialect, *files]
    printed = program(*argv, option).stdout
    sent = program(*argv)

    if option == "--curl":
        program.shell('eval "$(cat)"', stdin=printed.encode())
        bodies = [request.body for request in sandbox.requests]
    else:
        bodies = [sandbox.requests[0].body, json.dumps(json.loads(printed)["body"]).encode()]
    assert ExitCode.DONE == sent.code
    assert json.loads(bodies[0]) == json.loads(bodies[1])
