"""`video download`: the whole file or an error, resumed where it can be, and never with the key."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import KEY, FakeClock
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, Silence, task
from yourouter_cli.errors import ExitCode
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.driver import Program, Result

FILM = bytes(range(256)) * 200
CUT = 20_000
SIGNED = "?X-Tos-Signature=s3cr3t%2Fsig+n~&x='y'"


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[Sandbox]:
    """Yield a gateway whose tasks go on by *clock*."""
    with Sandbox(clock=clock.now) as running:
        yield running


class Shelf:
    """A gateway with one finished task, and the server of its file.

    `etag` and `film` are those of the file. Each entry of `faults` spoils one answer for the file:
    a number cuts it after so many bytes, an answer is given instead. `ranges` honours Range.
    """

    def __init__(self) -> None:
        self.film = FILM
        self.etag: str | None = '"v1"'
        self.ranges = True
        self.faults: list[int | Says | Silence | Callable[[], None]] = []
        self.link = f"/film.mp4{SIGNED}"
        self.task: dict[str, Any] = {}
        self.gateway = AnsweringGateway(self.decide)

    @property
    def fetched(self) -> list[Asked]:
        """The requests for the file."""
        return [asked for asked in self.gateway.asked if not asked.path.startswith(TASKS)]

    @property
    def from_where(self) -> list[str | None]:
        """The Range header of each request for the file."""
        return [asked.headers.get("range") for asked in self.fetched]

    def decide(self, asked: Asked) -> Says | Silence:
        """Answer a request."""
        if asked.path.startswith(TASKS):
            link = self.link if "://" in self.link else f"{self.gateway.origin}{self.link}"
            return Says(task(content={"video_url": link}, **self.task))
        fault = self.faults.pop(0) if self.faults else None
        if callable(fault):
            fault()
        if isinstance(fault, Says | Silence):
            return fault
        headers = {"ETag": self.etag} if self.etag else {}
        cut = fault if isinstance(fault, int) else None
        wanted = asked.headers.get("range")
        if not (wanted and self.ranges and asked.headers.get("if-range") == self.etag):
            return Says(self.film, headers=headers, sent=cut)
        begin = int(wanted.removeprefix("bytes=").rstrip("-"))
        size = len(self.film)
        if begin >= size:
            return Says(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {begin}-{size - 1}/{size}"
        return Says(self.film[begin:], 206, headers=headers, sent=cut)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """Yield a gateway with a file that the test can spoil."""
    shelf = Shelf()
    with shelf.gateway:
        yield shelf


@pytest.fixture
def fetch(run: Program, shelf: Shelf, clock: FakeClock, tmp_path: Path) -> Callable[..., Result]:
    """Return the program about to download the file on the shelf to `film.mp4`."""
    program = run.at(shelf.gateway.base_url)

    def fetch(*argv: str, output: str = "film.mp4", **settings: Any) -> Result:
        target = output if output == "-" else str(tmp_path / output)
        return program("video", "download", "cgt-1", "-o", target, *argv, clock=clock, **settings)

    return fetch


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return where the film goes."""
    return tmp_path / "film.mp4"


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """Return where the film is while it is not whole."""
    return tmp_path / "film.mp4.part"


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


