"""What an error means, whichever upstream wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.upstreams import anthropic, ark, google, openai
from yourouter_cli.dialects import failures
from yourouter_cli.errors import ExitCode, FailureKind

DENIED, QUOTA, BLOCKED = FailureKind.DENIED, FailureKind.QUOTA, FailureKind.BLOCKED
REJECTED, UNKNOWN_MODEL = FailureKind.REJECTED, FailureKind.UNKNOWN_MODEL
RATE_LIMIT, UNAVAILABLE = FailureKind.RATE_LIMIT, FailureKind.UNAVAILABLE
# The status, the body, the kind and the code.
OPENAI = [
    (400, openai("bad", "invalid_request_error", None), REJECTED, "invalid_request_error"),
    (
        400,
        openai("too long", "invalid_request_error", "context_length_exceeded"),
        REJECTED,
        "context_length_exceeded",
    ),
    (
        400,
        openai(
            "Unsupported parameter: 'max_tokens' is not supported with this model."
            " Use 'max_completion_tokens' instead.",
            "invalid_request_error",
            "unsupported_parameter",
        ),
        REJECTED,
        "unsupported_parameter",
    ),
    (400, openai("no", "invalid_request_error", "content_policy_violation"), BLOCKED, None),
    (400, openai("no", None, "content_filter"), BLOCKED, "content_filter"),
    (401, openai("bad key", "invalid_request_error", "invalid_api_key"), DENIED, None),
    (402, openai("Insufficient Balance", "unknown_error", None), QUOTA, "unknown_error"),
    (403, openai("region", "forbidden", None), DENIED, "forbidden"),
    (404, openai("no such", "invalid_request_error", "model_not_found"), UNKNOWN_MODEL, None),
    (409, openai("lock", None, None), UNAVAILABLE, None),
    (413, openai("too large", None, None), REJECTED, None),
    (422, openai("odd", None, None), REJECTED, None),
    (429, openai("slow", "requests", "rate_limit_exceeded"), RATE_LIMIT, "rate_limit_exceeded"),
    (429, openai("pay", "insufficient_quota", "insufficient_quota"), QUOTA, "insufficient_quota"),
    (429, openai("pay", "insufficient_quota", None), QUOTA, "insufficient_quota"),
    (500, openai("oops", "server_error", None), UNAVAILABLE, "server_error"),
    (503, openai("overloaded", None, None), UNAVAILABLE, None),
]
ANTHROPIC = [
    (400, "invalid_request_error", REJECTED),
    (401, "authentication_error", DENIED),
    (402, "billing_error", QUOTA),
    (403, "permission_error", DENIED),
    (404, "not_found_error", UNKNOWN_MODEL),
    (409, "conflict_error", UNAVAILABLE),
    (413, "request_too_large", REJECTED),
    (429, "rate_limit_error", RATE_LIMIT),
    (500, "api_error", UNAVAILABLE),
    (504, "timeout_error", UNAVAILABLE),
    (529, "overloaded_error", UNAVAILABLE),
]
GOOGLE = [
    (400, "INVALID_ARGUMENT", REJECTED),
    (400, "FAILED_PRECONDITION", REJECTED),
    (403, "PERMISSION_DENIED", DENIED),
    (404, "NOT_FOUND", UNKNOWN_MODEL),
    (429, "RESOURCE_EXHAUSTED", RATE_LIMIT),
    (499, "CANCELLED", REJECTED),
    (500, "INTERNAL", UNAVAILABLE),
    (503, "UNAVAILABLE", UNAVAILABLE),
    (504, "DEADLINE_EXCEEDED", UNAVAILABLE),
]
ARK = [
    (400, "MissingParameter", REJECTED),
    (400, "InvalidParameter.content", REJECTED),
    (400, "SensitiveContentDetected", BLOCKED),
    (400, "InputTextSensitiveContentDetected", BLOCKED),
    (400, "InputImageSensitiveContentDetected.PrivacyInformation", BLOCKED),
    (401, "AuthenticationError", DENIED),
    (403, "AccessDenied", DENIED),
    (403, "AccountOverdueError", DENIED),
    (404, "InvalidEndpoint.NotFound", UNKNOWN_MODEL),
    (404, "ModelNotOpen", UNKNOWN_MODEL),
    (429, "RateLimitExceeded.EndpointRPMExceeded", RATE_LIMIT),
    (429, "ModelAccountTpmRateLimitExceeded", RATE_LIMIT),
    (429, "QuotaExceeded", QUOTA),
    (429, "ServerOverloaded", RATE_LIMIT),
]


class TestUpstreams:
    @pytest.mark.parametrize(("status", "body", "kind", "code"), OPENAI)
    def test_openai(
        self, status: int, body: dict[str, Any], kind: FailureKind, code: str | None
    ) -> None:
        """An error of OpenAI's is told by its status and its code, or its type without one."""
        failure = failures.failure_of(status, json.dumps(body).encode())

        assert (kind, status) == (failure.kind, failure.status)
        assert f"the gateway answered {status}: {body['error']['message']}" == failure.message
        if code is not None:
            assert code == failure.code

    @pytest.mark.parametrize(("status", "word", "kind"), ANTHROPIC)
    def test_anthropic(self, status: int, word: str, kind: FailureKind) -> None:
        """An error of Anthropic's is told by its status, and brings the id of the request."""
        failure = failures.failure_of(status, json.dumps(anthropic(word, "why")).encode())

        assert (kind, word, "req_1") == (failure.kind, failure.code, failure.request_id)
        assert f"the gateway answered {status}: why" == failure.message

    @pytest.mark.parametrize(("status", "word", "kind"), GOOGLE)
    def test_google(self, status: int, word: str, kind: FailureKind) -> None:
        """An error of Google's is the same in an array of one as without."""
        body = google(status, word, "why")
        failure = failures.failure_of(status, json.dumps(body).encode())

        assert (kind, word) == (failure.kind, failure.code)
        assert f"the gateway answered {status}: why" == failure.message
        assert failure == failures.failure_of(status, json.dumps([body]).encode())

    @pytest.mark.parametrize(("status", "word", "kind"), ARK)
    def test_ark(self, status: int, word: str, kind: FailureKind) -> None:
        """An error of Ark's is told by its code, of which there may be more than are known."""
        failure = failures.failure_of(status, json.dumps(ark(word, "why")).encode())

        assert (kind, word) == (failure.kind, failure.code)

    @pytest.mark.parametrize(
        ("delay", "seconds"),
        [
            ("30s", 30.0),
            ("0.5s", 0.5),
            ("0s", None),
            ("-1s", None),
            ("infs", None),
            ("soon", None),
            (5, None),
        ],
    )
    def test_the_wait_that_google_asks_for(self, delay: Any, seconds: float | None) -> None:
        """`RetryInfo` is a wait in seconds; none is no wish to be asked again at once."""
        info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
        body = google(429, "RESOURCE_EXHAUSTED", "slow", "odd", info)

        assert seconds == failures.failure_of(429, json.dumps(body).encode()).retry_after


