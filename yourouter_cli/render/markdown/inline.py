"""Text with emphasis, code and links, as styled text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from yourouter_cli.render.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from yourouter_cli.render.markdown.look import Look

_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STYLED = {"em_open": "em", "strong_open": "strong", "s_open": "s", "link_open": "link"}


class Inline:
    """Builds one styled text from the tokens of a paragraph, heading or cell."""

    def __init__(self, look: Look, style: Style | None = None) -> None:
        self._look = look
        self._styles = [style or Style.null()]
        self._addresses: list[tuple[str, int]] = []
        self.text = Text(end="")

    def add(self, tokens: Iterable[Token]) -> Text:
        """Append *tokens* and return the whole text."""
        for token in tokens:
            self._add(token)
        return self.text

    def _add(self, token: Token) -> None:
        kind = token.type
        if kind in {"text", "text_special", "html_inline"}:
            # An entity such as `&#8238;` turns into its character only here.
            self._append(clean(_LINE_BREAK.sub("\n", token.content)))
        elif kind == "softbreak":
            self._append(" ")
        elif kind == "hardbreak":
            self._append("\n")
        elif kind == "code_inline":
            mark = "" if self._look.color else "`"
            self._append(f"{mark}{clean(token.content)}{mark}", self._look["code"])
        elif kind == "image":
            self._append_image(token)
        elif kind.endswith("_open"):
            self._open(token)
        elif kind.endswith("_close"):
            self._close(token)

    def _open(self, token: Token) -> None:
        if token.type == "link_open":
            self._addresses.append((str(token.attrs.get("href", "")), len(self.text)))
        self._styles.append(self._styles[-1] + self._look[_STYLED[token.type]])

    def _close(self, token: Token) -> None:
        self._styles.pop()
        if token.type == "link_close":
            address, start = self._addresses.pop()
            # The address is written out: what a link shows and where it leads may differ.
            if self.text.plain[start:] not in {address, address.removeprefix("mailto:")}:
                self._append(f" ({clean(address)})", self._look["address"])

    def _append_image(self, token: Token) -> None:
        label = token.content or "image"
        self._append(f"[{clean(label)}]", self._look["link"])
        self._append(f" ({clean(str(token.attrs.get('src', '')))})", self._look["address"])

    def _append(self, content: str, style: Style | None = None) -> None:
        # An empty style stays away: rows without spans are painted faster.
        combined = self._styles[-1] + style if style else self._styles[-1]
        self.text.append(content, combined or None)
