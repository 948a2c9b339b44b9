"""The request on paper: as JSON, or as a curl command that sends the same bytes."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

from yourouter_cli import dialects
from yourouter_cli.conversation import Media
from yourouter_cli.gateway.masking import safe_headers
from yourouter_cli.services.ask import prepared

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.conversation import ChatRequest, Part
    from yourouter_cli.session import Session

# What one argument of a command may hold on Linux is 128 KB; a builtin has no such limit.
_LONGEST_ARGUMENT = 100_000
_KEY = "$YOUROUTER_API_KEY"


def show(ready: Ready, options: ChatOptions, session: Session) -> None:
    """Print what would be sent; nothing is, and no key is needed."""
    dialect = dialects.load(ready.route.dialect)
    # No key for the operation: sending the printed request twice means it twice.
    sent = prepared(ready.request, ready.route, dialect, operation=None)
    attachments = _Attachments()
    bare = dialect.request(attachments.taken_from(ready.request))
    body = b"".join(bare.body).decode()
    url = ready.profile.base_url.rstrip("/") + sent.path
    headers = {
        "authorization": f"Bearer {_KEY}",
        "content-type": "application/json",
        **safe_headers({**ready.profile.headers, **sent.headers}),
    }
    if options.curl:
        is_short = sent.content_length <= _LONGEST_ARGUMENT
        text = _curl_command(
            ["-X", sent.method, shlex.quote(url)], headers, body, is_short=is_short
        )
    else:
        document = {
            "method": sent.method,
            "url": url,
            "headers": headers,
            "body": json.loads(body),
        }
        text = json.dumps(document, ensure_ascii=False, indent=2)
    if session.streams.stdout_is_terminal:
        from yourouter_cli.render.answer import escaped  # 1 ms that a pipe does without

        text = escaped(text)  # it is in strings of JSON that there is anything to escape
    attachments.write(f"{text}\n", session)


class _Attachments:
    """The files of a request, each held once while the text around them is written down."""

    def __init__(self) -> None:
        # No text of a user can hold this by chance, and no form of quoting changes it.
        self._mark = f"attachment-{os.urandom(12).hex()}-"
        self._held: list[Media] = []

    def taken_from(self, request: ChatRequest) -> ChatRequest:
        """Return *request* with a few letters in place of the content of each file."""
        messages = (
            message._replace(parts=tuple(map(self._stand_in, message.parts)))
            for message in request.messages
        )
        return request._replace(messages=tuple(messages))

    def write(self, text: str, session: Session) -> None:
        """Write *text* to standard output, the files in their places."""
        first, *others = text.split(self._mark)
        session.streams.write(first)
        for other in others:
            number, _, rest = other.partition(".")
            for piece in self._held[int(number)].encoded:
                session.streams.write_bytes(piece)
            session.streams.write(rest)

    def _stand_in(self, part: Part) -> Part:
        if not isinstance(part, Media) or part.url is not None:
            return part
        self._held.append(part)
        return part._replace(encoded=(f"{self._mark}{len(self._held) - 1}.".encode(),))


def _curl_command(words: list[str], headers: dict[str, str], body: str, *, is_short: bool) -> str:
    """Return a shell command that sends *body*, the key taken from the environment."""
    words = ["curl", "-sS", "-N", *words]
    for name, value in headers.items():
        # Of a header with nothing in it curl wants to know that it is meant.
        line = f"{name}: {value}" if value else f"{name};"
        # Only the key's own header is expanded by the shell.
        quoted = f'"{line}"' if _KEY in value and name == "authorization" else shlex.quote(line)
        words += ["-H", quoted]
    if is_short:
        return " ".join([*words, "--data-binary", shlex.quote(body)])
    return f"printf %s {shlex.quote(body)} | {' '.join([*words, '--data-binary', '@-'])}"
