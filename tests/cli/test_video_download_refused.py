"""`video download`: where there is nothing to save, and where other files are in the way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.cli.shelf import CUT, FILM, Shelf
from tests.gateway.answering import AnsweringGateway, Says, Silence, task
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import FakeClock, Program, Result
    from yourouter_cli.sandbox.server import Sandbox


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
