from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.gateway.caller import Answer, Caller
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

TASKS = "/api/v3/contents/generations/tasks"
BEGIN = 1_700_000_000.0
DAY = 86_400


class Clock:
    """A clock that tests move on."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    """Yield a gateway that tells the time by *clock*."""
    with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    """Return a client of the sandbox."""
    return Caller(sandbox)


def create(
    caller: Caller, model: str = "sandbox/video", text: str = "a boat", **fields: Any
) -> str:
    """Make a task and return its id."""
    body = {"model": model, "content": [{"type": "text", "text": text}], **fields}
    answer = caller.post(TASKS, body)
    assert 200 == answer.status, answer.body
    assert ["id"] == list(answer.json)
    return str(answer.json["id"])


def show(caller: Caller, task: str) -> Any:
    """Return a task as it is."""
    return caller.get(f"{TASKS}/{task}").json


def fetch(caller: Caller, url: str, **headers: str) -> Answer:
    """Download from *url*, without a key."""
    parts = urlsplit(url)
    anonymous = object.__new__(Caller)
    anonymous.address, anonymous.key = caller.address, ""
    return anonymous.get(f"{parts.path}?{parts.query}", **headers)


# The status at the beginning and after each third of a task's life.
STATUSES = {
    "video": ["queued", "running", "running", "succeeded"],
    "video-fail": ["queued", "running", "running", "failed"],
    "video-cancel": ["queued", "queued", "queued", "cancelled"],
    "video-expire": ["queued", "running", "running", "expired"],
    "video-odd": ["queued", "running", "archiving", "succeeded"],
}


class TestLife:
    @pytest.mark.parametrize("suffix", ["", ":30", ":0.3"])
    @pytest.mark.parametrize("kind", STATUSES)
    def test_a_task_goes_its_way(
        self, caller: Caller, clock: Clock, kind: str, suffix: str
    ) -> None:
        """A task takes three seconds, or as long as its model says, and ends as that says."""
        step = float(suffix[1:] or 3) / 3
        task = create(caller, f"sandbox/{kind}{suffix}")
        seen = []
        for _ in range(4):
            described = show(caller, task)
            seen.append(described["status"])
            assert f"sandbox/{kind}{suffix}" == described["model"]
            assert ("content" in described) == (described["status"] == "succeeded")
            assert (described["error"] is not None) == (described["status"] == "failed")
            clock.now += step + 0.001

        assert STATUSES[kind] == seen

    def test_a_task_may_take_no_time(self, caller: Caller) -> None:
        """`video:0` has succeeded as soon as it is there."""
        assert "succeeded" == show(caller, create(caller, "video:0"))["status"]

    def test_a_success_is_described(self, caller: Caller, clock: Clock) -> None:
        """A task that has succeeded says what was made, when, and what it took."""
        task = create(
            caller, resolution="1080p", ratio="9:16", duration=10, seed=7,
            return_last_frame=True, generate_audio=True, service_tier="flex",
        )  # fmt: skip
        clock.now += 5

        described = show(caller, task)

        content, usage = described.pop("content"), described.pop("usage")
        assert {
            "id": task,
            "model": "sandbox/video",
            "status": "succeeded",
            "error": None,
            "created_at": int(BEGIN),
            "updated_at": int(BEGIN) + 3,
            "seed": 7,
            "resolution": "1080p",
            "ratio": "9:16",
            "framespersecond": 24,
            "service_tier": "flex",
            "execution_expires_after": 172_800,
            "generate_audio": True,
            "duration": 10,
        } == described
        assert ["video_url", "last_frame_url"] == list(content)
        assert 10 * 1080 * 1920 * 24 // 1024 == usage["completion_tokens"] == usage["total_tokens"]

    def test_a_failure_says_why(self, caller: Caller) -> None:
        """A failed task has an error with a code."""
        error = show(caller, create(caller, "video-fail:0"))["error"]

        assert "OutputVideoSensitiveContentDetected" == error["code"]

    def test_another_sandbox_knows_the_task(self, caller: Caller, clock: Clock) -> None:
        """A task's id says all: a sandbox that never made it answers for it just as well."""
        task = create(caller, "video:2.5", frames=29, seed=2**32 - 1, ratio="adaptive")
        clock.now += 3
        described = show(caller, task)
        with Sandbox(clock=clock, seed_tasks=[task]) as other:
            there = Caller(other)
            elsewhere = show(there, task)
            listed = there.get(TASKS).json
            film = fetch(there, elsewhere["content"]["video_url"])

        assert urlsplit(elsewhere["content"]["video_url"]).netloc == there.address.netloc
        assert described | {"content": None} == elsewhere | {"content": None}
        assert fetch(caller, described["content"]["video_url"]).body == film.body
        assert [task] == [item["id"] for item in listed["items"]]

    def test_equal_requests_are_two_tasks(self, caller: Caller) -> None:
        """Asking twice in the same moment makes two tasks, in order of time by their ids."""
        first, second = create(caller), create(caller)

        assert first != second
        assert first.startswith("cgt-20231114221320-")

    @pytest.mark.parametrize("task", ["cgt-20231114221320-aaaa", "cgt-1-2", "x", "cgt--", "%00"])
    def test_a_made_up_task_is_404(self, caller: Caller, task: str) -> None:
        """An id that no sandbox gave is unknown."""
        answer = caller.get(f"{TASKS}/{task}")

        assert (404, "ResourceNotFound") == (answer.status, answer.error["code"])
        assert answer.headers["x-request-id"] in answer.error["message"]

    def test_a_changed_id_is_404(self, caller: Caller) -> None:
        """An id in which a letter was changed is unknown."""
        task = create(caller)
        changed = [task[:at] + "7" + task[at + 1 :] for at in range(len(task))]

        statuses = {caller.get(f"{TASKS}/{name}").status for name in changed if name != task}

        assert {404} == statuses

    def test_history_ends_after_a_week(self, caller: Caller, clock: Clock) -> None:
        """Seven days later a task is forgotten."""
        task = create(caller)
        clock.now += 7 * DAY - 1
        assert "succeeded" == show(caller, task)["status"]
        clock.now += 2

        assert 404 == caller.get(f"{TASKS}/{task}").status
        assert 0 == caller.get(TASKS).json["total"]


