"""The styles of rendered Markdown: the terminal's own sixteen colours, fit for dark and light."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style

from yourouter_cli.render.sanitize import clean

if TYPE_CHECKING:
    from rich.text import Text

_STYLES = {
    "h1": "bold underline magenta",
    "h2": "bold magenta",
    "h3": "bold",
    "h4": "bold italic",
    "h5": "italic",
    "h6": "dim italic",
    "em": "italic",
    "strong": "bold",
    "s": "strike",
    "code": "cyan",
    "link": "underline",
    "address": "dim blue",
    "bullet": "yellow",
    "quote": "dim",
    "rule": "dim",
    "table_head": "bold",
    "definition": "dim",
}
# By the beginning of a token's name; the longest one wins.
_CODE_STYLES = {
    "Comment": "dim italic",
    "Comment.Preproc": "cyan",
    "Keyword": "magenta",
    "Keyword.Constant": "cyan",
    "Keyword.Type": "cyan",
    "Operator.Word": "magenta",
    "Name.Builtin": "cyan",
    "Name.Function": "blue",
    "Name.Class": "bold blue",
    "Name.Decorator": "yellow",
    "Name.Exception": "bold blue",
    "Name.Attribute": "yellow",
    "Name.Tag": "magenta",
    "Literal.String": "green",
    "Literal.String.Escape": "yellow",
    "Literal.String.Interpol": "yellow",
    "Literal.Number": "cyan",
    "Generic.Deleted": "red",
    "Generic.Inserted": "green",
    "Generic.Heading": "bold",
    "Generic.Subheading": "bold",
    "Generic.Prompt": "dim",
}


class Look:
    """How things are styled; without colour nothing is, and marks in the text do the work."""

    def __init__(self, *, color: bool) -> None:
        self.color = color
        self._console = Console(force_terminal=True)
        self._styles: dict[str, Style] = {}
        self._code: dict[str, Style] = {}

    def __getitem__(self, name: str) -> Style:
        """Return the style called *name*."""
        style = self._styles.get(name)
        if style is None:
            style = Style.parse(_STYLES[name]) if self.color else Style.null()
            self._styles[name] = style
        return style

    def code(self, token: str) -> Style:
        """Return the style of a lexer's token, such as `Token.Keyword.Type`."""
        style = self._code.get(token)
        if style is None:
            name = token.partition(".")[2]
            while name and name not in _CODE_STYLES:
                name = name.rpartition(".")[0]
            style = Style.parse(_CODE_STYLES[name]) if name else Style.null()
            self._code[token] = style
        return style

    def painted(self, row: Text) -> str:
        """Return *row* with escape sequences for its styles, and with no others."""
        if not row.spans:
            return clean(row.plain)
        return "".join(
            segment.style.render(clean(segment.text), color_system=ColorSystem.STANDARD)
            if segment.style
            else clean(segment.text)
            for segment in row.render(self._console)
        )
