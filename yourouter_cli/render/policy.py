"""Which renderer shows a turn: one table, looked up once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from yourouter_cli.render.base import Renderer

if TYPE_CHECKING:
    from yourouter_cli.clock import Clock
    from yourouter_cli.render.aside import Aside
    from yourouter_cli.streams import Streams

OutputFormat = Literal["text", "markdown", "json", "jsonl"]
Place = Literal["terminal", "dumb terminal", "pipe"]


class _Row(NamedTuple):
    format: OutputFormat | None
    place: Place
    shown_by: str


# `dumb terminal` has no cursor to move: a screen reader, an editor's shell, TERM=dumb.
_TABLE = (
    _Row(None, "terminal", "live"),
    _Row(None, "dumb terminal", "clean"),
    _Row(None, "pipe", "exact"),
    _Row("text", "terminal", "clean"),
    _Row("text", "dumb terminal", "clean"),
    _Row("text", "pipe", "exact"),
    _Row("markdown", "terminal", "live"),
    _Row("markdown", "dumb terminal", "rendered"),
    _Row("markdown", "pipe", "rendered"),
    _Row("jsonl", "terminal", "lines"),
    _Row("jsonl", "dumb terminal", "lines"),
    _Row("jsonl", "pipe", "lines"),
    # One object at the end, which the command writes: it knows the conversation's id.
    _Row("json", "terminal", "nothing"),
    _Row("json", "dumb terminal", "nothing"),
    _Row("json", "pipe", "nothing"),
)


def renderer_for(
    streams: Streams,
    clock: Clock,
    *,
    format: OutputFormat | None = None,  # noqa: A002 - the option's name
    label: str = "",
    quiet: bool = False,
    show_reasoning: bool | None = None,
    sanitize: bool = False,
    shows_answer: bool = True,
) -> Renderer:
    """Return what shows one turn.

    *label* is the model's name, for the spinner. *show_reasoning* is None for: where a person is
    looking. *sanitize* cleans a pipe as a terminal always is. With *shows_answer* false the
    answer is left to the caller, and only what goes to standard error is shown.
    """
    from yourouter_cli.render.aside import Aside  # 1 ms that a preview does without

    _mind_old_console(streams)
    aside = Aside(
        streams,
        clock,
        label=label,
        quiet=quiet,
        speaks_json=format in {"json", "jsonl"},
        show_reasoning=show_reasoning,
        sanitize=sanitize,
    )
    shown_by = _lookup(format, _place(streams)) if shows_answer else "nothing"
    return _made(shown_by, streams, clock, aside, sanitize=sanitize)


def _mind_old_console(streams: Streams) -> None:
    """Treat a Windows console that knows no escape sequences as the dumb terminal it is."""
    if os.name == "nt" and (streams.stdout_is_terminal or streams.stderr_is_terminal):
        from rich.console import detect_legacy_windows  # 16 ms that other systems do without

        if detect_legacy_windows():
            streams.dumb = True
            streams.stdout_color = streams.stderr_color = False


def _place(streams: Streams) -> Place:
    if not streams.stdout_is_terminal:
        return "pipe"
    return "dumb terminal" if streams.dumb else "terminal"


def _lookup(format_: OutputFormat | None, place: Place) -> str:
    return next(row.shown_by for row in _TABLE if (row.format, row.place) == (format_, place))


def _made(
    shown_by: str, streams: Streams, clock: Clock, aside: Aside, *, sanitize: bool
) -> Renderer:
    match shown_by:
        case "exact" | "clean":
            from yourouter_cli.render.plain import PlainRenderer  # 0.3 ms that JSON does without

            return PlainRenderer(streams, aside, sanitize=sanitize or shown_by == "clean")
        case "lines":
            from yourouter_cli.render.lines import LinesRenderer  # 1 ms that text does without

            return LinesRenderer(streams, aside)
        case "live":
            # 7 ms that a pipe does without, and rich later.
            from yourouter_cli.render.live import LiveRenderer

            return LiveRenderer(streams, clock, aside)
        case "rendered":
            # 2 ms that a pipe does without, and rich later.
            from yourouter_cli.render.rendered import RenderedRenderer

            return RenderedRenderer(streams, clock, aside)
        case _:
            return Renderer(aside)
