"""The state of an interactive session: who is asked, how, and what was said so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from yourouter_cli.conversation import ChatRequest, Media, Message, Text, ToolOutcome, ToolUse
from yourouter_cli.errors import UsageProblem
from yourouter_cli.services.ask import pinned
from yourouter_cli.transcripts import context
from yourouter_cli.transcripts.context import Exchange

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.conversation import Part
    from yourouter_cli.events import Answer
    from yourouter_cli.services.ask import Route
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile
    from yourouter_cli.transcripts.records import Conversation

Ending = Literal["finished", "interrupted", "failed"]
_MARKS: dict[Ending, str] = {
    "finished": "",
    "interrupted": context.INTERRUPTED_MARK,
    "failed": context.BROKEN_MARK,
}


@dataclass(slots=True)
class Dialogue:
    """Whom to ask, with which settings, and the conversation as the next request will have it.

    `settings` is a request with the options of the command line. `question` is what was asked in
    vain, or is being asked; it is no part of the conversation before it is answered. `tokens`
    counts all that was spent on the conversation.
    """

    settings: ChatRequest
    profile: Profile
    route: Route
    summary: str | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    question: Message | None = None
    attachments: list[Part] = field(default_factory=list)
    system: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    tokens: int = 0
    last: Answer | None = None

    @classmethod
    def begun(cls, ready: Ready) -> Dialogue:
        """Return a dialogue with the settings of the command line."""
        dialogue = cls(
            settings=ready.request,
            profile=ready.profile,
            route=ready.route,
            params=dict(ready.request.params),
        )
        if ready.continued is not None:
            dialogue.go_on(ready.continued)
        dialogue.system = ready.request.system
        return dialogue

    @property
    def model(self) -> str:
        """The model that is asked first."""
        return self.route.models[0]

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, in the present dialect."""
        return context.said(self.summary, self.exchanges, self.route.dialect)

    @property
    def attached(self) -> tuple[Part, ...]:
        """What goes out with the next question: that of one asked in vain is not lost."""
        earlier = self.question.parts if self.question is not None else ()
        return (*filter(_is_attached, earlier), *self.attachments)

    @property
    def last_text(self) -> str:
        """The words of the last answer; empty when there is none."""
        return self.exchanges[-1].text if self.exchanges else ""

    def request(self) -> ChatRequest:
        """Return the request for the next answer."""
        asked = () if self.question is None else (self.question,)
        return self.settings._replace(
            model=self.model,
            messages=(*self.messages, *asked),
            system=self.system,
            params=self.params,
        )

    def say(self, words: str) -> None:
        """Ask *words*, with what is attached, in place of a question asked in vain."""
        self.question = Message("user", (*self.attached, Text(words)))
        self.attachments.clear()

    def drop_attachments(self) -> None:
        """Send nothing along with the next question."""
        self.attachments.clear()
        if self.question is not None:
            kept = tuple(part for part in self.question.parts if not _is_attached(part))
            self.question = Message("user", kept)

    def hear(self, answer: Answer, ending: Ending, position: int | None) -> Exchange | None:
        """Add the question and its *answer* to the conversation, marked if it is only half of one.

        A question that was answered with nothing stays the one to ask, and None is returned; but
        what the user interrupted counts. *position* is where the store keeps the turn.
        """
        self.tokens += answer.usage.total_tokens or 0
        if answer.text or answer.tool_calls:
            self.last = answer
        elif ending != "interrupted":
            return None
        if self.question is None:
            return None
        heard = Exchange(
            self.question,
            spoken(answer, _MARKS[ending]),
            answer.text,
            self.route.dialect,
            position,
        )
        self.exchanges.append(heard)
        self.question = None
        return heard

    def take_back(self) -> Exchange | None:
        """Make the last question the one to ask, and return the exchange it comes from.

        Returns None when it was asked in vain; raises `UsageProblem` when there is none.
        """
        if self.question is not None:
            return None
        if not self.exchanges:
            since = "since the summary" if self.summary else "yet"
            raise UsageProblem(f"nothing was asked {since}")
        taken = self.exchanges.pop()
        self.question = taken.question
        return taken

    def put_back(self, taken: Exchange) -> None:
        """Undo `take_back`: the old answer is better than none."""
        self.exchanges.append(taken)
        self.question = None

    def begin(self) -> None:
        """Begin a new conversation."""
        self.exchanges.clear()
        self.attachments.clear()
        self.summary = self.question = self.last = None
        self.tokens = 0

    def go_on(self, conversation: Conversation) -> None:
        """Go on with *conversation* from the store, under the system prompt it had."""
        self.begin()
        self.summary = conversation.summary
        self.exchanges = list(context.exchanges(conversation))
        self.question = context.unanswered(conversation)
        self.system = conversation.system
        self.tokens = conversation.entry.tokens or 0

    def compact(self, summary: str) -> int | None:
        """Let *summary* stand for what was said; return where the store keeps the last of it."""
        positions = [one.position for one in self.exchanges if one.position is not None]
        self.summary = summary
        self.exchanges.clear()
        return max(positions, default=None)

    def ask_other(self, session: Session, **settings: str) -> None:
        """Ask another model, vendor or dialect from now on; raises for what cannot be used."""
        chosen = {
            "model": self.model,
            "vendor": self.profile.vendor,
            "dialect": self.profile.dialect,
            **settings,
        }
        profile = session.profile(**chosen)
        self.profile = profile
        self.route = self.route._replace(
            # Who names a model wants that one.
            models=(profile.model,) if "model" in settings else self.route.models,
            dialect=profile.dialect,
            vendor=pinned(profile.vendor, profile.dialect),
        )


def spoken(answer: Answer, mark: str = "") -> tuple[Message, ...]:
    """Return *answer* as messages: the calls it made, what they gave, what it said, and *mark*."""
    calls, outcomes = [], []
    for number, call in enumerate(answer.tool_calls, 1):
        id_ = call.id or f"call-{number}"
        arguments = call.arguments or {}
        calls.append(ToolUse(id=id_, name=call.name, arguments=arguments, signature=call.signature))
        result = context.NOT_RUN if call.result is None else call.result
        failed = call.is_error or call.result is None
        outcomes.append(ToolOutcome(id=id_, name=call.name, result=result, is_error=failed))
    said: list[Message] = []
    if calls:
        said += [Message("assistant", tuple(calls)), Message("tool", tuple(outcomes))]
    if words := (answer.text + mark if answer.text else mark.lstrip()):
        said.append(Message("assistant", (Text(words),)))
    return tuple(said)


def _is_attached(part: Part) -> bool:
    return isinstance(part, Media) or (isinstance(part, Text) and part.file is not None)
