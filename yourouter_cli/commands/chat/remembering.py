"""The slash commands of the interactive session that reach into the store of conversations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yourouter_cli.conversation import Message, Text
from yourouter_cli.errors import UsageProblem
from yourouter_cli.events import TextDelta
from yourouter_cli.render.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.commands.chat.dialogue import Dialogue
    from yourouter_cli.commands.chat.interactive import Talk
    from yourouter_cli.transcripts.records import Conversation

_LISTED = 20
_COLUMNS = ("ID", "PROFILE", "MODEL", "TURNS", "TITLE")
_MODEL_COLUMN, _TITLE_COLUMN = 2, 4
# Words, and phrases in quotes.
_TERM = re.compile(r'"[^"]*"?\*?|[^\s"]+')
_SUMMARY_PROMPT = (
    "Summarise our conversation so far for yourself: the facts, decisions, names, numbers and open"
    " questions that are needed to go on with it. Write the summary only."
)


def begin_anew(talk: Talk, _argument: str) -> None:
    """Begin a new conversation; the old one stays in the store."""
    talk.dialogue.begin()
    talk.conversation = None
    talk.tell("a new conversation begins")


def listed(talk: Talk, argument: str) -> None:
    """List the last conversations, or those that have the words of *argument*."""
    transcripts = talk.session.transcripts
    if argument:
        hits = transcripts.search(_TERM.findall(argument), limit=_LISTED)
        entries = list(dict.fromkeys(hit.entry for hit in hits))
    else:
        entries = list(transcripts.list(limit=_LISTED))
    if not entries:
        talk.tell("no conversation has that" if argument else "there are no conversations")
        return
    rows = [(one.id, one.profile, one.model, one.turns, one.title) for one in entries]
    table(talk.session.streams, _COLUMNS, rows, flexible=(_TITLE_COLUMN, _MODEL_COLUMN))


def resume(talk: Talk, argument: str) -> None:
    """Go on with the conversation whose id begins with *argument*, and show its last answer."""
    if not argument:
        raise UsageProblem("`/resume` needs an id", hints="/history")
    found = talk.session.transcripts.conversation(argument)
    talk.dialogue.go_on(found)
    talk.conversation = found.id
    show_last(talk, found)


def show_last(talk: Talk, conversation: Conversation) -> None:
    """Show where *conversation* stands: its last question and answer."""
    dialogue = talk.dialogue
    turns = _turns(dialogue) + (" after a summary" if dialogue.summary else "")
    talk.tell(f"going on with {conversation.id} ({turns}): {conversation.entry.title}")
    if dialogue.exchanges:
        last = dialogue.exchanges[-1]
        talk.tell(f"> {last.question.text}")
        with talk.renderer("") as renderer:
            renderer.show(TextDelta(last.answer[-1].text))
    if dialogue.question is not None:
        talk.tell(f"> {dialogue.question.text}")
        talk.tell("this was asked in vain; /retry asks it again")


def compact(talk: Talk, _argument: str) -> None:
    """Replace what was said so far by a summary that the model writes; the store keeps it all."""
    dialogue = talk.dialogue
    if not dialogue.exchanges:
        raise UsageProblem("there is nothing to summarise yet")
    prompt = Message("user", (Text(_SUMMARY_PROMPT),))
    request = dialogue.request()._replace(
        messages=(*dialogue.messages, prompt), tools=(), schema=None
    )
    answer = talk.ask_aside(request)
    summary = answer.text.strip()
    if not summary or answer.finished is None or answer.finished.reason == "length":
        raise UsageProblem("the model wrote no whole summary; the conversation is as it was")
    turns = _turns(dialogue)
    last = dialogue.compact(summary)
    talk.tell(f"a summary of {len(summary):,} characters stands for {turns} now")
    if talk.saves and talk.conversation is not None and last is not None:
        talk.session.transcripts.set_summary(talk.conversation, last, summary)


def _turns(dialogue: Dialogue) -> str:
    count = len(dialogue.exchanges)
    return "1 turn" if count == 1 else f"{count} turns"


def known_models(talk: Talk) -> Iterator[str]:
    """Yield the models of this profile and the ids that are known without asking the gateway."""
    from yourouter_cli.services import catalog  # 1 ms, for the completion of a model's name alone

    profile = talk.dialogue.profile
    own = (*talk.dialogue.route.models, profile.model, *profile.fallback_models)
    known = catalog.known_ids(talk.session.places, profile.base_url)
    yield from dict.fromkeys((*own, *known))


def known_conversations(talk: Talk) -> Iterator[str]:
    """Yield the ids of the last conversations."""
    for entry in talk.session.transcripts.list(limit=_LISTED):
        yield entry.id
