"""The state of an interactive session: who is asked, how, and what was said so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from yourouter_cli.conversation import ChatRequest, Message, Text, ToolOutcome, ToolUse
from yourouter_cli.dialects import load
from yourouter_cli.errors import UsageProblem
from yourouter_cli.transcripts.context import BROKEN_MARK, INTERRUPTED_MARK, NOT_RUN

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.conversation import Part
    from yourouter_cli.events import Answer
    from yourouter_cli.services.ask import Route
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile


@dataclass(slots=True)
class Dialogue:
    """Whom to ask, with which settings, and the conversation as the next request will have it.

    `question` is what was asked and not answered yet, or in vain; `/retry` asks it again.
    """

    ready: Ready
    profile: Profile
    route: Route
    messages: list[Message] = field(default_factory=list)
    question: Message | None = None
    attachments: list[Part] = field(default_factory=list)
    system: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    tokens: int = 0
    last: Answer | None = None

    @classmethod
    def begun(cls, ready: Ready) -> Dialogue:
        """Return a new dialogue with the settings of the command line."""
        return cls(
            ready=ready,
            profile=ready.profile,
            route=ready.route,
            messages=list(ready.earlier),
            system=ready.request.system,
            params=dict(ready.request.params),
        )

    @property
    def model(self) -> str:
        """The model that is asked first."""
        return self.route.models[0]

    def request(self) -> ChatRequest:
        """Return the request for the next answer."""
        asked = () if self.question is None else (self.question,)
        return replace(
            self.ready.request,
            model=self.model,
            messages=(*self.messages, *asked),
            system=self.system,
            params=self.params,
        )

    def say(self, words: str) -> None:
        """Ask *words*, with what was attached before, in place of a question asked in vain."""
        self.question = Message("user", (*self.attachments, Text(words)))
        self.attachments.clear()

    def hear(self, answer: Answer) -> None:
        """Add what the model said to the conversation."""
        self._count(answer)
        self._add(spoken(answer))

    def hear_part(self, answer: Answer, *, is_interrupted: bool) -> bool:
        """Add half an answer, marked as such; return whether there was anything to keep."""
        self._count(answer)
        if answer.text:
            mark = INTERRUPTED_MARK if is_interrupted else BROKEN_MARK
            self._add([Message("assistant", (Text(answer.text + mark),))])
        return bool(answer.text)

    def _count(self, answer: Answer) -> None:
        if answer.text or answer.tool_calls:
            self.last = answer
        self.tokens += answer.usage.total_tokens or 0

    def _add(self, said: list[Message]) -> None:
        if self.question is not None:
            self.messages.append(self.question)
            self.question = None
        self.messages += said

    def take_back(self) -> bool:
        """Make the last question the one to ask, and forget its answer.

        Returns whether there was an answer to forget; raises `UsageProblem` when nothing was
        asked at all.
        """
        if self.question is not None:
            return False
        for position in range(len(self.messages) - 1, -1, -1):
            if self.messages[position].role == "user":
                self.question = self.messages[position]
                del self.messages[position:]
                return True
        raise UsageProblem("nothing was asked yet")

    def begin(self, messages: tuple[Message, ...] = (), system: str | None = None) -> None:
        """Begin anew, or go on with *messages* and the *system* prompt they were said under."""
        self.messages = list(messages)
        self.question = self.last = None
        self.attachments.clear()
        self.tokens = 0
        if messages:
            self.system = system

    def ask_other(self, session: Session, **settings: str) -> None:
        """Ask another model, vendor or dialect from now on; raises for what cannot be used."""
        chosen = {
            "model": self.model,
            "vendor": self.profile.vendor,
            "dialect": self.profile.dialect,
            **settings,
        }
        profile = session.profile(**chosen)
        dialect = load(profile.dialect)
        self.profile = profile
        self.route = replace(
            self.route,
            # Who names a model wants that one.
            models=(profile.model,) if "model" in settings else self.route.models,
            dialect=profile.dialect,
            vendor=dialect.VENDOR if profile.vendor == "auto" else profile.vendor,
        )


def spoken(answer: Answer) -> list[Message]:
    """Return *answer* as messages: the calls it made, what they gave, and what it said then."""
    calls, outcomes = [], []
    for number, call in enumerate(answer.tool_calls, 1):
        id_ = call.id or f"call-{number}"
        arguments = call.arguments or {}
        calls.append(ToolUse(id=id_, name=call.name, arguments=arguments, signature=call.signature))
        result = NOT_RUN if call.result is None else call.result
        outcomes.append(
            ToolOutcome(id=id_, name=call.name, result=result, is_error=call.result is None)
        )
    said: list[Message] = []
    if calls:
        said += [Message("assistant", tuple(calls)), Message("tool", tuple(outcomes))]
    if answer.text:
        said.append(Message("assistant", (Text(answer.text),)))
    return said
