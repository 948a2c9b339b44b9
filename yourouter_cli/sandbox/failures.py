"""How each wire writes an error; the tables are those of the upstreams' documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from yourouter_cli.sandbox.exchange import JSON, Rejected, Reply, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape = Literal["openai", "anthropic", "google", "ark"]

OPENAI_KINDS: Mapping[int, tuple[str, str | None]] = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    402: ("billing_error", "insufficient_balance"),
    403: ("permission_error", "permission_denied"),
    404: ("invalid_request_error", None),
    408: ("timeout_error", "request_timeout"),
    409: ("conflict_error", "conflict"),
    413: ("invalid_request_error", "request_too_large"),
    422: ("invalid_request_error", "unprocessable_entity"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    503: ("server_error", "overloaded"),
    529: ("server_error", "overloaded"),
}
ANTHROPIC_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    502: "api_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
GOOGLE_STATUSES: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "FAILED_PRECONDITION",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
ARK_CODES: Mapping[int, tuple[str, str]] = {
    401: ("AuthenticationError", "Unauthorized"),
    402: ("AccountOverdueError", "Forbidden"),
    403: ("AccessDenied", "Forbidden"),
    404: ("NotFound", "NotFound"),
    405: ("MethodNotAllowed", "MethodNotAllowed"),
    409: ("InvalidAction", "Conflict"),
    429: ("RateLimitExceeded", "TooManyRequests"),
}
# What other wires call so has another name here.
ARK_WORDS: Mapping[str, str] = {
    "insufficient_quota": "QuotaExceeded",
    "invalid_api_key": "AuthenticationError",
    "method_not_allowed": "MethodNotAllowed",
    "missing_required_parameter": "MissingParameter",
    "model_not_found": "InvalidEndpointOrModel.NotFound",
    "unknown_url": "NotFound",
}
SERVER_SIDE = 500


def unknown_model(model: str) -> Rejected:
    """Return the rejection of a model that does not exist."""
    return Rejected(
        404,
        f"the model `{model[:200]}` does not exist; GET /v1/models lists those of the sandbox",
        param="model",
        code="model_not_found",
    )


def error_reply(shape: Shape, problem: Rejected, request_id: str) -> Reply:
    """Answer a request with *problem*, written as the upstream of *shape* writes errors."""
    body = encode(error_body(shape, problem, request_id))
    return Reply(problem.status, {**JSON, **problem.headers}, body)


def error_body(shape: Shape, problem: Rejected, request_id: str) -> dict[str, Any]:
    """Return the JSON object in which *shape* puts an error."""
    match shape:
        case "openai":
            return _openai(problem)
        case "anthropic":
            return {"type": "error", "error": _anthropic(problem), "request_id": request_id}
        case "google":
            return {"error": _google(problem)}
        case "ark":
            return {"error": _ark(problem, request_id)}


def _openai(problem: Rejected) -> dict[str, Any]:
    fallback = ("server_error", None) if problem.status >= SERVER_SIDE else OPENAI_KINDS[400]
    kind, code = OPENAI_KINDS.get(problem.status, fallback)
    if problem.code == "insufficient_quota":
        kind = problem.code
    message, param = problem.message, problem.param
    error = {
        "message": message if param is None or param in message else f"{param}: {message}",
        "type": kind,
        "param": param,
        "code": problem.code or code,
    }
    return {"error": error}


def _anthropic(problem: Rejected) -> dict[str, Any]:
    fallback = "api_error" if problem.status >= SERVER_SIDE else "invalid_request_error"
    kind = ANTHROPIC_TYPES.get(problem.status, fallback)
    message = f"{problem.param}: {problem.message}" if problem.param else problem.message
    return {"type": kind, "message": message}


def _google(problem: Rejected) -> dict[str, Any]:
    fallback = "INTERNAL" if problem.status >= SERVER_SIDE else "INVALID_ARGUMENT"
    message = f"{problem.param}: {problem.message}" if problem.param else problem.message
    error: dict[str, Any] = {
        "code": problem.status,
        "message": message,
        "status": GOOGLE_STATUSES.get(problem.status, fallback),
    }
    if wait := problem.headers.get("retry-after-ms"):
        kind = "type.googleapis.com/google.rpc.RetryInfo"
        error["details"] = [{"@type": kind, "retryDelay": f"{int(wait) / 1000:g}s"}]
    if problem.code == "insufficient_quota":
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": "QUOTA_EXCEEDED", "domain": "sandbox"}]
    return error


def _ark(problem: Rejected, request_id: str) -> dict[str, Any]:
    server = ("InternalServiceError", "InternalServerError")
    fallback = server if problem.status >= SERVER_SIDE else ("InvalidParameter", "BadRequest")
    code, kind = ARK_CODES.get(problem.status, fallback)
    return {
        "code": ARK_WORDS.get(problem.code or "", problem.code or code),
        "message": f"{problem.message}. Request id: {request_id}",
        "param": problem.param or "",
        "type": kind,
    }
