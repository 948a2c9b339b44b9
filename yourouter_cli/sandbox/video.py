"""Video tasks: made, watched, listed, cancelled and deleted. Callbacks are not sent."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from yourouter_cli.sandbox import tasks
from yourouter_cli.sandbox.exchange import JSON, Rejected, Reply, decode_object, encode, is_number
from yourouter_cli.sandbox.fields import Fields, describe_url
from yourouter_cli.sandbox.files import link
from yourouter_cli.sandbox.tasks import Status, Task, split_model, task_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.sandbox.exchange import Request
    from yourouter_cli.sandbox.memory import Memory

# What may be written behind the prompt, long and short; a bad value there is passed over.
FLAGS = {
    "resolution": "resolution",
    "rs": "resolution",
    "ratio": "ratio",
    "rt": "ratio",
    "duration": "duration",
    "dur": "duration",
    "frames": "frames",
    "seed": "seed",
}
IMAGE_ROLES = ("first_frame", "last_frame", "reference_image")
MOST_SEED = 2**32 - 1
DEFAULT_VIDEO_SECONDS = 5


def create(request: Request, memory: Memory) -> Reply:
    """Make a task and answer with its id."""
    body = Fields(decode_object(request.body))
    body.require("model")
    kind, lifetime = split_model(body.text("model") or "")
    flags = _check_content(body)
    frames, seconds = _length(body, flags)
    seed = body.integer("seed", -1, MOST_SEED)
    if seed is None:
        seed = _number(flags, "seed", range(MOST_SEED + 1))
    digest = bytes.fromhex(request.digest())
    task = Task(
        kind=kind,
        created=int(memory.clock() * 1000) / 1000,
        lifetime=lifetime,
        resolution=_choice(body, flags, "resolution", tuple(tasks.RESOLUTIONS), "720p"),
        ratio=_choice(body, flags, "ratio", tuple(tasks.RATIOS), "16:9"),
        seconds=seconds,
        frames=frames,
        seed=int.from_bytes(digest[:2], "big") if seed in {None, -1} else seed or 0,
        with_last_frame=body.boolean("return_last_frame"),
        with_audio=body.boolean("generate_audio"),
        tier=_choice(body, {}, "service_tier", tasks.TIERS, "default"),
        nonce=memory.count("video task"),
        digest=digest,
    )
    _check_switches(body)
    with memory.lock:
        memory.tasks.append(task.id)
    return Reply(200, JSON, encode({"id": task.id}))


def show(request: Request, memory: Memory) -> Reply:
    """Answer with one task as it is now."""
    return Reply(200, JSON, encode(_describe(_find(request, memory), request.origin, memory)))


def listing(request: Request, memory: Memory) -> Reply:
    """Answer with a page of the tasks that this sandbox made, newest first."""
    page, size = _page(request, "page_num", 1), _page(request, "page_size", 20)
    with memory.lock:
        known = [task_of(name) for name in reversed(memory.tasks) if name not in memory.removed]
    found = [
        _describe(task, request.origin, memory)
        for task in known
        if task is not None and memory.clock() - task.created < tasks.KEPT_SECONDS
    ]
    for name in ("status", "model", "service_tier"):
        if wanted := request.query.get(f"filter.{name}"):
            found = [item for item in found if item[name] in wanted]
    if wanted := request.query.get("filter.task_ids"):
        found = [item for item in found if item["id"] in wanted]
    items = found[(page - 1) * size : page * size]
    return Reply(200, JSON, encode({"total": len(found), "items": items}))


def delete(request: Request, memory: Memory) -> Reply:
    """Take a queued task out of the queue, or remove the record of one that has ended."""
    task = _find(request, memory)
    status, _ = _status(task, memory)
    if status == "queued":
        with memory.lock:
            memory.cancelled[task.id] = memory.clock()
    elif status in {"running", "archiving", "cancelled"}:
        raise Rejected(409, f"a task that is {status} cannot be deleted", code="InvalidAction")
    else:
        with memory.lock:
            memory.removed.add(task.id)
    return Reply(200, JSON, b"{}")


def _find(request: Request, memory: Memory) -> Task:
    name = request.path.rpartition("/")[2]
    task = task_of(name)
    age = memory.clock() - task.created if task else 0
    if task is None or name in memory.removed or age > tasks.KEPT_SECONDS:
        raise Rejected(404, f"the task `{name[:100]}` does not exist", code="ResourceNotFound")
    return task


def _status(task: Task, memory: Memory) -> tuple[Status, float]:
    cancelled = memory.cancelled.get(task.id)
    return task.status_at(memory.clock()) if cancelled is None else ("cancelled", cancelled)


def _describe(task: Task, origin: str, memory: Memory) -> dict[str, Any]:
    status, since = _status(task, memory)
    described: dict[str, Any] = {
        "id": task.id,
        "model": task.model,
        "status": status,
        "error": None,
        "created_at": int(task.created),
        "updated_at": int(since),
        "seed": task.seed,
        "resolution": task.resolution,
        "ratio": task.ratio,
        "framespersecond": tasks.FRAMES_A_SECOND,
        "service_tier": task.tier,
        "execution_expires_after": 172_800,
        "generate_audio": task.with_audio,
    }
    described |= {"frames": task.frames} if task.frames else {"duration": task.seconds}
    if status == "failed":
        described["error"] = {
            "code": "OutputVideoSensitiveContentDetected",
            "message": "the sandbox fails this task, as its model's name asks",
        }
    if status == "succeeded":
        described["content"] = {"video_url": link(task, "mp4", origin)}
        if task.with_last_frame:
            described["content"]["last_frame_url"] = link(task, "png", origin)
        width, height = task.size()
        seconds = task.frames / tasks.FRAMES_A_SECOND if task.frames else task.seconds
        tokens = int(seconds * width * height * tasks.FRAMES_A_SECOND / 1024)
        described["usage"] = {"completion_tokens": tokens, "total_tokens": tokens}
    return described


def _check_content(body: Fields) -> dict[str, str]:
    """Check the parts of a prompt; return the flags that are written in its text."""
    body.require("content")
    flags: dict[str, str] = {}
    roles: list[str] = []
    kinds = []
    for item in body.objects("content"):
        kind = item.choice("type", "text", "image_url", "video_url", "audio_url", "draft_task")
        kinds.append(kind)
        item.require(kind)
        if kind == "text":
            if not (item.text("text") or "").strip():
                raise item.reject("text", "must not be empty")
            flags |= dict(_flags(item.text("text") or ""))
            continue
        given = item.object(kind) or item
        given.require("id" if kind == "draft_task" else "url")
        if kind == "image_url":
            roles.append(item.choice("role", *IMAGE_ROLES) if "role" in item else "")
            describe_url(given.text("url") or "", "image", lambda why: given.reject("url", why))  # noqa: B023  # called at once
    if not set(kinds) - {"audio_url"}:
        raise body.reject("content", "must have a text or an image")
    _check_roles(body, roles)
    return flags


def _check_roles(body: Fields, roles: list[str]) -> None:
    framed = [role for role in roles if role != "reference_image"]
    if framed and len(framed) < len(roles):
        raise body.reject("content", "reference images and frames exclude each other")
    if len(framed) > 1 and sorted(framed) != ["first_frame", "last_frame"]:
        raise body.reject("content", "two images need the roles `first_frame` and `last_frame`")
    if framed == ["last_frame"]:
        raise body.reject("content", "a last frame needs a first frame")


def _flags(text: str) -> Iterator[tuple[str, str]]:
    words = text.split()
    for word, value in pairwise(words):
        if word.startswith("--") and word[2:] in FLAGS:
            yield FLAGS[word[2:]], value


def _length(body: Fields, flags: dict[str, str]) -> tuple[int, int]:
    """Return the number of frames, 0 unless it was asked for, and the seconds."""
    frames = body.integer("frames", 29, 289)
    seconds = body.integer("duration", -1, 12)
    if frames is not None and seconds is not None:
        raise body.reject("frames", "excludes `duration`")
    if frames is not None and frames % 4 != 1:
        raise body.reject("frames", f"`{frames}` is not of the form 25+4n")
    if seconds in {0, 1}:
        raise body.reject("duration", f"`{seconds}` is not from 2 to 12")
    if frames is None and seconds is None:
        frames = _number(flags, "frames", range(29, 290, 4))
        seconds = _number(flags, "duration", range(2, 13))
    return frames or 0, DEFAULT_VIDEO_SECONDS if seconds in {None, -1} else seconds or 0


def _number(flags: dict[str, str], name: str, allowed: range) -> int | None:
    word = flags.get(name, "")
    return int(word) if is_number(word) and int(word) in allowed else None


def _choice(
    body: Fields, flags: dict[str, str], name: str, allowed: tuple[str, ...], default: str
) -> str:
    if name in body:
        return body.choice(name, *allowed)
    return flags[name] if flags.get(name) in allowed else default


def _check_switches(body: Fields) -> None:
    for name in ("camera_fixed", "watermark", "draft"):
        body.boolean(name)
    body.integer("execution_expires_after", 3600, 259_200)
    body.integer("priority", 0)
    callback = body.text("callback_url")
    if callback is not None and not callback.startswith(("http://", "https://")):
        raise body.reject("callback_url", "must be an http or https URL")


def _page(request: Request, name: str, default: int) -> int:
    word = request.query.get(name, (str(default),))[-1]
    if not is_number(word) or not 1 <= int(word) <= 500:  # noqa: PLR2004  # the upstream's limit
        raise Rejected(400, f"`{word[:20]}` is not from 1 to 500", param=name)
    return int(word)
