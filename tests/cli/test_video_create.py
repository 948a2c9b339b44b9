"""`video create`: written down before it is sent, sent once, and never lost."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import KEY, FakeClock
from tests.gateway.answering import TASKS, AnsweringGateway, Asked, Says, Silence, task
from tests.gateway.faults import FaultyGateway
from yourouter_cli.errors import ExitCode
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.faults import Caller

TASK_KEYS = {
    "id", "status", "model", "prompt", "created", "updated", "expires", "video_url", "usage",
    "error", "profile",
}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[Sandbox]:
    """Yield a gateway whose tasks go on by *clock*."""
    with Sandbox(clock=clock.now) as running:
        yield running


@pytest.fixture
def program(run: Program, sandbox: Sandbox) -> Program:
    """Return the program set up for the sandbox, and its video model."""
    return run.at(sandbox).having(YOUROUTER_VIDEO_MODEL="sandbox/video")


def listed(program: Program) -> list[dict[str, Any]]:
    """Return what the ledger holds."""
    tasks: list[dict[str, Any]] = program("video", "list", "--json").json
    return tasks


class TestOrdering:
    def test_the_id_is_printed(self, program: Program, sandbox: Sandbox, clock: FakeClock) -> None:
        """The id of the task, and nothing else, is on standard output."""
        result = program("video", "create", "a", "paper", "boat", clock=clock)

        (request,) = sandbox.requests
        (known,) = listed(program)
        assert (0, "") == (result.code, result.stderr)
        assert f"{known['id']}\n" == result.stdout
        assert ("POST", TASKS) == (request.method, request.path)
        assert f"Bearer {KEY}" == request.headers["authorization"]
        assert "vendor" not in request.headers
        assert {
            "model": "sandbox/video",
            "content": [{"type": "text", "text": "a paper boat"}],
        } == request.json

    def test_every_option_is_a_field(self, program: Program, sandbox: Sandbox) -> None:
        """Each option goes into its field of the body, each header out."""
        result = program(
            *("video", "create", "p", "-m", "sandbox/video:9", "--vendor", "volcengine"),
            *("--resolution", "480p", "--ratio", "1:1", "--duration", "4", "--seed", "7"),
            *("--camera-fixed", "--no-watermark", "--audio", "--return-last-frame"),
            *("--service-tier", "flex", "--callback-url", "https://h/c"),
            *("-P", "priority=2", "-P", "execution_expires_after=3600", "-H", "X-Team: blue"),
        )

        (request,) = sandbox.requests
        assert 0 == result.code
        assert {
            "model": "sandbox/video:9",
            "content": [{"type": "text", "text": "p"}],
            "resolution": "480p",
            "ratio": "1:1",
            "duration": 4,
            "seed": 7,
            "camera_fixed": True,
            "watermark": False,
            "generate_audio": True,
            "return_last_frame": True,
            "service_tier": "flex",
            "callback_url": "https://h/c",
            "priority": 2,
            "execution_expires_after": 3600,
        } == request.json
        assert ("volcengine", "blue") == (request.headers["vendor"], request.headers["x-team"])

    def test_pictures(self, program: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A local picture travels as a data URL, a linked one as its link."""
        frame = tmp_path / "frame"
        frame.write_bytes(PNG)
        result = program(
            "video", "create", "-a", str(frame), "--last-frame", "https://h/b.png", "--frames", "29"
        )

        assert 0 == result.code, result.stderr
        assert [
            ("data:image/png;base64,iVBORw0KGgpwaXhlbHM=", "first_frame"),
            ("https://h/b.png", "last_frame"),
        ] == [
            (item["image_url"]["url"], item["role"]) for item in sandbox.requests[0].json["content"]
        ]

    @pytest.mark.parametrize(
        ("argv", "stdin", "prompt"),
        [
            ([], "from a pipe\n", "from a pipe"),
            (["-"], "from a pipe\n", "from a pipe"),
            (["words", "-"], "and a pipe", "words\n\nand a pipe"),
            (["words"], "not meant for it", "words"),
        ],
    )
    def test_standard_input(
        self, program: Program, sandbox: Sandbox, argv: list[str], stdin: str, prompt: str
    ) -> None:
        """Standard input is the prompt when it is asked for, or when there is no other."""
        assert 0 == program("video", "create", *argv, stdin=stdin).code
        assert prompt == sandbox.requests[0].json["content"][0]["text"]

    @pytest.mark.parametrize(("word", "code"), [("0", 0), ("", 0), ("1", ExitCode.USAGE)])
    def test_the_environment_may_ignore_standard_input(
        self, program: Program, word: str, code: int
    ) -> None:
        """`YOUROUTER_NO_STDIN` ignores standard input, unless it says no."""
        result = program("video", "create", stdin=b"a boat", environ={"YOUROUTER_NO_STDIN": word})

        assert code == result.code

    def test_json(self, program: Program, clock: FakeClock) -> None:
        """As JSON the task has all its keys; what is not known yet is null."""
        document = program("video", "create", "a boat", "--json", clock=clock).json

        assert TASK_KEYS == document.keys()
        assert {
            "status": "queued",
            "model": "sandbox/video",
            "prompt": "a boat",
            "created": "2023-11-14T22:13:20Z",
            "expires": None,
            "video_url": None,
            "usage": None,
            "error": None,
            "profile": "default",
        }.items() <= document.items()


