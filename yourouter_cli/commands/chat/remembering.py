"""The slash commands of the interactive session that reach into the store of conversations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from yourouter_cli.conversation import Message, Text
from yourouter_cli.errors import UsageProblem
from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.transcripts.context import summarized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.commands.chat.interactive import Talk

_LISTED = 20
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
        entries = [hit.entry for hit in transcripts.search([argument], limit=_LISTED)]
    else:
        entries = list(transcripts.list(limit=_LISTED))
    for entry in entries:
        talk.session.streams.write(
            f"{entry.id}  {entry.turns:>3} turns  {clean_line(entry.title)}\n"
        )
    if not entries:
        talk.tell("there are no conversations")


def resume(talk: Talk, argument: str) -> None:
    """Go on with the conversation whose id begins with *argument*, and show its last answer."""
    if not argument:
        raise UsageProblem("`/resume` needs an id", hints="/history")
    found = talk.session.transcripts.conversation(argument)
    messages = found.messages(talk.dialogue.profile.dialect)
    talk.dialogue.begin(messages, found.system)
    talk.dialogue.tokens = found.entry.tokens or 0
    talk.conversation = found.id
    if messages:
        talk.show_text(messages[-1].text)
    talk.tell(f"going on with {found.id}: {found.entry.title}")


def forget_last(talk: Talk) -> None:
    """Take the last turn out of the context in the store, too."""
    if talk.conversation is not None:
        talk.session.transcripts.undo(talk.conversation)


def compact(talk: Talk, _argument: str) -> None:
    """Replace what was said so far by a summary that the model writes; the store keeps it all."""
    dialogue = talk.dialogue
    if not dialogue.messages:
        raise UsageProblem("there is nothing to summarise yet")
    prompt = Message("user", (Text(_SUMMARY_PROMPT),))
    request = dialogue.request()
    summary = talk.ask_aside(replace(request, messages=(*dialogue.messages, prompt))).strip()
    if not summary:
        raise UsageProblem("the model wrote no summary; the conversation is as it was")
    dialogue.messages = list(summarized(summary))
    if talk.conversation is not None:
        turns = talk.session.transcripts.conversation(talk.conversation).turns
        talk.session.transcripts.set_summary(talk.conversation, turns[-1].position, summary)
    talk.tell(f"the conversation is now a summary of {len(summary)} characters")


def known_models(talk: Talk) -> Iterator[str]:
    """Yield the models of this profile and the ids that are known without asking the gateway."""
    from yourouter_cli.services import catalog

    profile = talk.dialogue.profile
    own = (*talk.dialogue.route.models, profile.model, *profile.fallback_models)
    known = catalog.known_ids(talk.session.places, profile.base_url)
    yield from dict.fromkeys((*own, *known))


def known_conversations(talk: Talk) -> Iterator[str]:
    """Yield the ids of the last conversations."""
    for entry in talk.session.transcripts.list(limit=_LISTED):
        yield entry.id
