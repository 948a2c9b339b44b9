"""What the sandbox's models say, on every wire, as their names say."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.gateway.hearing import HEAR, Calls, Heard
from tests.gateway.prompting import PROMPT, WIRES, ask

if TYPE_CHECKING:
    from tests.gateway.caller import Caller


CALL: Calls = (("weather", {"city": "four", "days": 1}),)
OTHER_CALL: Calls = (("other", {}),)
THOUGHTS = "The prompt has 4 words. Nothing speaks against repeating them."
STOP = ("stop", "end_turn", "STOP")
CALLED = ("tool_calls", "tool_use", "STOP")
LENGTH = ("length", "max_tokens", "MAX_TOKENS")
FILTERED = ("content_filter", "refusal", "SAFETY")
REFUSED = ("stop", "refusal", "PROHIBITED_CONTENT")
NEVER = (None, None, None)
# What each model says to PROMPT with tools on offer, and the word for the end on each wire.
ANSWERS: dict[str, tuple[Heard, tuple[str | None, ...]]] = {
    "echo": (Heard(PROMPT), STOP),
    "sandbox/echo": (Heard(PROMPT), STOP),
    "slow:1": (Heard(PROMPT), STOP),
    "think": (Heard(PROMPT, THOUGHTS), STOP),
    "tool": (Heard(calls=CALL), CALLED),
    "tool:2": (Heard(calls=CALL + OTHER_CALL), CALLED),
    "tool:3": (Heard(calls=CALL + OTHER_CALL + CALL), CALLED),
    "tool:0": (Heard(PROMPT), STOP),
    "tool-loop": (Heard(calls=CALL), CALLED),
    "json": (Heard('{"echo":"one two three four"}'), STOP),
    "json:fenced": (Heard('```json\n{"echo":"one two three four"}\n```'), STOP),
    "json:broken": (Heard('{"broken": '), STOP),
    "json:wrong": (Heard('"this does not fit"'), STOP),
    "length": (Heard("one two three four one"), LENGTH),
    "filter": (Heard("one two three "), FILTERED),
    "filter:1": (Heard("one "), FILTERED),
    "filter:0": (Heard(), FILTERED),
    "refuse": (Heard(), REFUSED),
    "rate-limit:0": (Heard(PROMPT), STOP),
    "empty": (Heard(), STOP),
    "cost": (Heard(PROMPT), STOP),
    "whole": (Heard(PROMPT), STOP),
    "truncate:2": (Heard("one two "), NEVER),
    "truncate:0": (Heard(), NEVER),
    "error-in-stream:6": (Heard("one two three four one two"), NEVER),
}
ONLY_STREAMS = ("truncate", "error-in-stream")


class TestAnswers:
    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize("model", ANSWERS)
    def test_a_model_behaves_as_its_name_says(self, caller: Caller, wire: str, model: str) -> None:
        """Every model says the same on every wire, as a stream and whole."""
        expected, ends = ANSWERS[model]
        expected = expected._replace(end=ends[WIRES.index(wire)])

        assert expected == HEAR[wire](ask(caller, wire, model, stream=True))
        if not model.startswith(ONLY_STREAMS):
            assert expected == HEAR[wire](ask(caller, wire, model, stream=False))

    @pytest.mark.parametrize(
        ("prompt", "most"),
        [("x" * 1_000_000, 50), ("x" + " " * 1_000_000 + "y", 100), ("word " * 200_000, 30_000)],
        ids=["a line without a blank", "nothing but blanks", "a book"],
    )
    def test_a_long_answer_comes_in_events_of_bounded_size(
        self, caller: Caller, prompt: str, most: int
    ) -> None:
        """No event holds megabytes, and a book does not come word by word."""
        events = caller.chat("echo", prompt, stream=True).events

        texts = [event["choices"][0]["delta"].get("content", "") for event in events]
        assert prompt == "".join(texts)
        assert max(map(len, texts)) < 200_000
        assert len(texts) < most

    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize("stream", [True, False])
    @pytest.mark.parametrize("model", ["echo", "tool", "escape", "unicode", "markdown:2"])
    def test_the_same_question_has_the_same_answer(
        self, caller: Caller, wire: str, model: str, stream: bool
    ) -> None:
        """Answers are equal to the byte, headers included, whenever the same is asked."""
        first = ask(caller, wire, model, stream=stream)

        assert first == ask(caller, wire, model, stream=stream)

    @pytest.mark.parametrize("wire", WIRES)
    def test_whole_ignores_that_a_stream_was_asked_for(self, caller: Caller, wire: str) -> None:
        """The model `whole` answers a request for a stream with one JSON object."""
        answer = ask(caller, wire, "whole", stream=True)

        assert "application/json" == answer.headers["content-type"]
        assert isinstance(answer.json, dict)

    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize(
        ("prompt", "text"),
        [
            ("Reply with exactly: connected", "connected"),
            ("Be brief. reply with EXACTLY:  two words \nand no more", "two words"),
            ("Reply with exactly:", ""),
            ("  two\n\nlines \t\n", "  two\n\nlines \t\n"),
            ("你好 \u2028 👋", "你好 \u2028 👋"),
        ],
    )
    def test_the_echo_obeys_or_repeats(
        self, caller: Caller, wire: str, prompt: str, text: str
    ) -> None:
        """`Reply with exactly: X` is answered by X, anything else by itself."""
        answer = ask(caller, wire, "echo", stream=True, prompt=prompt)

        assert text == HEAR[wire](answer).text

    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize("model", ["escape", "unicode", "markdown:3"])
    def test_hard_texts_survive_the_wire(self, caller: Caller, wire: str, model: str) -> None:
        """The pieces of a stream are the whole text, whatever is in it."""
        pieces = HEAR[wire](ask(caller, wire, model, stream=True)).text
        whole = HEAR[wire](ask(caller, wire, model, stream=False)).text

        assert whole.encode("utf-16", "surrogatepass") == pieces.encode("utf-16", "surrogatepass")

    def test_escape_has_what_may_harm_a_terminal(self, caller: Caller) -> None:
        """The model `escape` sends a title, a cleared screen, a clipboard, C1 and bidi marks."""
        text = HEAR["openai"](caller.chat("escape", "hi")).text

        for harm in ("\x1b]0;", "\x1b[2J", "\x1b]52;", "\x1bP$q", "\x9b", "\u202e", "\x00", "\x7f"):
            assert harm in text
        assert "hi" in text

    def test_unicode_cuts_where_no_text_should_be_cut(self, caller: Caller) -> None:
        """The model `unicode` sends half a pair in one chunk and the other half in the next."""
        body = caller.chat("unicode", stream=True).body

        assert rb'{"content":"\ud83d"}' in body
        assert rb'{"content":"\ude00"}' in body
        assert '"content":" line\u2028separator"'.encode() in body
        assert '"content":" next\u0085line"'.encode() in body
        assert '"content":"\u0301"'.encode() in body

    def test_markdown_repeats_its_sections(self, caller: Caller) -> None:
        """`markdown:N` has N sections, each with everything that Markdown has."""
        text = HEAR["openai"](caller.chat("markdown:3", stream=True)).text

        assert ["# Section 1", "# Section 2", "# Section 3"] == [
            line.partition(":")[0] for line in text.split("\n") if line.startswith("# Section")
        ]
        for mark in (
            "\n- [x] ",
            "\n| :----",
            "\n```python\n",
            "\n> A quote",
            "](https://",
            "中文",
            "🙂",
        ):
            assert 3 == text.count(mark)

    def test_slow_takes_its_time(self, caller: Caller) -> None:
        """`slow:MS` waits before every word, in a stream and before a whole answer."""
        for stream in (True, False):
            begun = time.perf_counter()
            caller.chat("slow:20", stream=stream)
            assert time.perf_counter() - begun >= 0.08


class TestUsage:
    def test_words_are_tokens(self, caller: Caller) -> None:
        """Every wire reports a token a word, and reasoning as a part of its own."""
        openai = caller.chat("think").json["usage"]
        anthropic = caller.message("think").json["usage"]
        gemini = caller.generate("think").json["usageMetadata"]

        assert (4, 14, 18) == tuple(openai.values())[:3]
        assert {"reasoning_tokens": 10} == openai["completion_tokens_details"]
        assert (4, 14) == (anthropic["input_tokens"], anthropic["output_tokens"])
        counts = {"promptTokenCount": 4, "candidatesTokenCount": 4, "totalTokenCount": 18}
        assert {**counts, "thoughtsTokenCount": 10} == gemini

    def test_cost_is_reported_where_the_name_says_so(self, caller: Caller) -> None:
        """The model `cost` reports a price, cached tokens and reasoning tokens."""
        openai = caller.chat("cost").json["usage"]
        anthropic = caller.message("cost").json["usage"]
        gemini = caller.generate("cost").json["usageMetadata"]

        assert [0.000123] * 3 == [usage["cost"] for usage in (openai, anthropic, gemini)]
        assert {"cached_tokens": 1} == openai["prompt_tokens_details"]
        assert {"reasoning_tokens": 2} == openai["completion_tokens_details"]
        assert (3, 1) == (anthropic["input_tokens"], anthropic["cache_read_input_tokens"])
        assert (1, 2) == (gemini["cachedContentTokenCount"], gemini["thoughtsTokenCount"])
        assert "cost" not in caller.chat("echo").json["usage"]
