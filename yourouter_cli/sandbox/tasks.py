"""Video tasks that need no memory: a task's id says when it began and how it will end."""

from __future__ import annotations

import struct
from base64 import b32decode, b32encode
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from zlib import crc32

from yourouter_cli.sandbox.failures import unknown_model
from yourouter_cli.sandbox.scenarios import PREFIX

Status = Literal["queued", "running", "archiving", "succeeded", "failed", "cancelled", "expired"]

KINDS = ("video", "video-fail", "video-cancel", "video-expire", "video-odd", "video-drop")
ENDINGS: dict[str, Status] = {
    "video-fail": "failed",
    "video-cancel": "cancelled",
    "video-expire": "expired",
}
RESOLUTIONS = {"480p": 480, "720p": 720, "1080p": 1080}
RATIOS = {
    "16:9": (16, 9),
    "4:3": (12, 9),
    "1:1": (9, 9),
    "3:4": (9, 12),
    "9:16": (9, 16),
    "21:9": (21, 9),
    "adaptive": (16, 9),
}
TIERS = ("default", "flex")
DEFAULT_SECONDS = 3.0
FRAMES_A_SECOND = 24
KEPT_SECONDS = 7 * 86_400
# A bit of the request's digest, a number that tells equal requests apart, kind, milliseconds of
# creation, lifetime in ms or NO_SUFFIX, resolution and ratio, seconds, frames, seed, switches.
# What differs from task to task comes first, so that a shortened id is soon unique.
LAYOUT = struct.Struct(">3sHBHIBBHIB")
NO_SUFFIX = 0xFFFF_FFFF


class Task(NamedTuple):
    """A video task: what was asked for, when, and how long it takes until its end.

    *created* is in seconds since 1970, in whole milliseconds; *lifetime* are seconds, None where
    the model's name has no suffix. *nonce* and *digest* tell tasks apart that are made in the same
    moment.
    """

    kind: str
    created: float
    lifetime: float | None
    resolution: str
    ratio: str
    seconds: int
    frames: int
    seed: int
    with_last_frame: bool
    with_audio: bool
    tier: str
    nonce: int
    digest: bytes

    @property
    def id(self) -> str:
        """The id, which carries all the rest."""
        whole = int(self.created)
        lifetime = NO_SUFFIX if self.lifetime is None else round(self.lifetime * 1000)
        fields = LAYOUT.pack(
            self.digest[:3],
            self.nonce % 0x10000,
            KINDS.index(self.kind),
            round((self.created - whole) * 1000),
            lifetime,
            list(RESOLUTIONS).index(self.resolution) * 16 + list(RATIOS).index(self.ratio),
            self.seconds,
            self.frames,
            self.seed,
            self.with_last_frame + 2 * self.with_audio + 4 * TIERS.index(self.tier),
        )
        stamp = datetime.fromtimestamp(whole, UTC).strftime("%Y%m%d%H%M%S")
        code = b32encode(fields + _check(stamp, fields)).decode().rstrip("=").lower()
        return f"cgt-{stamp}-{code}"

    @property
    def model(self) -> str:
        """The model's full name."""
        suffix = "" if self.lifetime is None else f":{self.lifetime:g}"
        return PREFIX + self.kind + suffix

    @property
    def ends_at(self) -> float:
        """When it ends, in seconds since 1970."""
        return self.created + (DEFAULT_SECONDS if self.lifetime is None else self.lifetime)

    def status_at(self, now: float) -> tuple[Status, float]:
        """Return the status at the time *now*, and since when it has been so."""
        third = (self.ends_at - self.created) / 3
        if now >= self.ends_at:
            return ENDINGS.get(self.kind, "succeeded"), self.ends_at
        if now < self.created + third or self.kind == "video-cancel":
            return "queued", self.created
        if now >= self.created + 2 * third and self.kind == "video-odd":
            return "archiving", self.created + 2 * third
        return "running", self.created + third

    def size(self) -> tuple[int, int]:
        """Return width and height in pixels, as the resolution and the ratio promise them."""
        across, down = RATIOS[self.ratio]
        short = RESOLUTIONS[self.resolution]
        return short * across // min(across, down), short * down // min(across, down)


def task_of(task_id: str) -> Task | None:
    """Return the task that *task_id* stands for; None when no sandbox ever gave this id."""
    prefix, _, rest = task_id.partition("-")
    stamp, _, code = rest.partition("-")
    try:
        packed = b32decode(code.upper() + "=" * (-len(code) % 8))
        fields, check = packed[: LAYOUT.size], packed[LAYOUT.size :]
        if prefix != "cgt" or check != _check(stamp, fields):
            return None
        whole = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    digest, nonce, kind, milliseconds, lifetime, shape, seconds, frames, seed, switches = (
        LAYOUT.unpack(fields)
    )
    return Task(
        kind=KINDS[kind],
        created=whole + milliseconds / 1000,
        lifetime=None if lifetime == NO_SUFFIX else lifetime / 1000,
        resolution=list(RESOLUTIONS)[shape // 16],
        ratio=list(RATIOS)[shape % 16],
        seconds=seconds,
        frames=frames,
        seed=seed,
        with_last_frame=bool(switches & 1),
        with_audio=bool(switches & 2),
        tier=TIERS[switches // 4],
        nonce=nonce,
        digest=digest,
    )


def split_model(model: str) -> tuple[str, float | None]:
    """Return the kind and the lifetime in seconds that a model's name asks for, or reject it."""
    kind, colon, suffix = model.removeprefix(PREFIX).partition(":")
    if kind not in KINDS or (colon and not suffix.replace(".", "", 1).isdecimal()):
        raise unknown_model(model)
    return kind, min(float(suffix), KEPT_SECONDS) if colon else None


def _check(stamp: str, fields: bytes) -> bytes:
    return (crc32(stamp.encode() + fields) & 0xFFFF).to_bytes(2, "big")
