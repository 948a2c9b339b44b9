"""`yourouter config` in front of a person: questions, hidden keys, an editor tried again."""

from __future__ import annotations

import shlex
import sys
import tomllib
from typing import TYPE_CHECKING, Any

from tests.terminal import Terminal
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

KEY = "sk-canary-2718281828459045"


def document(home: Path) -> dict[str, Any]:
    """Return what the configuration says."""
    return tomllib.loads((home / "config" / "config.toml").read_text())


class TestInit:
    def test_from_nothing_to_a_passing_chat(
        self, run: Program, home: Path, sandbox: Sandbox
    ) -> None:
        """A few answers make a profile that works; the key is not seen on the screen."""
        with Terminal(run, "config", "init") as terminal:
            terminal.wait_for("Base URL of the gateway [https://api.yourouter.ai/v1]:")
            terminal.type(f"{sandbox.base_url}\r")
            terminal.wait_for("API key, not shown (Enter: go without):")
            terminal.type(f"{KEY}\r")
            terminal.wait_for("Model [gpt-4o]:")
            terminal.type("sandbox/echo\r")
            terminal.wait_for("Models to ask next, comma separated, - for none [gemini-2.5-flash]")
            terminal.type("-\r")
            terminal.wait_for("Vendor [auto]:")
            terminal.type("\r")
            terminal.wait_for("Try it now? [Y/n]:")
            terminal.type("\r")
            code = terminal.wait()

        assert 0 == code
        assert (
            f"profile `default` is saved in `{home}/config/config.toml`"
            in terminal.text.replace("\n", "")
        )
        assert "connected: `sandbox/echo` answered in " in terminal.text
        assert KEY.encode() not in terminal.raw
        assert {
            "base_url": sandbox.base_url,
            "api_key": KEY,
            "model": "sandbox/echo",
            "fallback_models": [],
        } == document(home)["profiles"]["default"]
        assert "hi\n" == run("chat", "hi").stdout

    def test_a_bad_answer_is_asked_for_again(self, run: Program, home: Path) -> None:
        """A URL that is none, and a key that is none, are said and asked for again."""
        with Terminal(run, "config", "init", "--model", "m", "--fallback", "f", "--no-check") as t:
            t.wait_for("Base URL")
            t.type("example.com\r")
            t.wait_for("must be a URL such as https://host/v1")
            t.type("https://gateway.example/v1\r")
            t.wait_for("API key, not shown")
            t.type("two words\r")
            t.wait_for("is not one word of plain ASCII")
            # What is typed before a hidden question is asked is thrown away.
            t.wait_for(lambda: t.text.count("API key, not shown") > 1)
            t.type("\r")
            t.wait_for("Vendor [auto]:")
            t.type("azure\r")
            code = t.wait()

        assert 0 == code
        assert {
            "base_url": "https://gateway.example/v1",
            "model": "m",
            "fallback_models": ["f"],
            "vendor": "azure",
        } == document(home)["profiles"]["default"]

    def test_ctrl_c_makes_nothing(self, run: Program, home: Path) -> None:
        """Leaving in the middle leaves no profile, and the terminal shows what is typed again."""
        with Terminal(run, "config", "init") as terminal:
            terminal.wait_for("Base URL")
            terminal.type("\r")
            terminal.wait_for("API key")
            terminal.type("\x03")
            code = terminal.wait()

        assert ExitCode.INTERRUPTED == code
        assert not (home / "config" / "config.toml").exists()

    def test_without_a_key_the_way_to_add_one_names_the_profile(self, run: Program) -> None:
        """What is said can be pasted: it means the profile that was made."""
        with Terminal(run, "config", "init", "-p", "work") as terminal:
            terminal.wait_for("Base URL")
            terminal.type("\r")
            terminal.wait_for("API key, not shown")
            terminal.type("\r")
            terminal.wait_for("Model [")
            terminal.type("\r")
            terminal.wait_for("Models to ask next")
            terminal.type("\r")
            terminal.wait_for("Vendor [")
            terminal.type("\r")
            terminal.wait_for("yourouter config set -p work api_key")

            assert 0 == terminal.wait()

    def test_the_end_of_input_makes_nothing(self, run: Program, home: Path) -> None:
        """Ctrl-D is as good as Ctrl-C."""
        with Terminal(run, "config", "init") as terminal:
            terminal.wait_for("Base URL")
            terminal.type("\x04")
            code = terminal.wait()

        assert ExitCode.INTERRUPTED == code
        assert not (home / "config" / "config.toml").exists()

    def test_no_input_asks_nothing(self, run: Program, home: Path) -> None:
        """On a terminal too, `--no-input` is obeyed."""
        with Terminal(run, "config", "init", "--no-input", "--no-check") as terminal:
            code = terminal.wait()

        assert 0 == code
        assert "gpt-4o" == document(home)["profiles"]["default"]["model"]
        assert "Base URL" not in terminal.text

    def test_enter_changes_nothing(self, run: Program, home: Path) -> None:
        """Whoever only presses Enter keeps what there is, key and fallback included."""
        run("config", "set", "api_key", stdin=KEY)
        run("config", "set", "fallback_models", "a,b")

        with Terminal(run, "config", "init", "--no-check") as terminal:
            for question in ("Base URL", "keep the one there is", "Model [", "[a,b]", "Vendor"):
                terminal.wait_for(question)
                terminal.type("\r")
            code = terminal.wait()

        assert 0 == code
        assert {
            "api_key": KEY,
            "fallback_models": ["a", "b"],
            "base_url": "https://api.yourouter.ai/v1",
            "model": "gpt-4o",
        } == document(home)["profiles"]["default"]


class TestKey:
    def test_is_asked_for_without_echo(self, run: Program, home: Path) -> None:
        """`config set api_key` asks, and what is typed cannot be seen."""
        with Terminal(run, "config", "set", "api_key") as terminal:
            terminal.wait_for("API key (not shown):")
            terminal.type(f"{KEY}\r")
            code = terminal.wait()

        assert 0 == code
        assert KEY.encode() not in terminal.raw
        assert {"default": {"api_key": KEY}} == document(home)["profiles"]


class TestEdit:
    def test_a_bad_text_can_be_edited_again_at_once(
        self, run: Program, home: Path, tmp_path: Path
    ) -> None:
        """After a refusal the editor can be opened on the same text without leaving."""
        script = tmp_path / "editor.py"
        script.write_text(
            "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n"
            "good = 'retries = 1\\n'\n"
            "path.write_text(text.replace('retries = x\\n', good) if 'x\\n' in text else "
            "'[profiles.default]\\nretries = x\\n')\n"
        )
        editor = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"

        with Terminal(
            run, "config", "edit", size=(300, 24), environ={"EDITOR": editor}
        ) as terminal:
            terminal.wait_for("line 2, column 11: expected a value")
            terminal.wait_for("Edit again? [Y/n]:")
            terminal.type("y\r")
            code = terminal.wait()

        assert 0 == code
        assert {"default": {"retries": 1}} == document(home)["profiles"]
