"""`history list`, `show`, `search` and `path`: what was said, found again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from yourouter_cli.errors import ExitCode
from yourouter_cli.transcripts.store import Transcripts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.past import Past
    from tests.driver import Program


class TestList:
    def test_has_a_line_for_each_conversation_last_used_first(
        self, run: Program, past: Past
    ) -> None:
        """A pipe gets id, time, profile, model, turns, tokens and title, separated by tabs."""
        first = past.said("Why is\nthe sky blue?")
        second = past.said("two", days=1, profile="work")
        past.said("again", days=1, conversation=first)

        result = run("history", "list")

        assert (
            f"{first}\t2023-11-16T22:13:20Z\tdefault\tgpt-4o\t2\t14\tWhy is\n"
            f"{second}\t2023-11-15T22:13:20Z\twork\tgpt-4o\t1\t7\ttwo\n"
        ) == result.stdout
        assert "" == result.stderr

    def test_as_json_has_the_documented_keys(self, run: Program, past: Past) -> None:
        """`--json` is a list of objects whose times are UTC."""
        id_ = past.said("Why?")

        assert [
            {
                "id": id_, "title": "Why?", "model": "gpt-4o", "profile": "default", "turns": 1,
                "tokens": 7, "created": "2023-11-14T22:13:20Z", "updated": "2023-11-14T22:13:20Z",
            }
        ] == run("history", "list", "--json").json  # fmt: skip

    def test_is_a_table_on_a_terminal(
        self, run: Program, past: Past, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A person gets a heading, local times, and titles that fit the line and steer nothing."""
        id_ = past.said("\x1b[2Jevil " + "long " * 20)
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        try:
            lines = run("history", "list", tty=True, environ={"NO_COLOR": "1"}).stdout.splitlines()
        finally:
            monkeypatch.undo()
            time.tzset()

        heading, row = lines
        assert ["ID", "LAST", "USED", "PROFILE", "MODEL", "TURNS", "TOKENS", "TITLE"] == (
            heading.split()
        )
        assert row.startswith(f"{id_}  2023-11-15 07:13  default  gpt-4o  1")
        assert "␛[2Jevil" in row
        assert row.endswith("…")
        assert max(map(len, lines)) <= 80

    def test_shows_the_last_thirty_on_a_terminal(self, run: Program, past: Past) -> None:
        """A person gets what fits a screen, and is told how to get the rest; a pipe gets all."""
        for number in range(31):
            past.said(f"question {number}")

        screen = run("history", "list", tty=True)
        whole = run("history", "list", "--limit", "0", tty=True)

        assert 31 == len(screen.stdout.splitlines())
        assert "these are the last 30; --limit 0 lists all\n" == screen.stderr
        assert (32, "") == (len(whole.stdout.splitlines()), whole.stderr)
        assert 31 == len(run("history", "list").stdout.splitlines())
        assert 2 == len(run("history", "list", "--limit", "2").stdout.splitlines())

    def test_can_be_that_of_a_profile(self, run: Program, past: Past) -> None:
        """`-p` lists the conversations of that profile."""
        past.said("one")
        past.said("two", profile="work")

        entries = run("history", "list", "-p", "work", "--json").json
        assert ["two"] == [entry["title"] for entry in entries]

    @pytest.mark.parametrize(
        "argv", [["list"], ["search", "one"], ["delete", "--older-than", "0h", "--yes"]]
    )
    def test_of_no_profile_is_said_so(self, run: Program, past: Past, argv: list[str]) -> None:
        """A profile that there is not, and that left nothing, is an error of the configuration."""
        past.said("one")
        result = run("history", *argv, "-p", "wrok")

        assert (ExitCode.CONFIG, "") == (result.code, result.stdout)
        assert "no profile named `wrok`" in result.stderr
        assert 1 == len(run("history", "list", "--json").json)

    def test_of_nothing_is_empty(self, run: Program, home: Path) -> None:
        """Without conversations a pipe gets nothing, JSON is an empty list, and nothing is made."""
        assert ("", []) == (run("history", "list").stdout, run("history", "list", "--json").json)
        assert "there are no conversations\n" == run("history", "list", tty=True).stderr
        assert not home.exists()