class TestResuming:
    def test_within_one_command(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, clock: FakeClock
    ) -> None:
        """A connection that breaks is taken up where it broke off."""
        shelf.faults = [CUT, 10]
        result = fetch()

        assert 0 == result.code
        assert FILM == film.read_bytes()
        assert [None, f"bytes={CUT}-", f"bytes={CUT + 10}-"] == shelf.from_where
        assert [0.5, 1.0] == clock.waits
        assert 2 == result.stderr.count("; going on in ")

    def test_a_server_that_asks_for_patience(
        self, fetch: Callable[..., Result], shelf: Shelf, clock: FakeClock
    ) -> None:
        """`Retry-After` is waited for, but no longer than a minute: the link will not last."""
        shelf.faults = [Says(status=503, headers={"Retry-After": wait}) for wait in ("7", "9999")]

        assert 0 == fetch().code
        assert [7.0, 60.0] == clock.waits

    def test_by_the_next_command(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, part: Path
    ) -> None:
        """What is still short after the retries is exit 6; the next command fetches the rest."""
        shelf.faults = [CUT, 0, 0]
        first = fetch()
        kept = part.read_bytes()
        second = fetch()

        assert ExitCode.UNREACHABLE == first.code
        assert (
            f"20.0 kB of 51.2 kB came, they are kept in `{part}`\n"
            f"hint: yourouter video download cgt-1 -o {film}\n" in first.stderr
        )
        assert FILM[:CUT] == kept
        assert (0, FILM) == (second.code, film.read_bytes())
        assert f"bytes={CUT}-" == shelf.from_where[-1]
        assert not part.exists()

    def test_through_a_pipe(self, fetch: Callable[..., Result], shelf: Shelf) -> None:
        """Through a pipe the file goes on as well: each byte once."""
        shelf.faults = [CUT, 10]
        result = fetch(output="-")

        assert (0, FILM) == (result.code, result.output)

    def test_through_a_pipe_without_ranges(
        self, fetch: Callable[..., Result], shelf: Shelf
    ) -> None:
        """Where the server begins anew, what the pipe has got already is passed over."""
        shelf.faults, shelf.ranges = [CUT], False
        result = fetch(output="-")

        assert (0, FILM) == (result.code, result.output)
        assert 2 == len(shelf.fetched)

    def test_another_file_through_a_pipe(self, fetch: Callable[..., Result], shelf: Shelf) -> None:
        """A pipe that got the beginning of another file cannot be served."""

        def change() -> None:
            shelf.etag = '"v2"'

        shelf.faults = [CUT, change]
        result = fetch(output="-")

        assert ExitCode.UNREACHABLE == result.code
        assert "the file changed" in result.stderr
        assert FILM[:CUT] == result.output

    def test_a_server_without_ranges(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path
    ) -> None:
        """Where Range is not honoured the file is fetched from the start."""
        shelf.faults, shelf.ranges = [CUT], False

        assert 0 == fetch().code
        assert FILM == film.read_bytes()

    @pytest.mark.parametrize("etag", [None, 'W/"v1"'])
    def test_a_server_without_a_strong_etag(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, etag: str | None
    ) -> None:
        """Without an ETag nobody can say what the rest belongs to: from the start."""
        shelf.faults, shelf.etag = [CUT], etag

        assert 0 == fetch().code
        assert FILM == film.read_bytes()
        assert [None, None] == shelf.from_where

    @pytest.mark.parametrize("size", [10_000, 51_200, 90_000])
    def test_the_file_changed(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, size: int
    ) -> None:
        """A file that is another one by now is fetched from the start."""
        shelf.faults = [CUT]
        fetch("--retries", "0")
        shelf.film, shelf.etag = b"new" * (size // 3), '"v2"'

        assert 0 == fetch().code
        assert shelf.film == film.read_bytes()

    def test_a_server_that_lies(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path
    ) -> None:
        """A part of a file of another size is not appended to ours."""
        wrong = {"ETag": '"v1"', "Content-Range": f"bytes {CUT}-60000/60001"}
        shelf.faults = [CUT, Says(b"x" * 40_001, 206, headers=wrong)]

        assert 0 == fetch().code
        assert FILM == film.read_bytes()

    def test_a_server_that_minds_no_condition(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path
    ) -> None:
        """The rest of a changed file is seen by its ETag, and the file fetched from the start."""
        shelf.faults = [CUT]
        fetch("--retries", "0")
        changed = {"ETag": '"v2"', "Content-Range": f"bytes {CUT}-51199/51200"}
        shelf.faults = [Says(b"x" * 31_200, 206, headers=changed)]

        assert 0 == fetch("--retries", "0").code
        assert FILM == film.read_bytes()

    @pytest.mark.parametrize(
        "answer",
        [
            Says(status=416, headers={"Content-Range": "bytes */7"}),
            Says(status=416),
            Says(FILM[7:], 206, headers={"Content-Range": "bytes 7-51199/51200"}),
            Says(FILM, 206),
        ],
        ids=["416 of another size", "416", "another part", "a part of nothing"],
    )
    def test_odd_answers_to_range(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, answer: Says
    ) -> None:
        """Whatever is said to the wish for the rest, the file is right in the end."""
        shelf.faults = [CUT, answer]

        assert 0 == fetch().code
        assert FILM == film.read_bytes()

    def test_a_part_that_is_whole(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, part: Path
    ) -> None:
        """A part of which nothing is missing only gets its name."""
        shelf.faults = [CUT]
        fetch("--retries", "0")
        part.write_bytes(FILM)

        assert 0 == fetch().code
        assert FILM == film.read_bytes()
        assert f"bytes={len(FILM)}-" == shelf.from_where[-1]

    @pytest.mark.parametrize("size", [0, 7, 100_000])
    def test_a_part_of_unknown_origin(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, part: Path, size: int
    ) -> None:
        """A part that this program does not know is never taken for the beginning of the file."""
        part.write_bytes(b"x" * size)

        assert 0 == fetch().code
        assert FILM == film.read_bytes()
        assert [None] == shelf.from_where

    def test_a_part_of_another_task(
        self, fetch: Callable[..., Result], shelf: Shelf, run: Program, film: Path, clock: FakeClock
    ) -> None:
        """A part of another task's file is not the beginning of this one, even if ETags agree."""
        shelf.faults = [CUT]
        fetch("--retries", "0")
        program = run.at(shelf.gateway.base_url)
        result = program("video", "download", "cgt-2", "-o", str(film), clock=clock)

        assert (0, FILM) == (result.code, film.read_bytes())
        assert [None, None] == shelf.from_where

    def test_a_lost_ledger(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, home: Path
    ) -> None:
        """Without the ledger a part is not known, and the file is fetched from the start."""
        shelf.faults = [CUT]
        fetch("--retries", "0")
        (home / "state" / "tasks.db").unlink()

        assert (0, FILM) == (fetch().code, film.read_bytes())

    def test_from_the_sandbox(
        self, run: Program, clock: FakeClock, sandbox: Sandbox, film: Path
    ) -> None:
        """The film of `video-drop` breaks off every 20,000 bytes, and comes whole all the same."""
        program = run.at(sandbox)
        name = program(
            "video", "create", "p", "-m", "sandbox/video-drop", clock=clock
        ).stdout.strip()
        clock.sleep(5)
        argv = ("video", "download", name, "-o", str(film))
        codes = [program(*argv, "--retries", "0", clock=clock).code for _ in range(3)]

        assert [ExitCode.UNREACHABLE, ExitCode.UNREACHABLE, 0] == codes
        assert [None, "bytes=20000-", "bytes=40000-"] == [
            request.headers.get("range")
            for request in sandbox.requests
            if request.path.startswith("/files/")
        ]
        assert b"ftyp" == film.read_bytes()[4:8]


class TestNothingToSave:
    @pytest.mark.parametrize("status", ["queued", "running", "archiving"])
    def test_too_early(self, fetch: Callable[..., Result], shelf: Shelf, status: str) -> None:
        """Before the end it is exit 10, with the command that waits."""
        shelf.task = {"status": status}
        result = fetch()

        assert ExitCode.RUNNING == result.code
        assert (
            f"yourouter: the task `cgt-1` is {status}\nhint: yourouter video wait cgt-1\n"
            == result.stderr
        )

    @pytest.mark.parametrize("status", ["failed", "cancelled", "expired"])
    def test_another_end(self, fetch: Callable[..., Result], shelf: Shelf, status: str) -> None:
        """A task that ended otherwise has no film: exit 11."""
        shelf.task = {"status": status, "error": {"code": "C", "message": "m"}}

        assert ExitCode.TASK_FAILED == fetch().code

    @pytest.mark.parametrize(
        ("status", "body"),
        [(403, b"<Error><Code>AccessDenied</Code></Error>"), (404, b""), (400, b"no"), (410, b"")],
    )
    def test_an_expired_link(
        self,
        fetch: Callable[..., Result],
        shelf: Shelf,
        clock: FakeClock,
        status: int,
        body: bytes,
    ) -> None:
        """A link that has ended is exit 11, and it is said when that was."""
        shelf.task = {"updated_at": clock.now() - 86_401}
        shelf.faults = [Says(body, status)] * 3
        result = fetch()

        assert ExitCode.TASK_FAILED == result.code
        assert (
            "yourouter: the link to the video of `cgt-1` expired at 2023-11-14T22:13:19Z;"
            " the file is not kept longer\n" == result.stderr
        )
        assert 1 == len(shelf.fetched)

    def test_the_word_of_the_server(self, fetch: Callable[..., Result], shelf: Shelf) -> None:
        """A server that says that a link has expired is believed, whatever the clock says."""
        shelf.task = {"updated_at": 1_700_000_000}
        date = {"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}
        body = b"<Error><Message>Request has expired</Message></Error>"
        shelf.faults = [Says(body, 403, headers=date)]
        result = fetch()

        assert ExitCode.TASK_FAILED == result.code
        assert "the link to the video of `cgt-1` expired;" in result.stderr

    def test_a_clock_that_is_wrong(
        self, fetch: Callable[..., Result], shelf: Shelf, clock: FakeClock
    ) -> None:
        """By a clock that is days ahead a link seems to have ended: it is tried all the same."""
        shelf.task = {"updated_at": clock.now()}
        clock.sleep(5 * 86_400)

        assert 0 == fetch().code

    def test_the_clock_of_the_server(
        self, fetch: Callable[..., Result], shelf: Shelf, clock: FakeClock
    ) -> None:
        """A refusal before the end, by the clock of the server, is not called an expiry."""
        shelf.task = {"updated_at": clock.now()}
        date = {"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}
        shelf.faults = [Says(b"<Error><Code>AccessDenied</Code></Error>", 403, headers=date)]
        clock.sleep(5 * 86_400)
        result = fetch()

        assert ExitCode.DENIED == result.code
        assert "the file's server answered 403: AccessDenied" in result.stderr

    def test_a_task_that_is_gone(
        self, run: Program, clock: FakeClock, sandbox: Sandbox, film: Path
    ) -> None:
        """A task that the gateway forgot is tried by the link that the ledger has."""
        program = run.at(sandbox)
        name = program("video", "create", "p", "-m", "sandbox/video", clock=clock).stdout.strip()
        program("video", "wait", name, clock=clock)
        clock.sleep(8 * 86_400)
        result = program("video", "download", name, "-o", str(film), clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert "expired at 2023-11-15T22:13:23Z" in result.stderr

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            (Says(b"", 503), "the file's server answered 503"),
            (Says(b""), "the file is empty"),
            (Says({"error": "no"}), "the link gives application/json, not a video"),
            (Says(FILM, 206), "the link gives a part of the file, unasked"),
            (Says(b"<p>", headers={"Content-Type": "text/html; x"}), "the link gives text/html"),
        ],
    )
    def test_what_is_no_film(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, fault: Says, words: str
    ) -> None:
        """What is no film is not saved as one: exit 6 after the retries, and no file."""
        shelf.faults = [fault] * 3
        result = fetch()

        assert ExitCode.UNREACHABLE == result.code
        assert words in result.stderr
        assert [] == list(film.parent.glob("film*"))
        assert 3 == len(shelf.fetched)

    def test_no_link(self, run: Program, clock: FakeClock) -> None:
        """A task that succeeded without a link is the gateway's fault: exit 6."""
        with AnsweringGateway(lambda _: Says(task())) as gateway:
            result = run.at(gateway.base_url)("video", "download", "cgt-1", clock=clock)

        assert ExitCode.UNREACHABLE == result.code
        assert "the task `cgt-1` has no video" in result.stderr

    @pytest.mark.parametrize("link", ["http://[h/a.mp4?s3cr3t", "ftp://h/a.mp4?s3cr3t"])
    def test_what_is_no_link(self, run: Program, clock: FakeClock, link: str) -> None:
        """What the gateway gives instead of a link is not fetched, nor shown whole."""
        with AnsweringGateway(lambda _: Says(task(content={"video_url": link}))) as gateway:
            result = run.at(gateway.base_url)("video", "download", "cgt-1", clock=clock)

        assert ExitCode.CONFIG == result.code
        assert f"the link {link.partition('?')[0]}?*** is not fetched" in result.stderr

    def test_an_unknown_task(self, run: Program, clock: FakeClock) -> None:
        """A task that nobody knows is exit 5."""
        with AnsweringGateway(lambda _: Says({"error": {"message": "what?"}}, 404)) as gateway:
            result = run.at(gateway.base_url)("video", "download", "cgt-1", clock=clock)

        assert ExitCode.REJECTED == result.code

    @pytest.mark.parametrize("fault", [Silence(), CUT])
    def test_the_time_is_up(
        self, run: Program, shelf: Shelf, film: Path, fault: int | Silence
    ) -> None:
        """When the time of the command is up, what came is kept: exit 6."""
        shelf.faults = [fault, Silence()]
        program = run.at(shelf.gateway.base_url)
        result = program("video", "download", "cgt-1", "-o", str(film), "--timeout", "0.9")

        assert ExitCode.UNREACHABLE == result.code
        assert "(total timeout)" in result.stderr


class TestOtherFiles:
    def test_nothing_is_overwritten(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path
    ) -> None:
        """A file is not overwritten unasked; that is said before anything is fetched."""
        film.write_text("mine")
        result = fetch()

        assert ExitCode.USAGE == result.code
        assert f"`{film}` exists already\nhint: yourouter video download" in result.stderr
        assert result.stderr.endswith(" --force\n")
        assert [] == shelf.gateway.asked
        assert "mine" == film.read_text()

    def test_unless_it_is_asked_for(self, fetch: Callable[..., Result], film: Path) -> None:
        """With `--force` the file is replaced when the new one is whole."""
        film.write_text("old")

        assert 0 == fetch("--force").code
        assert FILM == film.read_bytes()

    def test_and_not_before_it_is_whole(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path
    ) -> None:
        """As long as the new file is not whole, the old one stays."""
        film.write_text("old")
        shelf.faults = [CUT]

        assert ExitCode.UNREACHABLE == fetch("--force", "--retries", "0").code
        assert "old" == film.read_text()

    def test_a_file_that_appears_meanwhile(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, part: Path
    ) -> None:
        """A file that somebody else puts there while we fetch is not overwritten either."""

        def appear() -> None:
            film.write_text("mine")

        shelf.faults = [appear]
        result = fetch()

        assert ExitCode.USAGE == result.code
        assert "mine" == film.read_text()
        assert FILM == part.read_bytes()

    def test_no_room(
        self, fetch: Callable[..., Result], shelf: Shelf, film: Path, part: Path
    ) -> None:
        """A file for which there is no room is not begun."""
        shelf.faults = [Says(b"x", headers={"Content-Length": f"{10**16}"}, sent=1)]
        result = fetch()

        assert ExitCode.USAGE == result.code
        assert f"no room for `{film}`: 10000.0 TB are missing, " in result.stderr
        assert not part.exists()

    @pytest.mark.parametrize(
        ("output", "words"),
        [("none/film.mp4", "no such directory"), ("file/film.mp4", "not a directory")],
    )
    def test_no_place(
        self, fetch: Callable[..., Result], shelf: Shelf, tmp_path: Path, output: str, words: str
    ) -> None:
        """A place that is none is said before anything is fetched."""
        (tmp_path / "file").touch()
        result = fetch(output=output)

        assert ExitCode.USAGE == result.code
        assert words in result.stderr
        assert [] == shelf.gateway.asked

    def test_two_at_once(self, fetch: Callable[..., Result], shelf: Shelf, film: Path) -> None:
        """Two downloads to one file do not mix: the second is refused, the first goes on."""
        results: list[Result] = []
        shelf.faults = [lambda: results.append(fetch())]
        other = threading.Thread(target=lambda: results.append(fetch()))
        other.start()
        other.join(20)

        assert [ExitCode.USAGE, 0] == [result.code for result in results]
        assert f"another process is downloading to `{film}`" in results[0].stderr
        assert FILM == film.read_bytes()


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
