"""Requests as they leave, and the connections that they share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.driver import KEY
from tests.gateway.faults import Caller, FaultyGateway
from yourouter_cli.clock import Clock
from yourouter_cli.errors import RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpRequest
from yourouter_cli.gateway.transport import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable

    from yourouter_cli.gateway.exchange import HttpReply


class _Key:
    def reveal(self) -> str:
        return KEY


def gateway_at(base_url: str, headers: dict[str, str], trace: list[str] | None = None) -> Gateway:
    """Return a gateway with a key and the headers of a profile."""
    clock = Clock()
    return Gateway(
        base_url=base_url,
        key=_Key(),
        clocks=Clocks(first_byte=5, idle=5),
        clock=clock,
        started=clock.monotonic(),
        headers=headers,
        trace=None if trace is None else trace.append,
    )


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
    with FaultyGateway(_keeps_answering) as faulty:
        gateway = gateway_at(faulty.base_url, {})
        for _ in range(3):
            assert 200 == gateway.send(request(b"{}")).status
        gateway.close()

    assert 1 == faulty.connections
    assert 3 == len(faulty.requests)


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    """A kept connection that the gateway closed in the meantime costs nothing but a new one."""

    def answers_once(caller: Caller) -> None:
        caller.request()
        caller.whole(b"{}")

    with FaultyGateway(answers_once) as faulty:
        gateway = gateway_at(faulty.base_url, {})
        assert 200 == gateway.send(request(b"{}")).status
        faulty.join()
        assert 200 == gateway.send(request(b"{}")).status
        gateway.close()

    assert 2 == faulty.connections


def test_a_body_in_pieces_arrives_whole() -> None:
    """The pieces of a body are sent one after the other, with the length of the whole."""
    with FaultyGateway(_keeps_answering) as faulty:
        gateway = gateway_at(faulty.base_url, {})
        gateway.send(request(b'{"a":', b'"' + b"x" * 500_000 + b'"', b"}"))
        gateway.close()

    head, _, body = faulty.requests[0].partition(b"\r\n\r\n")
    assert b"content-length: 500008" in head
    assert b'{"a":"' + b"x" * 500_000 + b'"}' == body


def test_a_request_may_be_carried_by_the_calling_thread() -> None:
    """`fetch` sends and receives what `send` does."""
    with FaultyGateway(_keeps_answering) as faulty:
        gateway = gateway_at(faulty.base_url, {})
        sent, fetched = gateway.send(request(b"{}")), gateway.fetch(request(b"{", b"}"))
        gateway.close()

    assert (sent.status, sent.headers, sent.body) == (fetched.status, fetched.headers, fetched.body)
    assert faulty.requests[0] == faulty.requests[1]


def test_a_thread_that_carries_many_requests_keeps_a_connection_of_its_own() -> None:
    """What a thread fetches goes over one connection, which no other thread has to look at."""
    with FaultyGateway(_keeps_answering) as faulty:
        gateway = gateway_at(faulty.base_url, {})

        def fetches() -> None:
            for _ in range(5):
                gateway.fetch(request(b"{}"))

        threads = [threading.Thread(target=fetches) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gateway.close()

    assert 3 == faulty.connections
    assert 15 == len(faulty.requests)


@pytest.mark.parametrize("ask", [Gateway.send, Gateway.fetch])
def test_a_reply_has_a_limit(ask: Callable[..., HttpReply]) -> None:
    """A body larger than the caller wants is not taken."""

    def script(caller: Caller) -> None:
        caller.request()
        caller.whole(b"x" * 1_000_001)

    with FaultyGateway(script) as faulty:
        gateway = gateway_at(faulty.base_url, {})
        with pytest.raises(RequestFailed, match=r"the gateway's answer is larger than 0\.954 MB"):
            ask(gateway, request(b"{}"), limit=1_000_000)
        gateway.close()


def test_headers_of_a_request() -> None:
    """The key goes out as a bearer token; the request's headers win over the profile's."""
    with FaultyGateway(_keeps_answering) as faulty:
        gateway = gateway_at(faulty.base_url, {"X-Team": "profile", "X-Also": "profile"})
        gateway.send(request(b"{}", **{"x-team": "request", "vendor": "azure"}))
        gateway.close()

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
    with FaultyGateway(_keeps_answering) as faulty:
        gateway = gateway_at(faulty.base_url, {}, trace)
        gateway.send(request(b"{}"))
        gateway.close()

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

    with FaultyGateway(answers_together) as faulty:
        gateway = gateway_at(faulty.base_url, {})
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(gateway.send(request(b"{}")).status))
            for _ in range(callers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        gateway.close()

    assert [200] * callers == statuses
