"""`video create`: what is ordered, where, and what is refused before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.filmed import TASK_KEYS, listed
from tests.driver import KEY, FakeClock
from tests.gateway.answering import TASKS
from yourouter_cli.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"


class TestOrdering:
    def test_the_id_is_printed(self, filming: Program, sandbox: Sandbox, clock: FakeClock) -> None:
        """The id of the task, and nothing else, is on standard output."""
        result = filming("video", "create", "a", "paper", "boat", clock=clock)

        (request,) = sandbox.requests
        (known,) = listed(filming)
        assert (0, "") == (result.code, result.stderr)
        assert f"{known['id']}\n" == result.stdout
        assert ("POST", TASKS) == (request.method, request.path)
        assert f"Bearer {KEY}" == request.headers["authorization"]
        assert "vendor" not in request.headers
        assert {
            "model": "sandbox/video",
            "content": [{"type": "text", "text": "a paper boat"}],
        } == request.json

    def test_every_option_is_a_field(self, filming: Program, sandbox: Sandbox) -> None:
        """Each option goes into its field of the body, each header out."""
        result = filming(
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

    def test_pictures(self, filming: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A local picture travels as a data URL, a linked one as its link."""
        frame = tmp_path / "frame"
        frame.write_bytes(PNG)
        result = filming(
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
        self, filming: Program, sandbox: Sandbox, argv: list[str], stdin: str, prompt: str
    ) -> None:
        """Standard input is the prompt when it is asked for, or when there is no other."""
        assert 0 == filming("video", "create", *argv, stdin=stdin).code
        assert prompt == sandbox.requests[0].json["content"][0]["text"]

    @pytest.mark.parametrize(("word", "code"), [("0", 0), ("", 0), ("1", ExitCode.USAGE)])
    def test_the_environment_may_ignore_standard_input(
        self, filming: Program, word: str, code: int
    ) -> None:
        """`YOUROUTER_NO_STDIN` ignores standard input, unless it says no."""
        result = filming("video", "create", stdin=b"a boat", environ={"YOUROUTER_NO_STDIN": word})

        assert code == result.code

    def test_json(self, filming: Program, clock: FakeClock) -> None:
        """As JSON the task has all its keys; what is not known yet is null."""
        document = filming("video", "create", "a boat", "--json", clock=clock).json

        assert set(TASK_KEYS) == document.keys()
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
        self, filming: Program, sandbox: Sandbox, argv: list[str], words: str
    ) -> None:
        """What is wrong with an order is said before it is sent, and nothing is written down."""
        result = filming("video", "create", *argv)

        assert ExitCode.USAGE == result.code
        assert words in result.stderr
        assert "" == result.stdout
        assert [] == sandbox.requests
        assert [] == listed(filming)

    def test_a_file_that_is_there(self, filming: Program, sandbox: Sandbox, tmp_path: Path) -> None:
        """A file is not overwritten unasked, and that is known before the order."""
        target = tmp_path / "boat.mp4"
        target.write_text("mine")
        result = filming("video", "create", "p", "-o", str(target))

        assert ExitCode.USAGE == result.code
        assert f"`{target}` exists already\nhint: " in result.stderr
        assert result.stderr.endswith(" --force\n")
        assert [] == sandbox.requests

    def test_a_terminal(self, filming: Program, sandbox: Sandbox) -> None:
        """A video is not written to a terminal."""
        result = filming("video", "create", "p", "-o", "-", tty=True)

        assert ExitCode.USAGE == result.code
        assert "a video is not written to a terminal" in result.stderr
        assert [] == sandbox.requests

    def test_without_a_ledger(self, filming: Program, sandbox: Sandbox, home: Path) -> None:
        """What cannot be written down is not ordered."""
        (home / "state").mkdir(parents=True)
        (home / "state" / "tasks.db").write_bytes(b"no database" * 100)
        result = filming("video", "create", "p")

        assert ExitCode.CONFIG == result.code
        assert "file is not a database" in result.stderr
        assert [] == sandbox.requests
