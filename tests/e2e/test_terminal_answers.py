"""Long, strange and hostile answers on a real terminal."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.driver import SLACK_SECONDS
from tests.gateway.faults import DONE, Caller, FaultyGateway, answers, finish, refuses, text
from tests.hostile import HOSTILE, steering_in
from tests.screen import rendered
from tests.terminal import Terminal
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.driver import Program

    Script = Callable[[Caller], None]


def streams(pieces: Iterable[str], gap_seconds: float = 0) -> Script:
    """Return the script of a gateway that streams *pieces*, with a gap after each."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.head()
        for piece in pieces:
            caller.frames(text(piece))
            if gap_seconds:
                caller.wait(gap_seconds)
        caller.frames(finish(), DONE)

    return script


def pieces_of(words: str, size: int) -> list[str]:
    """Return *words* in pieces of *size* characters."""
    return [words[at : at + size] for at in range(0, len(words), size)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize(
    ("name", "answer", "piece"),
    [
        (
            "code of 5,000 lines",
            "```python\n" + "".join(f"x{n} = [{n}, 'text']  # {n}\n" for n in range(5_000)) + "```",
            400,
        ),
        (
            "a table of 500 rows",
            "| n | words |\n|--:|---|\n" + "".join(f"| {n} | w **{n}** |\n" for n in range(500)),
            50,
        ),
        ("a paragraph of 200 kB", "".join(f"*word* {n} " for n in range(16_000)), 8_000),
        ("a fence that is never closed", "text\n\n~~~\n" + "code\n" * 300, 20),
        ("ideographs and emoji", "中文流式输出，測試。한국어 🙂 é עברית\n" * 200, 30),
    ],
)
def test_the_last_screen(
    run: Program, name: str, answer: str, piece: int, size: tuple[int, int]
) -> None:
    """Screen and scrollback hold the answer as it is rendered at once, each row once."""
    with (
        FaultyGateway(streams(pieces_of(answer, piece))) as gateway,
        Terminal(run.at(gateway.base_url), "chat", "hi", size=size, environ=NO_COLOR) as terminal,
    ):
        assert 0 == terminal.wait()

        assert rendered(answer, size[0]) == terminal.lines, name
        assert terminal.cursor_is_visible


def test_a_narrow_terminal(run: Program) -> None:
    """Twenty columns are enough for everything."""
    command = ("chat", "-p", "sandbox", "-m", "sandbox/markdown", "hi")
    answer = run(*command).stdout
    # The emulator counts the cells of joined emoji and flags in its own way.
    words = re.compile(r"[^\W\d_]{4,}")
    with Terminal(run, *command, size=(20, 10), environ=NO_COLOR) as terminal:
        assert 0 == terminal.wait()

        assert words.findall(" ".join(rendered(answer, 20))) == words.findall(terminal.text)


class TestFirewall:
    def test_by_name(self, run: Program) -> None:
        """Whatever an answer holds, split at every character, no control character arrives."""
        answer = " ".join(f"{name} {sequence}." for name, sequence in HOSTILE.items())
        with (
            FaultyGateway(streams(answer)) as gateway,
            Terminal(run.at(gateway.base_url), "chat", "hi") as terminal,
        ):
            assert 0 == terminal.wait()

            assert [] == steering_in(terminal.raw.decode())
            assert "clipboard ␛]52;c;ZWNobyBvd25lZA==␛" in " ".join(terminal.lines)

    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.one_of(
                st.binary(max_size=30), st.sampled_from([v.encode() for v in HOSTILE.values()])
            ),
            max_size=12,
        ),
        st.lists(st.integers(0, 400), max_size=20),
    )
    def test_any_bytes(self, run: Program, parts: list[bytes], cuts: list[int]) -> None:
        """Arbitrary bytes as an answer, in arbitrary pieces, steer nothing; nor as reasoning."""
        words = b" ".join(parts).decode("utf-8", "surrogateescape")
        places = sorted({0, len(words), *(min(cut, len(words)) for cut in cuts)})
        pieces = [words[begin:end] for begin, end in pairwise(places)]

        def script(caller: Caller) -> None:
            caller.request()
            caller.head()
            for piece in pieces:
                # Bytes that are no text travel raw inside the JSON.
                for key in ("reasoning_content", "content"):
                    data = json.dumps(
                        {"choices": [{"index": 0, "delta": {key: piece}}]}, ensure_ascii=False
                    )
                    caller.send(b"data: " + data.encode("utf-8", "surrogateescape") + b"\n\n")
            caller.frames(finish(), DONE)

        with (
            FaultyGateway(script) as gateway,
            Terminal(run.at(gateway.base_url), "chat", "hi", "--usage") as terminal,
        ):
            assert 0 == terminal.wait()

            assert [] == steering_in(terminal.raw.decode())

    def test_errors_and_names(self, run: Program) -> None:
        """Neither an error body, a request id nor a model's name steers the terminal."""
        hostile = "".join(HOSTILE.values())
        script = refuses(400, f"no {hostile}", code=hostile, x_request_id="req\x9b2J")
        with FaultyGateway(script) as gateway:
            for argv, code in (
                ([], ExitCode.REJECTED),
                (["-m", f"m{hostile}"], ExitCode.USAGE),
                ([f"--{hostile}"], ExitCode.USAGE),
            ):
                with Terminal(run.at(gateway.base_url), "chat", "hi", *argv) as terminal:
                    assert code == terminal.wait()

                    assert [] == steering_in(terminal.raw.decode())

    @pytest.mark.parametrize("format_", ["text", "jsonl", "json"])
    def test_every_format(self, run: Program, format_: str) -> None:
        """On a terminal no format lets a control character through."""
        with (
            FaultyGateway(answers("".join(HOSTILE.values()))) as gateway,
            Terminal(run.at(gateway.base_url), "chat", "hi", "--format", format_) as terminal,
        ):
            assert 0 == terminal.wait()

            assert [] == steering_in(terminal.raw.decode())

    def test_a_pipe_is_exact(self, run: Program) -> None:
        """In a pipe the bytes are the model's; `--sanitize` makes them visible text."""
        answer = "".join(HOSTILE.values())
        with FaultyGateway(answers(answer)) as gateway:
            program = run.at(gateway.base_url)

            assert f"{answer}\n".encode() == program("chat", "hi").output
            assert [] == steering_in(program("chat", "hi", "--sanitize").stdout)


