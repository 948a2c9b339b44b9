"""Whatever goes wrong with a request, a command leaves with the right code and one clear line."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.driver import KEY, Result
from tests.gateway import troubles
from tests.gateway.answering import AnsweringGateway, Says, task
from tests.gateway.certificates import Certificate, expired_certificate, made_certificate
from tests.gateway.footprint import little_taken, measured, nothing_left
from tests.gateway.operations import OPERATIONS, TASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.driver import Program
    from tests.gateway.operations import Operation
    from tests.gateway.troubles import Place

# With which code each operation ends after each fault. A file has no end but that of its
# connection where it has no length, and no words in it that could be wrong. An answer is whole
# with its terminal event, which Gemini does not have.
CODES = """
fault                     openai  anthropic  gemini  whole  embed  models  create  get  download
connection refused             6          6       6      6      6       6       6    6         6
reset before headers           6          6       6      6      6       6       6    6         6
reset in headers               6          6       6      6      6       6       6    6         6
reset mid-body                 7          7       7      6      6       6       6    6         6
no terminal event              7          7       7      6      6       6       6    6         0
truncated chunk                7          7       7      6      6       6       6    6         6
Content-Length too long        0          0       7      6      6       6       6    6         6
Content-Length too short       6          6       6      6      6       6       6    6         0
garbage after headers          6          6       6      6      6       6       6    6         6
bad UTF-8                      0          0       0      0      0       0       0    0         0
invalid JSON                   6          6       6      6      6       6       6    6         6
HTML 502                       6          6       6      6      6       6       6    6         6
empty body                     6          6       6      6      6       6       6    6         6
204                            6          6       6      6      6       6       6    6         6
redirect                       6          6       6      6      6       6       6    6         0
huge header                    6          6       6      6      6       6       6    6         6
100 MB line                    6          6       6      6      6       6       6    6         0
10 GB declared                 6          6       6      6      6       6       6    6         6
gzip bomb                      6          6       6      6      6       6       6    6         6
never answers                  6          6       6      6      6       6       6    6         6
a byte a second, head          6          6       6      6      6       6       6    6         6
a byte a second, body          6          6       6      6      6       6       6    6         6
TLS for another host           6          6       6      6      6       6       6    6         6
TLS expired                    6          6       6      6      6       6       6    6         6
TLS of an unknown CA           6          6       6      6      6       6       6    6         6
a proxy that refuses           6          6       6      6      6       6       6    6         6
DNS that fails                 6          6       6      6      6       6       6    6         6
"""
# What the line says, whatever the operation.
WORDS = {
    "connection refused": r"cannot connect to HERE: connection refused",
    "reset before headers": r"lost the connection to HERE: connection reset by peer",
    "reset in headers": r"lost the connection to HERE: connection reset by peer",
    "reset mid-body": r"lost the connection to HERE: connection reset by peer",
    "no terminal event": r"the stream ended before|the gateway sent not JSON",
    "truncated chunk": r"lost the connection to HERE: peer closed connection without sending",
    "Content-Length too long": r"lost the connection to HERE: peer closed connection without",
    "Content-Length too short": r"the stream ended before|the gateway sent not JSON",
    "garbage after headers": r"cannot speak HTTP with HERE: illegal chunk header",
    "invalid JSON": r"the gateway sent not JSON: {\"open|the link gives application/json, not a",
    "HTML 502": r"(the gateway|the file's server) answered 502: 502 Bad Gateway nginx",
    "empty body": r"the stream ended before|sent nothing at all|answer is empty|the file is empty",
    "204": r"the gateway's answer is empty|the gateway sent nothing at all|server answered 204",
    "redirect": r"the gateway redirects to ELSEWHERE/elsewhere, which is not followed with a key",
    "huge header": r"cannot speak HTTP with HERE: receive buffer too long",
    "100 MB line": r"more than 16 MB without an end|answer is larger than [\d.]+ MB",
    "10 GB declared": r"more than 16 MB without|larger than [\d.]+ MB|10\.7 GB came",
    "gzip bomb": r"more than 16 MB without|larger than [\d.]+ MB|packs the file \(gzip\), unasked",
    "never answers": r"no answer from HERE within 0\.3 s \(first-byte timeout\)",
    "a byte a second, head": r"not done within 0\.4 s \(total timeout\)",
    "a byte a second, body": r"not done within 0\.4 s \(total timeout\)",
    "TLS for another host": r"cannot trust HERE: ip address mismatch",
    "TLS expired": r"cannot trust HERE: certificate has expired",
    "TLS of an unknown CA": r"cannot trust HERE: self-signed certificate",
    "a proxy that refuses": r"the proxy ELSEWHERE refused: 407",
    "DNS that fails": r"cannot resolve `no-such-host\.invalid`: name or service not known",
}
HUGE = ("huge header", "100 MB line", "10 GB declared", "gzip bomb")
MOST_MEGABYTES = 150
LONGEST_LINE = 400
# What else may be said: what to do, what is tried again, and where a result is from.
BESIDE = ("hint: ", "note: ", "retry: ", "saved ", "from ", "1 row of ")
# Nothing here waits for longer than half a second, twice; the rest is for a busy machine.
MOST_SECONDS = 10.0


class Cell(NamedTuple):
    """One operation under one fault, and the code it ends with."""

    fault: str
    operation: Operation
    code: int


def _cells() -> Iterator[Cell]:
    header, *lines = CODES.strip().splitlines()
    names = header.split()[1:]
    assert names == [operation.name for operation in OPERATIONS]
    for line in lines:
        *fault, codes = re.split(r"\s{2,}", line, maxsplit=1)
        for operation, code in zip(OPERATIONS, codes.split(), strict=True):
            yield Cell(fault[0], operation, int(code))


def _named(cells: list[Cell]) -> list[object]:
    return [pytest.param(cell, id=f"{cell.operation.name}-{cell.fault}") for cell in cells]


CELLS = list(_cells())


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Callable[[Operation], AbstractContextManager[Place]]]:
    """Return for each fault what makes the place where it happens."""
    misnamed = made_certificate(tmp_path_factory.mktemp("misnamed"), "DNS:elsewhere.example")
    unknown = made_certificate(tmp_path_factory.mktemp("unknown"))
    expired = expired_certificate(tmp_path_factory.mktemp("expired"))

    def untrusted(
        certificate: Certificate, *, is_known: bool
    ) -> Callable[[Operation], AbstractContextManager[Place]]:
        return lambda _: troubles.untrusted(certificate, is_known=is_known)

    return {
        **{name: partial(troubles.spoiled, name) for name in troubles.SPOILED},
        "connection refused": troubles.refused,
        "redirect": troubles.redirected,
        "TLS for another host": untrusted(misnamed, is_known=True),
        "TLS expired": untrusted(expired, is_known=True),
        "TLS of an unknown CA": untrusted(unknown, is_known=False),
        "a proxy that refuses": troubles.behind_a_proxy,
        "DNS that fails": troubles.nameless,
    }


class Scene:
    """A cell about to happen: what to run, and where it leads."""

    def __init__(self, cell: Cell, place: Place, stack: ExitStack, directory: Path) -> None:
        self.place = place
        self.film = directory / "film.mp4"
        self.argv = (*cell.operation.argv, "--retries", "1", *place.options)
        self.origin = place.origin
        if cell.operation.is_download:
            # The gateway is sound; the server of its file is not.
            found = Says(task(TASK, content={"video_url": f"{place.origin}/film.mp4"}))
            self.origin = stack.enter_context(AnsweringGateway(lambda _: found)).origin
            self.argv += ("-o", str(self.film))
            if place.server is not None:
                place.strangers += (place.server,)

    def told(self, result: Result) -> list[str]:
        """Return what was said, without the numbers of ports, by lines."""
        words = result.stderr.replace(self.place.origin, "HERE")
        for stranger in self.place.strangers:
            words = words.replace(stranger.origin, "ELSEWHERE")
        return words.splitlines()


def check(cell: Cell, scene: Scene, result: Result) -> None:
    """Check what *result* says and leaves behind, and who has seen the key."""
    lines = scene.told(result)
    errors = [line for line in lines if line.startswith("yourouter: ")]
    others = [line for line in lines if line not in errors]
    assert cell.code == result.code
    assert [] == [line for line in others if not line.startswith(BESIDE)]
    assert (1 if cell.code else 0) == len(errors)
    for error in errors:
        assert re.search(WORDS[cell.fault], error)
        assert len(error) < LONGEST_LINE
    assert "Traceback" not in result.stdout + result.stderr
    for stranger in scene.place.strangers:
        assert KEY.encode() not in b"".join(stranger.requests)
    if cell.operation.billed and scene.place.server is not None:
        assert 1 == scene.place.server.connections
    if cell.operation.is_download:
        assert (cell.code == 0) == scene.film.exists()


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize("cell", _named([cell for cell in CELLS if cell.fault not in HUGE]))
def test_faults(
    cell: Cell,
    places: dict[str, Callable[[Operation], AbstractContextManager[Place]]],
    run: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every fault ends in time, with its code and one line, at little cost, and leaves nothing."""
    with little_taken(), nothing_left(monkeypatch, tmp_path), ExitStack() as stack:
        place = stack.enter_context(places[cell.fault](cell.operation))
        scene = Scene(cell, place, stack, tmp_path)
        for name, value in place.process.items():
            monkeypatch.setenv(name, value)
        began = time.monotonic()
        result = run.at(f"{scene.origin}/v1").having(**place.environ)(*scene.argv)
        seconds = time.monotonic() - began

    check(cell, scene, result)
    assert seconds < MOST_SECONDS


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")


