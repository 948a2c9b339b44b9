"""A tool that `chat` may run, and the question that is answered by it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program, Result

ECHO = "import sys; sys.stdout.write(sys.stdin.read())"


def tools_file(path: Path, source: str = ECHO, **fields: Any) -> str:
    """Write a tools file with one function `weather`, answered by a Python *source*."""
    entry = {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "The weather in a city",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
        "command": [sys.executable, "-c", source],
        **fields,
    }
    file = path / "tools.json"
    file.write_text(json.dumps([entry]), encoding="utf-8")
    return str(file)


def weather(program: Program, tools: str, *further: str) -> Result:
    """Ask the model that calls `weather`."""
    return program("chat", "weather in Rome", "-m", "sandbox/tool", "--tools", tools, *further)
