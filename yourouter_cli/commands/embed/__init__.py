"""`yourouter embed`: text to vectors, one line or a hundred million."""

from __future__ import annotations

import typer

from yourouter_cli.commands.embed.options import EmbedOptions
from yourouter_cli.commands.options import common, session_of

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
@common(network=True, formats=("json", "jsonl"))
def embed(context: typer.Context, options: EmbedOptions) -> None:
    r"""Turn text into vectors: each TEXT, or each line of standard input.

    \b
    yourouter embed "a sentence" "another one"
    yourouter embed -i notes.txt -o notes.npy
    yourouter embed -i 'data/*.jsonl' --field body --id-field key -o all.parquet --errors bad.jsonl
    yourouter embed -i notes.txt -o notes.npy --resume
    yourouter embed "what was it again?" --nearest notes.npy --top 3

    Each row is a JSON line {"index","id","embedding","text"}, in the order of the input. A request
    holds up to 2,048 texts of up to 8,192 tokens each and 300,000 together, a token being estimated
    as four bytes of UTF-8. The same text is sent once: the first million distinct ones are
    remembered, for standard output those of the last 4,096 rows or more. Until an output is
    complete it is FILE.part, with FILE.resume beside it. Beside an array lie its ids and texts, in
    FILE.npy.texts.jsonl; a row of it that has no vector is NaN. A row that failed is not among the
    others; it is told on standard error or listed by --errors, and the exit code is 8.
    """
    session = session_of(context)
    if options.dry_run:
        from yourouter_cli.commands.embed import estimate  # 12 ms that --help does without

        estimate.run(options, session)
    elif options.nearest is not None:
        from yourouter_cli.commands.embed import search  # 18 ms that --help does without

        search.run(options, session)
    else:
        from yourouter_cli.commands.embed import bulk  # 20 ms that --help does without

        bulk.run(options, session)