@needs_proc
@pytest.mark.parametrize("cell", _named([cell for cell in CELLS if cell.fault in HUGE]))
def test_faults_that_are_huge(
    cell: Cell,
    places: dict[str, Callable[[Operation], AbstractContextManager[Place]]],
    run: Program,
    tmp_path: Path,
) -> None:
    """However much a gateway sends, the program takes little memory and time to refuse it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with ExitStack() as stack:
        place = stack.enter_context(places[cell.fault](cell.operation))
        scene = Scene(cell, place, stack, tmp_path)
        program = run.at(f"{scene.origin}/v1").having(TMPDIR=str(temporary))
        began = time.monotonic()
        result, megabytes = measured(program, scene.argv, tmp_path)
        seconds = time.monotonic() - began

    check(cell, scene, result)
    assert megabytes < MOST_MEGABYTES
    assert seconds < MOST_SECONDS
    assert [] == list(temporary.iterdir())
    for film in tmp_path.glob("film.mp4*"):
        film.unlink()  # 100 MB that nobody needs to keep


@needs_proc
@pytest.mark.parametrize("fault", HUGE[1:])
def test_many_huge_answers_at_once(fault: str, run: Program, tmp_path: Path) -> None:
    """Of many requests at a time, too, each of which is answered without end."""
    operation = next(each for each in OPERATIONS if each.name == "embed")
    texts = [f"text {number}" for number in range(2048)]
    argv = ("embed", *texts, "-m", "any", "--concurrency", "8", "--retries", "0")

    with troubles.spoiled(fault, operation) as place:
        result, megabytes = measured(run.at(f"{place.origin}/v1"), argv, tmp_path)

    assert 6 == result.code
    assert result.stderr.startswith("yourouter: the gateway's answer is larger than ")
    assert megabytes < MOST_MEGABYTES


def test_every_fault_says_why() -> None:
    """A fault that ends in an error has words for it, and each cell of the table is run."""
    assert {cell.fault for cell in CELLS if cell.code} == set(WORDS)
    assert len(CELLS) == len({(cell.fault, cell.operation.name) for cell in CELLS})
