"""Which address is answered by what, and who may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yourouter_cli.sandbox.exchange import JSON, Rejected, Reply, Request, encode
from yourouter_cli.sandbox.failures import Shape, error_reply
from yourouter_cli.sandbox.fields import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yourouter_cli.sandbox.memory import Memory

    Handler = Callable[[Request, Memory], Reply]

GEMINI = "/v1/projects/cognition/locations/us/publishers/google/models/"
GEMINI_ACTIONS = (":generateContent", ":streamGenerateContent")
TASKS = "/api/v3/contents/generations/tasks"
FILES = "/files/"

# Keys that begin with such a word are refused, so that a script can be tried against a refusal.
BAD_KEYS: Mapping[str, Callable[[], Rejected]] = {
    "bad": lambda: Rejected(401, "incorrect API key provided", code="invalid_api_key"),
    "denied": lambda: Rejected(403, "this key may not use this resource"),
    "broke": lambda: Rejected(402, "the balance is used up: add credit to go on"),
    "quota": lambda: Rejected(429, "you exceeded your current quota", code="insufficient_quota"),
}


def answer(request: Request, memory: Memory) -> Reply:
    """Answer *request*; whatever is wrong with it is answered in the shape of its wire."""
    shape = shape_of(request.path)
    request_id = "req_" + request.digest()
    try:
        handlers = _handlers(request.path)
        if not handlers:
            raise Rejected(404, f"unknown path `{request.path[:200]}`", code="unknown_url")
        if request.method not in handlers:
            allowed = ", ".join(handlers)
            raise Rejected(
                405,
                f"`{request.method[:20]}` is not allowed here, only {allowed}",
                code="method_not_allowed",
                headers={"allow": allowed},
            )
        if request.path != "/healthz" and not request.path.startswith(FILES):
            _check_key(request)
        reply = handlers[request.method](request, memory)
    except Rejected as problem:
        reply = error_reply(shape, problem, request_id)
    name = "request-id" if shape == "anthropic" else "x-request-id"
    return reply._replace(headers={**reply.headers, name: request_id})


def shape_of(path: str) -> Shape:
    """Return in whose shape errors at *path* are written."""
    if path.startswith("/v1/messages"):
        return "anthropic"
    if path.startswith("/v1/projects/"):
        return "google"
    return "ark" if path.startswith("/api/v3/") else "openai"


def _handlers(path: str) -> dict[str, Handler]:
    """Return the handlers for *path* by method; none when nothing is there.

    They are imported when they are first asked for, so that a chat loads the code of one wire.
    """
    match path:
        case "/v1/chat/completions":
            return {"POST": _chat_completions}
        case "/v1/messages":
            return {"POST": _messages}
        case "/v1/embeddings":
            return {"POST": _embeddings}
        case "/v1/models":
            return {"GET": _models}
        case "/healthz":
            return {"GET": _health}
    if path == TASKS or path.startswith((TASKS + "/", FILES)):
        return _video_handlers(path)
    if path.startswith(GEMINI) and path.endswith(GEMINI_ACTIONS):
        return {"POST": _gemini}
    if path.startswith("/v1/models/"):
        return {"GET": _models}
    return {}


def _video_handlers(path: str) -> dict[str, Handler]:
    if path.startswith(FILES):
        from yourouter_cli.sandbox import files  # 1 ms, for videos alone

        return {"GET": files.download}
    from yourouter_cli.sandbox import video  # 1 ms, for videos alone

    if path == TASKS:
        return {"GET": video.listing, "POST": video.create}
    return {"GET": video.show, "DELETE": video.delete}


def _check_key(request: Request) -> None:
    scheme, _, value = key_of(request.headers).partition(" ")
    key = value.strip() if scheme.lower() == "bearer" else scheme
    if not key:
        raise Rejected(401, "no API key provided", code="invalid_api_key")
    for word, refusal in BAD_KEYS.items():
        if key.startswith(word):
            raise refusal()
    if request.headers.get("vendor") == "bad-vendor":
        raise Rejected(400, "the vendor `bad-vendor` is not supported", param="vendor")


def _health(_request: Request, _memory: Memory) -> Reply:
    return Reply(200, JSON, encode({"status": "ok"}))


def _chat_completions(request: Request, memory: Memory) -> Reply:
    from yourouter_cli.sandbox import chat, openai_wire  # 3 ms, for this API alone

    return chat.respond(openai_wire, request, memory)


def _messages(request: Request, memory: Memory) -> Reply:
    from yourouter_cli.sandbox import chat, messages_wire  # 3 ms, for this API alone

    return chat.respond(messages_wire, request, memory)


def _gemini(request: Request, memory: Memory) -> Reply:
    from yourouter_cli.sandbox import chat, gemini_wire  # 3 ms, for this API alone

    return chat.respond(gemini_wire, request, memory)


def _models(request: Request, _memory: Memory) -> Reply:
    from yourouter_cli.sandbox import models  # 0.1 ms, for this list alone

    return models.respond(request)


def _embeddings(request: Request, memory: Memory) -> Reply:
    from yourouter_cli.sandbox import embeddings  # 1 ms, for this API alone

    return embeddings.respond(request, memory)
