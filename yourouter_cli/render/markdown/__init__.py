"""Markdown as rows of a terminal; the code that needs rich, imported only where that is wanted."""
