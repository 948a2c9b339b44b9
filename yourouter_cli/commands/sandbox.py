"""`yourouter sandbox`: serve the built-in gateway for other programs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, TextIO

import typer

from yourouter_cli.commands.documents import write_json
from yourouter_cli.commands.options import common, session_of
from yourouter_cli.errors import UsageProblem
from yourouter_cli.wording import reason_of

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
@common
def sandbox(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 0,
    latency: Annotated[
        float, typer.Option("--latency", min=0, metavar="MS", help="Wait before each answer.")
    ] = 0,
    log: Annotated[
        Path | None, typer.Option("--log", metavar="FILE", help="A JSON line for each request.")
    ] = None,
) -> None:
    r"""Serve a local gateway that speaks every endpoint, until Ctrl-C.

    \b
    yourouter sandbox --port 8080
    YOUROUTER_BASE_URL=http://127.0.0.1:8080/v1 YOUROUTER_API_KEY=any yourouter chat -m echo hi

    It is no language model: what it answers is chosen by the model's name, such as
    sandbox/echo, sandbox/markdown, sandbox/error:503 or sandbox/truncate:3.

    JSON: {"base_url"}.
    """
    from yourouter_cli.sandbox.server import Sandbox  # 6 ms that --help does without

    session = session_of(context)
    with ExitStack() as stack:
        server = Sandbox(
            host=host,
            port=port,
            latency=latency / 1000,
            log=stack.enter_context(_log(log)) if log else None,
        )
        try:
            stack.enter_context(server)
        except OSError as error:
            # The library adds the address, which is said already.
            reason = reason_of(error).partition(" (while")[0]
            raise UsageProblem(f"cannot listen on {host}:{port}: {reason}") from error
        if session.common.speaks_json:
            write_json(session, {"base_url": server.base_url})
        else:
            session.streams.write(f"{server.base_url}\n")
        server.serve_forever()


def _log(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise UsageProblem(f"cannot write `{path}`: {reason_of(error)}") from error
