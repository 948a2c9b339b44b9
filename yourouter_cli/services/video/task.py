"""One video task as a value: what the gateway says of it, and what was kept about it here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from yourouter_cli.dialects import values
from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.gateway import links

if TYPE_CHECKING:
    from collections.abc import Mapping

SUCCEEDED = "succeeded"
# A status that is none of these is still running, whatever it is called.
ENDED = frozenset({SUCCEEDED, "failed", "cancelled", "expired"})
# What a create is whose answer never came: a task may have been made, or not.
UNKNOWN = "unknown"
LOCAL_PREFIX = "local-"
LINK_SECONDS = 86_400.0
_LATEST_SECONDS = 253_402_300_800.0  # the year 10000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a task failed, in the words of the upstream."""

    code: str | None = None
    message: str | None = None

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.code, self.message))) or "it is not said why"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A video task. Times are seconds since the epoch; what is not known is None.

    `prompt`, `profile`, `base_url` (the root before `/contents`) and `vendor` are known of tasks
    that were made here only.
    """

    id: str
    status: str
    model: str | None = None
    prompt: str | None = None
    created: float | None = None
    updated: float | None = None
    video_url: str | None = None
    last_frame_url: str | None = None
    usage: Mapping[str, Any] | None = None
    error: Fault | None = None
    profile: str | None = None
    base_url: str | None = None
    vendor: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED

    @property
    def is_local(self) -> bool:
        """Whether its id is one of ours, because the gateway never told one."""
        return self.id.startswith(LOCAL_PREFIX)

    @property
    def expires(self) -> float | None:
        """When the link to the video ends: as the link says, else a day after the task ended."""
        if self.video_url is None:
            return None
        said = links.expiry(self.video_url)
        if said is None and self.updated is not None:
            return self.updated + LINK_SECONDS
        return said

    def seen_as(self, seen: Task) -> Task:
        """Return this task with what was just *seen* of it.

        What has ended stays as it ended: a gateway that says otherwise is behind the times.
        """
        if self.has_ended and seen.status != self.status:
            return self
        return replace(
            self,
            status=seen.status,
            model=self.model or seen.model,
            created=seen.created or self.created,
            updated=seen.updated or self.updated,
            video_url=seen.video_url or self.video_url,
            last_frame_url=seen.last_frame_url or self.last_frame_url,
            usage=seen.usage or self.usage,
            error=seen.error or self.error,
        )


def task_in(document: Any) -> Task:
    """Return the task that *document* describes; raises `RequestFailed` when it describes none."""
    fields = values.table(document)
    name, status = values.encodable(fields.get("id")), values.encodable(fields.get("status"))
    if name is None:
        # Imported here because it costs 0.4 ms, and the ledger needs no failures of gateways.
        from yourouter_cli.dialects.failures import failure_instead

        raise RequestFailed(failure_instead(document, "task"))
    if status is None:
        raise RequestFailed(
            Failure(
                kind=FailureKind.PROTOCOL,
                message=f"the gateway says no status of the task `{name}`",
            )
        )
    content = values.table(fields.get("content"))
    return Task(
        id=name,
        status=status,
        model=values.encodable(fields.get("model")),
        created=_moment(fields.get("created_at")),
        updated=_moment(fields.get("updated_at")),
        video_url=values.encodable(content.get("video_url")),
        last_frame_url=values.encodable(content.get("last_frame_url")),
        usage=_counts(values.table(fields.get("usage"))) or None,
        error=_fault(fields.get("error")),
    )


def _counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers in *usage*, which is what it is for, and those one level below."""
    return {
        name: {key: count for key, count in value.items() if values.number(count) is not None}
        if isinstance(value, dict)
        else value
        for name, value in usage.items()
        if isinstance(value, dict) or values.number(value) is not None
    }


def _moment(value: Any) -> float | None:
    seconds = values.number(value)
    return seconds if seconds is not None and 0 < seconds < _LATEST_SECONDS else None


def _fault(error: Any) -> Fault | None:
    if isinstance(error, str) and error:
        return Fault(message=values.encodable(error))
    if not (fields := values.table(error)):
        return None
    code = fields.get("code")
    return Fault(
        code=values.encodable(str(code)) if isinstance(code, str | int) and code else None,
        message=values.encodable(fields.get("message")),
    )
