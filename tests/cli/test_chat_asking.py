"""What `chat` sends: the prompt, and what each option changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.chatting import echo, sent
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


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
