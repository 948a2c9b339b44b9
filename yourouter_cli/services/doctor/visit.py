"""What a gateway does when it is asked, for the doctor: key, models, answers, vectors."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from yourouter_cli.checks import Finding
from yourouter_cli.errors import AnswerIncomplete, Failure, FailureKind, RequestFailed
from yourouter_cli.events import collect
from yourouter_cli.gateway.exchange import HttpRequest
from yourouter_cli.services import check
from yourouter_cli.services.ask import ask
from yourouter_cli.services.brief import brief
from yourouter_cli.services.calls import refusal
from yourouter_cli.services.doctor.network import clock_skew
from yourouter_cli.services.doctor.stream import check_stream
from yourouter_cli.services.listing import LIST_SECONDS, entries_in, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.events import Answer
    from yourouter_cli.gateway.exchange import HttpReply
    from yourouter_cli.gateway.transport import Gateway
    from yourouter_cli.services.doctor.subject import Subject

_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 400, 401, 403


class _Asked(NamedTuple):
    """What came of one request: a value or a failure, when, and after how long."""

    value: Any
    failure: Failure | None
    now: float
    ms: float


class Visit:
    """Asks a gateway for one thing after the other; *subject* is called when it is needed first."""

    def __init__(self, subject: Callable[[], Subject]) -> None:
        self._make_subject = subject

    def auth(self) -> Finding:
        """Tell whether anybody answers, and takes the key: the list of models, and the model."""
        listing, chat = self._listing, self._chat
        if chat.failure is None:  # also where the list is not for this key
            return Finding("ok", "the key is taken", ms=listing.ms)
        for failure, statuses in (
            (self._unlisted, (_UNAUTHORIZED, _FORBIDDEN)),
            (chat.failure, (_UNAUTHORIZED,)),  # 403 may be about the model
        ):
            if failure is not None and failure.status in statuses:
                return Finding("fail", failure.message, self._subject.key_fix, listing.ms)
        if listing.value is None and chat.failure.status is None:
            return Finding("fail", chat.failure.message, self._model_fix(chat.failure), chat.ms)
        return Finding("ok", "the key is not refused", ms=listing.ms)

    def models(self) -> Finding:
        """Tell whether the gateway lists its models, and the profile's among them."""
        model, listing, failure = self._subject.model, self._listing, self._unlisted
        if failure is not None:
            detail = f"{failure.message}; the built-in catalogue stands in for the list"
            return Finding("warn", detail, "yourouter models list --catalog", listing.ms)
        if model not in self._ids and self._chat.failure is not None:
            detail = f"`{model}` is not among the {len(self._ids)} that are listed"
            fix = self._subject.other("model", model, self._ids)
            return Finding("warn", detail, fix, listing.ms)
        count = len(self._ids)
        return Finding("ok", f"{count} {'is' if count == 1 else 'are'} listed", ms=listing.ms)

    def chat(self) -> Finding:
        """Tell whether the profile's model answers with one token."""
        asked = self._chat
        if asked.failure is not None:
            fix = self._model_fix(asked.failure)
            return Finding("fail", asked.failure.message, fix, asked.ms)
        return Finding("ok", f"answered by {_named(asked.value)}", ms=asked.ms)

    def stream(self) -> Finding:
        """Tell whether the profile's model streams its answers as it should."""
        return check_stream(self._subject)

    def embeddings(self) -> Finding:
        """Tell whether the profile's embedding model gives a vector."""
        model = self._subject.embedding_model
        place = check.Place(model, "embedding", self._subject.vendor)
        plan = check.Plan(retries=self._subject.retries)
        try:
            run = check.embedded(place, plan, self._gateway)
        except RequestFailed as error:
            return self._missed(error.failure, "embedding_model", model)
        if run.error:
            return Finding(
                "fail", f"`{model}`: {run.error}", "yourouter models list --search embed"
            )
        return Finding("ok", f"`{model}` gives {run.dimensions} numbers")

    def fallback(self) -> Finding:
        """Tell whether each of the models that stand in answers with one token."""
        models = self._subject.fallback_models
        if not models:
            return Finding("skip", "no model stands in when the first does not answer")
        for model in models:
            try:
                self._one_token(model)
            except RequestFailed as error:
                return self._missed(error.failure, "fallback_models", model)
        return Finding("ok", ", ".join(f"`{model}`" for model in models))

    def clock(self) -> Finding:
        """Compare the clock with the one that the gateway goes by."""
        reply: HttpReply | None = self._listing.value
        return clock_skew(reply.headers.get("date") if reply else None, self._listing.now)

    @cached_property
    def _subject(self) -> Subject:
        return self._make_subject()

    @property
    def _gateway(self) -> Gateway:
        return self._subject.gateway

    @cached_property
    def _listing(self) -> _Asked:
        """What came of asking for the list of models: a reply, whatever its status."""
        request = HttpRequest(method="GET", path="/models")
        return self._asked(lambda: within(self._gateway, LIST_SECONDS).send(request))

    @cached_property
    def _entries(self) -> _Asked:
        """What came of reading the list: its entries."""
        reply: HttpReply | None = self._listing.value
        if reply is None:
            return self._listing
        if reply.status >= 300:  # noqa: PLR2004 - not 2xx
            return self._listing._replace(value=None, failure=refusal(reply))
        return self._asked(lambda: entries_in(reply))

    @property
    def _unlisted(self) -> Failure | None:
        """Why there is no list of models, None when there is one."""
        return self._entries.failure

    @property
    def _ids(self) -> list[str]:
        """The models that are listed."""
        return [entry.id for entry in self._entries.value or ()]

    @cached_property
    def _chat(self) -> _Asked:
        return self._asked(lambda: self._one_token(self._subject.model))

    def _asked(self, work: Callable[[], object]) -> _Asked:
        clock = self._gateway.clock
        began = clock.monotonic()
        value: object = None
        failure: Failure | None = None
        try:
            value = work()
        except RequestFailed as error:
            failure = error.failure
        return _Asked(value, failure, clock.now(), (clock.monotonic() - began) * 1000)

    def _one_token(self, model: str) -> Answer:
        """Ask *model* for one token; where one is too few for it, for some more."""
        try:
            return self._answer(model, 1)
        except RequestFailed as error:
            failure = error.failure
            if failure.kind is not FailureKind.REJECTED or failure.status != _BAD_REQUEST:
                raise
            return self._answer(model, check.MOST_TOKENS)

    def _answer(self, model: str, most_tokens: int) -> Answer:
        request = self._subject.request(model, most_tokens, stream=False)
        try:
            return collect(brief(ask(request, self._subject.route(model), self._gateway)))
        except AnswerIncomplete as error:
            # What breaks off is no answer to somebody who asked for a whole one.
            failure = Failure(
                kind=FailureKind.TRUNCATED, message=error.message, status=error.status
            )
            raise RequestFailed(failure) from None

    def _model_fix(self, failure: Failure) -> str:
        return self._subject.fix(failure, "model", self._subject.model, self._ids)

    def _missed(self, failure: Failure, setting: str, model: str) -> Finding:
        """Return the finding for a *model* that failed; for one that nobody set, a warning."""
        fix = self._subject.fix(failure, setting, model, self._ids)
        absent = failure.kind in {FailureKind.UNKNOWN_MODEL, FailureKind.REJECTED}
        if absent and setting not in self._subject.chosen:
            return Finding("warn", f"`{model}`, the default: {failure.message}", fix)
        return Finding("fail", f"`{model}`: {failure.message}", fix)


def _named(answer: Answer) -> str:
    """Return the model that gave *answer*, and what its maker can find it by."""
    started = answer.started
    ids = {"request": started.request_id, "message": started.vendor_message_id or started.id}
    known = ", ".join(f"{what} {value}" for what, value in ids.items() if value)
    return f"`{started.model}`{f' ({known})' if known else ''}"
