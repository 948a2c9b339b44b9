"""One set of conversations over real HTTP, on each of the three wires."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import KEY, FakeClock
from tests.gateway.opened import gateway_at
from tests.wire.wires import NAMES, gist
from yourouter_cli.conversation import ChatRequest, Media, Message, Text, Tool, ToolOutcome
from yourouter_cli.errors import AnswerIncomplete, ExitCode, RequestFailed, YourouterError
from yourouter_cli.events import collect
from yourouter_cli.gateway.exchange import Clocks
from yourouter_cli.services.ask import Route, ask
from yourouter_cli.services.rounds import spoken
from yourouter_cli.settings.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yourouter_cli.events import Event
    from yourouter_cli.sandbox.server import Sandbox

    Asking = Callable[[ChatRequest, str], Iterator[Event]]

PNG = Media(
    kind="image", media_type="image/png", name="a.png", encoded=(b64encode(b"\x89PNG" * 3),)
)
PDF = Media(kind="pdf", media_type="application/pdf", name="a.pdf", encoded=(b64encode(b"%PDF-1"),))
WEATHER = Tool(
    name="weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}}
)
TIME = Tool(name="time", description="Tell the time.")
OBJECT = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
LIST = {"type": "array", "items": {"type": "string"}}


def chat(*words: str | Media, model: str = "echo", **fields: Any) -> ChatRequest:
    """Return a request in which the user says *words* to a model of the sandbox."""
    parts = tuple(Text(each) if isinstance(each, str) else each for each in words)
    messages = (*fields.pop("before", ()), Message("user", parts))
    return ChatRequest(model=f"sandbox/{model}", messages=messages, **fields)


def told(text: str = "", **fields: Any) -> dict[str, Any]:
    """Return the gist of an answer, as far as it is compared."""
    nothing = {"text": text, "reasoning": "", "calls": [], "notices": [], "finish": "stop"}
    return nothing | fields


HELLO = (Message("user", (Text("Hi"),)), Message("assistant", (Text("Hello."),)))

# What is asked, and what is told of it on every wire.
CONVERSATIONS: dict[str, tuple[ChatRequest, dict[str, Any]]] = {
    "one word": (chat("Hi"), told("Hi")),
    "system prompt": (chat("Hi", system="Be brief."), told("Hi")),
    "several turns": (chat("Who?", before=HELLO), told("Who?")),
    "image": (chat("Look", PNG), told("Look\n[image image/png 12 bytes]")),
    "PDF": (chat(PDF, "Read"), told("Read\n[file application/pdf 6 bytes]")),
    "tools": (
        chat("Köln", model="tool:2", tools=(WEATHER, TIME)),
        told(calls=[("weather", {"city": "Köln"}), ("time", {})], finish="tool_calls"),
    ),
    "object": (chat("Hi", model="json", schema=OBJECT), told('{"n":1}')),
    "list": (chat("Hi", model="json", schema=LIST), told('["Hi"]')),
    "schema beside tools": (
        chat("Hi", model="json", schema=OBJECT, tools=(TIME,)),
        told('{"n":1}'),
    ),
    "reasoning": (
        chat("Hi", model="think", reasoning="low"),
        told("Hi", reasoning="The prompt has 1 words. Nothing speaks against repeating them."),
    ),
    "no reasoning": (chat("Hi", reasoning="none"), told("Hi")),
    "sampling and stop": (chat("Hi", temperature=0.5, top_p=0.9, stop=("END",)), told("Hi")),
    "length": (
        chat("one two three", model="length", max_tokens=2),
        told("one two ", finish="length"),
    ),
    "filter": (
        chat("one two three", model="filter:2"),
        told("one two ", finish="content_filter"),
    ),
    "nothing": (chat("Hi", model="empty"), told()),
    "characters cut in two": (
        chat("Hi", model="unicode"),
        told(
            "smile: 😀 family: 👩\u200d👧 line\u2028separator next\u0085line feed\x0c"
            " e\u0301 ㅎㅏ end"
        ),
    ),
    "not streamed though asked": (chat("one two", model="whole"), told("one two")),
    "streaming not offered": (chat("one two", model="no-stream"), told("one two")),
    "array instead of events": (chat("one two", model="array"), told("one two")),
    "another attempt": (chat("Hi", model="rate-limit:2"), told("Hi", notices=["retry", "retry"])),
}
# The model, what is raised, the kind, the exit code and what was told before.
Failing = tuple[str, type[YourouterError], str, ExitCode, str]
FAILURES: list[Failing] = [
    ("truncate:2", AnswerIncomplete, "truncated", ExitCode.INCOMPLETE, "one two "),
    ("reset:2", AnswerIncomplete, "reset", ExitCode.INCOMPLETE, "one two "),
    ("error-in-stream:2:429", AnswerIncomplete, "rate_limit", ExitCode.INCOMPLETE, "one two "),
    ("error-in-stream:0:400", RequestFailed, "rejected", ExitCode.REJECTED, ""),
    ("filter:0", RequestFailed, "blocked", ExitCode.REJECTED, ""),
    ("refuse", RequestFailed, "blocked", ExitCode.REJECTED, ""),
    ("nobody", RequestFailed, "unknown_model", ExitCode.REJECTED, ""),
    ("error:400", RequestFailed, "rejected", ExitCode.REJECTED, ""),
    ("error:401", RequestFailed, "denied", ExitCode.DENIED, ""),
    ("error:402", RequestFailed, "quota", ExitCode.REJECTED, ""),
    ("error:529", RequestFailed, "unavailable", ExitCode.UNREACHABLE, ""),
]


@pytest.fixture
def asking(sandbox: Sandbox) -> Iterator[Asking]:
    """Yield what asks the sandbox in each dialect, without waiting between attempts."""
    with gateway_at(sandbox.base_url, Clocks(), clock=FakeClock(), key=Secret(KEY)) as gateway:
        yield lambda request, dialect: ask(
            request, Route(models=(request.model,), dialect=dialect), gateway
        )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("conversation", CONVERSATIONS)
class TestConversations:
    def test_streamed(self, asking: Asking, name: str, conversation: str) -> None:
        """The same request gives the same events on all three wires."""
        request, expected = CONVERSATIONS[conversation]

        assert expected == compared(asking(request, name))

    def test_whole(self, asking: Asking, name: str, conversation: str) -> None:
        """An answer that is not streamed gives the same events, too."""
        request, expected = CONVERSATIONS[conversation]

        assert expected == compared(asking(request._replace(stream=False), name))


def compared(events: Iterator[Event]) -> dict[str, Any]:
    """Return the gist of *events*, without what depends on the wire: ids, blanks in JSON, words."""
    heard = gist(events)
    heard["notices"] = [kind for kind, _ in heard["notices"]]
    if heard["text"].startswith(("{", "[")):
        heard["text"] = json.dumps(json.loads(heard["text"]), separators=(",", ":"))
    return {name: heard[name] for name in told()}


@pytest.mark.parametrize("name", NAMES)
class TestFailures:
    @pytest.mark.parametrize("failing", FAILURES, ids=lambda failing: failing[0])
    def test_kind_and_exit_code(self, asking: Asking, name: str, failing: Failing) -> None:
        """A failure is the same on every wire, and keeps what was told before it."""
        model, error, kind, code, before = failing
        heard: list[Event] = []

        with pytest.raises(error) as caught:
            heard.extend(asking(chat("one two three", model=model), name))

        assert (kind, code) == (caught.value.kind, caught.value.exit_code)
        assert before == collect(heard).text
        assert caught.value.request_id

    def test_results_of_calls_go_back(self, asking: Asking, name: str) -> None:
        """An answer that called tools goes back with their results, and is answered."""
        request = chat("Köln", model="tool:2", tools=(WEATHER, TIME), reasoning="low")
        answer = collect(asking(request, name))
        outcomes = tuple(
            ToolOutcome(id=call.id or "", name=call.name, result=f"{call.name} done")
            for call in answer.tool_calls
        )

        messages = (*request.messages, spoken(answer), Message("tool", outcomes))
        final = collect(asking(request._replace(messages=messages), name))

        assert "tool said: weather done\ntime done" == final.text
        assert len({call.id for call in answer.tool_calls}) == len(answer.tool_calls)
