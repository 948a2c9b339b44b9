"""The smallest program on the same libraries that streams the same answer: the floor to compare."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def chat(url: str, prompt: str, model: Annotated[str, typer.Option("-m")] = "bench") -> None:
    """Stream one answer to standard output."""
    import json
    import ssl

    import httpx

    request = {
        "model": model,
        "stream": True,
        "messages": [{"role": "user", "content": prompt}],
    }
    rest = b""
    # A bare context: parsing the certificates for http:// would cost 20 ms.
    with (
        httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as client,
        client.stream("POST", f"{url}/chat/completions", json=request) as response,
    ):
        for block in response.iter_raw():
            *lines, rest = (rest + block).split(b"\n")
            text = ""
            for line in lines:
                if line.startswith(b"data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        text += choice["delta"].get("content") or ""
            if text:
                sys.stdout.write(text)
                sys.stdout.flush()
    sys.stdout.write("\n")


@app.command()
def show() -> None:
    """Do nothing: what starting costs."""


if __name__ == "__main__":
    app()
