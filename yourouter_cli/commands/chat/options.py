"""What `yourouter chat` takes on the command line, each option declared once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from yourouter_cli.commands import options

_routing = partial(typer.Option, rich_help_panel="Routing")
_request = partial(typer.Option, rich_help_panel="The request")
_answer = partial(typer.Option, rich_help_panel="The answer")
_check = partial(typer.Option, rich_help_panel="Checks and previews")
_history = partial(typer.Option, rich_help_panel="History")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """The options of one `yourouter chat`."""

    prompt: Annotated[
        list[str] | None, typer.Argument(help="What to ask; `-` reads standard input.")
    ] = None
    model: options.Model = None
    fallback: Annotated[
        list[str] | None,
        _routing("--fallback", metavar="ID", help="Model to ask next; repeatable."),
    ] = None
    no_fallback: Annotated[bool, _routing("--no-fallback", help="Ask no other model.")] = False
    vendor: options.Vendor = None
    dialect: Annotated[
        str | None,
        _routing("--dialect", metavar="openai|anthropic|gemini", help="The API to speak."),
    ] = None
    system: Annotated[
        str | None, _request("-s", "--system", metavar="TEXT|@FILE", help="System prompt.")
    ] = None
    attach: Annotated[
        list[str] | None,
        _request(
            "-a", "--attach", metavar="PATH|URL|-", help="Image, PDF, audio or text; repeatable."
        ),
    ] = None
    temperature: Annotated[
        float | None, _request("-t", "--temperature", help="Randomness, 0 to 2.")
    ] = None
    top_p: Annotated[
        float | None, _request("--top-p", help="Only the likeliest words, 0 to 1.")
    ] = None
    max_tokens: Annotated[
        int | None, _request("--max-tokens", metavar="N", help="Longest answer, in tokens.")
    ] = None
    seed: Annotated[
        int | None, _request("--seed", help="Same seed, same answer, where that is supported.")
    ] = None
    stop: Annotated[
        list[str] | None, _request("--stop", metavar="TEXT", help="End before TEXT; repeatable.")
    ] = None
    reasoning: Annotated[
        str | None,
        _request("--reasoning", metavar="LEVEL", help="none, minimal, low, medium, high, …"),
    ] = None
    schema: Annotated[
        str | None,
        _request("--schema", metavar="FILE|JSON", help="The answer is JSON of this JSON Schema."),
    ] = None
    tools: Annotated[
        str | None, _request("--tools", metavar="FILE", help="Functions the model may call.")
    ] = None
    run_tools: Annotated[bool, _request("--run-tools", help="Run the tools' commands.")] = False
    yes: options.Yes = False
    max_rounds: Annotated[
        int, _request("--max-rounds", metavar="N", help="Most requests with --run-tools.")
    ] = 8
    param: options.Params = None
    header: options.Headers = None
    no_stdin: Annotated[bool, _request("--no-stdin", help="Ignore standard input.")] = False
    no_stream: Annotated[bool, _answer("--no-stream", help="Ask for the whole at once.")] = False
    output: Annotated[
        str | None, _answer("-o", "--output", metavar="FILE", help="The answer to a file.")
    ] = None
    extract_code: Annotated[
        bool, _answer("--extract-code", help="Only the last fenced code block.")
    ] = False
    sanitize: Annotated[bool, _answer("--sanitize", help="Clean a pipe of control sequences.")] = (
        False
    )
    usage: Annotated[
        bool, _answer("--usage", help="A receipt on standard error: tokens, cost, times.")
    ] = False
    show_reasoning: Annotated[
        bool | None,
        _answer(
            "--show-reasoning/--hide-reasoning",
            help="Reasoning on standard error; shown on a terminal.",
        ),
    ] = None
    continue_: Annotated[
        bool, _history("-c", "--continue", help="Go on with the last conversation.")
    ] = False
    conversation: Annotated[
        str | None, _history("--conversation", metavar="ID", help="Go on with this conversation.")
    ] = None
    no_save: Annotated[bool, _history("--no-save", help="Keep nothing of this.")] = False
    save_attachments: Annotated[
        bool, _history("--save-attachments", help="Keep what is attached, not only its name.")
    ] = False
    expect: Annotated[
        str | None, _check("--expect", metavar="TEXT", help="Exit 9 unless the answer is TEXT.")
    ] = None
    expect_regex: Annotated[
        str | None, _check("--expect-regex", metavar="RE", help="Exit 9 unless the answer has RE.")
    ] = None
    strict: Annotated[bool, _check("--strict", help="A cut or filtered answer is exit 7.")] = False
    dry_run: Annotated[
        bool, _check("--dry-run", help="Print the request as JSON; send nothing.")
    ] = False
    curl: Annotated[bool, _check("--curl", help="Print a curl command; send nothing.")] = False