class TestSignals:
    SLOW = ("-p", "sandbox", "-m", "sandbox/slow:40", *(f"**word{n}**" for n in range(60)))

    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (signal.SIGINT, ExitCode.INTERRUPTED),
            (signal.SIGTERM, ExitCode.TERMINATED),
            (signal.SIGHUP, ExitCode.HUNG_UP),
        ],
    )
    def test_the_terminal_is_left_as_it_was(
        self, run: Program, number: signal.Signals, code: ExitCode
    ) -> None:
        """However the program is stopped, the part stays and the terminal is as before."""
        with Terminal(run, "chat", *self.SLOW) as terminal:
            before = terminal.settings
            terminal.wait_for("word5")
            began = time.monotonic()
            terminal.process.send_signal(number)
            assert code == terminal.wait()

            assert time.monotonic() - began < 0.5 + SLACK_SECONDS
            assert before == terminal.settings
            assert terminal.cursor_is_visible
            assert 0 == terminal.cursor[0]
            assert terminal.raw.endswith(b"\n") or b"\x1b[?7h\x1b[?25h" in terminal.raw[-40:]
            assert terminal.lines[0].startswith("word0 word1 word2 word3 word4 word5")

    def test_stopped_and_continued(self, run: Program, tmp_path: Path) -> None:
        """Ctrl-Z leaves a clean terminal to the shell; `fg` draws on, and nothing is lost."""
        script = tmp_path / "ask"
        words = shlex.join([sys.executable, "-m", "yourouter_cli", "chat", *self.SLOW])
        script.write_text(f"exec {words}\n")
        shell = [shutil.which("bash") or "bash", "--norc", "--noprofile", "-i"]
        with Terminal(run, command=shell, environ={"PS1": "ready> "}) as terminal:
            terminal.wait_for("ready>")
            terminal.type(f"sh {script}\r")
            terminal.wait_for("word5")
            terminal.type("\x1a")
            terminal.wait_for("Stopped")
            terminal.wait_for(lambda: terminal.lines[-1] == "ready>")
            assert "word" not in terminal.text
            assert terminal.cursor_is_visible
            terminal.type("fg\r")
            terminal.wait_for("word59")
            terminal.wait_for(lambda: terminal.lines[-1] == "ready>")

            assert [f"word{n}" for n in range(60)] == re.findall(r"word\d+", terminal.text)
            terminal.type("exit\r")
            terminal.wait()


NO_COLOR = {"NO_COLOR": "1"}
