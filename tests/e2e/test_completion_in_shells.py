"""TAB in real shells: what is offered, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.shells import (
    BARE,
    COMPLETIONS,
    SCRIPTS,
    Shell,
    command,
    needs_bash,
    needs_checkout,
    needs_fish,
    needs_zsh,
    offered,
)
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.driver import Program

pytestmark = needs_checkout


@pytest.fixture
def ids(user: Program) -> tuple[str, str]:
    """Return the ids of the conversation and of the task."""
    return user("history", "list", "--json").json[0]["id"], user("video", "list", "--json").json[0][
        "id"
    ]


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