class TestWhere:
    @pytest.mark.parametrize("base_path", ["/v1", "", "/some/proxy/v1"])
    def test_tasks_are_at_the_root_of_the_host(
        self, run: Program, sandbox: Sandbox, base_path: str
    ) -> None:
        """Tasks are not below the base URL but at its host's `/api/v3`."""
        root = sandbox.base_url.removesuffix("/v1")
        result = run.at(root + base_path)("video", "create", "p", "-m", "sandbox/video")

        assert 0 == result.code
        assert [TASKS] == [request.path for request in sandbox.requests]

    def test_an_explicit_root_wins(self, run: Program, sandbox: Sandbox) -> None:
        """`video_base_url` is the root of the tasks, wherever the rest of the gateway is."""
        root = sandbox.base_url.removesuffix("/v1")
        program = run.at("https://gateway.example/v1").having(
            YOUROUTER_VIDEO_BASE_URL=f"{root}/api/v3/"
        )

        assert 0 == program("video", "create", "p", "-m", "sandbox/video").code
        assert [TASKS] == [request.path for request in sandbox.requests]

    def test_the_key_stays_with_its_gateway(self, run: Program, sandbox: Sandbox) -> None:
        """The key of a profile is not sent to a root that the environment names."""
        run("config", "set", "base_url", "https://gateway.example/v1")
        run("config", "set", "api_key", "-", stdin=KEY)
        root = sandbox.base_url.removesuffix("/v1")
        program = run.having(YOUROUTER_VIDEO_BASE_URL=f"{root}/api/v3")

        assert ExitCode.CONFIG == program("video", "create", "p").code
        assert [] == sandbox.requests
        assert [] == listed(program)

    def test_the_sandbox_inside_the_process(self, run: Program, clock: FakeClock) -> None:
        """`-p sandbox` orders, waits and downloads, each in a process of its own."""
        name = run("video", "create", "-p", "sandbox", "a boat", clock=clock).stdout.strip()
        waited = run("video", "wait", name, clock=clock)
        saved = run("video", "download", name[:30], "-o", "-", clock=clock)
        remote = run("video", "list", "--remote", "-p", "sandbox", "--json", clock=clock)

        assert (0, f"{name}\tsucceeded\n") == (waited.code, waited.stdout)
        assert (0, b"ftyp") == (saved.code, saved.output[4:8])
        assert [(name, "succeeded", "a boat")] == [
            (known["id"], known["status"], known["prompt"]) for known in remote.json
        ]


