"""What `chat` keeps, and how it goes on with what was kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program, Result
    from yourouter_cli.sandbox.server import Sandbox


@pytest.fixture
def database(home: Path) -> Path:
    """Return where the conversations are kept."""
    return home / "state" / "transcripts.db"


def echo(run: Program, sandbox: Sandbox, *argv: str, **how: Any) -> Result:
    """Ask the model that repeats the prompt."""
    result = run.at(sandbox)("chat", "-m", "sandbox/echo", *argv, **how)
    assert ExitCode.DONE == result.code, result.stderr
    return result


def sent(sandbox: Sandbox) -> list[tuple[str, Any]]:
    """Return role and content of the messages of the last request."""
    body = sandbox.requests[-1].json
    return [(message["role"], message["content"]) for message in body["messages"]]


def shown(run: Program, id_: str) -> Any:
    """Return the kept conversation *id_*."""
    return run("history", "show", id_, "--json").json


class TestKeeping:
    def test_question_and_answer_are_kept(self, run: Program, sandbox: Sandbox) -> None:
        """A chat is a conversation of one turn, with its receipt, and its id is in the JSON."""
        answer = echo(run, sandbox, "hello", "-s", "be brief", "-t", "0.5", "--json").json

        kept = shown(run, answer["conversation"])
        (turn,) = kept["turns"]
        assert ("hello", "sandbox/echo", "default") == (
            kept["title"], kept["model"], kept["profile"],
        )  # fmt: skip
        assert [{"type": "text", "text": "hello"}] == turn["question"]
        assert [{"type": "text", "text": "hello"}] == turn["answer"]
        assert ("be brief", {"temperature": 0.5}) == (turn["system"], turn["settings"])
        for name in ("usage", "timing", "attempts", "finish", "request_id", "vendor"):
            assert answer[name] == turn[name], name
        assert "finished" == turn["state"]

    def test_the_question_is_there_before_the_request_leaves(
        self, run: Program, database: Path
    ) -> None:
        """A request that never gets through leaves a failed turn with the question."""
        result = run.at("http://127.0.0.1:9/v1")("chat", "hello", "--retries", "0")

        assert ExitCode.UNREACHABLE == result.code
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("SELECT verdict, body FROM turn JOIN part").fetchall()
        assert [("failed", "hello")] == found

    def test_a_broken_answer_is_kept_as_far_as_it_came(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """Half an answer is in the store, marked as failed, and goes on from there."""
        result = run.at(sandbox)("chat", "one two three four", "-m", "sandbox/truncate:2")
        assert ExitCode.INCOMPLETE == result.code

        (turn,) = shown(run, run("history", "list", "--json").json[0]["id"])["turns"]
        assert "failed" == turn["state"]
        assert result.stdout.strip() == turn["answer"][0]["text"].strip()

    def test_both_requests_of_a_schema_repair_are_kept(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """An answer that had to be corrected is two turns of one conversation."""
        result = run.at(sandbox)(
            "chat", "no json", "-m", "sandbox/echo", "--schema", '{"type":"object"}', "--json"
        )

        turns = shown(run, result.json["conversation"])["turns"]
        assert [1, 2] == [turn["turn"] for turn in turns]
        assert "no json" == turns[0]["answer"][0]["text"]

    @pytest.mark.parametrize(
        ("argv", "environ"),
        [(["--no-save"], {}), ([], {"YOUROUTER_NO_HISTORY": "1"})],
    )
    def test_nothing_is_kept_when_that_is_asked_for(
        self, run: Program, sandbox: Sandbox, database: Path, argv: list[str],
        environ: dict[str, str],
    ) -> None:  # fmt: skip
        """`--no-save` and `YOUROUTER_NO_HISTORY` leave no trace."""
        result = echo(run.having(**environ), sandbox, "hello", "--json", *argv)

        assert result.json["conversation"] is None
        assert not database.exists()

    def test_a_profile_may_keep_nothing(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """`save_history = false` keeps nothing of that profile's chats."""
        run("config", "set", "save_history", "false")

        echo(run, sandbox, "hello")

        assert not database.exists()

    def test_the_sandbox_keeps_too(self, run: Program) -> None:
        """The built-in profile keeps conversations like any other."""
        run("chat", "-p", "sandbox", "hello")

        assert ["sandbox"] == [entry["profile"] for entry in run("history", "list", "--json").json]

    def test_what_its_api_cannot_say_is_not_kept(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """A request that is refused before it is sent is no conversation to go on with."""
        result = run.at(sandbox)("chat", "hi", "--dialect", "anthropic", "--seed", "1")

        assert (ExitCode.USAGE, []) == (result.code, sandbox.requests)
        assert not database.exists()

    def test_a_preview_keeps_nothing(self, run: Program, sandbox: Sandbox, database: Path) -> None:
        """What is not sent is not kept."""
        echo(run, sandbox, "hello", "--dry-run")

        assert not database.exists()

    def test_attachments_are_kept_by_name_size_and_digest(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, database: Path
    ) -> None:
        """The content of a file stays out of the store unless `--save-attachments` is given."""
        file = tmp_path / "recipe.txt"
        file.write_text("mostly xyzzyplugh")

        plain = run.at(sandbox)("chat", "-m", "sandbox/markdown", "?", "-a", str(file), "--json")
        assert b"xyzzyplugh" not in database.read_bytes()
        kept = run.at(sandbox)(
            "chat", "-m", "sandbox/markdown", "?", "-a", str(file), "--json", "--save-attachments"
        )

        described, _ = shown(run, plain.json["conversation"])["turns"][0]["question"]
        assert ("file", "recipe.txt", 17) == (
            described["type"], described["name"], described["size"],
        )  # fmt: skip
        whole, _ = shown(run, kept.json["conversation"])["turns"][0]["question"]
        assert "mostly xyzzyplugh" in whole["text"]


class TestGoingOn:
    def test_continue_takes_the_last_conversation(self, run: Program, sandbox: Sandbox) -> None:
        """`-c` sends what was said before, and adds its turn to that conversation."""
        first = echo(run, sandbox, "one", "--json").json["conversation"]
        second = echo(run, sandbox, "two", "-c", "--json").json["conversation"]

        assert first == second
        assert [("user", "one"), ("assistant", "one"), ("user", "two")] == sent(sandbox)
        assert [2] == [entry["turns"] for entry in run("history", "list", "--json").json]

    def test_continue_stays_within_the_profile(self, run: Program, sandbox: Sandbox) -> None:
        """`-c` takes the last conversation of this profile, not of another used since."""
        for profile in ("home", "work"):
            run("config", "set", "-p", profile, "model", "sandbox/echo")
        mine = echo(run, sandbox, "mine", "-p", "home", "--json").json["conversation"]
        echo(run, sandbox, "other", "-p", "work")

        again = echo(run, sandbox, "again", "-p", "home", "-c", "--json").json["conversation"]

        assert mine == again

    def test_continue_without_a_conversation_is_wrong_use(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """`-c` with nothing to go on with sends nothing, and says so."""
        result = run.at(sandbox)("chat", "hi", "-c")

        assert ExitCode.USAGE == result.code
        assert (
            "yourouter: there is no conversation in profile `default` to go on with\n"
            "hint: yourouter history list\n"
        ) == result.stderr
        assert 0 == len(sandbox.requests)

    def test_a_conversation_is_named_by_the_beginning_of_its_id(
        self, run: Program, sandbox: Sandbox
    ) -> None:
        """`--conversation` takes an id, shortened while it is unique."""
        first = echo(run, sandbox, "one", "--json").json["conversation"]

        echo(run, sandbox, "two", "--conversation", first[:9])

        assert [("user", "one"), ("assistant", "one"), ("user", "two")] == sent(sandbox)
        unknown = run.at(sandbox)("chat", "hi", "--conversation", "zzz")
        assert (ExitCode.USAGE, "yourouter: no conversation `zzz`\n") == (
            unknown.code, unknown.stderr.partition("hint")[0],
        )  # fmt: skip

    def test_goes_on_across_dialects(self, run: Program, sandbox: Sandbox) -> None:
        """What was said in one API is said again in another."""
        echo(run, sandbox, "one")
        echo(run, sandbox, "two", "-c", "--dialect", "anthropic")
        echo(run, sandbox, "three", "-c", "--dialect", "gemini")

        contents = sandbox.requests[-1].json["contents"]
        assert [
            ("user", "one"), ("model", "one"), ("user", "two"), ("model", "two"), ("user", "three"),
        ] == [(content["role"], content["parts"][0]["text"]) for content in contents]  # fmt: skip

    def test_keeps_the_system_prompt(self, run: Program, sandbox: Sandbox) -> None:
        """A conversation goes on with its system prompt unless another one is given."""
        echo(run, sandbox, "one", "-s", "be brief")
        echo(run, sandbox, "two", "-c")
        assert ("system", "be brief") == sent(sandbox)[0]

        echo(run, sandbox, "three", "-c", "-s", "be long")
        assert ("system", "be long") == sent(sandbox)[0]

    def test_reads_without_writing(self, run: Program, sandbox: Sandbox) -> None:
        """`-c --no-save` has the context, and leaves the conversation as it was."""
        echo(run, sandbox, "one")
        echo(run, sandbox, "two", "-c", "--no-save")

        assert [("user", "one"), ("assistant", "one"), ("user", "two")] == sent(sandbox)
        assert [1] == [entry["turns"] for entry in run("history", "list", "--json").json]

    def test_is_seen_in_a_preview(self, run: Program, sandbox: Sandbox) -> None:
        """`--dry-run` shows the earlier messages that would be sent."""
        echo(run, sandbox, "one")

        body = echo(run, sandbox, "two", "-c", "--dry-run").json["body"]

        assert ["one", "one", "two"] == [message["content"] for message in body["messages"]]

    def test_one_conversation_at_a_time(self, run: Program, sandbox: Sandbox) -> None:
        """`-c` and `--conversation` exclude each other."""
        result = run.at(sandbox)("chat", "hi", "-c", "--conversation", "x")

        assert ExitCode.USAGE == result.code
        assert "`--continue` and `--conversation` exclude each other" in result.stderr


class TestTrouble:
    def test_a_store_that_cannot_be_used_is_one_warning(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """The answer comes all the same; what cannot be kept is said on standard error."""
        database.parent.parent.mkdir()
        database.parent.write_text("in the way")

        result = echo(run, sandbox, "hello")

        assert "hello\n" == result.stdout
        assert 1 == len(result.stderr.splitlines())
        assert result.stderr.startswith("warning: this conversation is not kept: ")

    def test_a_damaged_store_is_one_warning(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """A damaged database is set aside, a new one begun, and the chat is kept."""
        database.parent.mkdir(parents=True)
        database.write_bytes(b"garbage" * 1000)

        result = echo(run, sandbox, "hello", "--json")

        assert [f"{database}.corrupt-"] == [
            notice["message"].partition("`")[2][: len(f"{database}.corrupt-")]
            for notice in result.notices
        ]
        assert "hello" == shown(run, result.json["conversation"])["title"]

    def test_going_on_with_what_cannot_be_read_is_an_error(
        self, run: Program, sandbox: Sandbox, database: Path
    ) -> None:
        """A question whose context cannot be read is not asked without it."""
        database.mkdir(parents=True)

        result = run.at(sandbox)("chat", "hi", "-c")

        assert ExitCode.CONFIG == result.code
        assert 0 == len(sandbox.requests)
