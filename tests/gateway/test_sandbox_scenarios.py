from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.caller import Answer, Caller
from tests.gateway.hearing import HEAR, Calls, Heard

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox

WIRES = ("openai", "anthropic", "gemini")
PROMPT = "one two three four"
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
}
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


def ask(caller: Caller, wire: str, model: str, *, stream: bool, **more: Any) -> Answer:
    """Ask *model* on *wire*, with two tools on offer."""
    prompt = more.get("prompt", PROMPT)
    if wire == "openai":
        functions = [{"name": "weather", "parameters": SCHEMA}, {"name": "other"}]
        tools: Any = [{"type": "function", "function": function} for function in functions]
        return caller.chat(model, prompt, stream=stream, tools=tools)
    if wire == "anthropic":
        tools = [{"name": "weather", "input_schema": SCHEMA}]
        tools.append({"name": "other", "input_schema": {"type": "object"}})
        return caller.message(model, prompt, stream=stream, tools=tools)
    declared = [{"name": "weather", "parametersJsonSchema": SCHEMA}, {"name": "other"}]
    tools = [{"functionDeclarations": declared}]
    return caller.generate(model, prompt, stream=stream, tools=tools)


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


class TestTools:
    def test_results_are_reported(self, caller: Caller) -> None:
        """Once the results of its calls are there, the model `tool` reports them."""
        for wire, answer in conversations_with_results(caller, "tool").items():
            expected = Heard("tool said: sunny", end=STOP[WIRES.index(wire)])
            assert expected == HEAR[wire](answer)

    def test_a_loop_never_ends(self, caller: Caller) -> None:
        """The model `tool-loop` calls again, whatever the results say."""
        for wire, answer in conversations_with_results(caller, "tool-loop").items():
            assert Heard(calls=CALL, end=CALLED[WIRES.index(wire)]) == HEAR[wire](answer)

    def test_a_new_question_is_a_new_call(self, caller: Caller) -> None:
        """Results from before the last question do not count."""
        earlier = conversation_with_result()
        question = {"role": "user", "content": PROMPT}

        answer = chat(caller, "tool", [*earlier, {"role": "assistant", "content": "!"}, question])

        assert CALL == HEAR["openai"](answer).calls

    def test_arguments_come_in_fragments(self, caller: Caller) -> None:
        """In a stream the arguments of a call are cut into pieces."""
        events = ask(caller, "openai", "tool", stream=True).events

        deltas = [event["choices"][0]["delta"] for event in events]
        fragments = [
            call["function"]["arguments"]
            for delta in deltas
            for call in delta.get("tool_calls", [])
        ]
        assert ["", '{"city', '":"fou', 'r","da', 'ys":1}'] == fragments

    def test_without_tools_it_echoes(self, caller: Caller) -> None:
        """A model that would call tools has nothing to call when none are offered."""
        for model in ("tool", "tool-loop"):
            assert PROMPT == HEAR["openai"](caller.chat(model)).text

    def test_tool_choice_is_obeyed(self, caller: Caller) -> None:
        """A tool that must be called is called, and none is when none may be."""
        tools = [{"type": "function", "function": {"name": name}} for name in ("a", "b")]
        forced = {"type": "function", "function": {"name": "b"}}

        called = caller.chat("tool", tools=tools, tool_choice=forced)
        spoken = caller.chat("tool", tools=tools, tool_choice="none")

        assert (("b", {}),) == HEAR["openai"](called).calls
        assert PROMPT == HEAR["openai"](spoken).text


