"""A session and the store are of one mind about what was said, whatever is done in which order."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.driver import FakeClock, Program
from yourouter_cli.commands.chat import request
from yourouter_cli.commands.chat.dialogue import Dialogue
from yourouter_cli.commands.chat.interactive import Talk
from yourouter_cli.commands.chat.options import ChatOptions
from yourouter_cli.commands.chat.status import status_line
from yourouter_cli.conversation import Media, Message, Text, ToolUse
from yourouter_cli.events import Answer, TextDelta, ToolCallDelta, ToolResult
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams
from yourouter_cli.transcripts.context import BROKEN_MARK, INTERRUPTED_MARK, Exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.commands.chat.dialogue import Ending

WORDS = "one two three four five six seven eight nine ten"
QUESTIONS = ["echo", "truncate:2", "error:500", "empty", "error-in-stream:1", "slow:15"]
COMMANDS = ["/retry", "/undo", "/new", "/compact", "/dialect anthropic", "/dialect openai"]


class Screen(BytesIO):
    """An output in front of someone who presses Ctrl-C as soon as it is written to."""

    stops = False

    def write(self, data: Any) -> int:
        """Take *data*."""
        if self.stops:
            self.stops = False
            raise KeyboardInterrupt
        return super().write(data)


def talking(program: Program, **given: Any) -> Talk:
    """Return a session as `yourouter chat -p sandbox` begins it, but for its line editor.

    *given* are settings, as options of the command line give them.
    """
    streams = Streams.memory(terminal=True)
    streams.stdin_is_terminal = True
    streams.stdout = Screen()
    session = Session(streams=streams, environ=program.environ, clock=FakeClock(running=True))
    session.common.profile = "sandbox"
    session.common.settings.update({"retries": 0, **given})
    chosen = ChatOptions()
    return Talk(Dialogue.begun(request.read(chosen, session)), chosen, session)


@pytest.fixture
def talk(run: Program) -> Iterator[Talk]:
    """Yield a session with the built-in gateway."""
    begun = talking(run)
    yield begun
    begun.session.close()


def kept(talk: Talk) -> tuple[Message, ...]:
    """Return what a later session would go on with."""
    if talk.conversation is None:
        return ()
    found = talk.session.transcripts.conversation(talk.conversation)
    return found.messages(talk.dialogue.route.dialect)


@settings(max_examples=15)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(QUESTIONS), st.booleans()),
            st.tuples(st.sampled_from(COMMANDS), st.booleans()),
        ),
        min_size=3,
        max_size=10,
    )
)
def test_one_mind(steps: list[tuple[str, bool]]) -> None:
    """After every step, the next request has what the store has as context, and no two in a row."""
    with TemporaryDirectory() as home:
        talk = talking(Program({"YOUROUTER_HOME": home, "HOME": home}))
        screen = talk.session.streams.stdout
        assert isinstance(screen, Screen)
        with closing(talk.session):
            for number, (step, is_stopped) in enumerate(steps):
                if not step.startswith("/"):
                    talk.take(f"/model sandbox/{step}")
                screen.stops = is_stopped
                talk.take(step if step.startswith("/") else f"{number} {WORDS}")
                screen.stops = False

                said = [(one.role, one.text) for one in talk.dialogue.messages]
                assert [(one.role, one.text) for one in kept(talk)] == said, steps[: number + 1]
                assert ["user", "assistant"] * (len(said) // 2) == [role for role, _ in said]


def test_the_total_clock_is_for_one_answer(run: Program) -> None:
    """`--timeout` bounds each answer; time passes at the prompt without harm."""
    talk = talking(run, timeout=5)
    with closing(talk.session):
        talk.session.clock.sleep(60)
        talk.take("still here?")

    assert "still here?" == talk.dialogue.last_text


class TestDialogue:
    def test_keeps_a_question_asked_in_vain(self, talk: Talk) -> None:
        """What failed before anything came is no context; its attachments wait for the next."""
        dialogue = talk.dialogue
        image = Media(kind="image", media_type="image/png", name="a.png", url="https://a/a.png")
        dialogue.attachments.append(image)
        dialogue.say("What is it?")
        assert dialogue.hear(Answer(), "failed", 1) is None

        assert () == dialogue.messages
        assert (image,) == dialogue.attached
        dialogue.say("What is this?")
        assert (Message("user", (image, Text("What is this?"))),) == dialogue.request().messages
        dialogue.drop_attachments()
        assert (Message("user", (Text("What is this?"),)),) == dialogue.request().messages

    @pytest.mark.parametrize(
        ("ending", "mark"),
        [("finished", ""), ("interrupted", INTERRUPTED_MARK), ("failed", BROKEN_MARK)],
    )
    def test_marks_half_an_answer(self, talk: Talk, ending: Ending, mark: str) -> None:
        """Part of an answer is context, and says that it is only a part."""
        answer = Answer()
        answer.add(TextDelta("Half"))
        talk.dialogue.say("Why?")
        talk.dialogue.hear(answer, ending, None)

        assert f"Half{mark}" == talk.dialogue.messages[-1].text
        assert "Half" == talk.dialogue.last_text

    def test_keeps_calls_and_what_they_gave(self, talk: Talk) -> None:
        """Every call is context, with what came of it; of one that was not run that is said."""
        answer = Answer()
        for number in (0, 1):
            answer.add(ToolCallDelta(index=number, id=f"c{number}", name="look", arguments="{}"))
        answer.add(ToolResult(id="c0", result="sun"))
        talk.dialogue.say("Look")
        talk.dialogue.hear(answer, "interrupted", None)

        _, calls, outcomes, last = talk.dialogue.messages
        assert ["c0", "c1"] == [one.id for one in calls.parts if isinstance(one, ToolUse)]
        assert [("sun", False), ("the call was not run", True)] == [
            (getattr(one, "result", ""), getattr(one, "is_error", None)) for one in outcomes.parts
        ]
        assert INTERRUPTED_MARK.lstrip() == last.text

    def test_signatures_stay_in_their_dialect(self, talk: Talk) -> None:
        """What a dialect signed is not shown to another, and is there again for itself."""
        call = ToolUse(id="1", name="look", arguments={}, signature="signed")
        exchange = Exchange(
            Message("user", (Text("?"),)), (Message("assistant", (call,)),), "", "gemini", None
        )
        talk.dialogue.exchanges.append(exchange)

        def signature() -> str | None:
            part = talk.dialogue.messages[1].parts[0]
            return part.signature if isinstance(part, ToolUse) else ""

        assert signature() is None
        talk.take("/dialect gemini")
        assert "signed" == signature()


class TestStatus:
    @pytest.mark.parametrize(
        ("columns", "expected"),
        [
            (80, "sandbox · sandbox/markdown · azure · gemini · 1 attached · 1,234 tokens"),
            (65, "sandbox/markdown · azure · gemini · 1 attached · 1,234 tokens"),
            (53, "sandbox/markdown · gemini · 1 attached · 1,234 tokens"),
            (47, "sandbox/m… · gemini · 1 attached · 1,234 tokens"),
            (20, "sandbox/markdown · …"),
        ],
    )
    def test_fits(self, talk: Talk, columns: int, expected: str) -> None:
        """Where there is less room, what is needed least goes first."""
        for command in ("/model sandbox/markdown", "/dialect gemini", "/vendor azure"):
            talk.take(command)
        talk.dialogue.attachments.append(Text("words"))
        talk.dialogue.tokens = 1234

        assert expected == status_line(talk.dialogue, columns)

    def test_a_vendor_with_an_api_of_its_name(self, talk: Talk) -> None:
        """What says the same twice is said once."""
        for command in ("/model sandbox/echo", "/dialect anthropic"):
            talk.take(command)

        assert "sandbox · sandbox/echo · anthropic · 0 tokens" == status_line(talk.dialogue, 80)

    def test_shows_no_escapes(self, talk: Talk) -> None:
        """The name of a model cannot steer the terminal."""
        talk.dialogue.route = talk.dialogue.route._replace(models=("a\x1b[2Jb",))

        assert "sandbox · a␛[2Jb · auto · 0 tokens" == status_line(talk.dialogue, 80)
