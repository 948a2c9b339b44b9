"""An interactive session: what the keys do, and how the terminal is left."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.talking import CTRL_C, CTRL_D, Talking, sent
from tests.terminal import Terminal
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

COLOR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|38|9[0-7]|4[0-7]|48|10[0-7])[;m]")
CTRL_R, ESCAPE, END = "\x12", "\x1b", "\x1b[F"


def test_typing(talk_at: Program, sandbox: Sandbox) -> None:
    """What was typed in earlier sessions is found again; commands and models are completed."""
    with Talking(talk_at) as talk:
        talk.say("the first question")
        talk.leave()
    with Talking(talk_at) as talk:
        talk.say("another one")
        talk.type(f"{CTRL_R}first")
        talk.wait_for("> the first question")
        talk.type("\r")
        talk.say(f"{END}?")
        assert ("user", "the first question?") == sent(sandbox)[-1]
        assert 3 == len(sandbox.requests)

        talk.type("/")
        talk.wait_for("go on with an earlier conversation")
        talk.complete("dia", until="/dialect")
        talk.complete(" an", until="/dialect anthropic")
        assert "dialect: anthropic" == talk.say("")[-1]
        assert talk.status.startswith("default · sandbox/echo · anthropic · 14 tokens")
        talk.complete("/model gpt-4o-mi", until="/model gpt-4o-mini-2024-07-18")
        assert "model: gpt-4o-mini-2024-07-18" == talk.say("")[-1]


def test_dropping_and_leaving(talk_at: Program, sandbox: Sandbox) -> None:
    """Ctrl-C drops what is typed; at the empty prompt, twice without typing between, it leaves."""
    with Talking(talk_at) as talk:
        for _ in range(3):
            talk.type("never mind")
            talk.wait_for("> never mind")
            talk.type(CTRL_C)
            talk.wait_for(lambda: "never mind" not in talk.text)
        talk.type(CTRL_C)
        talk.wait_for(lambda: talk.status == "Ctrl-C again leaves")
        talk.say("still here")
        assert talk.status.endswith("tokens")
        talk.type(CTRL_C)
        talk.wait_for(lambda: talk.status == "Ctrl-C again leaves")
        talk.type(CTRL_C)
        assert 0 == talk.wait()
    assert ["sandbox/echo"] == sandbox.models_asked


@pytest.mark.parametrize("how", ["EDITOR", "inputrc", "neither"])
def test_editing_as_in_vi(talk_at: Program, sandbox: Sandbox, tmp_path: Path, how: str) -> None:
    """Who edits with vi types as in vi, and so does who says so in inputrc."""
    (tmp_path / ".inputrc").write_text("set editing-mode vi\n" if how == "inputrc" else "")
    environ = {"EDITOR": "vim -u NONE" if how == "EDITOR" else "nano"}
    with Talking(talk_at, environ=environ) as talk:
        talk.type(f"words{ESCAPE}")
        time.sleep(0.3)  # an Escape that nothing follows is one after a moment only
        talk.say("0x")
    assert [("user", "words0x" if how == "neither" else "ords")] == sent(sandbox)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGHUP, ExitCode.HUNG_UP)],
)
@pytest.mark.parametrize("when", ["prompt", "answer"])
def test_ended_by_a_signal(
    talk_at: Program, number: signal.Signals, code: ExitCode, when: str
) -> None:
    """A signal ends the session at the prompt and in an answer, and leaves a sane terminal."""
    with Talking(talk_at, "-m", "sandbox/slow:50") as talk:
        if when == "answer":
            talk.begin("one two three four five six seven", until="two")
        talk.process.send_signal(number)
        assert code == talk.wait()

        assert talk.cursor_is_visible
        assert talk.raw.count(b"\x1b[?2004h") == talk.raw.count(b"\x1b[?2004l")
        assert talk.settings[3] & termios.ECHO
        assert talk.settings[3] & termios.ICANON
        assert talk.settings[0] & termios.ICRNL
        if number == signal.SIGTERM:
            assert "yourouter: terminated" == talk.lines[-1]


def test_the_window_is_closed(talk_at: Program) -> None:
    """When the terminal goes away, so does the session."""
    with Talking(talk_at) as talk:
        talk.hang_up()
        assert ExitCode.HUNG_UP == talk.wait()


def test_stopped_and_continued(talk_at: Program, sandbox: Sandbox) -> None:
    """Ctrl-Z hands the terminal to the shell, in an answer too; `fg` takes it back."""
    command = shlex.join([sys.executable, "-m", "yourouter_cli", "chat", "-m", "sandbox/slow:40"])
    environ = {"PS1": "shell: ", "BASH_SILENCE_DEPRECATION_WARNING": "1"}
    bash = ("/bin/bash", "--norc", "--noprofile", "-i")
    with Terminal(talk_at, command=bash, environ=environ, size=(120, 30)) as terminal:
        terminal.wait_for("shell:")
        terminal.type(f"clear; {command}\r")
        terminal.wait_for("tokens")
        terminal.type("half a question")
        terminal.wait_for("> half a question")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        terminal.type("echo from $((6 * 7))\r")
        terminal.wait_for("from 42")
        terminal.type("fg\r")
        terminal.wait_for(lambda: terminal.lines[-1].endswith("tokens"))
        terminal.type(" of eight words or so\r")
        terminal.wait_for(lambda: "half a question of" in terminal.lines[-1][:-1])
        terminal.type("\x1a")
        terminal.wait_for(lambda: terminal.text.count("Stopped") == 2)
        terminal.type("fg\r")
        terminal.wait_for(lambda: terminal.lines[-1].endswith("tokens"))
        assert "half a question of eight words or so" in terminal.lines
        terminal.type(CTRL_D)
        terminal.wait_for("goes on with this")
        terminal.type("exit\r")
        terminal.wait()
    assert [("user", "half a question of eight words or so")] == sent(sandbox)


def test_narrow_and_without_color(talk_at: Program) -> None:
    """20 columns and no colour are enough: nothing is lost but the less needed of the status."""
    answer = "words and words that fill more than one line of so few columns"
    with Talking(talk_at, size=(20, 12), environ={"NO_COLOR": "1"}) as talk:
        shown = talk.say(f"Reply with exactly: {answer}")
        assert answer in " ".join(shown).replace("> ", "")
        assert "sandbo… · 20 tokens" == talk.status or talk.status.endswith("tokens")
        assert all(len(line) <= 20 for line in talk.lines)
        assert "/compact" in "\n".join(talk.say("/help"))
        talk.type("/mo")
        talk.wait_for("/model")
        talk.type(CTRL_C)
        assert 0 == talk.leave()
        assert COLOR.search(talk.raw) is None


@pytest.mark.parametrize("variable", ["PYTHONIOENCODING=latin-1", "LC_ALL=POSIX"])
def test_typed_in_utf8(talk_at: Program, sandbox: Sandbox, variable: str) -> None:
    """What is typed and shown is UTF-8, whatever the environment says of encodings."""
    name, _, value = variable.partition("=")
    with Talking(talk_at, environ={name: value}) as talk:
        talk.say("漢 é")
    assert [("user", "漢 é")] == sent(sandbox)


def test_typed_ahead(talk_at: Program) -> None:
    """What is typed while an answer comes does not spoil it, and is there at the next prompt."""
    with Talking(talk_at, "-m", "sandbox/slow:40") as talk:
        talk.begin("one two three four five six seven eight", until="three")
        talk.type("and nine?")
        talk.wait_for(lambda: talk.status != "" and "> and nine?" in talk.lines)
        assert talk.lines[2].startswith("one two three four five six seven eight")
        assert "nine" not in talk.lines[2]


def test_typed_before_the_first_prompt(talk_at: Program) -> None:
    """What is typed as soon as the session greets stands at its first prompt, and only there."""
    with Terminal(talk_at, "chat", size=(80, 24)) as terminal:
        terminal.wait_for("Ctrl-D leaves")
        terminal.type("hello")
        terminal.wait_for(lambda: "> hello" in terminal.lines)
        assert 1 == terminal.text.count("hello")
        terminal.type(CTRL_C + CTRL_D)
        assert 0 == terminal.wait()


def test_a_dumb_terminal(talk_at: Program, sandbox: Sandbox) -> None:
    """A terminal that cannot move its cursor is talked to in plain lines."""
    with Terminal(talk_at, "chat", environ={"TERM": "dumb"}) as terminal:
        terminal.wait_for(lambda: not terminal.settings[3] & termios.ICANON)
        terminal.type("hello\r")
        terminal.wait_for(lambda: terminal.lines[-3:] == ["> hello", "hello", ">"])
        terminal.wait_for(lambda: not terminal.settings[3] & termios.ICANON)
        terminal.type(CTRL_D)
        assert 0 == terminal.wait()
    assert [("user", "hello")] == sent(sandbox)


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_not_in_front_of_a_person(talk_at: Program, sandbox: Sandbox, stream: str) -> None:
    """Where input or output is no terminal, there is never a session."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    stdin, stdout = (descriptor if stream == name else None for name in ("stdin", "stdout"))
    with Terminal(talk_at, "chat", stdin=stdin, stdout=stdout) as terminal:
        os.close(descriptor)
        assert ExitCode.USAGE == terminal.wait()
        assert "yourouter: the prompt is empty" == terminal.lines[0]
    for option in ("--json", "--no-input", "--strict", "--no-stdin", "--output=x", "--expect=x"):
        result = talk_at("chat", option, tty=True)
        assert (ExitCode.USAGE, "") == (result.code, result.stdout), option
    assert [] == sandbox.requests


