"""Proxies as the environment names them."""

from __future__ import annotations

import pytest

from tests.gateway.faults import Caller, FaultyGateway, nobody
from yourouter_cli.clock import Clock
from yourouter_cli.errors import ConfigProblem, FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpReply, HttpRequest
from yourouter_cli.gateway.transport import Gateway


def asked(base_url: str) -> HttpReply:
    """Ask *base_url* for its models."""
    clock = Clock()
    gateway = Gateway(
        base_url=base_url,
        key=None,
        clocks=Clocks(connect=5, first_byte=5),
        clock=clock,
        started=clock.monotonic(),
    )
    try:
        return gateway.send(HttpRequest(method="GET", path="/models"))
    finally:
        gateway.close()


def _forwards(caller: Caller) -> None:
    caller.request()
    caller.whole(b"by the proxy")


def test_plain_http_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """`HTTP_PROXY` is asked for the whole URL, with its own credentials."""
    with FaultyGateway(_forwards) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://someone:secret@127.0.0.1:{proxy.port}")

        assert b"by the proxy" == asked("http://127.0.0.2:9/v1").body

    assert proxy.requests[0].startswith(b"GET http://127.0.0.2:9/v1/models HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic c29tZW9uZTpzZWNyZXQ=" in proxy.requests[0]


def test_no_proxy_is_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host in `NO_PROXY` is asked directly."""
    with FaultyGateway(_forwards) as proxy, FaultyGateway(_forwards) as gateway:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")

        asked(gateway.base_url)

    assert 0 == proxy.connections
    assert 1 == gateway.connections


def test_a_proxy_that_refuses_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the proxy refuses the tunnel the failure names the proxy and what it said."""

    def refuses(caller: Caller) -> None:
        caller.request()
        caller.whole(b"", 407)

    with FaultyGateway(refuses) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://someone:secret@127.0.0.1:{proxy.port}")
        with pytest.raises(RequestFailed) as raised:
            asked("https://gateway.example/v1")

        assert FailureKind.PROXY is raised.value.failure.kind
        assert f"the proxy {proxy.origin} refused: 407 words" == raised.value.message
    assert proxy.requests[0].startswith(b"CONNECT gateway.example:443 HTTP/1.1\r\n")


def test_a_proxy_that_is_not_there_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the proxy cannot be reached the failure says that it was on the way."""
    with nobody() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.replace("//", "//someone:secret@"))
        with pytest.raises(RequestFailed) as raised:
            asked("https://gateway.example/v1")

    assert FailureKind.CONNECT is raised.value.failure.kind
    assert (
        f"cannot connect to https://gateway.example through the proxy {proxy}: "
        "connection refused" == raised.value.message
    )


@pytest.mark.parametrize("url", ["socks5://u:secret@127.0.0.1:1080", "ftp://127.0.0.1", "a:b:c"])
def test_a_proxy_of_another_kind_is_a_problem_of_the_configuration(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """A proxy that speaks no HTTP is refused with its variable, without its password."""
    monkeypatch.setenv("ALL_PROXY", url)

    with pytest.raises(ConfigProblem) as raised:
        asked("http://127.0.0.2:9/v1")

    assert raised.value.message.startswith("cannot use `ALL_PROXY`: ")
    assert "secret" not in raised.value.message
    assert ("unset ALL_PROXY all_proxy",) == raised.value.hints
