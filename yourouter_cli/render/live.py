"""The answer as rendered Markdown on a terminal: what is open is drawn again, the rest stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.render.rendered import RenderedRenderer
from yourouter_cli.render.sanitize import clean_line
from yourouter_cli.render.screen import Screen
from yourouter_cli.render.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from rich.text import Text

    from yourouter_cli.clock import Clock
    from yourouter_cli.render.aside import Aside
    from yourouter_cli.render.markdown.flow import Flow
    from yourouter_cli.streams import Streams


class LiveRenderer(RenderedRenderer):
    """Draws frames at the end of the screen; the cursor is hidden while it owns that."""

    def __init__(self, streams: Streams, clock: Clock, aside: Aside) -> None:
        super().__init__(streams, clock, aside)
        self._screen = Screen(streams)
        self._signals = Signals(self._screen.leave)
        aside.before_writing = self._make_room

    def put(self, flow: Flow, final: Sequence[Text], open_rows: Sequence[Text]) -> None:
        """Draw a frame."""
        paint = flow.look.painted
        lines = self._screen.lines
        self.aside.answer_begins()
        self._screen.draw([paint(row) for row in final], [paint(row) for row in open_rows[-lines:]])

    def whole(self) -> AbstractContextManager[object]:
        """Return the context in which a frame is drawn."""
        return self._signals

    def preview(self, text: str) -> None:
        """Draw the first words as they are."""
        self._screen.draw((), [clean_line(text)[: self.streams.size[0] - 1]])

    def needs_redraw(self) -> bool:
        """Return whether the terminal has another size, or was used by others meanwhile."""
        return self._screen.is_stale

    def settle(self) -> None:
        """Show all there is as final, and give the terminal back."""
        super().settle()
        self._screen.leave()

    def close(self) -> None:
        """Finish the answer and give the terminal back, for good."""
        super().close()
        self._signals.close()

    def _make_room(self) -> None:
        if self.streams.stderr_is_terminal:
            self._screen.leave()
