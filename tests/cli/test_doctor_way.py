"""`yourouter config doctor`: what can be wrong on the way to a gateway, broken in turn."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.diagnosis import Diagnosis, sound
from tests.driver import KEY, FakeClock
from tests.gateway.answering import AnsweringGateway
from tests.gateway.certificates import made_certificate
from tests.gateway.faults import FaultyGateway, nobody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program
    from tests.gateway.faults import Caller


class TestTheWay:
    def test_a_name_that_is_none(self, run: Program) -> None:
        """A host that cannot be found is told, and nothing beyond it is tried."""
        found = Diagnosis(run.at("https://gateway.invalid/v1"))
        status, detail, fix = found["dns"]

        assert ("fail", "nslookup gateway.invalid") == (status, fix)
        assert detail.startswith("cannot resolve `gateway.invalid`: ")
        assert ["dns"] == found.names("fail")
        assert ("skip", "it needs `dns`", None) == found["tcp"] == found["auth"]

    def test_a_port_that_is_closed(self, run: Program) -> None:
        """A gateway that is not there is told from a name that is not."""
        with nobody() as origin:
            found = Diagnosis(run.at(f"{origin}/v1"))

        assert (
            "fail",
            f"cannot connect to {origin}: connection refused",
            f"curl -v {origin.removeprefix('http://')}",
        ) == found["tcp"]
        assert ["tcp"] == found.names("fail")

    def test_an_address_with_colons(self, run: Program) -> None:
        """In a command that can be pasted, such an address stands in brackets."""
        with nobody() as origin:
            port = origin.rpartition(":")[2]
        found = Diagnosis(run.at(f"http://[::1]:{port}/v1"))

        assert ("fail", f"curl -v [::1]:{port}") == found["tcp"][::2]

    def test_a_certificate_in_order(self, run: Program, tmp_path: Path) -> None:
        """The certificate is told with its dates, and who is trusted for it."""
        certificate = made_certificate(tmp_path)
        with AnsweringGateway(sound, tls=certificate.context) as gateway:
            program = run.at(gateway.base_url).having(SSL_CERT_FILE=str(certificate.file))
            found = Diagnosis(program)
            soon = Diagnosis(program, clock=FakeClock(running=True, epoch=time.time()))

        status, detail, fix = found["tls"]
        assert ("ok", None) == (status, fix)
        assert detail.startswith("TLSv1.3; sandbox by sandbox, valid from 20")
        assert detail.endswith(f"days more); trusted by SSL_CERT_FILE ({certificate.file})")
        assert [] == found.names("fail")
        # It is made for two days.
        assert "warn" == soon["tls"][0]
        assert "(1 days more)" in soon["tls"][1]

    @pytest.mark.parametrize(
        ("name", "trusted", "detail", "fix"),
        [
            ("IP:127.0.0.1", False, "self-signed certificate", "export SSL_CERT_FILE=CA.pem"),
            (
                "DNS:elsewhere.example",
                True,
                "ip address mismatch, certificate is not valid for '127.0.0.1'",
                "yourouter config get base_url --origin",
            ),
        ],
    )
    def test_a_certificate_that_proves_nothing(
        self, run: Program, tmp_path: Path, name: str, trusted: bool, detail: str, fix: str
    ) -> None:
        """A gateway that cannot prove who it is gets no key."""
        certificate = made_certificate(tmp_path, name)
        with AnsweringGateway(sound, tls=certificate.context) as gateway:
            program = run.at(gateway.base_url)
            if trusted:
                program = program.having(SSL_CERT_FILE=str(certificate.file))
            found = Diagnosis(program)

            assert [] == gateway.asked
            assert ("fail", f"cannot trust {gateway.origin}: {detail}", fix) == found["tls"]
        assert ["tls"] == found.names("fail")

    def test_a_port_without_tls(self, run: Program) -> None:
        """Https to a port that speaks plain http is told as such."""
        with FaultyGateway(lambda caller: caller.send(b"HTTP/1.1 400 No\r\n\r\n")) as gateway:
            found = Diagnosis(run.at(f"https://127.0.0.1:{gateway.port}/v1"))

        status, detail, fix = found["tls"]
        assert ("fail", "yourouter config get base_url --origin") == (status, fix)
        assert detail.startswith(f"cannot speak TLS with https://127.0.0.1:{gateway.port}: ")

    def test_trust_that_is_not_there(self, run: Program) -> None:
        """A bundle of authorities that is not there is told with its variable."""
        with FaultyGateway(lambda caller: caller.wait()) as gateway:
            program = run.at(f"https://127.0.0.1:{gateway.port}/v1").having(SSL_CERT_FILE="/no/ca")
            found = Diagnosis(program)

        assert (
            "fail",
            "cannot use `SSL_CERT_FILE`: no such file or directory: `/no/ca`",
            "unset SSL_CERT_FILE",
        ) == found["tls"]

    def test_plain_http_that_is_allowed(self, run: Program) -> None:
        """A key that travels in the open is worth a word, each time."""
        program = run.having(YOUROUTER_ALLOW_INSECURE_HTTP="true", YOUROUTER_API_KEY=KEY)
        with AnsweringGateway(sound) as gateway:
            # Another address of this machine, which is not known to be one.
            url = f"http://{socket.gethostname()}:{gateway.port}/v1"
            found = Diagnosis(program.having(YOUROUTER_BASE_URL=url), "--connect-timeout", "1")

        if found["tcp"][0] != "ok":
            pytest.skip("this machine does not reach itself by its name")
        assert "warn" == found["tls"][0]
        assert "yourouter config unset allow_insecure_http" == found["tls"][2]

    def test_a_proxy(self, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy is the first to be called; its password is not shown."""
        with AnsweringGateway(sound) as proxy:
            monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@127.0.0.1:{proxy.port}")
            program = run.at("http://127.0.0.3:9/v1")
            found = Diagnosis(program)

        assert [] == found.names("fail")
        assert ("ok", f"http://127.0.0.1:{proxy.port} (HTTP_PROXY)", None) == found["proxy"]
        assert f"connected to 127.0.0.1 port {proxy.port}" == found["tcp"][1]
        assert "secret" not in found.result.stdout

    def test_a_proxy_that_is_down(self, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy that is not there is what cannot be connected to."""
        monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:9")
        found = Diagnosis(run.at("https://gateway.example/v1"))

        status, detail, fix = found["tcp"]
        assert ("fail", "unset HTTPS_PROXY https_proxy") == (status, fix)
        assert (
            "cannot connect to https://gateway.example through the proxy http://127.0.0.1:9:"
            " connection refused" == detail
        )
        assert ("skip", "it needs `tcp`", None) == found["tls"]

    def test_a_proxy_that_refuses(self, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy that opens no way is what is broken, not what lies behind it."""

        def script(caller: Caller) -> None:
            caller.request()
            caller.send(b"HTTP/1.1 407 Who Are You\r\n\r\n")

        with FaultyGateway(script) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
            found = Diagnosis(run.at("https://gateway.example/v1"))

            assert (
                "fail",
                f"the proxy {proxy.origin} refused: 407 who are you",
                "unset HTTPS_PROXY https_proxy",
            ) == found["proxy"]
        assert ["proxy"] == found.names("fail")
        assert ("skip", "the proxy opens no way there", None) == found["tls"]
        assert b"CONNECT gateway.example:443 HTTP/1.1\r\n" in proxy.requests[0]

    def test_a_tunnel(self, run: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Through a proxy that opens the way, the certificate is the gateway's."""
        certificate = made_certificate(tmp_path)

        def script(caller: Caller) -> None:
            caller.request()
            caller.send(b"HTTP/1.1 200 Go On\r\n\r\n")
            caller.tunnel(gateway.port)

        with (
            AnsweringGateway(sound, tls=certificate.context) as gateway,
            FaultyGateway(script) as proxy,
        ):
            # The proxy alone knows where the gateway really is.
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{proxy.port}")
            program = run.at("https://127.0.0.1:9/v1")
            found = Diagnosis(program.having(SSL_CERT_FILE=str(certificate.file)))

        assert [] == found.names("fail")
        assert "ok" == found["tls"][0]
        assert b"Proxy-Authorization: Basic bWU6c2VjcmV0" in proxy.requests[0]

    def test_a_proxy_of_another_kind(self, run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy that speaks no HTTP cannot be used."""
        monkeypatch.setenv("ALL_PROXY", "socks5://me:secret@127.0.0.1:1080")
        with AnsweringGateway(sound) as gateway:
            found = Diagnosis(run.at(f"http://127.0.0.3:{gateway.port}/v1"), "--offline")

        assert (
            "fail",
            "cannot use `ALL_PROXY`: `socks5://127.0.0.1:1080` is no http or https proxy",
            "unset ALL_PROXY all_proxy",
        ) == found["proxy"]

    def test_a_proxy_of_another_kind_is_not_blamed_for_a_name(
        self, run: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is not used is not what a failure is told about."""
        monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
        found = Diagnosis(run.at("https://no-such-host.invalid/v1"))

        assert "no-such-host.invalid" in found["dns"][1]
        assert ["dns", "proxy"] == found.names("fail")
