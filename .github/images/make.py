"""Make chat.svg, the picture in README.md, from a real run: python .github/images/make.py.

Needs the project installed, and a system with pseudo-terminals.
"""

from __future__ import annotations

import os
import pty
import struct
import sys
import tempfile
from pathlib import Path

COLUMNS, LINES = 88, 40
COMMAND = ["chat", "-p", "sandbox", "-m", "sandbox/markdown", "hello"]


def recorded() -> str:
    """Return what the program writes on a terminal, answer by answer as the sandbox gives it."""
    with tempfile.TemporaryDirectory() as home:
        pid, terminal = pty.fork()
        if pid == 0:
            environ = {**os.environ, "YOUROUTER_HOME": home, "TERM": "xterm-256color"}
            words = [sys.executable, "-m", "yourouter_cli", *COMMAND]
            os.execve(sys.executable, words, environ)  # noqa: S606 - no shell, on purpose
        _resize(terminal)
        output = b""
        try:
            while block := os.read(terminal, 65536):
                output += block
        except OSError:
            pass  # on Linux the end of a terminal is an error
        os.waitpid(pid, 0)
    return output.decode()


def _resize(terminal: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))


def main() -> None:
    """Write the picture beside this file."""
    import pyte
    from rich.console import Console
    from rich.text import Text

    screen = pyte.HistoryScreen(COLUMNS, LINES, history=1000, ratio=1)
    pyte.Stream(screen).feed(recorded())
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115, PTH123 - nothing is kept of it
    console.print(Text.assemble(("$ ", "green"), f"yourouter {' '.join(COMMAND)}"))
    rows = [*screen.history.top, *(screen.buffer[row] for row in range(LINES))]
    lines = [_line(row) for row in rows]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    for line in lines:
        console.print(line, no_wrap=True)
    target = Path(__file__).with_name("chat.svg")
    target.write_text(console.export_svg(title="yourouter"), encoding="utf-8")


def _line(row: object) -> object:
    from rich.style import Style
    from rich.text import Text

    text = Text()
    for column in range(COLUMNS):
        cell = row[column]  # type: ignore[index]  # pyte has no types
        style = Style(
            color=None if cell.fg == "default" else _color(cell.fg),
            bgcolor=None if cell.bg == "default" else _color(cell.bg),
            bold=cell.bold,
            italic=cell.italics,
            underline=cell.underscore,
            strike=cell.strikethrough,
        )
        text.append(cell.data, style)
    text.rstrip()
    return text


def _color(name: str) -> str:
    if len(name) == 6 and all(letter in "0123456789abcdef" for letter in name):  # noqa: PLR2004 - RRGGBB
        return f"#{name}"
    return {"brown": "yellow"}.get(name, name.replace("bright", "bright_"))


if __name__ == "__main__":
    main()