class TestJson:
    @pytest.mark.parametrize("stream", [True, False])
    def test_a_schema_is_fitted_on_every_wire(self, caller: Caller, stream: bool) -> None:
        """Each way to ask for structured output is understood."""
        form = {"type": "json_schema", "json_schema": {"name": "out", "schema": SCHEMA}}
        tool = {"name": "out", "input_schema": SCHEMA}
        forced = {"type": "tool", "name": "out"}
        config = {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}
        anthropic_form = {"format": {"type": "json_schema", "schema": SCHEMA}}

        openai = caller.chat("json", stream=stream, response_format=form)
        called = caller.message("json", stream=stream, tools=[tool], tool_choice=forced)
        written = caller.message("json", stream=stream, output_config=anthropic_form)
        gemini = caller.generate("json", stream=stream, generationConfig=config)

        fitting = {"city": "four", "days": 1}
        assert fitting == json.loads(HEAR["openai"](openai).text)
        assert (("out", fitting),) == HEAR["anthropic"](called).calls
        assert fitting == json.loads(HEAR["anthropic"](written).text)
        assert fitting == json.loads(HEAR["gemini"](gemini).text)

    def test_broken_json_is_repaired_when_asked(self, caller: Caller) -> None:
        """`json:broken` answers rightly once there is a second message by the user."""
        first = {"role": "user", "content": PROMPT}
        answer = {"role": "assistant", "content": '{"broken": '}
        repair = {"role": "user", "content": "not valid: four"}

        texts = [
            HEAR["openai"](chat(caller, "json:broken", messages)).text
            for messages in ([first], [first, answer, repair])
        ]

        assert ['{"broken": ', '{"echo":"not valid: four"}'] == texts

    @pytest.mark.parametrize("model", ["json:broken", "json:wrong"])
    def test_a_forced_call_has_the_wrong_arguments(self, caller: Caller, model: str) -> None:
        """Where an object is certain, a flawed answer is an object that does not fit."""
        tool = {"name": "out", "input_schema": SCHEMA}
        forced = {"type": "tool", "name": "out"}

        answer = caller.message(model, tools=[tool], tool_choice=forced)

        assert (("out", {"unexpected": ["sandbox"]}),) == HEAR["anthropic"](answer).calls


class TestFailures:
    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize("status", [400, 403, 408, 409, 429, 500, 502, 503, 504, 529])
    def test_an_error_has_the_status_that_was_asked_for(
        self, caller: Caller, wire: str, status: int
    ) -> None:
        """`error:CODE` is that status, in the shape of the wire, stream or not."""
        for stream in (True, False):
            answer = ask(caller, wire, f"error:{status}", stream=stream)
            assert (status, "application/json") == (answer.status, answer.headers["content-type"])
            assert (
                f"the sandbox answers {status}, as its model's name asks"
                == (answer.error["message"])
            )

    @pytest.mark.parametrize("wire", WIRES)
    def test_an_error_may_pass(self, caller: Caller, wire: str) -> None:
        """`error:503:2` fails twice for each prompt, then answers."""
        statuses = [ask(caller, wire, "error:503:2", stream=True).status for _ in range(4)]

        assert [503, 503, 200, 200] == statuses

    @pytest.mark.parametrize("wire", WIRES)
    def test_a_rate_limit_names_the_wait(self, caller: Caller, wire: str) -> None:
        """`rate-limit:N` refuses N times and says when to try again."""
        answers = [ask(caller, wire, "rate-limit:2", stream=True) for _ in range(3)]

        assert [429, 429, 200] == [answer.status for answer in answers]
        assert ["10", "10", None] == [answer.headers.get("retry-after-ms") for answer in answers]

    def test_each_prompt_and_key_is_counted_for_itself(self, sandbox: Sandbox) -> None:
        """Another prompt and another key have their own count."""
        caller, other = Caller(sandbox), Caller(sandbox, "sk-other")

        statuses = [
            caller.chat("rate-limit").status,
            caller.chat("rate-limit", "another").status,
            other.chat("rate-limit").status,
            caller.chat("rate-limit").status,
        ]

        assert [429, 429, 429, 200] == statuses

    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize(
        "model",
        [
            "gpt-4o",
            "sandbox/nobody",
            "echo:1",
            "slow:x",
            "embed",
            "json:odd",
            "error:200",
            "error:1:2:3",
            "slow:" + "9" * 99,
        ],
    )
    def test_an_unknown_model_is_404(self, caller: Caller, wire: str, model: str) -> None:
        """A name that means nothing, or has a suffix that means nothing, is no model."""
        answer = ask(caller, wire, model, stream=False)

        assert 404 == answer.status
        assert model in answer.error["message"]

    @pytest.mark.parametrize("wire", WIRES)
    def test_an_error_inside_a_stream(self, caller: Caller, wire: str) -> None:
        """`error-in-stream:N:CODE` is an error object after N words, under status 200."""
        answer = ask(caller, wire, "error-in-stream:1:429", stream=True)
        whole = ask(caller, wire, "error-in-stream", stream=False)

        assert (200, 200) == (answer.status, whole.status)
        assert "one " == HEAR[wire](answer).text
        last = answer.events[-1]["error"]
        assert "the sandbox broke off, as its model's name asks" == last["message"]
        word = {"openai": "rate_limit_error", "anthropic": "rate_limit_error"}.get(wire, 429)
        assert word in last.values()
        assert "error" in whole.json
        assert b"[DONE]" not in answer.body

    @pytest.mark.parametrize("wire", WIRES)
    def test_a_reset_comes_after_the_words(self, caller: Caller, wire: str) -> None:
        """`reset:N` sends N words and then resets the connection."""
        received, error = receive(caller, "reset:2", wire)

        assert "one " in received
        assert "two" in received
        assert "three" not in received
        assert isinstance(error, ConnectionResetError)

    def test_a_reset_may_come_first(self, caller: Caller) -> None:
        """`reset:0` resets the connection before any answer."""
        received, error = receive(caller, "reset:0")

        assert "" == received
        assert isinstance(error, ConnectionResetError)

    def test_truncated_streams_end_regularly(self, caller: Caller) -> None:
        """`truncate:N` ends the body as if it were complete, without the event that says so."""
        received, error = receive(caller, "truncate:2")

        assert received.endswith("\r\n0\r\n\r\n")
        assert "[DONE]" not in received
        assert error is None

    def test_a_whole_answer_is_cut_in_the_middle(self, caller: Caller) -> None:
        """Where no stream was asked for, `truncate` breaks off inside the body."""
        received, error = receive(caller, "truncate", stream=False)

        head, _, body = received.partition("\r\n\r\n")
        announced = int(head.partition("content-length: ")[2].partition("\r")[0])
        assert announced // 2 == len(body)
        assert error is None

    def test_a_stall_says_nothing_more(self, caller: Caller) -> None:
        """`stall` sends one word and keeps the connection open."""
        received, error = receive(caller, "stall", seconds=0.2)

        assert "one " in received
        assert "two" not in received
        assert isinstance(error, TimeoutError)

    def test_a_stall_may_be_complete(self, caller: Caller) -> None:
        """`stall:0` sends nothing at all, not even a status."""
        received, error = receive(caller, "stall:0", seconds=0.2)

        assert "" == received
        assert isinstance(error, TimeoutError)


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


