"""Which conversation a chat goes on with, and whether what is said is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.errors import UsageProblem

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.conversation import ChatRequest
    from yourouter_cli.session import Session
    from yourouter_cli.settings.profile import Profile
    from yourouter_cli.transcripts.records import Conversation
    from yourouter_cli.transcripts.turn import Turn


def continued(options: ChatOptions, session: Session, profile: Profile) -> Conversation | None:
    """Return the conversation that *options* ask to go on with; raises when it is not there."""
    if options.conversation is not None:
        return session.transcripts.conversation(options.conversation)
    if not options.continue_:
        return None
    last = session.transcripts.last_conversation(profile.name)
    if last is None:
        raise UsageProblem(
            f"there is no conversation in profile `{profile.name}` to go on with",
            hints="yourouter history list",
        )
    return session.transcripts.conversation(last)


def saves(options: ChatOptions, profile: Profile) -> bool:
    """Return whether what is said is kept."""
    return profile.save_history and not options.no_save


def begun(
    request: ChatRequest,
    profile: Profile,
    options: ChatOptions,
    session: Session,
    conversation: str | None,
) -> Turn:
    """Return the turn that keeps what comes of *request*, or one that keeps nothing.

    It is on the disk when this returns: whatever happens to the request, the question is there.
    """
    if not saves(options, profile):
        return session.transcripts.unkept_turn()
    return session.transcripts.begin_turn(
        conversation,
        profile=profile.name,
        dialect=profile.dialect,
        model=request.model,
        request=request,
        with_content=options.save_attachments,
    )