class TestFlags:
    def test_flags_in_the_prompt_are_heeded(self, caller: Caller) -> None:
        """What is written behind the prompt counts, long and short."""
        task = show(caller, create(caller, text="a boat --rs 480p --ratio 1:1 --dur 7 --seed 11"))

        assert ("480p", "1:1", 7, 11) == (
            task["resolution"], task["ratio"], task["duration"], task["seed"],
        )  # fmt: skip

    def test_fields_win_over_flags(self, caller: Caller) -> None:
        """A field of the body counts more than the prompt."""
        task = show(
            caller, create(caller, text="x --rs 480p --dur 7", resolution="720p", frames=33)
        )

        assert ("720p", 33) == (task["resolution"], task["frames"])
        assert "duration" not in task

    def test_bad_flags_are_passed_over(self, caller: Caller) -> None:
        """A flag with a value that makes no sense is ignored."""
        task = show(caller, create(caller, text="x --rs 999p --dur 99 --frames 30 --seed x --rt"))

        assert ("720p", "16:9", 5) == (task["resolution"], task["ratio"], task["duration"])


IMAGE = {"url": "https://example.com/a.png"}


def picture(role: str = "") -> dict[str, Any]:
    """Return an image for the content."""
    return {"type": "image_url", "image_url": IMAGE, **({"role": role} if role else {})}


