"""Recorded streams, cut up by the network in every way."""

from __future__ import annotations

import pytest

from tests.wire.wires import STREAMS, recorded, streamed
from yourouter_cli.events import Finished, Started, TextDelta, Usage
from yourouter_cli.gateway.sse import frames

LINE_ENDS = {"LF": b"\n", "CR": b"\r", "CRLF": b"\r\n"}


def with_line_ends(body: bytes, line_end: bytes) -> bytes:
    """Return *body* with all its line ends replaced."""
    return body.replace(b"\r\n", b"\n").replace(b"\n", line_end)


@pytest.mark.parametrize("file", STREAMS)
class TestCuts:
    def test_one_byte_at_a_time(self, file: str) -> None:
        """A stream that drips gives the events of one that pours."""
        dialect, body = recorded(file)
        drops = [body[at : at + 1] for at in range(len(body))]

        assert streamed(dialect, [body]) == streamed(dialect, drops)

    def test_cut_in_two_anywhere(self, file: str) -> None:
        """Wherever the network cuts a stream in two, the events are the same."""
        dialect, body = recorded(file)
        expected = streamed(dialect, [body])

        for at in range(1, len(body)):
            assert expected == streamed(dialect, [body[:at], body[at:]]), f"cut at byte {at}"

    @pytest.mark.parametrize("line_end", LINE_ENDS.values(), ids=LINE_ENDS)
    def test_line_ends(self, file: str, line_end: bytes) -> None:
        """LF, CR and CRLF end lines alike, wherever they are cut."""
        dialect, body = recorded(file)
        ended = with_line_ends(body, line_end)
        expected = list(frames([body]))

        assert streamed(dialect, [body]) == streamed(dialect, [ended])
        for at in range(1, len(ended)):
            assert expected == list(frames([ended[:at], ended[at:]])), f"cut at byte {at}"


def test_what_gateways_add_is_let_by() -> None:
    """A mark of byte order, comments, names, empty and split data: none of it is the answer's."""
    dialect, body = recorded("openai/odd.sse")

    assert [
        Started(id="answer-1", model="model-1"),
        TextDelta("no blank, "),
        TextDelta("several lines"),
        Usage(input_tokens=9, output_tokens=2, total_tokens=11),
        Finished(reason="stop", raw="stop"),
    ] == streamed(dialect, [body])