class TestShow:
    def test_says_what_the_model_does_not_get_any_more(self, run: Program, past: Past) -> None:
        """What a summary stands for ends in that summary, and what was undone is marked."""
        id_ = past.said("one")
        for question in ("two", "three"):
            past.said(question, conversation=id_)
        store = Transcripts(past.path, clock=past.clock)
        store.set_summary(id_, 1, "One was said.")
        store.undo(id_, 3)
        store.close()

        _, _, *lines = run("history", "show", id_).stdout.splitlines()
        assert [
            "", "> one", "", "So.",
            "", "[what is above is summed up for the model as:]", "One was said.",
            "", "> two", "", "So.",
            "", "> three", "", "So.", "", "[undone]",
        ] == lines  # fmt: skip

    def test_has_all_that_was_said(self, run: Program, past: Past) -> None:
        """Questions are quoted, answers plain; the beginning of the id is enough."""
        id_ = past.said("Why?\nShortly.", "Because **so**.")
        past.said("And?", "No.", conversation=id_)

        assert (
            "Why?\n"
            f"{id_} · default · gpt-4o · 2023-11-14T22:13:20Z · 14 tokens\n"
            "\n> Why?\n> Shortly.\n\nBecause **so**.\n"
            "\n> And?\n\nNo.\n"
        ) == run("history", "show", id_[:8]).stdout

    def test_says_how_a_turn_ended(self, run: Program, past: Past) -> None:
        """A turn that is not all there could be says so."""
        result = run("history", "show", past.interrupted("Why?"))

        assert result.stdout.endswith("\n> Why?\n\nhalf\n\n[interrupted]\n")

    def test_steers_no_terminal(self, run: Program, past: Past) -> None:
        """What a model said is visible text on a terminal, and exact in a pipe."""
        id_ = past.said("\x1b]0;title\x07", "\x1b[2Jgone")

        screen = run("history", "show", id_, tty=True, environ={"NO_COLOR": "1"})

        assert "\x1b" not in screen.stdout
        assert "␛[2Jgone" in screen.stdout
        assert "\x1b[2Jgone" in run("history", "show", id_).stdout

    @pytest.mark.parametrize("command", ["show", "export", "delete"])
    def test_of_an_unknown_id_is_wrong_use(self, run: Program, command: str) -> None:
        """An id that is not there is exit 2 and creates nothing."""
        result = run("history", command, "zzz")

        assert ExitCode.USAGE == result.code
        assert "yourouter: no conversation `zzz`\nhint: yourouter history list\n" == result.stderr


class TestSearch:
    def test_marks_the_match(self, run: Program, past: Past) -> None:
        """A pipe gets id, time, title and an excerpt with the match in brackets."""
        id_ = past.said("Why is the sky blue?", "Because of\nRayleigh scattering.")
        past.said("other")

        result = run("history", "search", "rayleigh")

        assert (
            f"{id_}\t2023-11-14T22:13:20Z\tWhy is the sky blue?\t"
            "Why is the sky blue? Because of [Rayleigh] scattering.\n"
        ) == result.stdout

    def test_as_json_says_where(self, run: Program, past: Past) -> None:
        """JSON is that of the listing, with the turn and the excerpt."""
        id_ = past.said("one")
        past.said("two apples", conversation=id_)

        (hit,) = run("history", "search", "apple*", "--json").json
        assert (id_, 2, "two [apples] So.") == (hit["id"], hit["turn"], hit["excerpt"])
        assert {"title", "model", "profile", "turns", "tokens", "created", "updated"} <= set(hit)

    def test_on_a_terminal_is_two_lines_a_hit(self, run: Program, past: Past) -> None:
        """A person gets the conversation, and below it the excerpt with the match in bold."""
        id_ = past.said("two \x1bapples")

        result = run("history", "search", "apples", tty=True)

        head, excerpt = result.stdout.splitlines()
        assert head.startswith(id_)
        assert "    two ␛\x1b[1mapples\x1b[0m So." == excerpt

    def test_says_when_there_is_more(self, run: Program, past: Past) -> None:
        """At most `--limit` conversations are shown, and it is said when there are more."""
        for _ in range(3):
            past.said("apple")

        result = run("history", "search", "apple", "--limit", "2")

        assert 2 == len(result.stdout.splitlines())
        assert "there are more than these 2; --limit 0 lists all\n" == result.stderr

    def test_without_a_match_is_done(self, run: Program, past: Past) -> None:
        """Finding nothing is no error."""
        past.said("apple")

        result = run("history", "search", "pear", tty=True)

        assert (ExitCode.DONE, "") == (result.code, result.stdout)
        assert "no conversation has these words\n" == result.stderr

    def test_wants_words(self, run: Program) -> None:
        """Nothing to search for is wrong use."""
        assert ExitCode.USAGE == run("history", "search").code
        assert ExitCode.USAGE == run("history", "search", "?!").code


class TestPath:
    def test_is_where_the_database_is_or_would_be(self, run: Program, home: Path) -> None:
        """`path` prints the database's place and creates nothing."""
        where = str(home / "state" / "transcripts.db")

        assert f"{where}\n" == run("history", "path").stdout
        assert {"schema": 1, "path": where} == run("history", "path", "--json").json
        assert not home.exists()


class TestTrouble:
    def test_a_damaged_database_is_set_aside(self, run: Program, past: Past) -> None:
        """Who looks at a damaged store finds nothing, and is told where the old one is."""
        past.said("Why?")
        past.path.write_bytes(b"garbage" * 1000)

        result = run("history", "list")

        assert (ExitCode.DONE, "") == (result.code, result.stdout)
        assert result.stderr.startswith("warning: the transcripts were damaged; they are kept as `")

    def test_an_unreadable_database_is_an_error(self, run: Program, past: Past) -> None:
        """What cannot be read is exit 3 in one line."""
        past.path.mkdir(parents=True)

        result = run("history", "list")

        assert ExitCode.CONFIG == result.code
        assert result.stderr.startswith(f"yourouter: cannot use the transcripts in `{past.path}`: ")
