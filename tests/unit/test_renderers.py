"""What each renderer writes for the same turn, and when."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock
from tests.unit.rendering import DONE, shown, written
from yourouter_cli.errors import Attempt, Interrupted, PipeClosed, YourouterError
from yourouter_cli.events import (
    Finished,
    Notice,
    ReasoningDelta,
    Started,
    TextDelta,
    Timing,
    ToolCallDelta,
    ToolResult,
    Usage,
)
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from yourouter_cli.events import Event


class Gone(BytesIO):
    """A pipe whose reader has gone."""

    def write(self, data: object) -> int:
        """Fail as such a pipe does."""
        raise BrokenPipeError(data)


def broken_off(error: BaseException, streams: Streams, *events: Event, **options: Any) -> str:
    """Return what standard output gets when *error* comes after *events*, and passes through."""

    def turn() -> None:
        with renderer_for(streams, FakeClock(), **options) as renderer:
            for event in events:
                renderer.show(event)
            raise error

    with pytest.raises(type(error)) as raised:
        turn()
    assert error is raised.value
    return written(streams.stdout)


class TestPipe:
    @pytest.mark.parametrize(
        ("pieces", "expected"),
        [
            (["connected"], "connected\n"),
            (["connected\n"], "connected\n"),
            (["two\n", "\n"], "two\n\n"),
            ([], ""),
            (["", ""], ""),
            (["tab\tCR\r\n", "\x1b[31mred\x07"], "tab\tCR\r\n\x1b[31mred\x07\n"),
            (["  spaces  "], "  spaces  \n"),
        ],
    )
    def test_bytes_are_exact(self, pieces: list[str], expected: str) -> None:
        """The answer's bytes are the model's, with one newline at the end; nothing for nothing."""
        assert (expected, "") == shown(*map(TextDelta, pieces), DONE)

    def test_sanitize_cleans_them(self) -> None:
        """With `--sanitize` control sequences are shown, split or not."""
        pieces = map(TextDelta, ["a\x1b", "[31mb\r", "\nc\r"])

        assert ("a␛[31mb\nc␍\n", "") == shown(*pieces, DONE, sanitize=True)

    def test_one_write_per_pause(self) -> None:
        """Text is written when the network pauses, all of it at once."""
        streams = Streams.memory()
        with renderer_for(streams, FakeClock()) as renderer:
            renderer.show(TextDelta("a"))
            renderer.show(TextDelta("b"))
            assert "" == written(streams.stdout)
            renderer.pause()
            assert "ab" == written(streams.stdout)

    def test_a_flood_is_not_kept(self) -> None:
        """A network that never pauses does not fill the memory."""
        streams = Streams.memory()
        with renderer_for(streams, FakeClock()) as renderer:
            renderer.show(TextDelta("x" * 70_000))
            assert 70_000 == len(written(streams.stdout))

    def test_a_part_ends_in_a_newline(self) -> None:
        """What came before an error is kept and ended."""
        assert "half an\n" == broken_off(Interrupted(), Streams.memory(), TextDelta("half an"))

    def test_an_error_is_not_hidden_by_another(self) -> None:
        """Where the output is gone too, the first error is the one that is reported."""
        streams = Streams.memory()
        streams.stdout = Gone()

        assert "" == broken_off(Interrupted(), streams, TextDelta("half an"))

    def test_a_failing_end_is_an_error(self) -> None:
        """An answer that cannot be written is no success."""
        streams = Streams.memory()
        streams.stdout = Gone()
        with pytest.raises(PipeClosed):
            shown(TextDelta("answer"), streams=streams)

    def test_reasoning_stays_away(self) -> None:
        """A pipe on standard error gets no reasoning unless it is asked for."""
        events = (ReasoningDelta("hm"), TextDelta("yes"), DONE)

        assert ("yes\n", "") == shown(*events)
        assert ("yes\n", "hm\n") == shown(*events, show_reasoning=True)
        assert ("yes\n", "") == shown(*events, show_reasoning=True, quiet=True)

    def test_the_answer_can_be_left_to_the_caller(self) -> None:
        """Where the command presents the answer itself, the renderer writes none of it."""
        assert ("", "note: so\n") == shown(
            TextDelta("x"), Notice(kind="retry", message="so"), DONE, shows_answer=False
        )


class TestLines:
    def test_each_event_is_a_line(self) -> None:
        """Events are objects with a `type`, in order; a tool call is told when it is whole."""
        out, told = shown(
            Started(id="1", model="m", first_byte_ms=1.26),
            ReasoningDelta("hm"),
            TextDelta("\x1b\u2028é"),
            ToolCallDelta(index=0, id="a", name="f", arguments='{"x":'),
            ToolCallDelta(index=0, arguments="1}"),
            ToolCallDelta(index=1, id="b", name="g"),
            Usage(input_tokens=3),
            ToolResult(id="a", result="5"),
            Finished(reason="tool_calls", raw="tool_use", timing=Timing(total_ms=2)),
            format="jsonl",
        )
        lines = [json.loads(line) for line in out.split("\n")[:-1]]

        assert "" == told
        assert [
            {"type": "reasoning", "text": "hm"},
            {"type": "text", "text": "\x1b\u2028é"},
            {"type": "tool_call", "id": "a", "name": "f", "arguments": {"x": 1}},
            {"type": "tool_call", "id": "b", "name": "g", "arguments": {}},
        ] == lines[1:5]
        assert ("start", 1, "m", 1.3) == tuple(
            lines[0][key] for key in ("type", "schema", "model", "first_byte_ms")
        )
        assert ("usage", 3, None) == tuple(
            lines[5][key] for key in ("type", "input_tokens", "cost")
        )
        assert "5" == lines[6]["result"]
        assert ("finish", "tool_calls", "tool_use") == tuple(
            lines[7][key] for key in ("type", "finish", "finish_raw")
        )

    def test_each_is_written_at_once(self) -> None:
        """A program that follows sees each line when it happens."""
        streams = Streams.memory()
        with renderer_for(streams, FakeClock(), format="jsonl") as renderer:
            renderer.show(TextDelta("a"))
            assert '{"type":"text","text":"a"}\n' == written(streams.stdout)

    def test_ctrl_c_ends_them(self) -> None:
        """A turn that is interrupted ends in an `error` line, as one that is terminated does."""
        out = broken_off(KeyboardInterrupt(), Streams.memory(), TextDelta("half"), format="jsonl")
        last = json.loads(out.splitlines()[-1])

        assert ("error", 130, "interrupted") == (
            last["type"],
            last["error"]["code"],
            last["error"]["kind"],
        )

    def test_an_error_ends_them(self) -> None:
        """A turn that fails ends in an `error` line, with the call that was begun before it."""
        streams = Streams.memory()
        problem = YourouterError("no", hints="try", attempts=(Attempt(model="m", status=503),))
        begun = ToolCallDelta(index=0, id="a", name="f", arguments='{"x":')
        out = broken_off(problem, streams, begun, format="jsonl")
        call, error = map(json.loads, out.splitlines())

        assert {"type": "tool_call", "id": "a", "name": "f", "arguments": None} == call
        assert "error" == error["type"]
        assert {
            "code": 1,
            "kind": "bug",
            "message": "no",
            "hint": "try",
            "status": None,
            "request_id": None,
            "attempts": [
                {"model": "m", "vendor": None, "status": 503, "error": None, "waited_ms": 0}
            ],
        } == error["error"]

    def test_a_terminal_is_not_steered(self) -> None:
        """On a terminal what JSON leaves alone, C1 and direction marks, is escaped."""
        streams = Streams.memory(terminal=True)
        out, _ = shown(TextDelta("\x9b2J\u202e\x1b"), streams=streams, format="jsonl")

        assert '{"type":"text","text":"\\u009b2J\\u202e\\u001b"}\n' == out


class TestPolicy:
    @pytest.mark.parametrize(
        ("format_", "terminal", "dumb", "expected"),
        [
            (None, False, False, "**b**\n"),
            ("text", True, False, "**b**\n"),
            (None, True, True, "**b**\n"),
            ("markdown", False, False, "b\n"),
            ("markdown", True, True, "b\n"),
        ],
    )
    def test_markdown_is_rendered_where_it_is_wanted(
        self, format_: str | None, expected: str, *, terminal: bool, dumb: bool
    ) -> None:
        """Exact text in a pipe, plain text where no cursor is, and rendered text on demand."""
        streams = Streams.memory(terminal=terminal)
        streams.dumb, streams.stdout_color = dumb, False

        out, _ = shown(TextDelta("**b**"), DONE, streams=streams, format=format_)

        assert expected == out

    def test_rendered_in_a_pipe_has_colour_only_when_asked(self) -> None:
        """`--format markdown --color always` paints in a pipe."""
        streams = Streams.memory()
        streams.stdout_color = True

        out, _ = shown(TextDelta("**b**"), DONE, streams=streams, format="markdown")

        assert "\x1b[1mb\x1b[0m\n" == out

    @pytest.mark.parametrize("format_", [None, "json", "jsonl"])
    def test_a_pipe_imports_no_rich(self, format_: str | None) -> None:
        """What is not drawn does not pay for drawing."""
        script = f"""
import sys
from yourouter_cli.clock import Clock
from yourouter_cli.events import Finished, TextDelta
from yourouter_cli.render.policy import renderer_for
from yourouter_cli.streams import Streams
with renderer_for(Streams.memory(), Clock(), format={format_!r}) as renderer:
    renderer.pause()
    renderer.show(TextDelta("x"))
    renderer.show(Finished(reason="stop"))
print(*sorted(name for name in ("rich", "markdown_it", "pygments") if name in sys.modules))
"""
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )

        assert "\n" == done.stdout