TEXT = {"type": "text", "text": "x"}
# What is wrong with a body, the parameter that is named for it, and the code.
REJECTED: list[tuple[dict[str, Any], str, str]] = [
    ({"model": None}, "model", "MissingParameter"),
    ({"content": None}, "content", "MissingParameter"),
    ({"content": "x"}, "content", "InvalidParameter"),
    ({"content": []}, "content", "InvalidParameter"),
    ({"content": [{"type": "x"}]}, "content[0].type", "InvalidParameter"),
    ({"content": [{"type": "text", "text": " "}]}, "content[0].text", "InvalidParameter"),
    ({"content": [{"type": "audio_url", "audio_url": IMAGE}]}, "content", "InvalidParameter"),
    (
        {"content": [{"type": "image_url", "image_url": {}}]},
        "content[0].image_url.url",
        "MissingParameter",
    ),
    (
        {"content": [{"type": "image_url", "image_url": {"url": "a"}}]},
        "content[0].image_url.url",
        "InvalidParameter",
    ),
    ({"content": [picture("middle")]}, "content[0].role", "InvalidParameter"),
    ({"content": [picture("last_frame")]}, "content", "InvalidParameter"),
    ({"content": [picture(), picture()]}, "content", "InvalidParameter"),
    (
        {"content": [picture("first_frame"), picture("reference_image")]},
        "content",
        "InvalidParameter",
    ),
    ({"duration": 13}, "duration", "InvalidParameter"),
    ({"duration": 1}, "duration", "InvalidParameter"),
    ({"duration": 5, "frames": 29}, "frames", "InvalidParameter"),
    ({"frames": 30}, "frames", "InvalidParameter"),
    ({"frames": 293}, "frames", "InvalidParameter"),
    ({"resolution": "999p"}, "resolution", "InvalidParameter"),
    ({"ratio": "5:4"}, "ratio", "InvalidParameter"),
    ({"seed": 2**32}, "seed", "InvalidParameter"),
    ({"watermark": "yes"}, "watermark", "InvalidParameter"),
    ({"return_last_frame": 1}, "return_last_frame", "InvalidParameter"),
    ({"service_tier": "slow"}, "service_tier", "InvalidParameter"),
    ({"execution_expires_after": 60}, "execution_expires_after", "InvalidParameter"),
    ({"callback_url": "x"}, "callback_url", "InvalidParameter"),
]


class TestStrictness:
    @pytest.mark.parametrize(
        ("changes", "param", "code"), REJECTED, ids=lambda value: str(value)[:60]
    )
    def test_what_the_upstream_rejects_is_rejected(
        self, caller: Caller, changes: dict[str, Any], param: str, code: str
    ) -> None:
        """A wrong parameter is 400 in Ark's shape, and no task is made."""
        answer = caller.post(TASKS, {"model": "video", "content": [TEXT], **changes})

        assert (400, param, code) == (answer.status, answer.error["param"], answer.error["code"])
        assert "BadRequest" == answer.error["type"]
        assert 0 == caller.get(TASKS).json["total"]

    @pytest.mark.parametrize("changes", [
        {"content": [picture()]},
        {"content": [TEXT, picture("first_frame"), picture("last_frame")]},
        {"content": [TEXT, picture("reference_image"), picture("reference_image")]},
        {"content": [{"type": "draft_task", "draft_task": {"id": "cgt-1"}}]},
        {"duration": -1, "seed": -1, "camera_fixed": True, "watermark": False},
        {"frames": 289, "callback_url": "https://example.com/", "priority": 1},
    ], ids=lambda value: str(value)[:60])  # fmt: skip
    def test_what_the_upstream_takes_is_taken(
        self, caller: Caller, changes: dict[str, Any]
    ) -> None:
        """Good requests make a task."""
        answer = caller.post(TASKS, {"model": "video", "content": [TEXT], **changes})

        assert 200 == answer.status

    @pytest.mark.parametrize("model", ["gpt-4o", "video:x", "video:-1", "video:1:2", "echo"])
    def test_an_unknown_model_is_404(self, caller: Caller, model: str) -> None:
        """Only models for videos make tasks."""
        answer = caller.post(TASKS, {"model": model, "content": [TEXT]})

        assert (404, "InvalidEndpointOrModel.NotFound") == (answer.status, answer.error["code"])


