"""A client for tests of the sandbox: plain `http.client`, or raw sockets."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yourouter_cli.sandbox.server import Sandbox

GEMINI = "/v1/projects/cognition/locations/us/publishers/google/models/"
SECONDS = 10


def contents(*parts: Any) -> dict[str, Any]:
    """Return a prompt of *parts*, as Gemini has it."""
    return {"contents": [{"role": "user", "parts": list(parts)}]}


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """The error in the body."""
        error: dict[str, Any] = self.json["error"]
        return error

    @property
    def events(self) -> list[Any]:
        """The data of all events as JSON, but for `[DONE]`."""
        lines = self.body.replace(b"\r\n", b"\n").split(b"\n")
        data = [line[6:] for line in lines if line.startswith(b"data: ")]
        return [json.loads(item) for item in data if item != b"[DONE]"]


class Caller:
    """Asks one sandbox with one key, each time on a connection of its own."""

    def __init__(self, sandbox: Sandbox, key: str = "sk-test") -> None:
        self.address = urlsplit(sandbox.base_url)
        self.key = key

    def connect(self) -> HTTPConnection:
        """Return a connection that is kept alive."""
        return HTTPConnection(self.address.hostname or "", self.address.port, timeout=SECONDS)

    def raw(self, data: bytes) -> socket.socket:
        """Return a socket on which *data* was sent."""
        address = (self.address.hostname, self.address.port)
        client = socket.create_connection(address, timeout=SECONDS)
        client.sendall(data)
        return client

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; *body* becomes JSON unless it is bytes."""
        connection = self.connect()
        try:
            data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
            connection.request(method, path, data, {**key, **(headers or {})})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """GET *path*."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """POST *body* to *path*."""
        return self.ask("POST", path, body, headers)

    def chat(self, model: str, prompt: str = "one two three four", **fields: Any) -> Answer:
        """Ask for a chat completion."""
        messages = [{"role": "user", "content": prompt}]
        body = {"model": model, "messages": messages, **fields}
        return self.post("/v1/chat/completions", body)

    def message(self, model: str, prompt: str = "one two three four", **fields: Any) -> Answer:
        """Ask for an Anthropic message."""
        messages = [{"role": "user", "content": prompt}]
        body = {"model": model, "max_tokens": 5, "messages": messages, **fields}
        return self.post("/v1/messages", body, **{"anthropic-version": "2023-06-01"})

    def generate(self, model: str, prompt: str = "one two three four", **fields: Any) -> Answer:
        """Ask generateContent, or its stream where `stream` is true."""
        action = ":streamGenerateContent?alt=sse" if fields.pop("stream", False) else ""
        contents = [{"role": "user", "parts": [{"text": prompt}]}]
        path = GEMINI + quote(model, safe=":") + (action or ":generateContent")
        return self.post(path, {"contents": contents, **fields})


def read_all(client: socket.socket) -> bytes:
    """Read from *client* until the other side closes, and close it."""
    received = b""
    with client:
        while data := client.recv(65536):
            received += data
    return received
