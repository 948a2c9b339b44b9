"""The headers that go out with a request, and those that may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli import __version__
from yourouter_cli.gateway.masking import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yourouter_cli.gateway.exchange import HttpRequest
    from yourouter_cli.gateway.masking import Mask


def outgoing(
    request: HttpRequest, profile: Mapping[str, str], mask: Mask, *, reveal: bool = True
) -> dict[str, str]:
    """Return the headers of *request*, over those of the *profile* and what HTTP needs.

    Names are lower case. Without *reveal* what they hold of secrets is masked.
    """
    headers = {
        "user-agent": f"yourouter/{__version__}",
        "accept": "*/*",
        "accept-encoding": "identity",  # a small bomb could become a large one
    }
    headers.update(mask.authorization(reveal=reveal))
    for name, value in (*profile.items(), *request.headers.items()):
        headers[name.lower()] = value if reveal else shown(name, value)
    if request.body:
        headers.setdefault("content-type", "application/json")
        headers["content-length"] = str(request.content_length)
    return headers


def tell_head(
    trace: Callable[[str], None], mark: str, line: str, headers: Mapping[str, str]
) -> None:
    """Give *trace* the first *line* of a head and its *headers*, a *mark* before each."""
    trace(f"{mark} {line}")
    for name, value in headers.items():
        trace(f"{mark} {name}: {value}")
