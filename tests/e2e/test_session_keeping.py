"""An interactive session: what it keeps, resumes, sums up and hands on."""

from __future__ import annotations

import json
import os
import shlex
import signal
import stat
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.talking import CTRL_C, Talking, sent
from yourouter_cli.clock import Clock
from yourouter_cli.transcripts.context import INTERRUPTED_MARK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox


def conversations(run: Program) -> list[dict[str, Any]]:
    """Return what `history list` knows."""
    found: list[dict[str, Any]] = run("history", "list", "--json").json
    return found


def test_going_on(talk_at: Program, sandbox: Sandbox) -> None:
    """A conversation is gone on with in a new process: `-c`, `--conversation`, `/resume`."""
    with Talking(talk_at, "-s", "be brief") as talk:
        talk.say("one")
        talk.say("two")
        talk.leave()
    [first] = conversations(talk_at)
    with Talking(talk_at, "-c") as talk:
        assert [f"going on with {first['id']} (2 turns): one", "> two", "two"] == talk.lines[1:4]
        assert talk.status.endswith(f" · {first['tokens']} tokens")
        talk.say("three")
        spoken = [("user", "one"), ("assistant", "one"), ("user", "two"), ("assistant", "two")]
        assert [("system", "be brief"), *spoken, ("user", "three")] == sent(sandbox)
        talk.say("/new")
        talk.say("something else")
        assert [("system", "be brief"), ("user", "something else")] == sent(sandbox)
        talk.leave()
    second, again = conversations(talk_at)
    assert (first["id"], 3) == (again["id"], again["turns"])

    with Talking(talk_at, "--conversation", first["id"][:-1]) as talk:
        talk.say("/undo")
        listed = "\n".join(talk.say("/history"))
        assert first["id"] in listed
        assert second["id"] in listed
        found = "\n".join(talk.say("/history something"))
        assert second["id"] in found
        assert first["id"] not in found
        assert "no conversation has that" == talk.say("/history nowhere")[-1]

        talk.complete(f"/resume {second['id'][:-1]}", until=second["id"])
        shown = talk.say("")
        assert [f"going on with {second['id']} (1 turn): something else"] == shown[1:2]
        assert ["> something else", "something else"] == shown[2:]
        talk.say("more")
        assert 4 == len(sent(sandbox))
        assert "yourouter: no conversation `nowhere`" == talk.say("/resume nowhere")[1]
        talk.leave()

    # What was undone stays undone, and the last used is the one to go on with.
    talk_at("chat", "--conversation", first["id"], "four", clock=Clock())
    assert [("system", "be brief"), *spoken, ("user", "four")] == sent(sandbox)
    talk_at("chat", "-c", "five", clock=Clock())
    assert ("assistant", "four") == sent(sandbox)[-2]


def test_how_to_go_on(talk_at: Program) -> None:
    """The last line is a command that goes on with the conversation, in the profile it had."""
    with Talking(talk_at, "-p", "sandbox") as talk:
        talk.say("one")
        talk.leave()
        command, end = talk.lines[-1].split(" goes on")
    assert "with this" == end.strip()
    program, *argv = shlex.split(command)
    assert "yourouter" == program

    talk_at(*argv, "two")

    [entry] = conversations(talk_at)
    assert ("sandbox", 2) == (entry["profile"], entry["turns"])


def test_a_killed_session(talk_at: Program, sandbox: Sandbox) -> None:
    """What had arrived when the process was killed is there when the session is resumed."""
    words = " ".join(f"word{number}" for number in range(60))
    with Talking(talk_at, "-m", "sandbox/slow:30") as talk:
        talk.begin(words, until="word9")
        time.sleep(0.3)
        talk.process.send_signal(signal.SIGKILL)
        assert -signal.SIGKILL == talk.wait()

    with Talking(talk_at, "-c") as talk:
        assert "word0 word1 word2" in talk.text
        assert "[this answer was interrupted by the user]" in talk.text
        talk.say("Go on")
        part = sent(sandbox)[1][1]
        assert part.startswith("word0 ")
        assert "word9 " in part
        assert part.endswith(INTERRUPTED_MARK)
        talk.say("/undo")
        talk.say("/retry")
        assert [("user", words)] == sent(sandbox)


def test_a_summary(talk_at: Program, sandbox: Sandbox) -> None:
    """`/compact` puts a summary in the place of what was said; the store keeps it all."""
    with Talking(talk_at) as talk:
        assert "yourouter: there is nothing to summarise yet" == talk.say("/compact")[1]
        talk.say("Reply with exactly: The answer is 42.")
        # The sandbox repeats what it is asked: that is its summary.
        assert "a summary of 161 characters stands for 1 turn now" == talk.say("/compact")[-1]
        assert ["user", "assistant", "user"] == [role for role, _ in sent(sandbox)]
        for name in ("/retry", "/undo"):
            assert "yourouter: nothing was asked since the summary" == talk.say(name)[1]
        talk.say("What was it?")
        (_, summary), (role, _), question = sent(sandbox)
        assert ("assistant", ("user", "What was it?")) == (role, question)
        assert summary.startswith("Summary of our conversation so far:\n\nSummarise our")
        assert "42" not in summary

        # Without a whole summary everything stays as it is.
        talk.say("/model sandbox/length")
        assert "yourouter: the model wrote no whole summary" in talk.say("/compact")[1]
        talk.say("/model sandbox/slow:200")
        talk.begin("/compact", until="sandbox/slow")
        talk.type(CTRL_C)
        talk.wait_for_prompt()
        assert "interrupted" == talk.lines_above[-1]
        talk.leave()
    [entry] = conversations(talk_at)
    kept = talk_at("history", "show", entry["id"]).stdout
    assert "Reply with exactly: The answer is 42." in kept

    talk_at("chat", "-c", "-m", "sandbox/echo", "Again?")
    assert [summary, "What was it?", "Again?"] == [
        content for role, content in sent(sandbox) if role == "user"
    ]


