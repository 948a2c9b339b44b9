"""Proxies as the environment names them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.gateway.certificates import made_certificate
from tests.gateway.faults import Caller, FaultyGateway, nobody
from tests.gateway.opened import gateway_at
from yourouter_cli.errors import ConfigProblem, FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpReply, HttpRequest

if TYPE_CHECKING:
    from pathlib import Path


def asked(base_url: str, *, connect: float = 5) -> HttpReply:
    """Ask *base_url* for its models."""
    with gateway_at(base_url, Clocks(connect=connect, first_byte=5)) as gateway:
        return gateway.send(HttpRequest(method="GET", path="/models"))


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


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize("name", ["no-such-proxy.invalid:3128", "a..b"])
def test_a_proxy_without_an_address_is_called_one(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """When a name cannot be resolved it is said whether it is the proxy's."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:secret@{name}")

    with pytest.raises(RequestFailed) as raised:
        asked("https://gateway.example/v1")

    assert FailureKind.DNS is raised.value.failure.kind
    assert raised.value.message.startswith(f"cannot resolve the proxy `{name}`: ")


def test_a_proxy_that_says_nothing_is_a_matter_of_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To be let through is bounded by the connect clock: the gateway has got nothing yet."""

    def says_nothing(caller: Caller) -> None:
        caller.request()
        caller.wait()

    with FaultyGateway(says_nothing) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
        with pytest.raises(RequestFailed) as raised:
            asked("https://gateway.example/v1", connect=0.2)

    assert "connect" == raised.value.failure.clock
    assert (
        "cannot connect to https://gateway.example within 0.2 s (connect timeout)"
        == raised.value.message
    )


def test_what_goes_through_a_proxy_can_be_cut(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A request that is left is hung up on, behind a proxy and inside TLS as well."""
    certificate = made_certificate(tmp_path)
    hung_up = threading.Event()

    def says_nothing(caller: Caller) -> None:
        caller.request()
        assert b"" == caller.request()  # the other side hung up
        hung_up.set()

    with FaultyGateway(says_nothing, tls=certificate.context) as faulty:

        def lets_through(caller: Caller) -> None:
            caller.request()
            caller.send(b"HTTP/1.1 200 OK\r\n\r\n")
            caller.tunnel(faulty.port)

        with FaultyGateway(lets_through) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
            trust = {"SSL_CERT_FILE": str(certificate.file)}
            with gateway_at(faulty.base_url, Clocks(first_byte=0.3), environ=trust) as gateway:
                with pytest.raises(RequestFailed, match="first-byte timeout"):
                    gateway.send(HttpRequest(method="GET", path="/models"))
                assert hung_up.wait(10)


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
