"""Certificates that nobody but the test trusts."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path


class Certificate(NamedTuple):
    """A self-signed certificate, and a context that serves it."""

    file: Path
    context: ssl.SSLContext


def made_certificate(directory: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Make a self-signed certificate for the alternative *name*; skips the test if it cannot."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no `openssl` command to make a certificate with")
    file, key = directory / "certificate.pem", directory / "key.pem"
    subject = ["-subj", "/CN=sandbox", "-addext", f"subjectAltName={name}", "-days", "2"]
    elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run(
        [openssl, "req", "-x509", *elliptic, *subject, "-keyout", str(key), "-out", str(file)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return Certificate(file, context)
