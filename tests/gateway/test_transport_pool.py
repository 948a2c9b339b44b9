"""Requests as they leave, and the connections that they share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.driver import KEY
from tests.gateway.faults import Caller, FaultyGateway
from tests.gateway.opened import gateway_at
from yourouter_cli.errors import RequestFailed
from yourouter_cli.gateway.exchange import HttpRequest
from yourouter_cli.gateway.transport import Gateway
from yourouter_cli.settings.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.gateway.exchange import HttpReply

HEADERS = {"X-Team": "profile", "X-Also": "profile"}


def _keeps_answering(caller: Caller) -> None:
    while caller.request():
        caller.whole(b"{}")


def request(*body: bytes, **headers: str) -> HttpRequest:
    """Return a request with *body* in pieces."""
    return HttpRequest(method="POST", path="/chat/completions", headers=headers, body=body)


def head_of(raw: bytes) -> dict[str, str]:
    """Return the headers of a raw request, names in lower case."""
    lines = raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def test_a_connection_is_used_again() -> None:
    """Requests that follow each other share one connection."""
    with FaultyGateway(_keeps_answering) as faulty, gateway_at(faulty.base_url) as gateway:
        for _ in range(3):
            assert 200 == gateway.send(request(b"{}")).status

    assert 1 == faulty.connections
    assert 3 == len(faulty.requests)


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    """A kept connection that the gateway closed in the meantime costs nothing but a new one."""

    def answers_once(caller: Caller) -> None:
        caller.request()
        caller.whole(b"{}")

    with FaultyGateway(answers_once) as faulty, gateway_at(faulty.base_url) as gateway:
        assert 200 == gateway.send(request(b"{}")).status
        faulty.join()
        assert 200 == gateway.send(request(b"{}")).status

    assert 2 == faulty.connections


def test_a_body_in_pieces_arrives_whole() -> None:
    """The pieces of a body are sent one after the other, with the length of the whole."""
    with FaultyGateway(_keeps_answering) as faulty, gateway_at(faulty.base_url) as gateway:
        gateway.send(request(b'{"a":', b'"' + b"x" * 500_000 + b'"', b"}"))

    head, _, body = faulty.requests[0].partition(b"\r\n\r\n")
    assert b"content-length: 500008" in head
    assert b'{"a":"' + b"x" * 500_000 + b'"}' == body


def test_a_request_may_be_carried_by_the_calling_thread() -> None:
    """`fetch` sends and receives what `send` does."""
    with FaultyGateway(_keeps_answering) as faulty, gateway_at(faulty.base_url) as gateway:
        sent, fetched = gateway.send(request(b"{}")), gateway.fetch(request(b"{", b"}"))

    assert (sent.status, sent.headers, sent.body) == (fetched.status, fetched.headers, fetched.body)
    assert faulty.requests[0] == faulty.requests[1]


def test_a_thread_that_carries_many_requests_keeps_a_connection_of_its_own() -> None:
    """What a thread fetches goes over one connection, which no other thread has to look at."""
    with FaultyGateway(_keeps_answering) as faulty, gateway_at(faulty.base_url) as gateway:

        def fetches() -> None:
            for _ in range(5):
                gateway.fetch(request(b"{}"))

        threads = [threading.Thread(target=fetches) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 3 == faulty.connections
    assert 15 == len(faulty.requests)


@pytest.mark.parametrize("ask", [Gateway.send, Gateway.fetch])
def test_a_reply_has_a_limit(ask: Callable[..., HttpReply]) -> None:
    """A body larger than the caller wants is not taken."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.whole(b"x" * 1_000_001)

    with (
        FaultyGateway(script) as faulty,
        gateway_at(faulty.base_url) as gateway,
        pytest.raises(RequestFailed, match=r"the gateway's answer is larger than 0\.954 MB"),
    ):
        ask(gateway, request(b"{}"), limit=1_000_000)


def test_headers_of_a_request() -> None:
    """The key goes out as a bearer token; the request's headers win over the profile's."""
    with (
        FaultyGateway(_keeps_answering) as faulty,
        gateway_at(faulty.base_url, key=Secret(KEY), headers=HEADERS) as gateway,
    ):
        gateway.send(request(b"{}", **{"x-team": "request", "vendor": "azure"}))

    headers = head_of(faulty.requests[0])
    assert f"Bearer {KEY}" == headers["authorization"]
    assert "application/json" == headers["content-type"]
    assert "identity" == headers["accept-encoding"]
    assert "azure" == headers["vendor"]
    assert ("request", "profile") == (headers["x-team"], headers["x-also"])
    assert headers["user-agent"].startswith("yourouter/")


def test_the_trace_masks_the_key() -> None:
    """What `--debug` shows of an exchange names everything but the key."""
    trace: list[str] = []
    with (
        FaultyGateway(_keeps_answering) as faulty,
        gateway_at(faulty.base_url, key=Secret(KEY), trace=trace.append) as gateway,
    ):
        gateway.send(request(b"{}"))

    assert f"> POST {faulty.base_url}/chat/completions" == trace[0]
    assert "> authorization: Bearer ***" in trace
    assert "< 200 Words" in trace
    assert "< content-type: application/json" in trace
    assert KEY not in "\n".join(trace)


@pytest.mark.parametrize("callers", [8])
def test_threads_share_a_gateway(callers: int) -> None:
    """Requests of several threads are under way at the same time."""
    together = threading.Barrier(callers)

    def answers_together(caller: Caller) -> None:
        while caller.request():
            together.wait(5)
            caller.whole(b"{}")

    with FaultyGateway(answers_together) as faulty, gateway_at(faulty.base_url) as gateway:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(gateway.send(request(b"{}")).status))
            for _ in range(callers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)

    assert [200] * callers == statuses
