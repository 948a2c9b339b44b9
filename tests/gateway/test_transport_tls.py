"""Https: who is trusted, and what is said about who is not."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.gateway.certificates import Certificate, made_certificate
from tests.gateway.faults import Caller, FaultyGateway
from tests.gateway.opened import gateway_at
from yourouter_cli.clock import Clock
from yourouter_cli.errors import ConfigProblem, FailureKind, RequestFailed
from yourouter_cli.gateway.exchange import Clocks, HttpReply, HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REQUEST = HttpRequest(method="GET", path="/models")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Return a certificate made for this run."""
    return made_certificate(tmp_path_factory.mktemp("tls"))


def _answers(caller: Caller) -> None:
    caller.request()
    caller.whole(b"{}")


def asked(base_url: str, environ: Mapping[str, str] | None = None) -> HttpReply:
    """Ask *base_url* in the given environment."""
    with gateway_at(base_url, environ=environ) as gateway:
        return gateway.send(REQUEST)


def test_a_certificate_that_nobody_signed_is_not_trusted(certificate: Certificate) -> None:
    """A self-signed certificate is refused, in words."""
    with FaultyGateway(_answers, tls=certificate.context) as faulty:
        with pytest.raises(RequestFailed) as raised:
            asked(faulty.base_url)

        assert FailureKind.TLS is raised.value.failure.kind
        assert f"cannot trust {faulty.origin}: self-signed certificate" == raised.value.message


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_environment_names_whom_to_trust(certificate: Certificate, variable: str) -> None:
    """`SSL_CERT_FILE` and `SSL_CERT_DIR` name certificates to trust, as for curl."""
    place = certificate.file
    if variable == "SSL_CERT_DIR":
        place = place.parent
        digest = subprocess.run(
            ["openssl", "x509", "-hash", "-noout", "-in", str(certificate.file)],  # noqa: S607 - found above
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        hashed = place / f"{digest}.0"
        if not hashed.exists():
            hashed.symlink_to(certificate.file)

    with FaultyGateway(_answers, tls=certificate.context) as faulty:
        assert 200 == asked(faulty.base_url, {variable: str(place)}).status


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    """A trusted certificate of another host is refused."""
    certificate = made_certificate(tmp_path, "DNS:elsewhere.example")

    with FaultyGateway(_answers, tls=certificate.context) as faulty:
        with pytest.raises(RequestFailed) as raised:
            asked(faulty.base_url, {"SSL_CERT_FILE": str(certificate.file)})

        assert FailureKind.TLS is raised.value.failure.kind
        assert raised.value.message.startswith(f"cannot trust {faulty.origin}: ip address mismatch")


def test_a_port_that_speaks_no_tls_is_named() -> None:
    """Https to a port that speaks plain http is a TLS failure that says so."""
    with FaultyGateway(lambda caller: caller.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as faulty:
        origin = f"https://127.0.0.1:{faulty.port}"
        with pytest.raises(RequestFailed) as raised:
            asked(f"{origin}/v1")

    assert FailureKind.TLS is raised.value.failure.kind
    # OpenSSL has had two names for it.
    assert raised.value.message in {
        f"cannot speak TLS with {origin}: wrong version number",
        f"cannot speak TLS with {origin}: record layer failure",
    }


def test_a_stream_inside_tls_can_be_left(certificate: Certificate) -> None:
    """An answer that is not read to its end is let go at once, also inside TLS."""
    clock = Clock()

    def script(caller: Caller) -> None:
        caller.request()
        caller.head()
        caller.send(b"data: 1\n\n")
        caller.wait()

    trust = {"SSL_CERT_FILE": str(certificate.file)}
    with (
        FaultyGateway(script, tls=certificate.context) as faulty,
        gateway_at(faulty.base_url, Clocks(), environ=trust) as gateway,
        gateway.open(REQUEST) as exchange,
    ):
        assert b"data: 1\n\n" == next(exchange.blocks())
        left = clock.monotonic()

    assert clock.monotonic() - left < 1


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_trust_that_is_not_there_is_a_problem_of_the_configuration(variable: str) -> None:
    """A file or directory of certificates that is not there is named, with its variable."""
    with pytest.raises(ConfigProblem) as raised:
        asked("https://127.0.0.1:9/v1", {variable: "/no/such/place"})

    assert (
        f"cannot use `{variable}`: no such file or directory: `/no/such/place`"
        == raised.value.message
    )


def test_trust_that_holds_no_certificate_is_a_problem_of_the_configuration(tmp_path: Path) -> None:
    """A file without a certificate in it is named."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")

    with pytest.raises(ConfigProblem) as raised:
        asked("https://127.0.0.1:9/v1", {"SSL_CERT_FILE": str(empty)})

    assert f"cannot use `SSL_CERT_FILE`: no certificates in it: `{empty}`" == raised.value.message
