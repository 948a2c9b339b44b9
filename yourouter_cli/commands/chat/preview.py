"""The request on paper: as JSON, or as a curl command that sends the same bytes."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from yourouter_cli import dialects
from yourouter_cli.gateway.masking import safe_headers
from yourouter_cli.services.ask import prepared

if TYPE_CHECKING:
    from yourouter_cli.commands.chat.options import ChatOptions
    from yourouter_cli.commands.chat.request import Ready
    from yourouter_cli.gateway.exchange import HttpRequest
    from yourouter_cli.session import Session

# What one argument of a command may hold on Linux is 128 KB; a builtin has no such limit.
_LONGEST_ARGUMENT = 100_000
_KEY = "$YOUROUTER_API_KEY"


def show(ready: Ready, options: ChatOptions, session: Session) -> None:
    """Print what would be sent; nothing is, and no key is needed."""
    dialect = dialects.load(ready.route.dialect)
    # Made anew for each operation, so that sending the printed request twice means it twice.
    request = prepared(ready.request, ready.route, dialect, operation=None)
    url = ready.profile.base_url.rstrip("/") + request.path
    headers = {
        "authorization": f"Bearer {_KEY}",
        "content-type": "application/json",
        **safe_headers({**ready.profile.headers, **request.headers}),
    }
    if options.curl:
        session.streams.write(curl_command(request, url, headers))
    else:
        document = {
            "method": request.method,
            "url": url,
            "headers": headers,
            "body": json.loads(b"".join(request.body)),
        }
        session.streams.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def curl_command(request: HttpRequest, url: str, headers: dict[str, str]) -> str:
    """Return a shell command that sends *request*, the key taken from the environment."""
    body = b"".join(request.body).decode()
    words = ["curl", "-sS", "-N", "-X", request.method, shlex.quote(url)]
    for name, value in headers.items():
        line = f"{name}: {value}"
        # Only the key's own header is expanded by the shell.
        quoted = f'"{line}"' if _KEY in value and name == "authorization" else shlex.quote(line)
        words += ["-H", quoted]
    if len(body) <= _LONGEST_ARGUMENT:
        return " ".join([*words, "--data-binary", shlex.quote(body)]) + "\n"
    return f"printf %s {shlex.quote(body)} | {' '.join([*words, '--data-binary', '@-'])}\n"
