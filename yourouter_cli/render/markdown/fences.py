"""The code in an answer, taken out of its Markdown."""

from __future__ import annotations

from markdown_it import MarkdownIt


def last_code_block(text: str) -> str | None:
    """Return what the last fenced code block of *text* holds; None when there is none.

    What indents or quotes a block in a list or a quote is no part of it. One that is never closed
    goes to the end of the answer.
    """
    parser = MarkdownIt("commonmark")
    parser.core.ruler.disable(["inline", "text_join"])
    fences = [token.content for token in parser.parse(text) if token.type == "fence"]
    return fences[-1] if fences else None