class TestExitCodes:
    @pytest.mark.parametrize(
        ("statuses", "code"),
        [
            ((401, 403), ExitCode.DENIED),
            ((400, 402, 404, 405, 413, 415, 422), ExitCode.REJECTED),
            ((301, 302, 307, 308), ExitCode.UNREACHABLE),
            ((408, 409, 429, 500, 501, 502, 503, 504, 529, 599), ExitCode.UNREACHABLE),
        ],
    )
    def test_by_status(self, statuses: tuple[int, ...], code: ExitCode) -> None:
        """What may not be is 4, what was rejected 5, what could not be reached or done 6."""
        assert {code} == {failures.failure_of(s, b'{"error":{}}').kind.exit_code for s in statuses}

    @pytest.mark.parametrize(
        ("code", "exit_code"),
        [
            ("insufficient_quota", ExitCode.REJECTED),
            ("rate_limit_exceeded", ExitCode.UNREACHABLE),
        ],
    )
    def test_of_429(self, code: str, exit_code: ExitCode) -> None:
        """Too many requests may do later; a spent quota will not."""
        body = json.dumps(openai("m", None, code)).encode()

        assert exit_code is failures.failure_of(429, body).kind.exit_code


class TestInStream:
    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (openai("m", "server_error", None)["error"], UNAVAILABLE),
            (openai("m", "insufficient_quota", None)["error"], QUOTA),
            (openai("m", "invalid_request_error", "model_not_found")["error"], UNKNOWN_MODEL),
            (openai("m", "invalid_request_error", "content_filter")["error"], BLOCKED),
            (anthropic("overloaded_error", "m")["error"], UNAVAILABLE),
            (anthropic("not_found_error", "m")["error"], UNKNOWN_MODEL),
            (anthropic("invalid_request_error", "m")["error"], REJECTED),
            (google(503, "UNAVAILABLE", "m")["error"], UNAVAILABLE),
            (google(400, "INVALID_ARGUMENT", "m")["error"], REJECTED),
            ({"status_code": 401, "message": "m"}, DENIED),
            ({"code": "429", "message": "m"}, RATE_LIMIT),
            ({"code": 7, "message": "m"}, UNAVAILABLE),
            ({"code": "SomethingNew", "message": "m"}, UNAVAILABLE),
            ({"code": "AuthenticationError", "message": "m", "type": "Unauthorized"}, DENIED),
            ({"code": "InvalidParameter.UnsupportedRatio", "message": "m"}, REJECTED),
            ({"code": "InputTextSensitiveContentDetected", "message": "m"}, BLOCKED),
            ({"code": "ModelNotOpen", "message": "m"}, UNKNOWN_MODEL),
            ({"code": "QuotaExceeded", "message": "m"}, QUOTA),
            ({"code": "RateLimitExceeded.EndpointRPMExceeded", "message": "m"}, RATE_LIMIT),
            ("m", UNAVAILABLE),
        ],
    )
    def test_is_judged_by_its_own_code(self, error: Any, kind: FailureKind) -> None:
        """An error under status 200 is what its code or type is; an unknown one is the server's."""
        failure = failures.failure_in(error)

        assert (kind, None) == (failure.kind, failure.status)
        assert "the gateway broke off: m" == failure.message
