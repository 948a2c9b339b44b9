"""Which certificate authorities to trust, found without parsing a bundle where possible."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Mapping


def context_for(url: str, environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return the context for connections to *url*; see `trusting_context` for what it raises."""
    return trusting_context(environ) if url.startswith("https:") else bare_context()


def bare_context() -> ssl.SSLContext:
    """Return a context that trusts nobody, for connections that are not TLS at all.

    Given to the HTTP library so that it does not parse 20 ms worth of certificates for `http://`.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Trust(NamedTuple):
    """Where the authorities' certificates are, a file, a directory or both, and who says so."""

    file: str | None
    directory: str | None
    source: str


def trust_in(environ: Mapping[str, str]) -> Trust:
    """Return whom to trust: as the user says, else as the system does, else as certifi does.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` win, as in curl; else the system's hashed directory
    (0.13 ms to load), else its file (20 ms), else the bundle of certifi.
    """
    file, directory = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if file or directory:
        return Trust(file or None, directory or None, "SSL_CERT_FILE" if file else "SSL_CERT_DIR")
    system = ssl.get_default_verify_paths()
    if system.capath and _is_hashed(system.capath):
        return Trust(None, system.capath, "the system")
    if system.cafile:
        return Trust(system.cafile, None, "the system")
    import certifi  # 26 ms, and only on systems that keep no certificates of their own

    return Trust(certifi.where(), None, "certifi")


def trusting_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return a context that verifies host names and certificates, trusting as `trust_in` says.

    Raises `ConfigProblem` when a file or directory that the user named cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust = trust_in(environ)
    if trust.source.startswith("SSL_"):
        _load_named(context, trust.file, trust.directory)
    else:
        context.load_verify_locations(cafile=trust.file, capath=trust.directory)
    return context


def _load_named(context: ssl.SSLContext, file: str | None, directory: str | None) -> None:
    for variable, path, exists in (
        ("SSL_CERT_FILE", file, os.path.isfile),
        ("SSL_CERT_DIR", directory, os.path.isdir),
    ):
        if path and not exists(path):
            raise ConfigProblem(
                f"cannot use `{variable}`: no such file or directory: `{path}`",
                hints=f"unset {variable}",
            )
    try:
        context.load_verify_locations(cafile=file, capath=directory)
    except (OSError, ssl.SSLError) as error:
        reason = "no certificates in it" if isinstance(error, ssl.SSLError) else error.strerror
        raise ConfigProblem(
            f"cannot use `SSL_CERT_FILE`: {reason}: `{file}`", hints="unset SSL_CERT_FILE"
        ) from error


def _is_hashed(directory: str) -> bool:
    """Return whether *directory* has the `1a2b3c4d.0` links by which OpenSSL finds authorities."""
    try:
        with os.scandir(directory) as entries:
            return any(entry.name.endswith(".0") for entry in entries)
    except OSError:
        return False
