"""What shells offer on TAB, and the manual pages: all written from the commands themselves.

`python -m yourouter_cli.commands.completion` writes them; `completions/` holds them.
"""
