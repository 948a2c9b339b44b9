"""What the user wants, in no dialect: messages made of parts, and one request for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["user", "assistant", "tool"]
MediaKind = Literal["image", "pdf", "audio"]
ReasoningLevel = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The file that words came from; `digest` is the SHA-256 of its bytes in hexadecimal."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words; those of an attached file say which."""

    text: str
    file: File | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool call that the model made earlier; `arguments` is an object."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    signature: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What became of the tool call with this id."""

    id: str
    name: str
    result: str
    is_error: bool = False


Part = Text | Media | ToolUse | ToolOutcome


@dataclass(frozen=True, slots=True)
class Message:
    """One contribution to a conversation."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The words of the message, without its media and tool calls."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function the model may call; `parameters` is a JSON Schema."""

    name: str
    description: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
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
    params: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = True
