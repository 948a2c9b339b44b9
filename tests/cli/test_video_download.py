"""`video download`: the whole file or an error, and never with the key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.shelf import CUT, FILM, SIGNED, Shelf
from tests.driver import KEY, FakeClock
from tests.gateway.answering import TASKS, Says
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.driver import Program, Result
    from yourouter_cli.sandbox.server import Sandbox


class TestWhole:
    def test_the_file(self, fetch: Callable[..., Result], film: Path, part: Path) -> None:
        """The file appears under its name when it is whole, and nothing else stays."""
        result = fetch()

        assert (0, "") == (result.code, result.stdout)
        assert f"saved `{film}` (51.2 kB)\n" == result.stderr
        assert FILM == film.read_bytes()
        assert not part.exists()

    def test_json(self, fetch: Callable[..., Result], film: Path) -> None:
        """As JSON it is said what was saved where."""
        assert {
            "schema": 1,
            "id": "cgt-1",
            "file": str(film),
            "bytes": len(FILM),
            "last_frame_file": None,
        } == fetch("--json").json

    def test_unpacked_is_no_packing(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path
    ) -> None:
        """A server may say in so many words that it packs nothing."""
        shelf.faults = [Says(FILM, headers={"Content-Encoding": "identity"})]

        assert (0, FILM) == (fetch().code, film.read_bytes())
        assert 1 == len(shelf.fetched)

    def test_a_pipe(self, fetch: Callable[..., Result]) -> None:
        """To a pipe go the bytes of the file and nothing else."""
        result = fetch(output="-")

        assert (0, FILM, "") == (result.code, result.output, result.stderr)

    def test_a_directory(self, fetch: Callable[..., Result], shelf: Shelf, tmp_path: Path) -> None:
        """In a directory the file is called after the task, with the ending of the link."""
        shelf.link = f"/film.MOV{SIGNED}"
        (tmp_path / "films").mkdir()

        assert 0 == fetch(output="films").code
        assert FILM == (tmp_path / "films" / "cgt-1.mov").read_bytes()

    def test_what_is_no_file(self, fetch: Callable[..., Result], tmp_path: Path) -> None:
        """What cannot be replaced, such as a device, is written to."""
        device = tmp_path / "device"
        device.symlink_to(os.devnull)

        assert 0 == fetch(output="device").code
        assert device.is_char_device()
        assert not (tmp_path / "device.part").exists()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full here")
    def test_a_device_that_is_full(self, fetch: Callable[..., Result], tmp_path: Path) -> None:
        """What cannot be written is said, of a device as well."""
        device = tmp_path / "device"
        device.symlink_to("/dev/full")
        result = fetch(output="device")

        assert ExitCode.USAGE == result.code
        assert f"yourouter: cannot write `{device}`: no space left on device\n" == result.stderr

    def test_a_link_stays_one(
        self, fetch: Callable[..., Result], film: Path, tmp_path: Path
    ) -> None:
        """A symbolic link keeps pointing to the file that is replaced."""
        (tmp_path / "real.mp4").write_text("old")
        film.symlink_to(tmp_path / "real.mp4")

        assert 0 == fetch("--force").code
        assert film.is_symlink()
        assert FILM == (tmp_path / "real.mp4").read_bytes()

    def test_the_last_frame(
        self, run: Program, clock: FakeClock, sandbox: Sandbox, film: Path
    ) -> None:
        """The last frame is saved beside the film when it is asked for, if there is one."""
        program = run.at(sandbox)
        argv = ("video", "create", "p", "-m", "sandbox/video")
        name, bare = (
            program(*argv, *further, clock=clock).stdout.strip()
            for further in (["--return-last-frame"], [])
        )
        clock.sleep(5)
        saved = program(
            *("video", "download", name, "-o", str(film), "--return-last-frame", "--json"),
            clock=clock,
        )
        refused = program(
            *("video", "download", bare, "-o", f"{film}2", "--return-last-frame"), clock=clock
        )

        beside = film.with_name("film-last-frame.png")
        assert (0, str(beside)) == (saved.code, saved.json["last_frame_file"])
        assert b"\x89PNG" == beside.read_bytes()[:4]
        assert ExitCode.USAGE == refused.code
        assert "has no last frame" in refused.stderr


class TestTheLink:
    def test_the_key_stays_here(self, fetch: Callable[..., Result], shelf: Shelf) -> None:
        """The link carries its own permission: neither key nor any other header goes there."""
        fetch(environ={"YOUROUTER_VENDOR": "volcengine", "YOUROUTER_HEADERS": '{"X-Team": "blue"}'})

        (question,) = (asked for asked in shelf.gateway.asked if asked.path.startswith(TASKS))
        (request,) = shelf.fetched
        assert (f"Bearer {KEY}", "volcengine", "blue") == (
            question.headers["authorization"],
            question.headers["vendor"],
            question.headers["x-team"],
        )
        assert {"host", "accept", "accept-encoding", "connection", "user-agent"} == set(
            request.headers
        )

    def test_the_signature_arrives_unchanged(
        self, fetch: Callable[..., Result], shelf: Shelf
    ) -> None:
        """Not one character of a signed link is written differently."""
        shelf.link = "/film.mp4?X-Tos-Signature=s3%2Fsig+n~&a=%E4%BD%A0&b=c/d:e@f"
        fetch()

        assert [shelf.link] == [asked.path for asked in shelf.fetched]

    @pytest.mark.parametrize("fault", [None, 5, Says(b"gone", 404), Says(b"", 302)])
    def test_the_signature_is_never_shown(
        self, fetch: Callable[..., Result], shelf: Shelf, fault: Any
    ) -> None:
        """No message, trace or error shows what is in the query of a link."""
        shelf.faults = [fault] * 9 if fault else []
        for argv in (["--debug"], ["--json", "--debug"]):
            result = fetch(*argv, "--force")
            assert "s3cr3t" not in result.stdout + result.stderr
            assert "film.mp4?***" in result.stderr

    def test_redirects_are_followed(self, fetch: Callable[..., Result], shelf: Shelf) -> None:
        """A link may lead to another place, which is not shown whole either."""
        shelf.faults = [
            Says(status=302, headers={"Location": "/elsewhere?sig=s3cr3t"}),
            Says(status=307, headers={"Location": f"{shelf.gateway.origin}/there?sig=s3cr3t"}),
        ]
        result = fetch("--debug")

        assert 0 == result.code
        assert [shelf.link.split("?")[0], "/elsewhere", "/there"] == [
            asked.path.split("?")[0] for asked in shelf.fetched
        ]
        assert "s3cr3t" not in result.stderr

    @pytest.mark.parametrize(
        ("location", "why"),
        [
            ("http://files.example/a?sig=s3cr3t", "to http://files.example/a?***, which is not"),
            ("ftp://files.example/a", "to ftp://files.example/a, which is not https"),
            ("file:///etc/passwd", "which is not https"),
            ("http://[", "it redirects nowhere"),
            ("", "it redirects nowhere"),
            ("/again", "it redirects too often"),
        ],
    )
    def test_where_no_link_leads(
        self, fetch: Callable[..., Result], shelf: Shelf, location: str, why: str
    ) -> None:
        """A redirect to plain http, to nowhere or without end is not followed: exit 6."""
        shelf.faults = [Says(status=302, headers={"Location": location})] * 9
        result = fetch()

        assert ExitCode.UNREACHABLE == result.code
        assert why in result.stderr
        assert "s3cr3t" not in result.stderr
        assert len(shelf.fetched) <= 6

    def test_plain_http(self, fetch: Callable[..., Result], shelf: Shelf) -> None:
        """A link over plain http to another machine is not fetched."""
        shelf.link = "http://files.example/a.mp4?sig=s3cr3t"
        result = fetch()

        assert ExitCode.CONFIG == result.code
        assert "the link http://files.example/a.mp4?*** is not fetched" in result.stderr


class TestOnATerminal:
    def test_a_bar(self, fetch: Callable[..., Result], shelf: Shelf, film: Path) -> None:
        """On a terminal a bar shows how much is there, how fast it comes and what is left."""
        shelf.faults = [25_600, 0]
        result = fetch(tty=True, size=(120, 24))

        lines = result.stderr.split("\r\x1b[K")
        assert any("▕██████████          ▏  50% 25.6 kB of 51.2 kB" in line for line in lines)
        assert any(" 51.2 kB/s 0:00 left" in line for line in lines)
        assert result.stderr.endswith(f"\r\x1b[Ksaved `{film}` (51.2 kB)\n")

    def test_not_in_a_pipe(self, fetch: Callable[..., Result]) -> None:
        """In a pipe, and where it is to be quiet, no bar is drawn."""
        assert "\x1b" not in fetch().stderr
        assert "" == fetch("-q", "--force", tty=True).stderr


def test_errors_as_json(fetch: Callable[..., Result], shelf: Shelf) -> None:
    """Errors are JSON where that is asked for, with every attempt."""
    shelf.faults = [CUT, 0, Says(b"", 503)]
    error = json.loads(fetch("--json").stderr.splitlines()[-1])["error"]

    assert (6, "unavailable", 503, 3) == (
        error["code"],
        error["kind"],
        error["status"],
        len(error["attempts"]),
    )
