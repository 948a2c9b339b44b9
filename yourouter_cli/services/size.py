"""How large a request is, and whether the model takes that much in: estimated, never counted.

Only the model's own tokenizer could count, and each model has another. A token is taken as four
bytes of UTF-8: English has a little fewer tokens than that, code and other scripts up to twice as
many. An image counts as 1,500 tokens, a PDF as one for each 50 bytes, sound as one for each 500;
a PDF behind a URL, whose size is not known, as 1,500.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from yourouter_cli.conversation import Media, Text, ToolOutcome, ToolUse
from yourouter_cli.errors import ConfigProblem
from yourouter_cli.events import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from yourouter_cli.conversation import ChatRequest, Part

BYTES_A_TOKEN = 4
IMAGE_TOKENS = 1_500
MEDIA_BYTES_A_TOKEN = {"pdf": 50, "audio": 500}
# No model in the built-in catalogue takes less: below it the catalogue need not be loaded.
SMALLEST_CONTEXT = 8_192


def estimated_tokens(request: ChatRequest) -> int:
    """Return about how many tokens *request* has: its system prompt, messages and tools."""
    parts = [part for message in request.messages for part in message.parts]
    media = sum(_media_tokens(part) for part in parts if isinstance(part, Media))
    words = sum(_bytes(_words(part)) for part in parts if not isinstance(part, Media))
    words += _bytes(request.system or "")
    for tool in request.tools:
        words += _bytes(tool.name + (tool.description or ""))
        words += _bytes(json.dumps(dict(tool.parameters)))
    return media + -(-words // BYTES_A_TOKEN)


def warning(request: ChatRequest, models_file: Path) -> Notice | None:
    """Return what to tell the user when *request* is larger than what its model takes in.

    *models_file* is the user's own catalogue; one that cannot be read says nothing here.
    """
    tokens = estimated_tokens(request)
    if tokens <= SMALLEST_CONTEXT and not os.access(models_file, os.R_OK):
        return None
    # Imported here because the catalogue costs 10 ms, and few requests come near a limit.
    from yourouter_cli.services.catalog import context_of

    try:
        most = context_of(request.model, models_file)
    except ConfigProblem:
        most = context_of(request.model)
    if most is None or tokens <= most:
        return None
    return Notice(
        kind="warning",
        message=f"the request has about {tokens:,} tokens (estimated at {BYTES_A_TOKEN} bytes"
        f" each), and `{request.model}` takes {most:,}",
        details={"estimated_tokens": tokens, "context": most},
    )


def _words(part: Part) -> str:
    match part:
        case Text(text):
            return text
        case ToolUse():
            return part.name + json.dumps(dict(part.arguments))
        case ToolOutcome():
            return part.result
        case Media():
            return ""


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _media_tokens(media: Media) -> int:
    if media.url is not None or media.kind == "image":
        return IMAGE_TOKENS
    return -(-media.size // MEDIA_BYTES_A_TOKEN[media.kind])
