"""What an error body means, whichever upstream wrote it.

The gateway passes errors on unchanged, so any dialect may get any shape: OpenAI's, Anthropic's,
Google's (sometimes in a one-element array), Ark's, a bare string, or a proxy's HTML page.
"""

from __future__ import annotations

import json
import re
from typing import Any

from yourouter_cli.dialects import values
from yourouter_cli.errors import Failure, FailureKind, RequestFailed

_QUOTA_CODES = frozenset(
    {
        "insufficient_quota",
        "insufficient_balance",
        "insufficient_user_quota",
        "billing_error",
        "billing_hard_limit_reached",
        "quotaexceeded",
        "quota_exceeded",
        "accountoverdueerror",
        "payment_required",
    }
)
_MODEL_CODES = frozenset({"model_not_found", "modelnotopen", "invalidendpoint.notfound"})
_FILTER_CODES = ("content_filter", "content_policy", "sensitivecontent", "sensitive_content")
# Error types of the upstreams, and the status each would have had.
_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "invalid_argument": 400,
    "failed_precondition": 400,
    "authentication_error": 401,
    "unauthenticated": 401,
    "invalid_api_key": 401,
    "billing_error": 402,
    "permission_error": 403,
    "permission_denied": 403,
    "not_found_error": 404,
    "not_found": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "resource_exhausted": 429,
    "insufficient_quota": 429,
    "api_error": 500,
    "server_error": 500,
    "internal": 500,
    "unavailable": 503,
    "timeout_error": 504,
    "deadline_exceeded": 504,
    "overloaded_error": 529,
    # Ark's codes, which may go on after a dot.
    "missingparameter": 400,
    "invalidparameter": 400,
    "sensitivecontentdetected": 400,
    "inputtextsensitivecontentdetected": 400,
    "inputimagesensitivecontentdetected": 400,
    "authenticationerror": 401,
    "accessdenied": 403,
    "accountoverdueerror": 403,
    "invalidendpoint": 404,
    "modelnotopen": 404,
    "quotaexceeded": 429,
    "ratelimitexceeded": 429,
    "modelaccountrpmratelimitexceeded": 429,
    "modelaccounttpmratelimitexceeded": 429,
    "serveroverloaded": 429,
    "modelloadingerror": 429,
}
# Patterns that `re` compiles when there is a failure to read: most answers are none.
_UNKNOWN_MODEL = (
    r"(?i)\bmodels?[:/\s]+(?:\S{1,200}\s+)?(?:does |is |was )?"
    r"(?:not (?:exist|found|supported|available)|unknown)\b"
    r"|\b(?:no such|unknown|invalid|unsupported) model\b|\bmodel identifier is invalid\b"
)
_TAGS = r"(?is)<(script|style)\b.*?</\1>|<[^>]*>"
_INFINITY = float("inf")
_LONGEST_REASON = 300


def failure_of(status: int, body: bytes) -> Failure:
    """Return what a reply with the error *status* and this *body* means."""
    document = _document(body)
    error = _error_in(document)
    code, reason = _code(error), _reason(error)
    if document is None:
        reason = _plain(body)
    elif not reason:
        reason = _reason(document)
    if status == 404 and document is None:  # noqa: PLR2004 - the status itself
        # A page instead of an error object: nothing that speaks this API lives there.
        kind = FailureKind.REJECTED
    else:
        kind = _kind(status, code, reason)
    detail = f": {reason}" if reason else ""
    return Failure(
        kind=kind,
        message=f"the gateway answered {status}{detail}",
        status=status,
        code=code,
        request_id=values.encodable(values.table(document).get("request_id")),
        retry_after=_retry_delay(error),
    )


def failure_in(error: Any) -> Failure:
    """Return what an *error* object inside a stream means, judged by its own code or type.

    An error that names no known code counts as one of the server's.
    """
    code, reason = _code(error), _reason(error)
    fields = values.table(error)
    status = next(
        (
            known
            for field in ("code", "status", "type", "status_code")
            if (known := _status(fields.get(field))) is not None
        ),
        500,
    )
    return Failure(
        kind=_kind(status, code, reason),
        message=f"the gateway broke off: {reason or code or 'it did not say why'}",
        code=code,
        retry_after=_retry_delay(error),
    )


