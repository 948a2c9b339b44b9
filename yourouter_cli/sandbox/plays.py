"""The ways to behave: each yields the pieces of an answer, or rejects before the first."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from yourouter_cli.sandbox.exchange import Cut, Pause, Rejected
from yourouter_cli.sandbox.failures import unknown_model
from yourouter_cli.sandbox.pieces import (
    Ask,
    Blocked,
    Call,
    End,
    Failed,
    Piece,
    Refusal,
    Text,
    Thought,
    Tool,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

EXACTLY = re.compile(r"reply with exactly:[ \t]*([^\r\n]*)", re.IGNORECASE)
# The words of a text, each with the blanks after it: joined again they are the text. What has no
# end, as a long line without a blank, is cut: no upstream puts megabytes into one event.
WORDS = re.compile(r"\s{0,65536}\S{1,65536}\s{0,65536}|\s{1,65536}")
# A book is not said word by word: after so many words, several come at once.
SINGLE_WORDS = 20_000
PASSAGES = re.compile(r".{1,16383}\s|.{1,16384}", re.DOTALL)
FRAGMENT_SIZE = 6
REFUSAL = "The sandbox refuses to answer, as its model's name promises."


def reply_to(ask: Ask) -> str:
    """Return the X of `Reply with exactly: X`, else the prompt and what is attached to it."""
    exactly = EXACTLY.search(ask.prompt)
    return exactly[1].strip() if exactly else "\n".join(filter(None, [ask.prompt, *ask.media]))


def words_of(text: str) -> Iterator[str]:
    """Cut *text* into words, and the rest of a very long one into passages.

    Each keeps the blanks behind it.
    """
    end = 0
    for match in islice(WORDS.finditer(text), SINGLE_WORDS):
        end = match.end()
        yield match[0]
    yield from (match[0] for match in PASSAGES.finditer(text, end))


def first_words(ask: Ask, count: int) -> list[str]:
    """Return the first *count* words of the answer, over and over where it has fewer."""
    words = WORDS.findall(reply_to(ask)) or ["nothing"]
    spaced = [word if word[-1:].isspace() else word + " " for word in words]
    repeated = (spaced * (count // len(spaced) + 1))[:count]
    return words[:count] if count <= len(words) else [*repeated[:-1], repeated[-1].rstrip()]


def echo(ask: Ask) -> Iterator[Piece]:
    """Say what was asked for."""
    yield from map(Text, words_of(reply_to(ask)))
    yield End("stop")


def markdown(_ask: Ask, sections: int = 1) -> Iterator[Piece]:
    """Write a document that uses everything Markdown has."""
    from yourouter_cli.sandbox import samples  # 0.1 ms that echoes do without

    for number in range(1, sections + 1):
        yield from map(Text, words_of(samples.section(number)))
    yield End("stop")


def slow(ask: Ask, milliseconds: int = 100) -> Iterator[Piece]:
    """Take time before each word."""
    for word in words_of(reply_to(ask)):
        yield Pause(milliseconds / 1000)
        yield Text(word)
    yield End("stop")


def think(ask: Ask) -> Iterator[Piece]:
    """Reason about the prompt, then answer it."""
    count = len(ask.prompt.split())
    thoughts = f"The prompt has {count} words. Nothing speaks against repeating them."
    yield from map(Thought, words_of(thoughts))
    yield from echo(ask)


def tool(ask: Ask, calls: int = 1) -> Iterator[Piece]:
    """Call the first tools; once their results are there, report them."""
    if ask.tool_results:
        yield from map(Text, words_of("tool said: " + "\n".join(ask.tool_results)))
        yield End("stop")
    elif ask.tools and calls:
        yield from tool_loop(ask, calls)
    else:
        yield from echo(ask)


def tool_loop(ask: Ask, calls: int = 1) -> Iterator[Piece]:
    """Call tools whatever their results say."""
    if not ask.tools:
        yield from echo(ask)
        return
    offered = (ask.forced_tool,) if ask.forced_tool else ask.tools
    # All at once: a schema that makes no sense is rejected before anything is said.
    yield from [_call(ask, offered[index % len(offered)], index) for index in range(calls)]
    yield End("tool_calls")


def json_answer(ask: Ask, flaw: str = "") -> Iterator[Piece]:
    """Answer with JSON that fits the schema, or has the *flaw* that the name promises."""
    is_repaired = ask.user_messages > 1 or bool(ask.tool_results)
    if flaw == "broken" and is_repaired:
        flaw = ""
    if ask.forced_tool is not None:
        # A call is always an object, so the flawed one has the wrong keys.
        wrong = '{"unexpected":["sandbox"]}' if flaw in {"broken", "wrong"} else None
        yield _call(ask, ask.forced_tool, 0, wrong)
        yield End("tool_calls")
        return
    yield from map(Text, _pieces_of(_json_text(ask, flaw), FRAGMENT_SIZE))
    yield End("stop")


def length(ask: Ask) -> Iterator[Piece]:
    """Stop when the tokens are used up: `max_tokens`, or five."""
    yield from map(Text, first_words(ask, ask.max_tokens or 5))
    yield End("length")


def content_filter(ask: Ask, words: int = 3) -> Iterator[Piece]:
    """Be stopped by a content filter after some words, or before the first."""
    if not words:
        yield Blocked()
        return
    yield from map(Text, first_words(ask, words))
    yield End("content_filter")


def refuse(_ask: Ask) -> Iterator[Piece]:
    """Decline to answer."""
    yield Refusal(REFUSAL)
    yield End("stop")


def rate_limit(ask: Ask, times: int = 1) -> Iterator[Piece]:
    """Ask for patience a number of times for each prompt and key, then answer."""
    if ask.attempts() <= times:
        raise Rejected(
            429, "rate limit reached, try again in 10 ms", headers={"retry-after-ms": "10"}
        )
    yield from echo(ask)


def error(ask: Ask, status: int = 500, times: int = 0) -> Iterator[Piece]:
    """Answer with an error status: always, or a number of times for each prompt and key."""
    if not 400 <= status <= 599:  # noqa: PLR2004  # the statuses that say that something is wrong
        raise unknown_model(ask.model)
    if not times or ask.attempts() <= times:
        raise Rejected(status, f"the sandbox answers {status}, as its model's name asks")
    yield from echo(ask)


def error_in_stream(ask: Ask, words: int = 3, status: int = 503) -> Iterator[Piece]:
    """Fail after some words, although the status was 200."""
    yield from map(Text, first_words(ask, words))
    yield Failed(Rejected(status, "the sandbox broke off, as its model's name asks"))


def truncate(ask: Ask, words: int = 3) -> Iterator[Piece]:
    """End the stream after some words without saying that it is the end."""
    yield from map(Text, first_words(ask, words))
    yield Cut("end")


def reset(ask: Ask, words: int = 3) -> Iterator[Piece]:
    """Reset the connection after some words; with none, before any answer."""
    yield from map(Text, first_words(ask, words))
    yield Cut("reset", early=not words)


def stall(ask: Ask, words: int = 1) -> Iterator[Piece]:
    """Say nothing more after some words; with none, nothing at all."""
    yield from map(Text, first_words(ask, words))
    yield Cut("stall", early=not words)


def empty(_ask: Ask) -> Iterator[Piece]:
    """Finish without a word."""
    yield End("stop")


def escape(ask: Ask) -> Iterator[Piece]:
    """Put what may do harm on a terminal around the answer."""
    from yourouter_cli.sandbox import samples  # 0.1 ms that echoes do without

    yield from map(Text, samples.BEFORE_ESCAPED)
    yield from map(Text, words_of(reply_to(ask)))
    yield from map(Text, samples.AFTER_ESCAPED)
    yield End("stop")


def unicode_text(_ask: Ask) -> Iterator[Piece]:
    """Cut the text where no text should be cut."""
    from yourouter_cli.sandbox import samples  # 0.1 ms that echoes do without

    yield from map(Text, samples.UNICODE)
    yield End("stop")


def cost(ask: Ask) -> Iterator[Piece]:
    """Report what a gateway may report beside tokens."""
    yield from map(Text, words_of(reply_to(ask)))
    yield End("stop", cost=0.000123, cached_tokens=1, reasoning_tokens=2)


def _call(ask: Ask, chosen: Tool, index: int, arguments: str | None = None) -> Call:
    if arguments is None:
        from yourouter_cli.sandbox.schemas import text_fitting  # 0.1 ms that words do without

        arguments = text_fitting({"type": "object", **chosen.schema}, ask.prompt)
    return Call(
        f"{ask.digest[:16]}{index:02}", chosen.name, tuple(_pieces_of(arguments, FRAGMENT_SIZE))
    )


def _json_text(ask: Ask, flaw: str) -> str:
    # 0.1 ms that words do without.
    from yourouter_cli.sandbox.schemas import text_fitting, text_not_fitting

    if flaw == "broken":
        return '{"broken": '
    if flaw == "wrong":
        return text_not_fitting(ask.schema)
    default = {"properties": {"echo": {"const": reply_to(ask)}}}
    text = text_fitting(default if ask.schema is None else ask.schema, ask.prompt)
    return f"```json\n{text}\n```" if flaw == "fenced" else text


def _pieces_of(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))
