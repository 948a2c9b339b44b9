"""What `yourouter __complete` answers a shell."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.driver import FakeClock
from yourouter_cli.commands.completion.answer import answer
from yourouter_cli.services.catalog import known_ids
from yourouter_cli.session import Session
from yourouter_cli.settings.fields import DEFAULT_BASE_URL
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

    Ask = Callable[..., list[str]]


@pytest.fixture
def ask(home: Path) -> Ask:
    """Return what answers: `ask("model", "gpt", "yourouter", "chat", "-m")`."""

    def asked(*argv: str, **environ: str) -> list[str]:
        streams = Streams.memory()
        answer(argv, Session(streams=streams, environ={"YOUROUTER_HOME": str(home), **environ}))
        assert streams.stdout is not None
        streams.stdout.seek(0)
        return streams.stdout.read().decode().splitlines()

    return asked


def words(lines: list[str]) -> list[str]:
    """Return what is offered, without what it is about."""
    return [line.partition("\t")[0] for line in lines]


class TestProfiles:
    def test_those_of_the_file_and_the_built_in_one(self, ask: Ask, run: Program) -> None:
        """All profiles are offered; a name may have blanks."""
        run("config", "set", "-p", "work", "model", "m")
        run("config", "set", "-p", "my own", "model", "m")

        assert ["sandbox", "default", "work", "my own"] == words(ask("profile", ""))
        assert ["work"] == ask("profile", "w")

    def test_none_is_there_before_the_first(self, ask: Ask, home: Path) -> None:
        """Without a configuration the two that always exist are offered, and nothing is made."""
        assert ["sandbox", "default"] == words(ask("profile", ""))
        assert not home.exists()


class TestModels:
    def test_the_catalogue(self, ask: Ask, run: Program) -> None:
        """Without a kept list, models of the catalogue are offered."""
        session = Session(environ=run.environ)
        known = known_ids(session.places, DEFAULT_BASE_URL)

        assert known == ask("model", "")
        assert [name for name in known if name.startswith("gpt-")] == ask("model", "gpt-")
        assert "gpt-4o" in ask("model", "gpt-")

    def test_what_the_gateway_listed(self, ask: Ask, run: Program, sandbox: Sandbox) -> None:
        """Models of the last list of this gateway are offered, and of no other gateway."""
        run.at(sandbox)("models", "list", "--refresh")

        assert "sandbox/echo" in ask("model", "", YOUROUTER_BASE_URL=f"{sandbox.base_url}/")
        assert "sandbox/echo" not in ask("model", "")

    @pytest.mark.parametrize(
        "typed", [["-p", "here"], ["--profile=here"], ["-p", "default", "-p", "here"]]
    )
    def test_the_gateway_of_the_profile_typed(
        self, ask: Ask, run: Program, sandbox: Sandbox, typed: list[str]
    ) -> None:
        """The profile on the command line says whose models are offered."""
        run("config", "set", "-p", "here", "base_url", sandbox.base_url)
        run("config", "set", "-p", "here", "api_key", "-", stdin="k")
        run("models", "list", "-p", "here", "--refresh")

        assert "sandbox/echo" in ask("model", "", "yourouter", *typed, "chat", "-m")
        assert "sandbox/echo" not in ask("model", "", "yourouter", "chat", "-m")

    def test_the_sandbox(self, ask: Ask) -> None:
        """With the built-in profile its own models are offered, whatever the environment says."""
        line = ["yourouter", "-p", "sandbox", "chat", "-m"]

        assert "sandbox/echo" in ask("model", "", *line, YOUROUTER_BASE_URL="http://h/v1")
        assert "sandbox/echo" in ask("model", "", YOUROUTER_PROFILE="sandbox")


class TestConversations:
    def test_the_last_used_first(self, ask: Ask, run: Program) -> None:
        """Ids of conversations come with their titles."""
        clock = FakeClock(running=True)
        run("chat", "-p", "sandbox", "first question", clock=clock)
        clock.sleep(60)
        run("chat", "-p", "sandbox", "second question", clock=clock)
        ids = [entry["id"] for entry in run("history", "list", "--json").json]

        assert [f"{ids[0]}\tsecond question", f"{ids[1]}\tfirst question"] == ask(
            "conversation", ids[0][:5]
        )
        assert [] == ask("conversation", "zzzz")

    def test_a_title_cannot_touch_the_terminal(self, ask: Ask, run: Program) -> None:
        """Control characters of a title are left out, and a long one is cut."""
        run("chat", "-p", "sandbox", f"red \x1b[31m\tand more {'x' * 90}")

        (line,) = ask("conversation", "")
        _, _, about = line.partition("\t")
        assert about.startswith("red ")
        assert about.isprintable()
        assert len(about) == 60
        assert about.endswith("…")

    def test_nothing_is_changed(self, ask: Ask, home: Path) -> None:
        """A database that is damaged stays where it is; the shell shows nothing."""
        path = home / "state" / "transcripts.db"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"no database" * 100)

        with pytest.raises(sqlite3.DatabaseError):
            ask("conversation", "")
        assert [path] == list(path.parent.iterdir())

    def test_another_process_is_not_waited_for(self, ask: Ask, run: Program, home: Path) -> None:
        """While another process writes, what was there before is offered at once."""
        run("chat", "-p", "sandbox", "a question")
        path = home / "state" / "transcripts.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM conversation")

            (line,) = ask("conversation", "")
            assert line.endswith("\ta question")


class TestTasks:
    def test_with_status_and_prompt(self, ask: Ask, run: Program) -> None:
        """Ids of video tasks come with what is known of them."""
        made = run("video", "create", "-p", "sandbox", "a paper boat").stdout.strip()

        (line,) = ask("task", made[:4])
        assert f"{made}\tqueued: a paper boat" == line
        assert [] == ask("task", "zzz")


class TestValues:
    @pytest.mark.parametrize(
        ("setting", "expected"),
        [
            ("dialect", ["openai", "anthropic", "gemini"]),
            ("save_history", ["true", "false"]),
            ("base_url", []),
            ("nothing", []),
        ],
    )
    def test_of_a_setting(self, ask: Ask, setting: str, expected: list[str]) -> None:
        """`config set` offers what the setting can be."""
        assert expected == ask("value", "", "yourouter", "config", "set", setting)

    def test_a_model(self, ask: Ask) -> None:
        """Settings that are models take models."""
        assert "gpt-4o" in ask("value", "gpt", "yourouter", "config", "set", "fallback_models")


def test_a_star_is_any_beginning(ask: Ask) -> None:
    """Shells that cannot pass on an empty word say `*`."""
    assert ask("profile", "") == ask("profile", "*")
