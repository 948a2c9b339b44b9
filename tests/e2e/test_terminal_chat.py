"""A chat on a real terminal, as a terminal emulator sees it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.gateway.faults import Caller, FaultyGateway, answers
from tests.terminal import Terminal
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from tests.driver import Program

COLOR = re.compile(rb"\x1b\[[0-9;:]*m")


def test_an_answer(run: Program) -> None:
    """The answer stands on the screen, the cursor below it and visible."""
    with Terminal(run, "chat", "-p", "sandbox", "Reply with exactly: connected") as terminal:
        assert 0 == terminal.wait()

        assert ["connected"] == terminal.lines
        assert terminal.cursor == (0, 1)
        assert terminal.cursor_is_visible


def test_a_prompt_is_not_waited_for(run: Program) -> None:
    """With a prompt, a terminal's standard input is not read."""
    with Terminal(run, "chat", "-p", "sandbox", "hi") as terminal:
        assert 0 == terminal.wait(10)


def test_nobody_to_ask(run: Program) -> None:
    """With `--no-input` and no prompt there is no session: the prompt is empty."""
    with Terminal(run, "chat", "-p", "sandbox", "--no-input", stdin=_nothing()) as terminal:
        assert ExitCode.USAGE == terminal.wait()

        assert "yourouter: the prompt is empty" == terminal.lines[0]


def test_ctrl_c_keeps_what_came(run: Program) -> None:
    """Ctrl-C stops the answer: what came stays, the cursor is visible, and one line says so."""
    words = [f"word{number}" for number in range(100)]
    argv = ("chat", "-p", "sandbox", "-m", "sandbox/slow:50", *words)
    with Terminal(run, *argv) as terminal:
        terminal.wait_for("word3")
        terminal.type("\x03")
        assert ExitCode.INTERRUPTED == terminal.wait()

        assert terminal.lines[0].startswith("word0 word1 word2")
        assert "yourouter: interrupted" == terminal.lines[-1]
        assert "word99" not in terminal.text
        assert terminal.cursor_is_visible
        assert 0 == terminal.cursor[0]


def test_waiting_is_shown_and_forgotten(run: Program) -> None:
    """While nothing comes, a line says for whom is waited; it is gone when the answer is there."""

    def script(caller: Caller) -> None:
        caller.wait(0.6)
        answers("here")(caller)

    with (
        FaultyGateway(script) as faulty,
        Terminal(run.at(faulty.base_url), "chat", "-m", "some-model", "hi") as terminal,
    ):
        terminal.wait_for("some-model")
        assert 0 == terminal.wait()

        assert ["here"] == terminal.lines


def test_a_pipe_beside_a_terminal(run: Program) -> None:
    """Where only standard error is a terminal, the pipe gets the exact bytes all the same."""
    read, write = os.pipe()
    argv = ("chat", "-p", "sandbox", "-m", "sandbox/markdown", "hi")
    with Terminal(run, *argv, stdout=write) as terminal:
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            output = pipe.read()
        assert 0 == terminal.wait()

        assert [] == terminal.lines
    assert run("chat", "-p", "sandbox", "-m", "sandbox/markdown", "hi").output == output


def test_what_steers_a_terminal_is_made_visible(run: Program) -> None:
    """Control sequences in an answer are shown, not obeyed."""
    argv = ("chat", "-p", "sandbox", "-m", "sandbox/escape", "hi")
    with Terminal(run, *argv) as terminal:
        assert 0 == terminal.wait()

        for sequence in (
            b"\x1b]0;",
            b"\x1b]52",
            b"\x1b[2J",
            b"\x1b[H",
            b"\x1bP",
            "\x9b".encode(),
            b"\x07",
        ):
            assert sequence not in terminal.raw
        assert "\u202e".encode() not in terminal.raw
        assert terminal.text.startswith("before")
        assert "hi" in terminal.text


@pytest.mark.parametrize(
    ("argv", "environ", "is_colored"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"NO_COLOR": ""}, True),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
    ],
)
def test_color(
    run: Program, argv: tuple[str, ...], environ: dict[str, str], *, is_colored: bool
) -> None:
    """Colour is for terminals, unless the user does not want it."""
    command = ("chat", "-p", "sandbox", "-m", "sandbox/markdown", "hi", *argv)
    with Terminal(run, *command, environ=environ) as terminal:
        assert 0 == terminal.wait()

        # Bold and italics are no colours.
        codes = b"".join(COLOR.findall(terminal.raw))
        has_color = re.search(rb"[\[;](3[0-7]|38|9[0-7]|4[0-7]|48)[;m]", codes) is not None
        assert is_colored == has_color


def test_a_dumb_terminal(run: Program) -> None:
    """A terminal without a cursor to move gets plain lines, without any escape."""
    argv = ("chat", "-p", "sandbox", "-m", "sandbox/markdown", "hi")
    with Terminal(run, *argv, environ={"TERM": "dumb"}) as terminal:
        assert 0 == terminal.wait()

        assert b"\x1b" not in terminal.raw


def test_a_window_that_changes(run: Program) -> None:
    """Dragging the side of the window while an answer streams loses and repeats nothing."""
    words = [f"word{number}" for number in range(60)]
    argv = ("chat", "-p", "sandbox", "-m", "sandbox/slow:20", "\n\n".join(words))
    with Terminal(run, *argv, size=(80, 24)) as terminal:
        terminal.wait_for("word5")
        terminal.resize(60, 24)
        terminal.wait_for("word30")
        terminal.resize(100, 24)
        assert 0 == terminal.wait()

        assert words == re.findall(r"word\d+", terminal.text)


def _nothing() -> int:
    return os.open(os.devnull, os.O_RDONLY)
