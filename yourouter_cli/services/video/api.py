"""The gateway's side of video tasks: create, get, list and delete, one request each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from yourouter_cli.dialects import values
from yourouter_cli.dialects.failures import failure_instead
from yourouter_cli.errors import Failure, FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import HttpRequest
from yourouter_cli.services.calls import Call
from yourouter_cli.services.video.task import task_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yourouter_cli.gateway.exchange import HttpReply
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.calls import Tell
    from yourouter_cli.services.retrying import Pause
    from yourouter_cli.services.video.task import Task

PATH = "/contents/generations/tasks"
PAGE_SIZE = 100
# The gateway keeps tasks for a week; whoever has more than this is better served by its console.
MOST_PAGES = 50
_NOT_FOUND, _CONFLICT = 404, 409
_NOT_OFFERED = frozenset({_NOT_FOUND, 405})


@dataclass(slots=True, kw_only=True)
class Tasks:
    """The video tasks of one gateway.

    Its methods raise `RequestFailed`. `retries` are further attempts; `tell` is told of each wait
    before one. `pause` is called before each wait for the network, and every `tick` seconds.
    """

    gateway: Gateway
    vendor: str | None = None
    retries: int = 2
    headers: Mapping[str, str] = field(default_factory=dict)
    tell: Tell | None = None
    pause: Pause | None = None
    tick: float | None = None

    def creation(self, body: tuple[bytes, ...], *, model: str, operation: str) -> Call:
        """Return the request that orders a video, to be run once; *operation* names it.

        It is not sent again once it may have reached the gateway: each task is paid for.
        """
        headers = {"idempotency-key": operation}
        return self._call("POST", PATH, body=body, headers=headers, model=model, replayable=False)

    def get(self, name: str, *, once: bool = False) -> Task:
        """Return the task *name* as it is now; *once* asks without retries."""
        call = self._call("GET", _path(name), retries=0 if once else self.retries)
        try:
            return task_in(values.parsed(call.run().body))
        except RequestFailed as error:
            raise _about_task(error) from error

    def listed(self) -> Iterator[Task]:
        """Yield all tasks that the gateway lists; see `is_offered` for one that lists none."""
        seen = 0
        for page in range(1, MOST_PAGES + 1):
            path = f"{PATH}?page_num={page}&page_size={PAGE_SIZE}"
            try:
                document = values.parsed(self._call("GET", path).run().body)
            except RequestFailed as error:
                raise _not_offered(error, "list tasks") from error
            fields = values.table(document)
            if not isinstance(fields.get("items"), list):
                raise RequestFailed(failure_instead(document, "list of tasks"))
            yield from map(task_in, fields["items"])
            seen += len(fields["items"])
            total = values.whole(fields.get("total"))
            if len(fields["items"]) < PAGE_SIZE if total is None else seen >= total:
                return
            if not fields["items"]:
                return

    def delete(self, name: str) -> None:
        """Take a queued task out of the queue, or remove the record of one that has ended.

        It is not sent again once it may have reached the gateway: the task may have gone on, and
        what was to be cancelled would be destroyed. The task must be known to exist: then an
        answer that there is nothing can only mean that the gateway does not offer this.
        """
        try:
            self._call("DELETE", _path(name), replayable=False).run()
        except RequestFailed as error:
            raise _not_offered(_about_task(error), "cancel or delete tasks") from error

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: tuple[bytes, ...] = (),
        headers: Mapping[str, str] | None = None,
        model: str = "",
        retries: int | None = None,
        replayable: bool = True,
    ) -> Call:
        routing = {"vendor": self.vendor} if self.vendor else {}
        return Call(
            self.gateway,
            HttpRequest(
                method=method,
                path=path,
                headers={**routing, **(headers or {}), **self.headers},
                body=body,
            ),
            retries=self.retries if retries is None else retries,
            replayable=replayable,
            model=model,
            tell=self.tell,
            pause=self.pause,
            tick=self.tick,
        )


def created_id(reply: HttpReply) -> str:
    """Return the id in the answer to a create; raises `RequestFailed` when there is none."""
    document = values.parsed(reply.body)
    name = values.encodable(values.table(document).get("id"))
    if name is None:
        raise RequestFailed(failure_instead(document, "task id"))
    return name


def _path(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"


def _about_task(error: RequestFailed) -> RequestFailed:
    """Return *error* as one about a task: what is not there is not a model, nor locked."""
    failure = error.failure
    if failure.status == _NOT_FOUND:
        failure = failure._replace(kind=FailureKind.REJECTED)
        return RequestFailed(failure, attempts=error.attempts, hints="yourouter video list")
    if failure.status == _CONFLICT:
        failure = failure._replace(kind=FailureKind.REJECTED)
        return RequestFailed(failure, attempts=error.attempts)
    return error


def is_offered(error: RequestFailed) -> bool:
    """Tell whether the gateway has the route at which listing or deleting met *error*."""
    return error.failure.status not in _NOT_OFFERED


def _not_offered(error: RequestFailed, what: str) -> RequestFailed:
    if is_offered(error):
        return error
    failure = Failure(
        kind=FailureKind.REJECTED,
        message=f"the gateway does not offer to {what} ({error.failure.message})",
        status=error.failure.status,
        request_id=error.failure.request_id,
    )
    return RequestFailed(failure, attempts=error.attempts)