def test_tools(talk_at: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """A tool is run after a yes; no, Ctrl-C and Ctrl-D decline it, and the answer goes on."""
    tools = tmp_path / "tools.json"
    function = {"name": "weather", "description": "?", "parameters": {"type": "object"}}
    command = ["sh", "-c", "echo sunny; echo ran >> " + shlex.quote(str(tmp_path / "ran"))]
    tools.write_text(json.dumps([{"type": "function", "function": function, "command": command}]))
    argv = ("-m", "sandbox/tool", "--tools", str(tools), "--run-tools")
    with Talking(talk_at, *argv) as talk:
        for key in ("y\r", "n\r", CTRL_C, CTRL_D):
            talk.begin("How is it?", until="? [y/N]:")
            talk.type(key)
            talk.wait_for_prompt()
            is_run = key == "y\r"
            result = "sunny" if is_run else "the user declined to run this"
            assert f"tool said: {result}" in talk.lines_above[-1]
            # One sees what one answers.
            assert not key.isprintable() or f"[y/N]: {key}" in talk.text
            talk.say("/undo")
        assert "ran\n" == (tmp_path / "ran").read_text()

        talk.begin("Again?", until="? [y/N]:")
        talk.type("y\r")
        talk.wait_for_prompt()
        talk.say("/model sandbox/echo")
        talk.say("Thanks")
        assert ["user", "assistant", "tool", "assistant", "user"] == [
            message["role"] for message in sandbox.requests[-1].json["messages"]
        ]
        assert 0 == talk.leave()
