"""Attachments: typed by what they hold, checked before anything is sent, encoded once."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SAMPLES = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(50),
    "image/gif": b"GIF89a" + bytes(50),
    "image/webp": b"RIFF\x40\0\0\0WEBPVP8 " + bytes(50),
    "application/pdf": b"%PDF-1.7\n" + bytes(50),
    "audio/wav": b"RIFF\x40\0\0\0WAVEfmt " + bytes(50),
    "audio/mpeg": b"ID3\x04" + bytes(50),
}


def _parts(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the parts of the user's message in the last request."""
    content = sandbox.requests[-1].json["messages"][-1]["content"]
    assert isinstance(content, list)
    return content


class TestTypes:
    @pytest.mark.parametrize("media_type", [kind for kind in SAMPLES if "image" in kind])
    def test_images_by_content(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, media_type: str
    ) -> None:
        """An image is what its first bytes say, whatever the file is called."""
        file = tmp_path / "picture.txt"
        file.write_bytes(SAMPLES[media_type])

        result = run.at(sandbox)("chat", "look", "-a", str(file), "-m", "sandbox/echo")

        assert ExitCode.DONE == result.code, result.stderr
        image, words = _parts(sandbox)
        encoded = base64.b64encode(SAMPLES[media_type]).decode()
        assert f"data:{media_type};base64,{encoded}" == image["image_url"]["url"]
        assert {"type": "text", "text": "look"} == words

    def test_a_pdf(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A PDF travels as a file with its name."""
        (tmp_path / "a.pdf").write_bytes(SAMPLES["application/pdf"])

        run.at(sandbox)("chat", "read", "-a", str(tmp_path / "a.pdf"), "-m", "sandbox/echo")

        assert "a.pdf" == _parts(sandbox)[0]["file"]["filename"]

    @pytest.mark.parametrize(("media_type", "name"), [("audio/wav", "wav"), ("audio/mpeg", "mp3")])
    def test_audio(
        self, run: Program, sandbox: Sandbox, tmp_path: Path, media_type: str, name: str
    ) -> None:
        """Sound travels with the name of its format."""
        (tmp_path / "sound").write_bytes(SAMPLES[media_type])

        run.at(sandbox)("chat", "hear", "-a", str(tmp_path / "sound"), "-m", "sandbox/echo")

        assert name == _parts(sandbox)[0]["input_audio"]["format"]

    @pytest.mark.parametrize("second", [0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2])
    def test_sound_without_tags(self, run: Program, tmp_path: Path, second: int) -> None:
        """An MP3 that begins with a frame is one, with or without a checksum."""
        (tmp_path / "a").write_bytes(bytes([0xFF, second, 0x90, 0]) + bytes(50))

        result = run("chat", "hear", "-a", str(tmp_path / "a"), "--dry-run")

        assert '"format": "mp3"' in result.stdout

    def test_source_code(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A text file becomes a fenced block with its name, in a fence that it cannot close."""
        (tmp_path / "a.py").write_text('DOC = """\n```\n"""\n', encoding="utf-8")

        run.at(sandbox)("chat", "explain", "-a", str(tmp_path / "a.py"), "-m", "sandbox/echo")

        sent = sandbox.requests[-1].json["messages"][-1]["content"]
        assert '`a.py`:\n\n````py\nDOC = """\n```\n"""\n````\n\nexplain' == sent

    def test_standard_input(self, run: Program, sandbox: Sandbox) -> None:
        """`-a -` attaches what is piped in; it is not the prompt then."""
        run.at(sandbox)("chat", "look", "-a", "-", "-m", "sandbox/echo", stdin=PNG)

        image, words = _parts(sandbox)
        assert image["image_url"]["url"].endswith(base64.b64encode(PNG).decode())
        assert "look" == words["text"]

    def test_a_text_with_a_mark_before_it(
        self, run: Program, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        """What some editors put before UTF-8 is no part of the text."""
        (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfwords")

        run.at(sandbox)("chat", "read", "-a", str(tmp_path / "a.txt"), "-m", "sandbox/echo")

        sent = sandbox.requests[-1].json["messages"][-1]["content"]
        assert "`a.txt`:\n\n```txt\nwords\n```\n\nread" == sent

    @pytest.mark.parametrize("name", ["a.png", "picture", "a.lighthouse-at-night"])
    def test_a_link(self, run: Program, sandbox: Sandbox, name: str) -> None:
        """A URL is passed on for the model's side to fetch; one that says no type is an image."""
        link = f"https://example.org/{name}"
        run.at(sandbox)("chat", "look", "-a", link, "-m", "sandbox/echo")

        assert {"url": link} == _parts(sandbox)[0]["image_url"]


class TestRefused:
    def test_what_is_no_url(self, run: Program, sandbox: Sandbox) -> None:
        """A link that nobody could fetch is not sent."""
        result = run.at(sandbox)("chat", "look", "-a", "http://[host/a.png")

        assert ExitCode.USAGE == result.code
        assert "yourouter: cannot attach `http://[host/a.png`: it is no URL\n" == result.stderr
        assert [] == sandbox.requests

    @pytest.mark.parametrize(
        ("name", "content", "why"),
        [
            ("gone.png", None, "no such file or directory"),
            ("empty.png", b"", "it is empty"),
            ("program", b"\x7fELF\x00\x01", "it is neither text in UTF-8, nor PNG, JPEG"),
            ("latin.txt", "naïve".encode("latin-1"), "it is neither text in UTF-8"),
            ("cut.txt", "naï".encode()[:-1], "it is neither text in UTF-8"),
            ("disk.img", bytes(9_000_000), "it is neither text in UTF-8"),
        ],
    )
    def test_before_anything_is_sent(
        self,
        run: Program,
        sandbox: Sandbox,
        tmp_path: Path,
        name: str,
        content: bytes | None,
        why: str,
    ) -> None:
        """What is missing, empty or of no known type is refused by name."""
        if content is not None:
            (tmp_path / name).write_bytes(content)

        result = run.at(sandbox)("chat", "look", "-a", str(tmp_path / name))

        assert ExitCode.USAGE == result.code
        assert result.stderr.startswith("yourouter: cannot attach `")
        assert f"{name}`: {why}" in result.stderr
        assert [] == sandbox.requests

    def test_a_large_image(self, run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """An image above 20 MB is refused with its name and the limit."""
        with (tmp_path / "big.png").open("wb") as file:
            file.write(PNG)
            file.truncate(20 * 2**20 + 1)

        result = run.at(sandbox)("chat", "look", "-a", str(tmp_path / "big.png"))

        assert ExitCode.USAGE == result.code
        assert (
            "yourouter: cannot attach `big.png`: an image may have 20 MB at most\n" == result.stderr
        )
        assert [] == sandbox.requests

    def test_a_large_body_for_messages(
        self, run: Program, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        """Messages takes 32 MB; the largest part is named."""
        for name, size in (("one.png", 15), ("two.png", 14)):
            with (tmp_path / name).open("wb") as file:
                file.write(PNG)
                file.truncate(size * 2**20)

        result = run.at(sandbox)(
            "chat", "look", "--dialect", "anthropic",
            "-a", str(tmp_path / "one.png"), "-a", str(tmp_path / "two.png"),
        )  # fmt: skip

        assert ExitCode.USAGE == result.code
        assert (
            "yourouter: the request has 38.7 MB and may have 32 MB at most;"
            " `one.png` is the largest part of it\n" == result.stderr
        )
        assert [] == sandbox.requests

    @pytest.mark.parametrize(
        "argv", [("-", "-a", "-"), ("hi", "-s", "@-", "--schema", "-"), ("-", "--tools", "-")]
    )
    def test_standard_input_twice(
        self, run: Program, sandbox: Sandbox, argv: tuple[str, ...]
    ) -> None:
        """Standard input cannot be both the prompt and an attachment, or a file."""
        result = run.at(sandbox)("chat", *argv, stdin="words")

        assert ExitCode.USAGE == result.code
        assert (
            "yourouter: standard input can be read only once: `-` is given twice\n" == result.stderr
        )


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
def test_a_large_image_is_never_copied(run: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """An image of 20 MB is sent whole and costs less than 80 MB of memory in all."""
    image = tmp_path / "big.png"
    with image.open("wb") as file:
        file.write(PNG)
        file.truncate(20 * 2**20)
    script = textwrap.dedent(f"""
        import resource, subprocess, sys
        command = [sys.executable, "-m", "yourouter_cli", "chat", "look", "-a", {str(image)!r}]
        code = subprocess.call([*command, "-m", "sandbox/echo"], stdout=subprocess.DEVNULL)
        print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    """)

    found = subprocess.run(
        [sys.executable, "-c", script],
        env=run.at(sandbox).process_environ(),
        capture_output=True,
        check=True,
    )

    code, peak = map(int, found.stdout.split())
    assert (0, True) == (code, peak * 1024 < 80 * 10**6), f"{peak} KB"
    seen = sandbox.requests[-1]
    assert seen.body_length > 27 * 10**6
    url = b"data:image/png;base64," + base64.b64encode(image.read_bytes())
    expected = (
        b'{"model":"sandbox/echo","messages":[{"role":"user","content":[{"type":"image_url",'
        b'"image_url":{"url":"' + url + b'"}},{"type":"text","text":"look"}]}],"stream":true,'
        b'"stream_options":{"include_usage":true}}'
    )
    assert hashlib.sha256(expected).hexdigest() == seen.body_sha256
