"""The answer as rendered Markdown, each row written once, as soon as it is final."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from yourouter_cli.render.base import Renderer
from yourouter_cli.render.sanitize import Sanitizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from rich.text import Text

    from yourouter_cli.clock import Clock
    from yourouter_cli.events import Finished, Notice
    from yourouter_cli.render.aside import Aside
    from yourouter_cli.render.markdown.flow import Flow
    from yourouter_cli.streams import Streams

_FRAME_SECONDS = 1 / 15
_PROMPT_SECONDS = 0.04
_REST = 4  # a frame that took long is followed by a rest of so many times its cost
_GLANCE = 64  # deltas after which the clock is looked at when the network never pauses
_HEAVY = ("markdown_it", "rich.text", "rich.console", "yourouter_cli.render.markdown.flow")


class RenderedRenderer(Renderer):
    """Renders what came since the last frame; no oftener than the eye can follow."""

    def __init__(self, streams: Streams, clock: Clock, aside: Aside) -> None:
        super().__init__(aside)
        self.streams = streams
        self._clock = clock
        self._sanitizer = Sanitizer()
        self._pending: list[str] = []
        self._next_frame = 0.0
        self._to_import = list(_HEAVY)
        self._waiting_since = 0.0
        self._flow: Flow | None = None

    def text(self, text: str) -> None:
        """Keep the next piece until the next frame."""
        self._pending.append(text)
        if len(self._pending) % _GLANCE == 0:
            self._draw_in_time()

    def finished(self, finished: Finished) -> None:  # noqa: ARG002 - only that it ended matters
        """Show the answer's last rows."""
        self._finish()

    def notice(self, notice: Notice) -> None:
        """Show the notice below all there is."""
        self._finish()
        super().notice(notice)

    def pause(self) -> None:
        """Draw a frame if it is time, or use the wait to get ready for the first one."""
        if self._pending or self._flow:
            self._draw_in_time()
            return
        super().pause()
        now = self._clock.monotonic()
        self._waiting_since = self._waiting_since or now
        # One at a time, and not at once: an answer that is there already must not wait for it.
        if self._to_import and now - self._waiting_since > _PROMPT_SECONDS:
            import_module(self._to_import.pop(0))

    def settle(self) -> None:
        """Show all there is as final."""
        self._finish()
        super().settle()

    def put(self, flow: Flow, final: Sequence[Text], open_rows: Sequence[Text]) -> None:  # noqa: ARG002
        """Show rows that are *final* and those that are still open; here, only the former."""
        if final:
            self.streams.write("".join(f"{flow.look.painted(row)}\n" for row in final))

    def whole(self) -> AbstractContextManager[object]:
        """Return the context in which a frame is drawn."""
        return nullcontext()

    def preview(self, text: str) -> None:
        """Show the first words as they are, while what renders them is being imported."""

    def needs_redraw(self) -> bool:
        """Return whether to draw a frame though no text came."""
        return False

    def _draw_in_time(self) -> None:
        if (self._pending or self.needs_redraw()) and self._clock.monotonic() >= self._next_frame:
            with self.whole():
                self._draw()

    def _draw(self) -> None:
        began = self._clock.monotonic()
        text = self._sanitizer.feed("".join(self._pending))
        self._pending.clear()
        flow = self._flow = self._flow or self._begun(text)
        flow.feed(text)
        final, open_rows = flow.take(self.streams.size[0])
        self.put(flow, final, open_rows)
        now = self._clock.monotonic()
        self._next_frame = now + max(_FRAME_SECONDS, _REST * (now - began))

    def _begun(self, text: str) -> Flow:
        self.aside.answer_begins()
        if self._to_import:
            self.preview(text)
            self._to_import.clear()
        # 130 ms for rich, most of them spent while waiting for the answer.
        from yourouter_cli.render.markdown.flow import Flow
        from yourouter_cli.render.markdown.look import Look

        return Flow(Look(color=self.streams.stdout_color))

    def _finish(self) -> None:
        with self.whole():
            self._draw_rest()

    def _draw_rest(self) -> None:
        rest = self._sanitizer.feed("".join(self._pending)) + self._sanitizer.finish()
        self._pending.clear()
        if rest and self._flow is None:
            self._flow = self._begun(rest)
        if self._flow:
            self._flow.feed(rest)
            self.put(self._flow, self._flow.finish(self.streams.size[0]), ())
            self._flow = None