class TestRefusedHere:
    @pytest.mark.parametrize(
        ("argv", "words"),
        [
            ([], "the prompt is empty"),
            (["p", "--duration", "5", "--frames", "29"], "exclude each other"),
            (["p", "--frames", "30"], "`--frames` is 25+4n"),
            (["p", "--last-frame", "https://h/a.png"], "needs a first frame"),
            (["p", "-a", "https://h/a", "--reference", "https://h/b"], "exclude each other"),
            (["p", "-a", "none.png"], "cannot attach `none.png`: no such file or directory"),
            (["p", "-a", "http://[h/a.png"], "cannot attach `http://[h/a.png`: it is no URL"),
            (["p", "--reference", "https:///a.mp4"], "`https:///a.mp4`: it is no URL"),
            (["p", "--callback-url", "http://h:p"], "is an http or https URL, not `http://h:p`"),
            (["-", "-a", "-"], "standard input can be read only once"),
            (["p", "-P", "frames"], "`-P frames` is not of the form KEY=VALUE"),
            (["p", "-H", "Authorization: x"], "cannot be given with -H"),
            (["p", "--wait", "--poll", "0"], "`--poll` is a number of seconds above 0, not 0"),
            (["p", "-o", "no/such/directory/a.mp4"], "no such directory"),
            (["p", "-o", "x" * 300], "file name too long"),
            (["p", "-o", "~nobody-is-called-so/a.mp4"], "no such home directory"),
            (["p", "-o", "-", "--json"], "takes the video or JSON, not both"),
            (["p", "-o", "-", "--return-last-frame"], "needs a file"),
            (["p", "--format", "markdown"], "unknown format `markdown`"),
        ],
    )
    def test_before_anything_is_paid(
        self, program: Program, sandbox: Sandbox, argv: list[str], words: str
    ) -> None:
        """What is wrong with an order is said before it is sent, and nothing is written down."""
        result = program("video", "create", *argv)

        assert ExitCode.USAGE == result.code
        assert words in result.stderr
        assert "" == result.stdout
        assert [] == sandbox.requests
        assert [] == listed(program)

    def test_a_file_that_is_there(self, program: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A file is not overwritten unasked, and that is known before the order."""
        target = tmp_path / "boat.mp4"
        target.write_text("mine")
        result = program("video", "create", "p", "-o", str(target))

        assert ExitCode.USAGE == result.code
        assert f"`{target}` exists already\nhint: " in result.stderr
        assert result.stderr.endswith(" --force\n")
        assert [] == sandbox.requests

    def test_a_terminal(self, program: Program, sandbox: Sandbox) -> None:
        """A video is not written to a terminal."""
        result = program("video", "create", "p", "-o", "-", tty=True)

        assert ExitCode.USAGE == result.code
        assert "a video is not written to a terminal" in result.stderr
        assert [] == sandbox.requests

    def test_without_a_ledger(self, program: Program, sandbox: Sandbox, home: Path) -> None:
        """What cannot be written down is not ordered."""
        (home / "state").mkdir(parents=True)
        (home / "state" / "tasks.db").write_bytes(b"no database" * 100)
        result = program("video", "create", "p")

        assert ExitCode.CONFIG == result.code
        assert "file is not a database" in result.stderr
        assert [] == sandbox.requests


class TestWrittenDown:
    def test_before_the_request(self, run: Program, home: Path) -> None:
        """When the gateway hears of an order, the ledger knows it already."""
        seen: list[tuple[str, ...]] = []

        def decide(_: Asked) -> Says:
            with sqlite3.connect(home / "state" / "tasks.db") as connection:
                seen.extend(connection.execute("SELECT status, prompt, profile FROM task"))
            connection.close()
            return Says({"id": "cgt-1"})

        with AnsweringGateway(decide) as gateway:
            result = run.at(gateway.base_url)("video", "create", "a boat", "-m", "m")

        assert (0, "cgt-1\n") == (result.code, result.stdout)
        assert [("unknown", "a boat", "default")] == seen
        assert ["cgt-1"] == [known["id"] for known in listed(run)]

    @pytest.mark.parametrize(
        "answer",
        [
            Silence(),
            Says({"error": {"message": "oops"}}, 500),
            Says({"error": {"message": "oops"}}, 504),
            Says(b'{"id": "cgt-1"}', sent=4),
            Says({"task": "cgt-1"}),
            Says(b"<html>"),
        ],
        ids=["silence", "500", "504", "cut", "no id", "no JSON"],
    )
    def test_an_answer_that_never_comes(self, run: Program, answer: Says | Silence) -> None:
        """An order of which nobody knows is sent once, shown as unknown, and what to do is said."""
        with AnsweringGateway(lambda _: answer) as gateway:
            program = run.at(gateway.base_url)
            result = program("video", "create", "a boat", "--first-byte-timeout", "0.2")
            tasks = listed(program)
            shown = program("video", "list")

        (known,) = tasks
        assert ExitCode.UNREACHABLE == result.code
        assert "so it is not ordered again" in result.stderr
        hints = f"yourouter video list --remote\nhint: yourouter video delete {known['id']}\n"
        assert result.stderr.endswith(f"hint: {hints}")
        assert ["POST"] == [asked.method for asked in gateway.asked]
        assert ("unknown", "a boat", True) == (
            known["status"],
            known["prompt"],
            known["id"].startswith("local-"),
        )
        assert f"unknown: `{known['id']}` was ordered at {known['created']}, and no" in shown.stderr

    def test_an_unknown_order_is_no_task(self, run: Program) -> None:
        """Waiting for an order without an id is refused with what to do; it can be struck off."""
        with AnsweringGateway(lambda _: Says(status=500)) as gateway:
            program = run.at(gateway.base_url)
            program("video", "create", "a boat")
            (known,) = listed(program)
            for verb in ("wait", "download", "cancel"):
                refused = program("video", verb, known["id"][:9])
                assert ExitCode.USAGE == refused.code
                assert f"hint: yourouter video delete {known['id']}\n" in refused.stderr
            shown = program("video", "get", "local", "--json")
            struck = program("video", "delete", "local", "--yes")

        assert (0, "unknown") == (shown.code, shown.json["status"])
        assert (0, []) == (struck.code, listed(run))
        assert 1 == len(gateway.asked)

    @pytest.mark.parametrize(
        ("status", "error", "code"),
        [
            (400, {"code": "InvalidParameter", "message": "bad ratio"}, ExitCode.REJECTED),
            (401, {"code": "AuthenticationError", "message": "bad key"}, ExitCode.DENIED),
            (403, {"code": "AccessDenied", "message": "not you"}, ExitCode.DENIED),
            (402, {"message": "pay first"}, ExitCode.REJECTED),
            (404, {"code": "ModelNotOpen", "message": "no such model"}, ExitCode.REJECTED),
            (429, {"code": "QuotaExceeded", "message": "spent"}, ExitCode.REJECTED),
            (429, {"code": "RateLimitExceeded.X", "message": "slow"}, ExitCode.UNREACHABLE),
        ],
    )
    def test_a_refusal(
        self, run: Program, status: int, error: dict[str, str], code: ExitCode
    ) -> None:
        """An order that was refused is no task: it is sent once, and not in the ledger."""
        with AnsweringGateway(lambda _: Says({"error": error}, status)) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p", "--json")

        assert code == result.code == result.error["code"]
        assert f"the gateway answered {status}: {error['message']}" == result.error["message"]
        assert ["doubao-seedance-1-0-pro-250528"] == [
            attempt["model"] for attempt in result.error["attempts"]
        ]
        assert 1 == len(gateway.asked)
        assert [] == listed(run)

    def test_an_id_that_is_no_text(self, run: Program) -> None:
        """An id with half a character in it is kept as well as it can be: it was paid for."""
        with AnsweringGateway(lambda _: Says(b'{"id": "cgt-\\ud800"}')) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert (ExitCode.DONE, "cgt-?\n") == (result.code, result.stdout)
        assert ["cgt-?"] == [task["id"] for task in listed(run)]

    def test_a_request_id_is_said_once(self, run: Program) -> None:
        """An upstream that names the request in its words need not hear it from us again."""
        error = {"code": "InvalidParameter", "message": "no. Request id: req-1"}
        says = Says({"error": error}, 400, headers={"X-Request-Id": "req-1"})
        with AnsweringGateway(lambda _: says) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert "yourouter: the gateway answered 400: no. Request id: req-1\n" == result.stderr

    def test_a_refusal_under_200(self, run: Program) -> None:
        """An error object that refuses the order is a refusal under the status 200 as well."""
        error = {"code": "insufficient_balance", "type": "billing_error", "message": "pay first"}
        with AnsweringGateway(lambda _: Says({"error": error})) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert ExitCode.REJECTED == result.code
        assert [] == listed(run)

    def test_nothing_can_be_sent(self, run: Program, tmp_path: Path) -> None:
        """An order that could not be sent because of the configuration is none."""
        program = run.at("https://127.0.0.1:1/v1").having(SSL_CERT_FILE=str(tmp_path / "none"))
        result = program("video", "create", "p")

        assert ExitCode.CONFIG == result.code
        assert "SSL_CERT_FILE" in result.stderr
        assert [] == listed(run)

    def test_a_redirect(self, run: Program) -> None:
        """A redirect is not followed with a key."""
        away = Says(status=307, headers={"Location": "https://elsewhere.example/?token=secret"})
        with AnsweringGateway(lambda _: away) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p")

        assert ExitCode.UNREACHABLE == result.code
        assert "redirects to https://elsewhere.example/?***" in result.stderr
        assert [] == listed(run)

    def test_what_never_left_is_sent_again(self, run: Program, clock: FakeClock) -> None:
        """A gateway that cannot be reached got no order: it is tried again, then forgotten."""
        with FaultyGateway(_never) as gone:
            base_url = gone.base_url
        result = run.at(base_url)("video", "create", "p", clock=clock)

        assert ExitCode.UNREACHABLE == result.code
        assert [0.5, 1.0] == clock.waits
        assert 2 == result.stderr.count("trying again in")
        assert [] == listed(run)

    def test_one_operation_has_one_name(self, run: Program, sandbox: Sandbox) -> None:
        """Each order has a name of its own, for a gateway that knows how to count."""
        program = run.at(sandbox)
        for _ in range(2):
            program("video", "create", "p", "-m", "sandbox/video")

        names = {request.headers["idempotency-key"] for request in sandbox.requests}
        assert 2 == len(names)


def _never(caller: Caller) -> None:
    caller.request()


class TestUntilTheEnd:
    def test_wait(self, program: Program, clock: FakeClock) -> None:
        """`--wait` prints the id at once and follows the task to its end."""
        result = program("video", "create", "p", "--wait", clock=clock)

        name = result.stdout.strip()
        assert 0 == result.code
        assert [10.0] == clock.waits
        assert (
            f"`{name}` succeeded (0:10); its link ends at 2023-11-15T22:13:23Z\n" == result.stderr
        )

    def test_save(self, program: Program, clock: FakeClock, tmp_path: Path) -> None:
        """`-o FILE` waits and downloads; as JSON the task as it ended is printed."""
        target = tmp_path / "boat.mp4"
        result = program("video", "create", "p", "-o", str(target), "--json", clock=clock)

        assert 0 == result.code
        assert TASK_KEYS == result.json.keys()
        assert ("succeeded", "2023-11-15T22:13:23Z") == (
            result.json["status"],
            result.json["expires"],
        )
        assert b"ftyp" == target.read_bytes()[4:8]
        assert {"boat.mp4"} == {path.name for path in tmp_path.iterdir()} - {"home"}

    def test_save_with_the_last_frame(
        self, program: Program, clock: FakeClock, tmp_path: Path
    ) -> None:
        """The last frame is a picture beside the video, when it was asked for."""
        target = tmp_path / "boat.mp4"
        argv = ("video", "create", "p", "-o", str(target), "--return-last-frame")

        assert 0 == program(*argv, clock=clock).code
        assert b"\x89PNG" == (tmp_path / "boat-last-frame.png").read_bytes()[:4]

    def test_to_a_pipe(self, program: Program, clock: FakeClock) -> None:
        """With `-o -` the video alone is on standard output; the id is told beside it."""
        result = program("video", "create", "p", "-o", "-", clock=clock)

        assert 0 == result.code
        assert b"ftyp" == result.output[4:8]
        assert f"task {listed(program)[0]['id']}\n" in result.stderr

    def test_lines(self, program: Program, clock: FakeClock) -> None:
        """As JSON lines each change of the task is a line, the order being the first."""
        result = program(
            *("video", "create", "p", "--wait", "--poll", "1", "--format", "jsonl"), clock=clock
        )

        assert ["queued", "running", "succeeded"] == [event["status"] for event in result.events]
        assert all(TASK_KEYS == event.keys() for event in result.events)

    @pytest.mark.parametrize("as_json", [False, True])
    def test_a_failure(
        self, program: Program, clock: FakeClock, tmp_path: Path, *, as_json: bool
    ) -> None:
        """A task that fails is exit 11, with the upstream's code and message; no file is left."""
        argv = ["video", "create", "p", "-m", "sandbox/video-fail", "-o", str(tmp_path / "a.mp4")]
        result = program(*argv, *(["--json"] if as_json else []), clock=clock)

        assert ExitCode.TASK_FAILED == result.code
        assert "failed: OutputVideoSensitiveContentDetected: the sandbox fails" in result.stderr
        assert not list(tmp_path.glob("a.mp4*"))
        if as_json:
            assert "OutputVideoSensitiveContentDetected" == result.json["error"]["code"]
            assert "task_failed" == result.error["kind"]

    def test_the_time_is_up(self, program: Program, clock: FakeClock, tmp_path: Path) -> None:
        """Without enough time the task goes on, and the commands that resume are printed."""
        target = tmp_path / "a b.mp4"
        result = program(
            *("video", "create", "p", "-m", "sandbox/video:90", "-o", str(target)),
            *("--timeout", "60"),
            clock=clock,
        )

        name = result.stdout.strip()
        assert ExitCode.RUNNING == result.code
        assert 60.0 == sum(clock.waits)
        assert (
            f"yourouter: the task `{name}` (running) is still running\n"
            f"hint: yourouter video wait {name} && yourouter video download {name} -o '{target}'\n"
            in result.stderr
        )

    def test_a_settling_gateway(self, run: Program, clock: FakeClock) -> None:
        """A gateway that does not know the new task yet is asked again."""
        answers = iter(
            [
                Says({"id": "cgt-1"}),
                Says({"error": {"message": "what?"}}, 404),
                Says(task(status="running")),
                Says(task(content={"video_url": "https://h/a?b"})),
            ]
        )
        with AnsweringGateway(lambda _: next(answers)) as gateway:
            result = run.at(gateway.base_url)("video", "create", "p", "--wait", clock=clock)

        assert 0 == result.code
        assert [1.0, 10.0] == clock.waits
        assert (
            "warning: no news of `cgt-1`: the gateway answered 404: what? (1 in a row);"
            " asking again in 1 s\n" in result.stderr
        )

    def test_quiet(self, program: Program, clock: FakeClock) -> None:
        """Quiet leaves the id on standard output, and nothing on standard error."""
        result = program("video", "create", "p", "--wait", "-q", clock=clock)

        assert (0, "") == (result.code, result.stderr)
        assert 1 == result.stdout.count("\n")


def test_secrets_of_an_order(run: Program, run_at: Callable[[str], Program]) -> None:
    """With `--debug` neither the key nor what is in a picture can be seen."""
    with AnsweringGateway(lambda _: Says({"id": "cgt-1"})) as gateway:
        result = run_at(gateway.base_url)("video", "create", "p", "--debug")

    assert KEY not in result.stderr
    assert f"> POST {gateway.origin}{TASKS}" in result.stderr
    assert "cgt-1" == json.loads(run("video", "list", "--json").stdout)[0]["id"]