def failure_instead(document: Any, missing: str) -> Failure:
    """Return what a *document* under status 200 means that is not an answer.

    *missing* says what an answer would have.
    """
    if isinstance(document, list) and document:
        document = document[0]
    error = _error_in(document)
    if error is not document or _reason(error):
        return failure_in(error)
    return Failure(
        kind=FailureKind.PROTOCOL, message=f"the gateway's answer holds no {missing} to read"
    )


def truncated() -> RequestFailed:
    """Return the error for a stream that ended before the model was done."""
    return RequestFailed(
        Failure(
            kind=FailureKind.TRUNCATED, message="the stream ended before the model was finished"
        )
    )


def _kind(status: int, code: str | None, reason: str) -> FailureKind:
    word = (code or "").lower()
    if any(part in word for part in _FILTER_CODES) and status < 500:  # noqa: PLR2004 - 4xx
        return FailureKind.BLOCKED
    match status:
        case 401 | 403:
            return FailureKind.DENIED
        case 402:
            return FailureKind.QUOTA
        case 404:
            return FailureKind.UNKNOWN_MODEL
        case 429:
            spent = word in _QUOTA_CODES or "insufficient_quota" in reason
            return FailureKind.QUOTA if spent else FailureKind.RATE_LIMIT
        case 408 | 409:
            return FailureKind.UNAVAILABLE
        case 400 if word in _MODEL_CODES or re.search(_UNKNOWN_MODEL, reason):
            return FailureKind.UNKNOWN_MODEL
        case _ if word in _QUOTA_CODES:
            return FailureKind.QUOTA
        case _ if 300 <= status < 400:  # noqa: PLR2004 - 3xx
            return FailureKind.REDIRECT
        case _ if 400 <= status < 500:  # noqa: PLR2004 - 4xx
            return FailureKind.REJECTED
    return FailureKind.UNAVAILABLE


def _document(body: bytes) -> Any:
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    if isinstance(document, list) and document:
        document = document[0]  # Google wraps the error of a stream in an array
    return document


def _error_in(document: Any) -> Any:
    fields = values.table(document)
    return fields["error"] if fields.get("error") else document


def _code(error: Any) -> str | None:
    fields = values.table(error)
    for name in ("code", "status", "type"):
        if value := values.encodable(fields.get(name)):
            return value[:100]
    code = values.whole(fields.get("code"))
    return None if code is None else str(code)


def _reason(error: Any) -> str:
    if isinstance(error, str):
        return _short(values.encodable(error) or "")
    fields = values.table(error)
    for name in ("message", "detail", "msg", "error"):
        if found := values.encodable(fields.get(name)):
            return _short(found)
    return ""


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_REASON else words[: _LONGEST_REASON - 1] + "…"


def _plain(body: bytes) -> str:
    """Return the words of a page, without its markup."""
    return _short(re.sub(_TAGS, " ", body[:20_000].decode("utf-8", "replace")))


def _status(value: Any) -> int | None:
    """Return the HTTP status that *value* stands for: a status itself or an error type."""
    if isinstance(value, str):
        known = _STATUS_OF_TYPE.get(value.lower().partition(".")[0])
        value = int(value) if known is None and value.isascii() and value.isdigit() else known
    status = values.whole(value)
    return status if status is not None and 400 <= status < 600 else None  # noqa: PLR2004 - 4xx, 5xx


def _retry_delay(error: Any) -> float | None:
    """Return the seconds that Google's `RetryInfo` asks for, if there is one."""
    for detail in values.rows(values.table(error).get("details")):
        delay = values.table(detail).get("retryDelay")
        if isinstance(delay, str) and delay.endswith("s"):
            try:
                seconds = float(delay[:-1])
            except ValueError:
                return None
            return seconds if 0 < seconds < _INFINITY else None
    return None
