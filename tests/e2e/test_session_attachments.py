"""An interactive session: what goes out with its questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.talking import Talking, sent

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
WAV = b"RIFF\x00\x00\x00\x00WAVE" + bytes(64)


def kinds(content: Any) -> list[str]:
    """Return the types of the parts of a message."""
    return [part["type"] for part in content]


def test_attachments(talk_at: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """Files are completed, go out with the next question, and again with a retry."""
    (tmp_path / "photo one.png").write_bytes(PNG)
    (tmp_path / "song.wav").write_bytes(WAV)
    with Talking(talk_at, "--retries", "0") as talk:
        talk.complete(f"/attach {tmp_path}/ph", until="/photo one.png")
        assert "1 file goes out with the next question" == talk.say("")[-1]
        assert talk.status.endswith("1 attached · 0 tokens")
        talk.say("/model sandbox/error:500")
        talk.say("What is it?")
        assert ["image_url", "text"] == kinds(sent(sandbox)[-1][1])

        # It was asked in vain: the file is not lost, whether asked again or in other words.
        assert "1 attached" in talk.status
        talk.say("/retry")
        assert ["image_url", "text"] == kinds(sent(sandbox)[-1][1])
        talk.say("/model sandbox/echo")
        talk.say("What is this?")
        assert [["image_url", "text"]] == [kinds(content) for _, content in sent(sandbox)]
        assert "attached" not in talk.status
        talk.say("/retry")
        assert ["image_url", "text"] == kinds(sent(sandbox)[-1][1])

        # What a dialect cannot carry is said before anything is sent.
        count = len(sandbox.requests)
        talk.say(f"/attach '{tmp_path}/song.wav'")
        talk.say("/dialect anthropic")
        shown = talk.say("Listen")
        assert "yourouter: the `anthropic` dialect takes no audio, so not `song.wav`" == shown[1]
        assert count == len(sandbox.requests)
        talk.say("/dialect openai")
        talk.say("/retry")
        assert ["input_audio", "text"] == kinds(sent(sandbox)[-1][1])

        talk.say(f"/attach {tmp_path}/song.wav")
        assert "nothing goes out with the next question" == talk.say("/attach -")[-1]
        for wrong in ("/attach /no/such/file", "/attach ~nobody-here/x", f"/attach {tmp_path}"):
            assert talk.say(wrong)[1].startswith("yourouter: cannot attach ")


def test_attached_from_the_start(talk_at: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """`-a` without a prompt begins a session with the file; it is kept whole when that is asked."""
    (tmp_path / "photo.png").write_bytes(PNG)
    with Talking(talk_at, "-a", str(tmp_path / "photo.png"), "--save-attachments") as talk:
        assert "1 attached" in talk.status
        talk.say("What is it?")
        talk.leave()
    talk_at("chat", "-c", "And now?")

    assert ["image_url", "text"] == kinds(sent(sandbox)[0][1])