class TestList:
    def test_newest_first_page_by_page(self, caller: Caller, clock: Clock) -> None:
        """The tasks of this sandbox are listed, twenty at a time unless told otherwise."""
        tasks = []
        for _ in range(25):
            tasks.append(create(caller))
            clock.now += 1
        tasks.reverse()

        first, second = caller.get(TASKS).json, caller.get(f"{TASKS}?page_num=2").json
        small = caller.get(f"{TASKS}?page_num=2&page_size=3").json

        assert (25, 25) == (first["total"], small["total"])
        assert tasks == [item["id"] for item in first["items"] + second["items"]]
        assert tasks[3:6] == [item["id"] for item in small["items"]]

    def test_filters_narrow_it(self, caller: Caller) -> None:
        """Status, model, tier and ids filter the list."""
        done = create(caller, "video:0")
        failed = create(caller, "video-fail:0")
        waiting = create(caller, service_tier="flex")

        def ids(query: str) -> list[str]:
            return [item["id"] for item in caller.get(f"{TASKS}?{query}").json["items"]]

        assert [done] == ids("filter.status=succeeded")
        assert [failed] == ids("filter.model=sandbox/video-fail:0")
        assert [waiting] == ids("filter.service_tier=flex")
        assert [waiting, done] == ids(f"filter.task_ids={done}&filter.task_ids={waiting}")
        assert [] == ids(f"filter.task_ids={done},{waiting}")

    @pytest.mark.parametrize("query", ["page_num=0", "page_size=501", "page_num=x", "page_size="])
    def test_pages_have_bounds(self, caller: Caller, query: str) -> None:
        """Page number and size go from 1 to 500."""
        answer = caller.get(f"{TASKS}?{query}")

        assert (400, query.partition("=")[0]) == (answer.status, answer.error["param"])


class TestDelete:
    def delete(self, caller: Caller, task: str) -> Answer:
        """Send DELETE."""
        return caller.ask("DELETE", f"{TASKS}/{task}")

    def test_a_queued_task_is_cancelled(self, caller: Caller, clock: Clock) -> None:
        """A task that waits is taken out of the queue, and stays cancelled."""
        task = create(caller)
        clock.now += 0.5

        answer = self.delete(caller, task)

        assert (200, {}) == (answer.status, answer.json)
        clock.now += 100
        described = show(caller, task)
        assert ("cancelled", int(BEGIN)) == (described["status"], described["updated_at"])
        assert 409 == self.delete(caller, task).status

    @pytest.mark.parametrize(("model", "seconds"), [("video", 1.5), ("video-odd", 2.5)])
    def test_a_running_task_is_not(
        self, caller: Caller, clock: Clock, model: str, seconds: float
    ) -> None:
        """A task that is under way cannot be deleted."""
        task = create(caller, model)
        clock.now += seconds

        answer = self.delete(caller, task)

        assert (409, "InvalidAction") == (answer.status, answer.error["code"])
        assert 200 == caller.get(f"{TASKS}/{task}").status

    @pytest.mark.parametrize("model", ["video:0", "video-fail:0", "video-expire:0"])
    def test_an_ended_task_is_removed(self, caller: Caller, model: str) -> None:
        """The record of a task that has ended is destroyed."""
        task = create(caller, model)

        assert 200 == self.delete(caller, task).status
        assert 404 == caller.get(f"{TASKS}/{task}").status
        assert 404 == self.delete(caller, task).status
        assert 0 == caller.get(TASKS).json["total"]