def chat(caller: Caller, model: str, messages: list[dict[str, Any]]) -> Answer:
    """Send *messages* with the tool `weather` on offer."""
    function = {"name": "weather", "parameters": SCHEMA}
    body = {"model": model, "messages": messages}
    tools = [{"type": "function", "function": function}]
    return caller.post("/v1/chat/completions", {**body, "tools": tools})


def conversation_with_result() -> list[dict[str, Any]]:
    """Return a conversation in which a tool was called and has answered."""
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    return [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
    ]


def conversations_with_results(caller: Caller, model: str) -> dict[str, Answer]:
    """Return what *model* says on each wire once the tool has answered."""
    use = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
    messages = [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [result]},
    ]
    tools = [{"name": "weather", "input_schema": SCHEMA}]
    response = {"functionResponse": {"name": "weather", "response": {"result": "sunny"}}}
    contents = [
        {"role": "user", "parts": [{"text": PROMPT}]},
        {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {}}}]},
        {"role": "user", "parts": [response]},
    ]
    declared = [{"functionDeclarations": [{"name": "weather", "parameters": SCHEMA}]}]
    return {
        "openai": chat(caller, model, conversation_with_result()),
        "anthropic": caller.message(model, messages=messages, tools=tools),
        "gemini": caller.generate(model, contents=contents, tools=declared),
    }


def receive(
    caller: Caller, model: str, wire: str = "openai", *, stream: bool = True, seconds: float = 10
) -> tuple[str, OSError | None]:
    """Ask on a raw socket; return all that came, and the error that ended it."""
    bodies: dict[str, tuple[str, dict[str, Any]]] = {
        "openai": ("/v1/chat/completions", {"model": model, "stream": stream}),
        "anthropic": ("/v1/messages", {"model": model, "stream": stream, "max_tokens": 9}),
    }
    messages = [{"role": "user", "content": PROMPT}]
    path, body = bodies.get(wire, ("", {}))
    body = {**body, "messages": messages}
    if not path:
        path = "/v1/projects/cognition/locations/us/publishers/google/models/"
        path += model + ":streamGenerateContent?alt=sse"
        body = {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]}
    data = json.dumps(body)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nanthropic-version: 1\r\n"
    client = caller.raw(f"{head}Content-Length: {len(data)}\r\n\r\n{data}".encode())
    client.settimeout(seconds)
    received = b""
    with client:
        try:
            while more := client.recv(65536):
                received += more
                if received.endswith(b"\r\n0\r\n\r\n"):
                    break
        except OSError as error:
            return received.decode(), error
    return received.decode(), None
