"""What the user wants, in no dialect: messages made of parts, and one request for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["user", "assistant", "tool"]
MediaKind = Literal["image", "pdf", "audio"]
ReasoningLevel = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


class File(NamedTuple):
    """The file that words came from; `digest` is the SHA-256 of its bytes in hexadecimal."""

    name: str
    size: int
    digest: str


class Text(NamedTuple):
    """Words; those of an attached file say which."""

    text: str
    file: File | None = None


class Media(NamedTuple):
    """An image, PDF or audio file: by URL, or as base64 in pieces that join to the whole.

    `media_type` is a MIME type such as `image/png`; `size` counts the bytes before encoding;
    `digest` is the SHA-256 of those bytes in hexadecimal.
    """

    kind: MediaKind
    media_type: str
    name: str
    url: str | None = None
    encoded: tuple[bytes, ...] = ()
    size: int = 0
    digest: str = ""


class ToolUse(NamedTuple):
    """A tool call that the model made earlier; `arguments` is an object."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    signature: str | None = None


class ToolOutcome(NamedTuple):
    """What became of the tool call with this id."""

    id: str
    name: str
    result: str
    is_error: bool = False


Part = Text | Media | ToolUse | ToolOutcome


class Message(NamedTuple):
    """One contribution to a conversation."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The words of the message, without its media and tool calls."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


class Tool(NamedTuple):
    """A function the model may call; `parameters` is a JSON Schema.

    `strict` holds the model to that schema, where the API knows such a thing.
    """

    name: str
    description: str | None = None
    parameters: Mapping[str, Any] = {}
    strict: bool | None = None


class ChatRequest(NamedTuple):
    """One request for an answer.

    `params` are body fields of the chosen dialect: they are merged over the body last and win.
    `schema` is a JSON Schema that the answer has to fit.
    """

    model: str
    messages: tuple[Message, ...]
    system: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning: ReasoningLevel | None = None
    schema: Mapping[str, Any] | None = None
    tools: tuple[Tool, ...] = ()
    params: Mapping[str, Any] = {}
    stream: bool = True
