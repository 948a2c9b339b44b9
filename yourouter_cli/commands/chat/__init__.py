"""`yourouter chat`: ask a model, in a terminal, in a pipe, in CI."""

from __future__ import annotations

import typer

from yourouter_cli.commands.chat.options import ChatOptions
from yourouter_cli.commands.options import common, session_of

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
@common(network=True, formats=("text", "markdown", "json", "jsonl"))
def chat(context: typer.Context, options: ChatOptions) -> None:
    r"""Ask a model and stream its answer.

    \b
    yourouter chat "Why is the sky blue?"
    git diff | yourouter chat "Write a commit message" -m gpt-4o
    yourouter chat -p sandbox "Reply with exactly: connected" --expect connected
    yourouter chat "List three primes" --format json | jq -r .text
    yourouter chat          # an interactive session

    Standard input is added to the prompt, or is the prompt. Without either, a session begins on a
    terminal.

    JSON: {"schema":1,"id","model","requested_model","vendor","dialect","text","reasoning",
    "tool_calls","finish","finish_raw","usage","timing","attempts","request_id",
    "vendor_message_id","conversation"}, with --schema also "parsed". JSON lines: one object with a
    "type" for each event: start, text, reasoning, tool_call, usage, notice, finish or error.
    """
    from yourouter_cli.commands.chat import request, turn  # 17 ms that --help does without

    session = session_of(context)
    ready = request.read(options, session)
    if options.dry_run or options.curl:
        from yourouter_cli.commands.chat import preview  # 1 ms, for a look at the request alone

        preview.show(ready, options, session)
    elif request.is_interactive(options, session):
        from yourouter_cli.commands.chat import interactive  # 10 ms that only a session needs

        interactive.converse(ready, options, session)
    else:
        turn.take(ready, options, session)
