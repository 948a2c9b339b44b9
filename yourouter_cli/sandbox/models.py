"""The list of models, in the OpenAI shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yourouter_cli.sandbox import embeddings, tasks
from yourouter_cli.sandbox.exchange import JSON, Reply, encode
from yourouter_cli.sandbox.failures import unknown_model
from yourouter_cli.sandbox.scenarios import PREFIX, SCENARIOS

if TYPE_CHECKING:
    from yourouter_cli.sandbox.exchange import Request

CREATED = 1_700_000_000
# The models that do not chat.
OTHERS = (*embeddings.KINDS, *tasks.KINDS)


def respond(request: Request) -> Reply:
    """List the models, or show the one in the path."""
    asked = request.path.removeprefix("/v1/models").removeprefix("/")
    known = [PREFIX + name for name in (*SCENARIOS, *OTHERS)]
    if not asked:
        listing = {"object": "list", "data": [_model(name) for name in known]}
        return Reply(200, JSON, encode(listing))
    name = PREFIX + asked.removeprefix(PREFIX)
    if name.partition(":")[0] not in known:
        raise unknown_model(asked)
    return Reply(200, JSON, encode(_model(name)))


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "sandbox"}
