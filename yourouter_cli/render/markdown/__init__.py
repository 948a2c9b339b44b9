"""Markdown as rows of a terminal; the only code that imports rich, and imported only for it."""