def links(caller: Caller, model: str = "video:0", **fields: Any) -> tuple[str, str]:
    """Return the addresses of the film and of the last frame of a new task."""
    content = show(caller, create(caller, model, return_last_frame=True, **fields))["content"]
    return content["video_url"], content["last_frame_url"]


class TestFiles:
    def test_the_link_names_the_server_that_was_asked(self, caller: Caller) -> None:
        """The address of a file is that under which the request came."""
        film, _ = links(caller)

        assert caller.address.netloc == urlsplit(film).netloc
        assert urlsplit(film).path.endswith(".mp4")

    def test_the_film_is_an_mp4(self, caller: Caller) -> None:
        """The film is an MP4 file whose index finds every frame."""
        answer = fetch(caller, links(caller, ratio="4:3", duration=3)[0])

        boxes = dict(boxes_of(answer.body))
        track = dict(boxes_of(inside(boxes[b"moov"], b"trak")))
        table = dict(boxes_of(inside(track[b"mdia"], b"minf", b"stbl")))
        sizes = struct.unpack(">72I", table[b"stsz"][12:])
        (offset,) = struct.unpack(">I", table[b"stco"][8:])
        frames = []
        for size in sizes:
            (length,) = struct.unpack(">I", answer.body[offset : offset + 4])
            assert length + 4 == size
            frames.append(answer.body[offset + 4] & 31)
            offset += size
        assert [b"ftyp", b"moov", b"mdat"] == list(boxes)
        assert ("video/mp4", len(answer.body)) == (
            answer.headers["content-type"],
            int(answer.headers["content-length"]),
        )
        assert [5] + [1] * 71 == frames  # a key frame, then frames that follow it
        assert len(answer.body) == offset
        assert (192 << 16, 144 << 16) == struct.unpack(">II", track[b"tkhd"][-8:])

    def test_the_key_frame_holds_every_pixel(self, caller: Caller) -> None:
        """The first frame is 384 bytes a square of 16 by 16, and nothing looks like a start."""
        body = fetch(caller, links(caller, ratio="1:1")[0]).body

        film = dict(boxes_of(body))[b"mdat"]
        (size,) = struct.unpack(">I", film[:4])
        frame = film[4 : 4 + size]
        assert 81 * 386 < size < 81 * 386 + 16
        assert b"\0\0\0" not in frame
        assert b"\0\0\1" not in frame
        assert b"\x80" == frame[-1:]

    def test_the_last_frame_is_a_png(self, caller: Caller) -> None:
        """The last frame is a PNG file of the same size in pixels."""
        answer = fetch(caller, links(caller, ratio="21:9")[1])

        assert "image/png" == answer.headers["content-type"]
        assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")
        width, height, depth, colour = struct.unpack(">IIBB", answer.body[16:26])
        assert (336, 144, 8, 2) == (width, height, depth, colour)
        start = answer.body.index(b"IDAT") + 4
        (size,) = struct.unpack(">I", answer.body[start - 8 : start - 4])
        assert height * (1 + 3 * width) == len(zlib.decompress(answer.body[start : start + size]))

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [("bytes=0-", 0, None), ("bytes=100-199", 100, 200), ("bytes=-10", -10, None),
         ("bytes=5-999999999", 5, None), ("bytes=0-0", 0, 1), ("bytes=-999999999", 0, None)],
    )  # fmt: skip
    def test_a_part_can_be_asked_for(
        self, caller: Caller, asked: str, start: int, end: int | None
    ) -> None:
        """A range is answered by that part and says where it belongs."""
        film, _ = links(caller)
        whole = fetch(caller, film)

        part = fetch(caller, film, Range=asked)

        assert (206, whole.body[start:end]) == (part.status, part.body)
        first = start % len(whole.body)
        last = first + len(part.body) - 1
        assert f"bytes {first}-{last}/{len(whole.body)}" == part.headers["content-range"]
        assert whole.headers["etag"] == part.headers["etag"]

    @pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0", "bytes=9-1"])
    def test_an_impossible_part_is_416(self, caller: Caller, asked: str) -> None:
        """A range outside the file is refused, and the size is named."""
        film, _ = links(caller)

        answer = fetch(caller, film, Range=asked)

        size = fetch(caller, film).headers["content-length"]
        assert (416, f"bytes */{size}", b"") == (
            answer.status, answer.headers["content-range"], answer.body,
        )  # fmt: skip

    @pytest.mark.parametrize(
        "headers",
        [{"Range": "bytes=0-1,5-6"}, {"Range": "lines=1-2"}, {"Range": "bytes=-"},
         {"Range": "bytes=0-1", "If-Range": '"another"'}],
    )  # fmt: skip
    def test_what_is_no_usable_range_gets_the_whole(
        self, caller: Caller, headers: dict[str, str]
    ) -> None:
        """Several ranges, other units, and ranges of another file are answered by the whole."""
        assert 200 == fetch(caller, links(caller)[0], **headers).status

    def test_an_unchanged_file_is_not_sent_again(self, caller: Caller) -> None:
        """If-None-Match with the file's ETag is 304; If-Range with it is the part."""
        film, _ = links(caller)
        etag = fetch(caller, film).headers["etag"]

        assert (304, b"") == fetch(caller, film, **{"If-None-Match": etag})[::2]
        part = fetch(caller, film, **{"If-Range": etag, "Range": "bytes=0-1"})
        assert 206 == part.status

    def test_links_expire_after_a_day(self, caller: Caller, clock: Clock) -> None:
        """A link lives 24 hours from the end of the task; then it is 403."""
        film, _ = links(caller)
        clock.now += DAY - 1
        assert 200 == fetch(caller, film).status
        clock.now += 1

        answer = fetch(caller, film)

        assert (403, "application/xml") == (answer.status, answer.headers["content-type"])
        assert b"<Message>Request has expired</Message>" in answer.body

    def test_links_cannot_be_made_up(self, caller: Caller) -> None:
        """A changed expiry or signature is 403, a file that is not there is 404."""
        film, _ = links(caller)
        running = create(caller)

        assert 403 == fetch(caller, film.replace("expires=1", "expires=2")).status
        assert 403 == fetch(caller, film[:-1] + ("0" if film[-1] != "0" else "1")).status
        assert 403 == fetch(caller, film.partition("?")[0]).status
        assert 404 == fetch(caller, film.replace(".mp4", ".avi")).status
        assert 404 == caller.get(f"/files/{running}.mp4").status
        assert 404 == caller.get("/files/nothing.mp4").status

    def test_downloads_can_be_dropped(self, caller: Caller) -> None:
        """`video-drop` breaks off after 20,000 bytes each time; ranges lead to the end."""
        film, _ = links(caller, "video-drop:0", ratio="1:1")
        parts = urlsplit(film)
        received = b""
        for _ in range(2):
            head = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: x\r\n"
            client = caller.raw(f"{head}Range: bytes={len(received)}-\r\n\r\n".encode())
            client.settimeout(0.3)
            data = b""
            with client:
                try:
                    while more := client.recv(65536):
                        data += more
                except TimeoutError:
                    pass  # this part was complete, and the connection is kept
            received += data.partition(b"\r\n\r\n")[2]
            assert len(received) >= 20_000

        assert [b"ftyp", b"moov", b"mdat"] == [name for name, _ in boxes_of(received)]


def boxes_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of the boxes in *data*, which they fill to the byte."""
    while data:
        size, name = struct.unpack(">I4s", data[:8])
        assert 8 <= size <= len(data)
        yield name, data[8:size]
        data = data[size:]


def inside(data: bytes, *names: bytes) -> bytes:
    """Return the content of a box inside of boxes."""
    for name in names:
        data = dict(boxes_of(data))[name]
    return data
