"""The output firewall around whole commands: whatever a gateway says, it steers no terminal."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock
from tests.gateway.answering import AnsweringGateway, Says, task
from tests.hostile import EVERYTHING, steering_in
from yourouter_cli.cli import main
from yourouter_cli.errors import ExitCode
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program

ERROR = {"error": {"message": EVERYTHING, "type": EVERYTHING, "code": EVERYTHING}}
FENCED = f"```{EVERYTHING}\nx = 1  # {EVERYTHING}\n```\n"
# JSON may hold the eight-bit ones and the directions as they are, and breaks between its parts.
OBJECT = '{"a":\r\n' + json.dumps(EVERYTHING, ensure_ascii=False) + "\r}"


def answer(words: str) -> dict[str, Any]:
    """Return a chat completion in which all but its shape is hostile."""
    message = {"role": "assistant", "content": words, "reasoning_content": EVERYTHING}
    choices = [{"index": 0, "message": message, "finish_reason": EVERYTHING}]
    return {"id": EVERYTHING, "model": EVERYTHING, "choices": choices, "usage": {"cost": "\x9b"}}


def film(status: str = EVERYTHING) -> dict[str, Any]:
    """Return a video task in which all but its shape is hostile."""
    return task(
        EVERYTHING,
        status,
        model=EVERYTHING,
        content={"video_url": f"https://h/{EVERYTHING}"},
        error={"code": EVERYTHING, "message": EVERYTHING},
        usage={EVERYTHING: 1},
    )


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ("chat x --no-stream --usage", answer(EVERYTHING)),
        ("chat x --no-stream --format text", answer(EVERYTHING)),
        ("chat x --no-stream --json", answer(EVERYTHING)),
        ("chat x --no-stream --format jsonl", answer(EVERYTHING)),
        ("chat x --no-stream --extract-code", answer(FENCED)),
        ("chat x --no-stream --extract-code --expect y", answer(FENCED)),
        ("chat x --no-stream --schema {}", answer(OBJECT)),
        ('chat x --no-stream --schema {"type":"array"}', answer(OBJECT)),
        ("chat x --no-stream", ERROR),
        ("embed x", ERROR),
        ("models list --live --refresh", {"data": [{"id": EVERYTHING, "owned_by": EVERYTHING}]}),
        ("models check m", answer(EVERYTHING)),
        ("models check m --junit -", ERROR),
        ("models check m --format tap", ERROR),
        ("config doctor", ERROR),
        ("video create x", film()),
        ("video create x --wait", film("failed")),
        ("video wait x", film("failed")),
        ("video wait x --show-url", film("succeeded")),
        ("video wait x --format jsonl --show-url", film("succeeded")),
        ("video get x --show-url", film()),
        ("video get x --json", film()),
        ("video list --remote --show-url", {"total": 1, "items": [film()]}),
        ("video cancel x", film("queued")),
        ("video delete x --yes", film("queued")),
        ("video download x", film("succeeded")),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 503])
def test_what_a_gateway_says(run: Program, argv: str, says: Any, status: int) -> None:
    """Whatever stands in an answer or an error, a terminal gets it as text."""
    headers = {"X-Request-Id": "\x9b2J", "X-Vendor-Name": "\x85", "Content-Type": "a/\x9b31m"}
    with AnsweringGateway(lambda _: Says(says, status, headers)) as gateway:
        result = run.at(gateway.base_url)(*argv.split(" "), "--debug", tty=True)

    assert result.code != 1
    assert [] == steering_in(result.stdout + result.stderr)
    assert "< x-request-id: <U+009B>2J\n" in result.stderr


def test_a_question(run: Program) -> None:
    """A task is named in a question as text as well."""
    with AnsweringGateway(lambda _: Says(film("succeeded"))) as gateway:
        program = run.at(gateway.base_url)
        program("video", "create", "x")
        streams = Streams.memory(b"n\n", terminal=True)
        streams.stdin_is_terminal = True
        world = Session(streams=streams, environ=program.environ, clock=FakeClock())
        code = main(["video", "delete", EVERYTHING], world)

    assert isinstance(streams.stderr, BytesIO)
    asked = streams.stderr.getvalue().decode()
    assert (0, []) == (code, steering_in(asked))
    assert "delete `\u241b[31m" in asked


@pytest.mark.parametrize("option", ["--dry-run", "--curl"])
def test_what_a_request_holds(run: Program, option: str) -> None:
    """A preview shows what is in a file that is attached, and does not obey it."""
    result = run("chat", "look", "-a", "-", option, stdin=EVERYTHING, tty=True)

    assert 0 == result.code
    assert [] == steering_in(result.stdout)
    assert "\\u009b2J" in result.stdout


def test_what_no_file_was_made_of(run: Program, tmp_path: Path) -> None:
    """An answer that does not become the file it was to be goes to the terminal as text."""
    argv = ["chat", "x", "--no-stream", "--expect", "y", "-o", str(tmp_path / "answer")]
    with AnsweringGateway(lambda _: Says(answer(EVERYTHING))) as gateway:
        result = run.at(gateway.base_url)(*argv, tty=True)

    assert [] == steering_in(result.stdout)
    assert "\u241b[2J" in result.stdout


@pytest.mark.parametrize("to", ["-", "bad.jsonl"])
def test_rows_that_failed(run: Program, tmp_path: Path, to: str) -> None:
    """What a gateway says of a row, be it half a character, is listed and steers nothing."""
    said = {"error": {"message": f"{EVERYTHING}\ud800"}}
    errors = to if to == "-" else str(tmp_path / to)
    argv = ["embed", "x", "-o", str(tmp_path / "x.npy"), "--errors", errors]
    with AnsweringGateway(lambda _: Says(said, 400)) as gateway:
        result = run.at(gateway.base_url)(*argv, tty=True)

    assert ExitCode.PARTIAL == result.code
    assert [] == steering_in(result.stdout + result.stderr)
    listed = result.stdout if to == "-" else (tmp_path / to).read_text(encoding="utf-8")
    assert "\x1bc" in json.loads(listed)["message"]


def test_json_stays_the_same_value(run: Program) -> None:
    """What is escaped for a terminal, or for `--sanitize`, says what it said before."""
    argv = ["chat", "x", "--no-stream", "--schema", "{}"]
    with AnsweringGateway(lambda _: Says(answer(OBJECT))) as gateway:
        program = run.at(gateway.base_url)
        for result in (program(*argv, tty=True), program(*argv, "--sanitize")):
            assert {"a": EVERYTHING} == json.loads(result.stdout)
            assert [] == steering_in(result.stdout)
            assert "\r" not in result.stdout


def test_code_in_a_pipe(run: Program) -> None:
    """In a pipe code is exact, and `--sanitize` cleans it."""
    argv = ["chat", "x", "--no-stream", "--extract-code"]
    with AnsweringGateway(lambda _: Says(answer("```\n\x1b[31m\n```"))) as gateway:
        program = run.at(gateway.base_url)

        assert "\x1b[31m\n" == program(*argv).stdout
        assert "\u241b[31m\n" == program(*argv, "--sanitize").stdout
