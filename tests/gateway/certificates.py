"""Certificates that nobody but the test trusts."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
# All that `openssl ca` has to be told: it alone dates a certificate in the past.
_AUTHORITY = """
[ca]
default_ca = own
[own]
database = {place}/index.txt
new_certs_dir = {place}
rand_serial = yes
default_md = sha256
policy = anybody
x509_extensions = names
[anybody]
commonName = supplied
[names]
subjectAltName = {name}
"""
_LONG_AGO = ("-startdate", "20000101000000Z", "-enddate", "20010101000000Z")


class Certificate(NamedTuple):
    """A self-signed certificate, and a context that serves it."""

    file: Path
    context: ssl.SSLContext


def made_certificate(directory: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Make a self-signed certificate for the alternative *name*; skips the test if it cannot."""
    file, key = directory / "certificate.pem", directory / "key.pem"
    subject = ["-subj", "/CN=sandbox", "-addext", f"subjectAltName={name}", "-days", "2"]
    _openssl("req", "-x509", *_CURVE, *subject, "-keyout", str(key), "-out", str(file))
    return _served(file, key)


def expired_certificate(directory: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Make a self-signed certificate that ended with the year 2000; skips if it cannot."""
    file, key = directory / "certificate.pem", directory / "key.pem"
    wish, settings = directory / "wish.pem", directory / "authority.cnf"
    settings.write_text(_AUTHORITY.format(place=directory, name=name))
    (directory / "index.txt").touch()
    _openssl("req", "-new", *_CURVE, "-subj", "/CN=sandbox", "-keyout", str(key), "-out", str(wish))
    signing = ["-selfsign", "-keyfile", str(key), "-in", str(wish), "-out", str(file), "-notext"]
    _openssl("ca", "-batch", "-config", str(settings), *signing, *_LONG_AGO)
    return _served(file, key)


def _openssl(*argv: str) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no `openssl` command to make a certificate with")
    subprocess.run([openssl, *argv], check=True, capture_output=True)


def _served(file: Path, key: Path) -> Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return Certificate(file, context)
