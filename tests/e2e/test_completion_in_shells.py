"""TAB in real shells: what is offered, what it costs, and what it never does."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.driver import SOURCES
from tests.terminal import Terminal
from yourouter_cli.commands.completion.values import SHELLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.driver import Program

COMPLETIONS = SOURCES / "completions"
SCRIPTS = {"bash": "yourouter.bash", "zsh": "_yourouter", "fish": "yourouter.fish"}
# The options of a shell that reads no start-up files.
BARE = {"bash": ("--norc", "--noprofile", "-i"), "zsh": ("-f", "-i"), "fish": ("--no-config",)}
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
MOST_SECONDS = 0.080
IMPORTED = """
import sys
from yourouter_cli.commands.completion.answer import answer_process
answer_process(sys.argv[1:])
sys.stdout.flush()
sys.stderr.write(" ".join(sys.modules))
"""
pytestmark = pytest.mark.skipif(not COMPLETIONS.exists(), reason="needs completions/ of a checkout")
needs_bash, needs_zsh, needs_fish = (
    pytest.mark.skipif(shutil.which(shell) is None, reason=f"needs {shell}") for shell in SCRIPTS
)
each_shell = pytest.mark.parametrize(
    "shell",
    [
        pytest.param("bash", marks=needs_bash),
        pytest.param("zsh", marks=needs_zsh),
        pytest.param("fish", marks=needs_fish),
    ],
)


@pytest.fixture
def user(run: Program, tmp_path: Path) -> Program:
    """Return the program as `yourouter` on the PATH of a user who has used it before.

    The working directory of shells is `work` in the home directory.
    """
    programs, work = tmp_path / "bin", tmp_path / "work"
    programs.mkdir()
    work.mkdir()
    program = programs / "yourouter"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m yourouter_cli "$@"\n')
    program.chmod(0o755)
    for name in ("notes of mine.md", "photo.png"):
        (work / name).write_text("x")
    for name in ("team:blue", "my own"):
        run("config", "set", "-p", name, "model", "m")
    run("chat", "-p", "sandbox", "why is the sky blue")
    run("video", "create", "-p", "sandbox", "a paper boat")
    return run.having(PATH=f"{programs}{os.pathsep}{os.environ['PATH']}", INPUTRC="/dev/null")


@pytest.fixture
def ids(user: Program) -> tuple[str, str]:
    """Return the ids of the conversation and of the task."""
    return user("history", "list", "--json").json[0]["id"], user("video", "list", "--json").json[0][
        "id"
    ]


def command(shell: str, *options: str) -> list[str]:
    """Return what starts *shell*, which the machine has."""
    return [shutil.which(shell) or shell, *options]


class Shell:
    """A shell on a terminal; `press` types a line and says what became of it."""

    def __init__(self, terminal: Terminal, work: Path, *setup: str) -> None:
        self._terminal = terminal
        # In two pieces, so that it is not seen before it is said.
        terminal.type(f"cd {work}; {'; '.join(setup)}; clear; echo READ''Y\r")
        terminal.wait_for("READY")

    def press(self, typed: str, expected: str) -> None:
        """Type *typed*, wait until *expected* is seen, and take the line back."""
        self._terminal.type(typed)
        self._terminal.wait_for(expected)
        self._terminal.type("\x15")

    def type(self, typed: str) -> None:
        """Type *typed*."""
        self._terminal.type(typed)

    def see(self, expected: str) -> None:
        """Wait until *expected* is seen."""
        self._terminal.wait_for(expected)

    @property
    def text(self) -> str:
        """Everything that can be seen."""
        return self._terminal.text


@pytest.fixture
def bash(user: Program, tmp_path: Path) -> Iterator[Shell]:
    """Yield an interactive bash with the completion."""
    with Terminal(user, command=command("bash", *BARE["bash"]), size=(120, 50)) as terminal:
        yield Shell(terminal, tmp_path / "work", f". {COMPLETIONS / SCRIPTS['bash']}")


@pytest.fixture
def zsh(user: Program, tmp_path: Path) -> Iterator[Shell]:
    """Yield an interactive zsh with the completion."""
    with Terminal(user, command=command("zsh", *BARE["zsh"]), size=(120, 50)) as terminal:
        start = ("unsetopt beep", "autoload -Uz compinit", "compinit -u -D")
        yield Shell(terminal, tmp_path / "work", *start, f". {COMPLETIONS / SCRIPTS['zsh']}")


def offered(user: Program, line: str, *, work: Path, setup: str = "") -> list[str]:
    """Return what fish offers for *line*, without what it is about."""
    done = subprocess.run(
        command("fish", *BARE["fish"] * bool(setup), "-c", f"{setup}\ncomplete -C $argv[1]", line),
        env=user.process_environ({"XDG_CONFIG_HOME": str(work.parent / ".config")}),
        cwd=work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    return [row.partition("\t")[0] for row in done.stdout.splitlines()]


@needs_bash
class TestBash:
    def test_words(self, bash: Shell) -> None:
        """Commands, subcommands, options and their values are completed, at any place."""
        bash.press("yourouter cha\t-", "yourouter chat -")
        bash.press("yourouter -q conf\tdoc\t-", "yourouter -q config doctor -")
        bash.press("yourouter chat --expect-\t-", "yourouter chat --expect-regex -")
        bash.press("yourouter chat --format js\tl\t-", "yourouter chat --format jsonl -")
        bash.press("yourouter chat --dialect=op\t-", "yourouter chat --dialect=openai -")
        bash.press("yourouter config set dialect an\t-", "yourouter config set dialect anthropic -")
        bash.press("yourouter help exi\t-", "yourouter help exit-codes -")
        bash.press("yourouter video create --ratio 16\t-", "yourouter video create --ratio 16:9 -")

    def test_what_is_known(self, bash: Shell, ids: tuple[str, str]) -> None:
        """Profiles, models, conversations and tasks are completed, with blanks and colons."""
        conversation, task = ids
        bash.press("yourouter chat -p te\t-", "yourouter chat -p team:blue -")
        bash.press("yourouter chat -p team:\t-", "yourouter chat -p team:blue -")
        bash.press("yourouter chat --profile=team:\t-", "yourouter chat --profile=team:blue -")
        bash.press("yourouter chat -qp my\t-", r"yourouter chat -qp my\ own -")
        bash.press('yourouter chat -p "my\t-', 'yourouter chat -p "my own" -')
        bash.press("yourouter chat -p sandbox -m sandbox/ec\t-", "-m sandbox/echo -")
        bash.press("yourouter history show \t-", f"yourouter history show {conversation} -")
        bash.press("yourouter video get \t-", f"yourouter video get {task} -")

    def test_several(self, bash: Shell) -> None:
        """Where several fit they are listed, with what they are about."""
        bash.type("yourouter config use \t\t")
        for name in ("default", "team:blue", r"my\ own", "(built in: no key, no network)"):
            bash.see(name)

    def test_files(self, bash: Shell) -> None:
        """Names of files are completed where files are meant, and nowhere else."""
        bash.press("yourouter chat -a ph\t-", "yourouter chat -a photo.png -")
        bash.press("yourouter embed --input=ph\t-", "yourouter embed --input=photo.png -")
        bash.press("yourouter chat -s @no\t-", r"yourouter chat -s @notes\ of\ mine.md -")
        bash.press("yourouter chat -o no\t-", r"yourouter chat -o notes\ of\ mine.md -")
        bash.press("yourouter chat ph\t\t-", "yourouter chat ph-")
        bash.press("yourouter chat -- --for\t\t-", "yourouter chat -- --for-")

    def test_nothing_but_the_offer(self, bash: Shell, home: Path) -> None:
        """What goes wrong on TAB is not told in the middle of a command line."""
        (home / "config" / "config.toml").write_text("no toml")
        (home / "state" / "transcripts.db").write_text("no database")
        bash.press("yourouter chat -p x\t-", "yourouter chat -p x-")
        bash.press("yourouter history show x\t-", "yourouter history show x-")
        assert "no toml" not in bash.text
        assert "Error" not in bash.text
        assert "yourouter:" not in bash.text


@needs_zsh
class TestZsh:
    def test_words(self, zsh: Shell) -> None:
        """Commands, subcommands, options and their values are completed, at any place."""
        zsh.press("yourouter cha\t-", "yourouter chat -")
        zsh.press("yourouter -q conf\tdoc\t-", "yourouter -q config doctor -")
        zsh.press("yourouter chat --expect-\t-", "yourouter chat --expect-regex=-")
        zsh.press("yourouter chat --format js\tl\t-", "yourouter chat --format jsonl -")
        zsh.press("yourouter chat --dialect=op\t-", "yourouter chat --dialect=openai -")
        zsh.press("yourouter config set dialect an\t-", "yourouter config set dialect anthropic -")
        zsh.press("yourouter help exi\t-", "yourouter help exit-codes -")
        zsh.press("yourouter video create --ratio 16\t-", "yourouter video create --ratio 16:9 -")

    def test_what_is_known(self, zsh: Shell, ids: tuple[str, str]) -> None:
        """Profiles, models, conversations and tasks are completed, with blanks and colons."""
        conversation, task = ids
        zsh.press("yourouter chat -p te\t-", "yourouter chat -p team:blue -")
        zsh.press("yourouter chat --profile=team:\t-", "yourouter chat --profile=team:blue -")
        zsh.press("yourouter chat -qp my\t-", r"yourouter chat -qp my\ own -")
        zsh.press("yourouter -p sandbox chat -m sandbox/ec\t-", "-m sandbox/echo -")
        zsh.press("yourouter history show \t-", f"yourouter history show {conversation} -")
        zsh.press("yourouter video get \t-", f"yourouter video get {task} -")

    def test_several(self, zsh: Shell) -> None:
        """Where several fit they are listed, with what they are about."""
        zsh.type("yourouter config use \t")
        for name in ("default", "team:blue", "my own", "built in: no key, no network"):
            zsh.see(name)

    def test_files(self, zsh: Shell) -> None:
        """Names of files are completed where files are meant, and nowhere else."""
        zsh.press("yourouter chat -a ph\t-", "yourouter chat -a photo.png -")
        zsh.press("yourouter embed --input=ph\t-", "yourouter embed --input=photo.png -")
        zsh.press("yourouter chat -s @no\t-", r"yourouter chat -s @notes\ of\ mine.md -")
        zsh.press("yourouter chat ph\t-", "yourouter chat ph-")
        zsh.press("yourouter chat -- --for\t-", "yourouter chat -- --for-")

    def test_nothing_but_the_offer(self, zsh: Shell, home: Path) -> None:
        """What goes wrong on TAB is not told in the middle of a command line."""
        (home / "config" / "config.toml").write_text("no toml")
        (home / "state" / "transcripts.db").write_text("no database")
        zsh.press("yourouter chat -p x\t-", "yourouter chat -p x-")
        zsh.press("yourouter history show x\t-", "yourouter history show x-")
        assert "no toml" not in zsh.text
        assert "Error" not in zsh.text
        assert "yourouter:" not in zsh.text


@needs_fish
class TestFish:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("yourouter cha", ["chat"]),
            ("yourouter -q config doc", ["doctor"]),
            ("yourouter chat --expect-", ["--expect-regex"]),
            ("yourouter chat --format js", ["json", "jsonl"]),
            ("yourouter chat --dialect=op", ["--dialect=openai"]),
            ("yourouter config set dialect ", ["openai", "anthropic", "gemini"]),
            ("yourouter help exi", ["exit-codes"]),
            ("yourouter video create --ratio 16", ["16:9"]),
            ("yourouter chat -p te", ["team:blue"]),
            ("yourouter chat --profile=team:", ["--profile=team:blue"]),
            ("yourouter chat -qp my", ["my own"]),
            ("yourouter -p sandbox chat -m sandbox/ec", ["sandbox/echo"]),
            ("yourouter config use ", ["sandbox", "default", "team:blue", "my own"]),
            ("yourouter chat -a ph", ["photo.png"]),
            ("yourouter embed --input=ph", ["--input=photo.png"]),
            ("yourouter chat -s @no", ["@notes of mine.md"]),
            ("yourouter chat ph", []),
            ("yourouter chat -- --for", []),
        ],
    )
    def test_offers(self, user: Program, tmp_path: Path, line: str, expected: list[str]) -> None:
        """Words, what is known, and files are completed where each is meant."""
        source = f"source {COMPLETIONS / SCRIPTS['fish']}"

        assert expected == offered(user, line, work=tmp_path / "work", setup=source)

    def test_ids(self, user: Program, tmp_path: Path, ids: tuple[str, str]) -> None:
        """Conversations and tasks are completed."""
        work, source = tmp_path / "work", f"source {COMPLETIONS / SCRIPTS['fish']}"

        assert [ids[0]] == offered(user, "yourouter history show ", work=work, setup=source)
        assert [ids[1]] == offered(user, "yourouter video get ", work=work, setup=source)

    def test_nothing_but_the_offer(self, user: Program, home: Path, tmp_path: Path) -> None:
        """What goes wrong on TAB is not told in the middle of a command line."""
        work, source = tmp_path / "work", f"source {COMPLETIONS / SCRIPTS['fish']}"
        (home / "config" / "config.toml").write_text("no toml")

        assert ["sandbox", "default"] == offered(
            user, "yourouter chat -p ", work=work, setup=source
        )


class TestInstalled:
    @each_shell
    def test_on_request(self, user: Program, tmp_path: Path, shell: str) -> None:
        """After `--install-completion` every new shell completes."""
        done = user("--install-completion", shell)

        assert (0, "") == (done.code, done.stdout)
        self.completes(user, shell, tmp_path / "work", ["-i"])

    @each_shell
    def test_by_the_wheel(self, user: Program, tmp_path: Path, shell: str) -> None:
        """What the wheel puts into `share` is found there, when it is needed."""
        if shell == "bash" and not BASH_COMPLETION.exists():
            pytest.skip("needs bash-completion")
        share = tmp_path / "prefix" / "share"
        for source, place in shared_data().items():
            if (COMPLETIONS.parent / source).is_file():
                target = tmp_path / "prefix" / place
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(COMPLETIONS.parent / source, target)
        setup = {
            "bash": [f". {BASH_COMPLETION}"],
            "zsh": [f"fpath=({share}/zsh/site-functions $fpath)", "autoload -Uz compinit",
                    "compinit -u -D"],
            "fish": [],
        }[shell]  # fmt: skip
        found = user.having(XDG_DATA_DIRS=f"{share}:/usr/local/share:/usr/share")
        self.completes(found, shell, tmp_path / "work", BARE[shell], *setup)

    def completes(
        self, user: Program, shell: str, work: Path, options: Sequence[str], *setup: str
    ) -> None:
        """Assert that *shell* completes, after *setup*, the first time and the second."""
        if shell == "fish":
            assert ["team:blue"] == offered(user, "yourouter chat -p te", work=work)
            return
        started = command(shell, *options)
        with Terminal(user, command=started, size=(120, 50)) as terminal:
            session = Shell(terminal, work, *setup or [":"])
            session.press("yourouter cha\t-", "yourouter chat -")
            session.press("yourouter -p te\t-", "yourouter -p team:blue -")


def shared_data() -> dict[str, str]:
    """Return what of the checkout the wheel puts where."""
    project = tomllib.loads((SOURCES / "pyproject.toml").read_text())
    wheel: dict[str, dict[str, str]] = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    return wheel["shared-data"]


def test_the_wheel_has_them_all() -> None:
    """Each script and the manual pages are put where shells and man look."""
    assert {
        "completions/yourouter.bash": "share/bash-completion/completions/yourouter",
        "completions/_yourouter": "share/zsh/site-functions/_yourouter",
        "completions/yourouter.fish": "share/fish/vendor_completions.d/yourouter.fish",
        "completions/man": "share/man/man1",
    } == shared_data()


@pytest.mark.parametrize("kind", ["profile", "model", "conversation", "task", "value"])
class TestCost:
    def test_a_tab_is_quick(self, user: Program, kind: str) -> None:
        """A TAB costs at most 80 ms of processor time."""
        argv = [sys.executable, "-m", "yourouter_cli", "__complete", kind, "", "set", "model"]
        environ = user.process_environ({"PYTHONDONTWRITEBYTECODE": ""})
        costs = []
        for _ in range(7):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(argv, env=environ, capture_output=True, check=True, timeout=30)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert done.stdout != b""
            costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

        # The least of them is what it costs; others ran on a busy machine.
        assert min(costs) <= MOST_SECONDS

    def test_nobody_is_asked(self, user: Program, kind: str) -> None:
        """A TAB loads nothing that could reach the network, or that draws, or parses commands."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            done = subprocess.run(
                [sys.executable, "-c", IMPORTED, kind, "", "yourouter", "set", "model"],
                env=user.process_environ({"YOUROUTER_BASE_URL": f"{url}/v1", "ALL_PROXY": url}),
                capture_output=True,
                text=True,
                check=True,
                timeout=30,
            )
            asked = None
            with suppress(BlockingIOError):
                asked = listener.accept()

        assert asked is None
        heavy = {"httpx", "ssl", "socket", "http", "rich", "typer", "asyncio", "prompt_toolkit"}
        assert set() == set(done.stderr.split()) & heavy


def test_shells() -> None:
    """All four shells have a script."""
    assert {"powershell", *SCRIPTS} == set(SHELLS)