def test_handing_on(talk_at: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """The last answer can be saved and copied; a question can be written in the editor."""
    tools = tmp_path / "bin"
    tools.mkdir()
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
        "path.write_text(path.read_text() + ' from\\nthe editor\\n')\n"
    )
    xclip = tools / "xclip"
    xclip.write_text(f"#!/bin/sh\ncat > {tmp_path}/clipboard\n")
    xclip.chmod(xclip.stat().st_mode | stat.S_IXUSR)
    environ = {
        "EDITOR": f"{shlex.quote(sys.executable)} {shlex.quote(str(editor))}",
        "DISPLAY": ":0",
        "PATH": f"{tools}:{os.environ['PATH']}",
    }
    with Talking(talk_at, environ=environ) as talk:
        assert "yourouter: there is no answer yet" == talk.say("/copy")[1]
        talk.say("/edit Words")
        talk.wait_for("the editor")
        talk.say("!")
        assert [("user", "Words from\nthe editor!")] == sent(sandbox)

        assert "22 characters are on the clipboard" == talk.say("/copy")[-1]
        assert "Words from\nthe editor!" == (tmp_path / "clipboard").read_text()
        target = tmp_path / "answer.md"
        assert "saved in `" in talk.say(f"/save {target}")[1]
        assert "Words from\nthe editor!\n" == target.read_text()
        shown = "".join(talk.say(f"/save {target}"))
        assert "is there already; choose another name" in shown
        assert "yourouter: cannot write" in talk.say("/save /no/such/place")[1]

        shown_usage = talk.say("/usage")
        assert "model: sandbox/echo, then gemini-2.5-flash" in shown_usage
        assert "turns: 1" in shown_usage
        assert "tokens: 8" in shown_usage
        assert any(line.startswith("last usage: tokens in 4, out 4") for line in shown_usage)
        commands = "/help /model /vendor /dialect /system /param /attach /retry /undo /edit /copy"
        commands += " /save /usage /new /history /resume /compact /exit"
        helped = talk.say("/help")
        for name in commands.split():
            [line] = [line for line in helped if line.split()[:1] == [name] and ">" not in line]
            assert line[27:].strip()
        talk.type("/exit\r")
        assert 0 == talk.wait()


@pytest.mark.parametrize("how", ["--no-save", "save_history", "YOUROUTER_NO_HISTORY"])
def test_nothing_is_kept(talk_at: Program, sandbox: Sandbox, home: Path, how: str) -> None:
    """Who wants nothing kept finds nothing kept: no conversation, no history of the prompt."""
    run = talk_at
    if how == "save_history":
        run("config", "set", "save_history", "false")
    argv = ["--no-save"] if how == "--no-save" else []
    environ = {"YOUROUTER_NO_HISTORY": "1"} if how == "YOUROUTER_NO_HISTORY" else {}
    with Talking(run, *argv, environ=environ) as talk:
        talk.say("a secret")
        talk.say("/undo")
        talk.say("another secret")
        assert [("user", "another secret")] == sent(sandbox)
        assert 0 == talk.leave()
        assert "goes on with this" not in talk.text
    assert not (home / "state").exists()


def test_nothing_of_what_is_kept_is_changed(talk_at: Program, sandbox: Sandbox) -> None:
    """With `--no-save` a kept conversation can be gone on with, and stays as it was."""
    talk_at("chat", "one")
    with Talking(talk_at, "-c", "--no-save") as talk:
        talk.say("two")
        assert 3 == len(sent(sandbox))
        talk.say("/undo")
        talk.say("/undo")
        talk.say("three")
        assert [("user", "three")] == sent(sandbox)
        talk.leave()

    talk_at("chat", "-c", "four")
    assert [("user", "one"), ("assistant", "one"), ("user", "four")] == sent(sandbox)


def test_more_than_the_model_takes(talk_at: Program, home: Path) -> None:
    """Before more is sent than the model is known to take, that is said with the estimate."""
    models = home / "config" / "models.toml"
    models.parent.mkdir(parents=True)
    models.write_text('[models."sandbox/echo"]\ncontext = 10\n')
    said = (
        "the request has about {} tokens (estimated at 4 bytes each), and `sandbox/echo` takes 10"
    )
    with Talking(talk_at, size=(160, 40)) as talk:
        talk.say("x" * 40)
        assert "warning" not in talk.text
        longer = f"warning: {said.format(21)}; /compact makes it shorter"
        assert ["> four", longer, "four"] == talk.say("four")
        talk.leave()

    result = talk_at("chat", "y" * 48, "--format", "jsonl")
    assert "y" * 48 == next(event["text"] for event in result.events if event["type"] == "text")
    [notice] = result.notices
    assert {"estimated_tokens": 12, "context": 10} == notice["details"]
    assert said.format(12) == notice["message"]
    assert json.dumps(notice["message"]) in result.stdout
