"""`video download`: what broke off is resumed where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.shelf import CUT, FILM, Shelf
from tests.gateway.answering import Says
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.driver import FakeClock, Program, Result
    from yourouter_cli.sandbox.server import Sandbox


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
