"""An interactive session: asking, stopping, asking again, asking others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.talking import ALT_ENTER, CTRL_C, CTRL_J, UP, Talking, sent
from yourouter_cli.transcripts.context import INTERRUPTED_MARK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


def test_questions_and_answers(talk_at: Program, sandbox: Sandbox, home: Path) -> None:
    """What is asked is answered; the next question has it all as context."""
    with Talking(talk_at) as talk:
        assert "yourouter 0.1.0: /help lists the commands, Ctrl-D leaves" == talk.lines[0]
        assert "default · sandbox/echo · auto · 0 tokens" == talk.status

        assert ["> What is one?", "What is one?"] == talk.say("What is one?")
        assert "default · sandbox/echo · auto · 6 tokens" == talk.status
        assert ["> And **two**?", "And two?"] == talk.say("And **two**?")
        assert [
            ("user", "What is one?"),
            ("assistant", "What is one?"),
            ("user", "And **two**?"),
        ] == sent(sandbox)
        assert 0 == talk.leave()

        last = talk.lines[-1].split()
        assert ["yourouter", "chat", "--conversation"] == last[:3]
    history = home / "state" / "prompt-history"
    assert 0o600 == history.stat().st_mode & 0o777
    assert 0o700 == history.parent.stat().st_mode & 0o777
    assert "+What is one?\n" in history.read_text()


def test_several_lines(talk_at: Program, sandbox: Sandbox) -> None:
    """Lines are added by Alt-Enter, Ctrl-J and a backslash; a paste of 50 lines is one question."""
    pasted = "\n".join(f"line {number}\tof 50" for number in range(50))
    with Talking(talk_at) as talk:
        talk.say(f"one{ALT_ENTER}two{CTRL_J}three\\\rfour")
        assert [("user", "one\ntwo\nthree\nfour")] == sent(sandbox)

        talk.say(f"\x1b[200~{pasted}\x1b[201~")
        assert ("user", pasted) == sent(sandbox)[-1]

        # What ends in two backslashes ends there; a backslash elsewhere is only that.
        talk.say("C:\\new \\\\")
        assert ("user", "C:\\new \\\\") == sent(sandbox)[-1]

        talk.say("/etc/hosts is no command")
        assert ("user", "/etc/hosts is no command") == sent(sandbox)[-1]

        # What was typed before is there again, whole.
        talk.say(UP * 3)
        assert ("user", pasted) == sent(sandbox)[-1]
    assert 5 == len(sandbox.requests)


def test_an_interrupted_answer(talk_at: Program, sandbox: Sandbox, home: Path) -> None:
    """Ctrl-C stops the answer and keeps the part; it is context for the next question, marked."""
    words = " ".join(f"word{number}" for number in range(30))
    with Talking(talk_at, "-m", "sandbox/slow:30") as talk:
        talk.begin(words, until="word5")
        talk.type(CTRL_C)
        talk.wait_for_prompt()
        assert "interrupted; the part is kept; /retry asks again" == talk.lines_above[-1]
        assert "word29" not in talk.lines_above[-2]

        talk.say("/model sandbox/echo")
        talk.say("Go on")
        (_, question), (role, part), last = sent(sandbox)
        assert (words, "assistant", ("user", "Go on")) == (question, role, last)
        assert part.startswith("word0 word1 word2 word3 word4 word5 ")
        assert part.endswith(INTERRUPTED_MARK)
        assert "word29" not in part

        # Before anything came, too, the question is context.
        talk.say("/model sandbox/stall:0")
        talk.begin("Anybody?", until="sandbox/stall:0")
        talk.type(CTRL_C)
        talk.wait_for_prompt()
        assert talk.lines_above[-1].startswith("interrupted; /retry asks again")
        talk.say("/retry sandbox/echo")
        assert ("user", "Anybody?") == sent(sandbox)[-1]
        assert 5 == len(sent(sandbox))
        talk.say("There?")
        assert [("user", "Anybody?"), ("assistant", "Anybody?"), ("user", "There?")] == sent(
            sandbox
        )[-3:]
    with closing(sqlite3.connect(home / "state" / "transcripts.db")) as database:
        turns = database.execute("SELECT verdict, removed FROM turn ORDER BY number").fetchall()
    assert [
        ("interrupted", 0),
        ("finished", 0),
        ("interrupted", 1),
        ("finished", 0),
        ("finished", 0),
    ] == turns


def test_retry_and_undo(talk_at: Program, sandbox: Sandbox) -> None:
    """`/retry` asks again, also another model; `/undo` forgets; what failed changes nothing."""
    with Talking(talk_at, "--retries", "0") as talk:
        assert "yourouter: nothing was asked yet" == talk.say("/retry")[-1]
        assert "yourouter: nothing was asked yet" == talk.say("/undo")[-1]
        talk.say("first")
        talk.say("second")

        talk.say("/retry")
        talk.say("/retry sandbox/cost")
        assert ["sandbox/echo"] * 3 + ["sandbox/cost"] == sandbox.models_asked
        assert [("user", "first"), ("assistant", "first"), ("user", "second")] == sent(sandbox)

        shown = talk.say("/retry sandbox/error:503")
        assert shown[1].startswith("yourouter: the gateway answered 503: the sandbox answers 503")
        assert "the answer before is kept" == shown[-1]
        talk.say("/model sandbox/echo")
        talk.say("third")
        assert [
            ("user", "first"),
            ("assistant", "first"),
            ("user", "second"),
            ("assistant", "second"),
            ("user", "third"),
        ] == sent(sandbox)

        assert "the last question and its answer are forgotten" == talk.say("/undo")[-1]
        talk.say("/retry")
        assert [("user", "first"), ("assistant", "first"), ("user", "second")] == sent(sandbox)
        talk.say("/undo")
        talk.say("/undo")
        assert "yourouter: nothing was asked yet" == talk.say("/undo")[-1]
        talk.say("anew")
        assert [("user", "anew")] == sent(sandbox)


def test_asking_others(talk_at: Program, sandbox: Sandbox) -> None:
    """Model, vendor and dialect can be changed at any time; the conversation goes on with them."""
    with Talking(talk_at, "-s", "be brief") as talk:
        talk.say("one")
        assert [("system", "be brief"), ("user", "one")] == sent(sandbox)

        assert "vendor: azure" == talk.say("/vendor azure")[-1]
        talk.say("two")
        assert "azure" == sandbox.requests[-1].headers["vendor"]
        assert "default · sandbox/echo · azure" in talk.status

        talk.say("/vendor auto")
        talk.say("/dialect anthropic")
        talk.say("/system be long")
        talk.say("three")
        seen = sandbox.requests[-1]
        assert "/v1/messages" == seen.path
        assert "be long" == seen.json["system"]
        assert ["one", "one", "two", "two", "three"] == [
            one["content"] if isinstance(one["content"], str) else one["content"][0]["text"]
            for one in seen.json["messages"]
        ]
        assert "anthropic" in talk.status

        talk.say("/dialect gemini")
        talk.say("/param generationConfig.topK=3")
        talk.say("four")
        seen = sandbox.requests[-1]
        assert "sandbox/echo" == str(seen.model).replace("%2F", "/")
        assert 3 == seen.json["generationConfig"]["topK"]
        assert 7 == len(seen.json["contents"])

        talk.say("/param generationConfig.topK=")
        talk.say("/dialect openai")
        talk.say("/system -")
        talk.say("/model sandbox/markdown")
        talk.say("five")
        assert "sandbox/markdown" == sandbox.models_asked[-1]
        assert "generationConfig" not in sandbox.requests[-1].json
        assert ["user", "assistant"] * 4 + ["user"] == [role for role, _ in sent(sandbox)]

        for wrong, complaint in (
            ("/dialect french", "`--dialect`"),
            ("/param nothing", "`/param` takes KEY=VALUE, or KEY= to drop one"),
            ("/param a..b=1", "`/param` takes KEY=VALUE, or KEY= to drop one"),
            ("/system @/no/such/file", "cannot read the system prompt"),
        ):
            assert complaint in talk.say(wrong)[1]
        assert "default · sandbox/markdown · auto" in talk.status

        # Only what is named is dropped.
        talk.say("/param top_k=2")
        talk.say("/param metadata.user=me")
        assert 'parameters: {"top_k": 2}' == talk.say("/param metadata.user=")[-1]
        assert 'parameters: {"top_k": 2}' == talk.say("/param top_k.other=")[-1]
        assert "parameters: {}" == talk.say("/param top_k=")[-1]


def test_a_hint_is_about_the_profile(talk_at: Program) -> None:
    """A command that an error of the session names is about the profile of the session."""
    with Talking(talk_at, "-p", "sandbox") as talk:
        talk.say("/model nobody/knows-it")
        assert "hint: yourouter models list -p sandbox" in talk.say("Hello?")


def test_errors_do_not_end_it(talk_at: Program, sandbox: Sandbox) -> None:
    """An error is shown with its hint; `/retry` repeats the turn, if need be with another model."""
    with Talking(talk_at, "--retries", "0", "-m", "sandbox/error:503") as talk:
        shown = talk.say("Hello?")
        assert shown[1].startswith("yourouter: the gateway answered 503: the sandbox answers 503")
        assert "/retry asks again, /retry MODEL asks another model" == shown[-1]
        shown = talk.say("/retry sandbox/error:401")
        assert "hint: read -rs YOUROUTER_API_KEY && export YOUROUTER_API_KEY" in shown
        shown = talk.say("/retry nobody/knows-it")
        assert "hint: yourouter models list" in shown

        assert ["Hello?"] == talk.say("/retry sandbox/echo")[1:]
        assert [("user", "Hello?")] == sent(sandbox)
        assert "sandbox/echo" in talk.status

        # Half an answer is kept as such.
        shown = talk.say("/retry sandbox/truncate:2")
        assert "the part is kept; /retry asks again" == shown[-1]
        talk.say("/model sandbox/echo")
        talk.say("More")
        assert "[this answer broke off here]" in sent(sandbox)[1][1]

        # What cannot be reached at all is no end either.
        address = sandbox.base_url
        sandbox.stop()
        shown = talk.say("Anybody?")
        assert "yourouter: cannot connect" in shown[1] or "refused" in " ".join(shown)
        assert "hint: yourouter config doctor" in shown
        assert address.startswith("http://127.0.0.1")

        for wrong, guess in (
            ("/modle", "no command `/modle` (did you mean `/model`?)"),
            ("/QUIT", "no command `/QUIT` (did you mean `/exit`?)"),
            ("/new and more", "`/new` takes nothing after it"),
        ):
            assert f"yourouter: {guess}" == talk.say(wrong)[1]
        assert 0 == talk.leave()
