"""What a video is to be: checked before anything is sent, and written as the gateway wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from yourouter_cli.dialects.body import Body, merged
from yourouter_cli.errors import UsageProblem
from yourouter_cli.gateway import links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yourouter_cli.services.attach import Source

RESOLUTIONS = ("480p", "720p", "1080p", "4k")
RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9", "adaptive")
TIERS = ("default", "flex")
MODEL_DECIDES = -1
MOST_SEED = 2**32 - 1
FEWEST_FRAMES, MOST_FRAMES = 29, 289
# Per family of models: the shortest and the longest video in seconds, and whether the model may
# be left to decide.
_DURATIONS = (
    (re.compile(r"seedance-1-0-"), 2, 12, False),
    (re.compile(r"seedance-2-0-"), 4, 15, True),
    (re.compile(""), 2, 30, True),
)
# Most references of each type; the first model that takes any takes fewer images.
_MOST = {"image_url": 9, "video_url": 3, "audio_url": 3}
_MOST_IMAGES_LITE = 4
_LITE = re.compile(r"seedance-1-0-lite-i2v")
# What a linked reference is, by the end of its name; anything else is an image.
_LINKED = {
    ".mp4": "video_url",
    ".mov": "video_url",
    ".webm": "video_url",
    ".mp3": "audio_url",
    ".wav": "audio_url",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a video is to be.

    `image`, `last_frame` and `references` are paths, http(s) URLs or `-` for standard input.
    `fields` are those of the request body by their names on the wire, None where nothing is
    wanted; `params` are further ones, which are merged over the body unchecked.
    """

    model: str
    prompt: str = ""
    image: str | None = None
    last_frame: str | None = None
    references: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Raise `UsageProblem` for what no model takes and for what excludes itself."""
        _check_mode(self)
        given = {name: value for name, value in self.fields.items() if value is not None}
        if {"duration", "frames"} <= {*given, *self.params}:
            raise UsageProblem("`--duration` and `--frames` exclude each other")
        for name, check in _CHECKS.items():
            if name in given:
                check(given[name], self.model)

    def body(self, stdin: Source | None) -> tuple[bytes, ...]:
        """Return the body of the request; files are read and checked now."""
        body = Body()
        document = {
            "model": self.model,
            "content": list(_content(self, body, stdin)),
            **{name: value for name, value in self.fields.items() if value is not None},
        }
        _check_references(merged(document, self.params))
        return body.encode(document, self.params)


def _check_mode(order: Order) -> None:
    if order.references and (order.image or order.last_frame):
        given = "--image" if order.image else "--last-frame"
        raise UsageProblem(f"`--reference` and `{given}` exclude each other")
    if order.last_frame and not order.image:
        raise UsageProblem("`--last-frame` needs a first frame: add `--image`")
    if order.prompt.strip() or order.image or order.references or "content" in order.params:
        return
    raise UsageProblem("the prompt is empty", hints="yourouter video create --help")


def _check_references(document: Mapping[str, Any]) -> None:
    content = document["content"]
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise UsageProblem("`-P content` is not an array of objects")
    kinds = [str(item.get("type")) for item in content]
    most_images = _MOST_IMAGES_LITE if _LITE.search(str(document["model"])) else None
    for kind, most in _MOST.items():
        limit = most_images or most if kind == "image_url" else most
        if kinds.count(kind) > limit:
            word = kind.removesuffix("_url")
            raise UsageProblem(
                f"`--reference` is given for {kinds.count(kind)} {word} files,"
                f" and `{document['model']}` takes {limit}"
            )
    if "audio_url" in kinds and not {"image_url", "video_url"} & {*kinds}:
        raise UsageProblem("a sound alone is no reference: add an image or a video")


def _content(order: Order, body: Body, stdin: Source | None) -> Iterator[dict[str, Any]]:
    if order.prompt.strip():
        yield {"type": "text", "text": order.prompt}
    for source, role in ((order.image, "first_frame"), (order.last_frame, "last_frame")):
        if source is not None:
            yield _item("image_url", _url(source, body, stdin), role)
    for source in order.references:
        kind = _kind_of(source)
        yield _item(kind, _url(source, body, stdin), f"reference_{kind.removesuffix('_url')}")


def _item(kind: str, url: str, role: str) -> dict[str, Any]:
    return {"type": kind, kind: {"url": url}, "role": role}


def _kind_of(source: str) -> str:
    if not _is_link(source):
        return "image_url"
    path = (links.path_in(source) or "").lower()
    return next((kind for suffix, kind in _LINKED.items() if path.endswith(suffix)), "image_url")


def _is_link(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _url(source: str, body: Body, stdin: Source | None) -> str:
    """Return the URL of *source*: its own, or one that holds the whole file."""
    if _is_link(source):
        if links.path_in(source) is None:
            raise UsageProblem(f"cannot attach `{source}`: it is no URL")
        return source
    # 5 ms that orders without files do without.
    from yourouter_cli.conversation import Media
    from yourouter_cli.services.attach import attachment

    media = attachment(source, stdin)
    if not isinstance(media, Media) or media.kind != "image":
        raise UsageProblem(f"cannot attach `{source}`: it is not a PNG, JPEG, GIF or WebP image")
    return body.data_url(media)


def _check_duration(seconds: int, model: str) -> None:
    least, most, may_decide = next(limits for family, *limits in _DURATIONS if family.search(model))
    if not least <= seconds <= most and not (may_decide and seconds == MODEL_DECIDES):
        either = f", or {MODEL_DECIDES} to let the model decide" if may_decide else ""
        raise UsageProblem(
            f"`--duration` is {least} to {most} seconds for `{model}`{either}, not {seconds}"
        )


def _check_frames(frames: int, _model: str) -> None:
    if not FEWEST_FRAMES <= frames <= MOST_FRAMES or frames % 4 != 1:
        low = min(max((frames - 1) // 4 * 4 + 1, FEWEST_FRAMES), MOST_FRAMES)
        near = sorted({low, min(low + 4, MOST_FRAMES)} if frames > low else {low})
        raise UsageProblem(
            f"`--frames` is 25+4n from {FEWEST_FRAMES} to {MOST_FRAMES}, not {frames}"
            f" (near it: {' and '.join(map(str, near))})"
        )


def _check_seed(seed: int, _model: str) -> None:
    if not -1 <= seed <= MOST_SEED:
        raise UsageProblem(f"`--seed` is -1 to {MOST_SEED}, not {seed}")


def _check_callback(url: str, _model: str) -> None:
    if not _is_link(url) or links.path_in(url) is None:
        raise UsageProblem(f"`--callback-url` is an http or https URL, not `{url}`")


def _one_of(option: str, known: tuple[str, ...]) -> Any:
    def check(word: str, _model: str) -> None:
        if word not in known:
            names = ", ".join(f"`{name}`" for name in known)
            raise UsageProblem(f"unknown `{option}` `{word}` (known: {names})")

    return check


_CHECKS: dict[str, Any] = {
    "resolution": _one_of("--resolution", RESOLUTIONS),
    "ratio": _one_of("--ratio", RATIOS),
    "service_tier": _one_of("--service-tier", TIERS),
    "duration": _check_duration,
    "frames": _check_frames,
    "seed": _check_seed,
    "callback_url": _check_callback,
}
