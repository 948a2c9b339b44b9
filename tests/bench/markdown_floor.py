"""The smallest program on the same libraries that draws streamed Markdown: the floor to compare.

It prints finished blocks once and redraws only the open one, 20 times a second: not always right,
and nothing is kept, counted, retried or made safe.
"""

from __future__ import annotations

import sys
import time

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def chat(url: str) -> None:
    """Draw one answer."""
    import json
    import ssl

    import httpx
    from markdown_it import MarkdownIt
    from rich.console import Console
    from rich.live import Live
    from rich.markdown import Markdown

    console = Console()
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = {"model": "bench", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    text, rest, drawn = "", b"", 0.0
    with (
        httpx.Client(verify=context) as client,
        client.stream("POST", f"{url}/chat/completions", json=body) as response,
        Live(console=console, auto_refresh=False, vertical_overflow="crop") as live,
    ):
        for block in response.iter_raw():
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                if line.startswith(b"data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        text += choice["delta"].get("content") or ""
            if time.monotonic() - drawn < 1 / 20:
                continue
            drawn = time.monotonic()
            starts = [token.map[0] for token in parser.parse(text) if not token.level and token.map]
            if starts and starts[-1]:
                rows = text.split("\n")
                console.print(Markdown("\n".join(rows[: starts[-1]])))
                text = "\n".join(rows[starts[-1] :])
            live.update(Markdown(text), refresh=True)
        live.update(Markdown(text), refresh=True)
    sys.stdout.flush()


@app.command()
def show() -> None:
    """Do nothing: what starting costs."""


if __name__ == "__main__":
    app()
