"""What follows a failure: the whole table, and how long to wait before another attempt."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from yourouter_cli.dialects import failures
from yourouter_cli.errors import Failure, FailureKind
from yourouter_cli.gateway import retry
from yourouter_cli.gateway.retry import Verdict, classify

NOW = 1_700_000_000.0
AGAIN, NEXT, GIVE_UP = Verdict.AGAIN, Verdict.NEXT_MODEL, Verdict.GIVE_UP


def failed(kind: FailureKind, status: int | None = None, clock: str | None = None) -> Failure:
    """Return a failure without words."""
    return Failure(kind=kind, message="", status=status, clock=clock)


def answered(status: int, body: bytes = b'{"error":{"message":"no"}}') -> Failure:
    """Return the failure that a reply with an error status is."""
    return failures.failure_of(status, body)


QUOTA_SPENT = b'{"error":{"code":"insufficient_quota"}}'
FILTERED = b'{"error":{"code":"content_filter"}}'
NO_SUCH_MODEL = b'{"error":{"message":"The model `x` does not exist"}}'

# The failure; what follows for what can be sent twice; what follows for a video task.
TABLE = {
    "DNS": (failed(FailureKind.DNS), AGAIN, AGAIN),
    "connect": (failed(FailureKind.CONNECT), AGAIN, AGAIN),
    "TLS": (failed(FailureKind.TLS), AGAIN, AGAIN),
    "proxy": (failed(FailureKind.PROXY), AGAIN, AGAIN),
    "connect timeout": (failed(FailureKind.TIMEOUT, clock="connect"), AGAIN, AGAIN),
    "first byte": (failed(FailureKind.TIMEOUT, clock="first_byte"), AGAIN, GIVE_UP),
    "idle": (failed(FailureKind.TIMEOUT, clock="idle"), AGAIN, GIVE_UP),
    "total": (failed(FailureKind.TIMEOUT, clock="total"), GIVE_UP, GIVE_UP),
    "reset": (failed(FailureKind.RESET), AGAIN, GIVE_UP),
    "no HTTP": (failed(FailureKind.PROTOCOL), AGAIN, GIVE_UP),
    "truncated": (failed(FailureKind.TRUNCATED), AGAIN, GIVE_UP),
    "redirect": (answered(302), GIVE_UP, GIVE_UP),
    "400": (answered(400), GIVE_UP, GIVE_UP),
    "401": (answered(401), GIVE_UP, GIVE_UP),
    "402": (answered(402), GIVE_UP, GIVE_UP),
    "403": (answered(403), GIVE_UP, GIVE_UP),
    "404": (answered(404), NEXT, GIVE_UP),
    "404, a page": (answered(404, b"<html>not found</html>"), GIVE_UP, GIVE_UP),
    "400, no such model": (answered(400, NO_SUCH_MODEL), NEXT, GIVE_UP),
    "408": (answered(408), AGAIN, GIVE_UP),
    "409": (answered(409), AGAIN, GIVE_UP),
    "413": (answered(413), GIVE_UP, GIVE_UP),
    "422": (answered(422), GIVE_UP, GIVE_UP),
    "400, filter": (answered(400, FILTERED), GIVE_UP, GIVE_UP),
    "429": (answered(429), AGAIN, GIVE_UP),
    "429, quota": (answered(429, QUOTA_SPENT), GIVE_UP, GIVE_UP),
    "500": (answered(500), AGAIN, GIVE_UP),
    "502": (answered(502, b"<html>Bad Gateway</html>"), AGAIN, GIVE_UP),
    "503": (answered(503), AGAIN, GIVE_UP),
    "504": (answered(504), AGAIN, GIVE_UP),
    "529": (answered(529), AGAIN, GIVE_UP),
}


@pytest.mark.parametrize(("failure", "replayable", "billed"), TABLE.values(), ids=TABLE)
class TestTable:
    def test_before_any_content(
        self, failure: Failure, replayable: Verdict, billed: Verdict
    ) -> None:
        """What can be sent twice is sent again where that may help; a video task only unsent."""
        assert replayable is classify(failure)
        assert billed is classify(failure, replayable=False)

    def test_after_content(self, failure: Failure, replayable: Verdict, billed: Verdict) -> None:
        """Once some of the answer was shown nothing is begun again, whatever broke it off."""
        del replayable, billed

        assert GIVE_UP is classify(failure, content_seen=True)
        assert GIVE_UP is classify(failure, content_seen=True, replayable=False)

    def test_the_word_of_the_gateway(
        self, failure: Failure, replayable: Verdict, billed: Verdict
    ) -> None:
        """`x-should-retry` overrides the rule for a status, not what is known about the request."""
        said = {word: _with_word(failure, should_retry=word) for word in (True, False)}
        about_the_request = failure.kind in {FailureKind.UNKNOWN_MODEL, FailureKind.QUOTA}
        if failure.status is None or about_the_request:
            assert replayable is classify(said[True])
            assert replayable is classify(said[False])
        else:
            assert AGAIN is classify(said[True])
            assert GIVE_UP is classify(said[False])
        assert billed is classify(said[True], replayable=False)


def _with_word(failure: Failure, *, should_retry: bool) -> Failure:
    return Failure(
        kind=failure.kind,
        message="",
        status=failure.status,
        clock=failure.clock,
        should_retry=should_retry,
    )


class TestSecondTimeout:
    @pytest.mark.parametrize("clock", ["first_byte", "idle"])
    def test_is_the_last(self, clock: str) -> None:
        """A model that let a clock run out twice is not asked a third time; another one may be."""
        assert NEXT is classify(failed(FailureKind.TIMEOUT, clock=clock), timeouts=1)

    def test_to_connect_is_not(self) -> None:
        """A connection that takes too long is tried again as often as any other."""
        assert AGAIN is classify(failed(FailureKind.TIMEOUT, clock="connect"), timeouts=1)


class TestDelay:
    @pytest.mark.parametrize(
        ("attempt", "seconds"), [(0, 0.5), (1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (50, 8.0)]
    )
    def test_doubles_up_to_8_seconds(self, attempt: int, seconds: float) -> None:
        """Half a second, doubled each time, at most 8 s; jitter only ever shortens it, to 3/4."""
        assert seconds == retry.delay(attempt, None, lambda: 0.0)
        assert 0.75 * seconds == retry.delay(attempt, None, lambda: 1.0)

    def test_what_was_asked_for_wins(self) -> None:
        """The wait that the gateway asks for is kept to exactly."""
        assert 17.5 == retry.delay(0, 17.5, lambda: 1.0)


class TestAskedWait:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({}, None),
            ({"retry-after-ms": "250"}, 0.25),
            ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
            ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
            ({"retry-after": "1.5"}, 1.5),
            ({"retry-after": " 2 "}, 2.0),
            ({"retry-after": "120"}, 120.0),
            ({"retry-after": "inf"}, None),
            ({"retry-after": "nan"}, None),
            ({"retry-after": "0"}, None),
            ({"retry-after": "-3"}, None),
            ({"retry-after": ""}, None),
            ({"retry-after": "tomorrow"}, None),
            ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30.0),
            ({"retry-after": formatdate(NOW - 30, usegmt=True)}, None),
            ({"retry-after": "Tue, 99 Nov 2023 99:99:99 GMT"}, None),
        ],
    )
    def test_headers(self, headers: dict[str, str], seconds: float | None) -> None:
        """Milliseconds win over seconds or a date; nonsense, 0 and the past are no wish."""
        assert seconds == retry.asked_wait(headers, NOW)


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({}, None),
        ({"x-should-retry": "true"}, True),
        ({"x-should-retry": "False"}, False),
        ({"x-should-retry": "maybe"}, None),
    ],
)
def test_should_retry(headers: dict[str, str], word: bool | None) -> None:
    """Only a clear yes or no is an explicit word."""
    assert word is retry.should_retry(headers)
