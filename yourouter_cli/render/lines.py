"""The turn as JSON lines, one object per event, each written at once.

First `{"type": "start", "schema": 1, ...}`, then `text` and `reasoning` with a `text` each,
`tool_call` with `id`, `name` and `arguments` once the call is whole, and again with its `result`
once it was run, `usage`, `notice`, and at the end `finish` or `error`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.events import Answer
from yourouter_cli.render.answer import (
    SCHEMA,
    error_json,
    finished_json,
    json_line,
    notice_json,
    started_json,
    tool_call_json,
    usage_json,
)
from yourouter_cli.render.base import Renderer

if TYPE_CHECKING:
    from yourouter_cli.errors import YourouterError
    from yourouter_cli.events import Finished, Notice, Started, ToolCallDelta, ToolResult, Usage
    from yourouter_cli.render.aside import Aside
    from yourouter_cli.streams import Streams


class LinesRenderer(Renderer):
    """Writes one JSON object per line and event."""

    def __init__(self, streams: Streams, aside: Aside) -> None:
        super().__init__(aside)
        self._streams = streams
        self._calls = Answer()
        self._told = 0

    def text(self, text: str) -> None:
        """Write the next piece of the answer."""
        self._tell_calls()
        self._line("text", {"text": text})

    def reasoning(self, text: str) -> None:
        """Write the next piece of the reasoning."""
        self._tell_calls()
        self._line("reasoning", {"text": text})

    def tool_call(self, delta: ToolCallDelta) -> None:
        """Collect the call, and write those that a later one shows to be whole."""
        self._calls.add(delta)
        self._tell_calls(but=1)

    def tool_result(self, result: ToolResult) -> None:
        """Write the call again, now with its result."""
        self._tell_calls()
        waiting = [call for call in self._calls.tool_calls if call.result is None]
        self._calls.add(result)
        for call in waiting:
            if call.result is not None:
                self._line("tool_call", tool_call_json(call))
        super().tool_result(result)

    def usage(self, usage: Usage) -> None:
        """Write the counted tokens."""
        self._tell_calls()
        self._line("usage", usage_json(usage))

    def notice(self, notice: Notice) -> None:
        """Write the notice, and repeat it on standard error."""
        self._line("notice", notice_json(notice))
        super().notice(notice)

    def started(self, started: Started) -> None:
        """Write who answers."""
        self._line("start", {"schema": SCHEMA, **started_json(started)})

    def finished(self, finished: Finished) -> None:
        """Write how the answer ended."""
        self._tell_calls()
        self._line("finish", finished_json(finished))

    def fail(self, error: YourouterError) -> None:
        """Write the error that ended the turn."""
        self._tell_calls()
        self._line("error", {"error": error_json(error)})

    def _tell_calls(self, *, but: int = 0) -> None:
        whole = self._calls.tool_calls[self._told : len(self._calls.tool_calls) - but]
        self._told += len(whole)
        for call in whole:
            self._line("tool_call", tool_call_json(call))

    def _line(self, kind: str, value: dict[str, Any]) -> None:
        self.aside.answer_begins()
        visible = self._streams.stdout_is_terminal
        self._streams.write(json_line({"type": kind, **value}, visible=visible))
