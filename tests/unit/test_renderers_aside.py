"""What renderers write beside the answer: notices, reasoning, waiting, the receipt."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.driver import FakeClock
from tests.unit.rendering import DONE, shown, written
from yourouter_cli.errors import Attempt
from yourouter_cli.events import (
    Finished,
    Notice,
    ReasoningDelta,
    Started,
    TextDelta,
    Timing,
    ToolResult,
    Usage,
    collect,
)
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.render.receipt import receipt_line
from yourouter_cli.streams import Streams


class TestNotices:
    @pytest.mark.parametrize(
        ("notice", "expected"),
        [
            (Notice(kind="fallback", message="using `b`"), "note: using `b`\n"),
            (Notice(kind="warning", message="cut"), "warning: cut\n"),
            (Notice(kind="retry", message="a\x1b[2J\nb"), "note: a␛[2J b\n"),
        ],
    )
    def test_one_line_each(self, notice: Notice, expected: str) -> None:
        """A notice is one clean line."""
        assert ("", expected) == shown(notice)

    def test_quiet(self) -> None:
        """`-q` hides notices and the receipt."""
        streams = Streams.memory(terminal=True)
        with renderer_for(streams, FakeClock(), quiet=True) as renderer:
            renderer.show(Notice(kind="warning", message="cut"))
            renderer.receipt(collect([]))

        assert "" == written(streams.stderr)

    def test_for_programs(self) -> None:
        """With a JSON format notices are JSON on standard error."""
        notice = Notice(kind="retry", message="again", details={"status": 503})

        _, told = shown(notice, format="json")

        assert {
            "notice": {"kind": "retry", "message": "again", "details": {"status": 503}}
        } == json.loads(told)

    def test_an_open_line_is_ended_first(self) -> None:
        """On a terminal a notice begins a line of its own."""
        streams = Streams.memory(terminal=True)
        streams.stderr = streams.stdout
        out, _ = shown(
            TextDelta("half"), Notice(kind="retry", message="x"), streams=streams, format="text"
        )

        assert "half\nnote: x\n" == out


class TestReasoning:
    def test_dim_on_a_terminal(self) -> None:
        """On a terminal reasoning is dim, clean, and apart from the answer."""
        streams = Streams.memory(terminal=True)
        out, told = shown(
            ReasoningDelta("hm\x1b[2J"), TextDelta("yes"), DONE, streams=streams, format="text"
        )

        assert "yes\n" == out
        assert "\x1b[2mhm␛[2J\x1b[0m\n\n" == told

    def test_hidden_when_asked(self) -> None:
        """`--hide-reasoning` hides it on a terminal too."""
        streams = Streams.memory(terminal=True)

        assert ("yes\n", "") == shown(
            ReasoningDelta("hm"),
            TextDelta("yes"),
            DONE,
            streams=streams,
            format="text",
            show_reasoning=False,
        )

    def test_without_colour(self) -> None:
        """Without colour it is plain."""
        streams = Streams.memory(terminal=True)
        streams.stderr_color = False

        _, told = shown(ReasoningDelta("hm"), streams=streams)

        assert "hm\n" == told


class TestSpinner:
    def told_while_waiting(self, streams: Streams, **options: Any) -> str:
        """Return what standard error gets while an answer is waited for, 1.2 s long."""
        clock = FakeClock()
        with renderer_for(streams, clock, label="some\x1bmodel", **options) as renderer:
            for _ in range(12):
                renderer.pause()
                clock.sleep(0.1)
            told = written(streams.stderr)
            renderer.show(TextDelta("x"))
            renderer.pause()
            assert "\r\x1b[K" == written(streams.stderr) or not told
        return told

    def test_who_and_how_long(self) -> None:
        """It shows the model and the seconds, and goes when the answer comes."""
        told = self.told_while_waiting(Streams.memory(terminal=True))

        assert re.search(r"\r\x1b\[K[⠋-⠿] some␛model 0 s\r", told)
        assert re.search(r"\r\x1b\[K[⠋-⠿] some␛model 1 s$", told)

    def test_not_at_once(self) -> None:
        """An answer that comes at once makes nothing flicker."""
        streams = Streams.memory(terminal=True)
        with renderer_for(streams, FakeClock()) as renderer:
            renderer.pause()

        assert "" == written(streams.stderr)

    def test_fits_the_screen(self) -> None:
        """On a narrow terminal the line is cut, since a wrapped one cannot be erased."""
        told = self.told_while_waiting(Streams.memory(terminal=True, size=(10, 5)))

        # Two columns are left for the `^C` of a terminal, and one behind it.
        assert {7} == {len(line.removeprefix("\x1b[K")) for line in told.split("\r") if line}

    @pytest.mark.parametrize("why", ["quiet", "dumb", "pipe"])
    def test_never(self, why: str) -> None:
        """With `-q`, on a dumb terminal and in a pipe there is none."""
        streams = Streams.memory(terminal=why != "pipe")
        streams.dumb = why == "dumb"

        assert "" == self.told_while_waiting(streams, quiet=why == "quiet")

    def test_again_after_a_tool(self) -> None:
        """While the model is asked again with what a tool gave, waiting is shown again."""
        streams, clock = Streams.memory(terminal=True), FakeClock()
        with renderer_for(streams, clock, label="m", format="text") as renderer:
            renderer.show(TextDelta("x"))
            renderer.show(ToolResult(id="1", result="y"))
            renderer.pause()
            clock.sleep(1)
            renderer.pause()

            assert "m 1 s" in written(streams.stderr)


class TestReceipt:
    def test_all_that_is_known(self) -> None:
        """One line has tokens, cost, durations, who answered and after how many attempts."""
        answer = collect(
            [
                Started(vendor="v", request_id="req\x1b_1"),
                Usage(
                    input_tokens=10,
                    output_tokens=20,
                    reasoning_tokens=5,
                    cached_tokens=4,
                    total_tokens=30,
                    cost=0.00125,
                ),
                Finished(
                    reason="stop",
                    timing=Timing(
                        first_byte_ms=120.4,
                        first_token_ms=150,
                        total_ms=2040,
                        tokens_per_second=10.55,
                    ),
                    attempts=(Attempt(model="a"), Attempt(model="b")),
                ),
            ]
        )

        assert (
            "usage: tokens in 10 (4 cached), out 20 (5 reasoning), cost 0.00125,"
            " first byte 120 ms, first token 150 ms, total 2.0 s, 10.6 tokens/s,"
            " vendor v, request req␛_1, attempts 2"
        ) == receipt_line(answer)

    def test_nothing_is_made_up(self) -> None:
        """What the gateway did not say is unknown, never 0."""
        answer = collect([Usage(total_tokens=7), DONE])

        assert (
            "usage: tokens in unknown, out unknown, in all 7, cost unknown, first byte unknown,"
            " first token unknown, total unknown, tokens/s unknown, vendor unknown,"
            " request unknown, attempts 0"
        ) == receipt_line(answer)

    def test_no_cost_is_a_cost(self) -> None:
        """An answer that the gateway says was free cost 0."""
        assert ", cost 0," in receipt_line(collect([Usage(cost=0.0), DONE]))

    def test_after_the_answer(self) -> None:
        """It stands below the answer, dim on a terminal."""
        streams = Streams.memory(terminal=True)
        streams.stderr = streams.stdout
        with renderer_for(streams, FakeClock(), format="text") as renderer:
            renderer.show(TextDelta("x"))
            renderer.receipt(collect([TextDelta("x")]))

        assert written(streams.stdout).startswith("x\n\x1b[2musage: tokens in unknown,")
