"""The program speaks to the gateway that it is told to speak to, and to nobody else."""

from __future__ import annotations

import shlex
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from yourouter_cli.cli import COMMANDS

if TYPE_CHECKING:
    from tests.driver import Program
    from yourouter_cli.sandbox.server import Sandbox

# For each command of the program, ways to run it, and whether that is a reason to ask the gateway.
WAYS = {
    "chat": {
        "chat hi": True,
        "chat hi -a https://pictures.example/a.png": True,
        "chat hi -m nobody/nothing": True,
        "chat hi --dry-run": False,
        "chat hi --curl": False,
    },
    "embed": {"embed hi -m sandbox/embed": True, "embed hi --dry-run": False},
    "video": {
        "video create sea -m sandbox/video": True,
        "video list": False,
        "video get nothing": True,
    },
    "models": {
        "models list --live": True,
        "models list --catalog": False,
        "models show gpt-4o": True,
        "models check sandbox/echo": True,
    },
    "config": {
        "config list": False,
        "config set model x": False,
        "config doctor": True,
        "config doctor --offline": False,
        "config init --no-input --no-check": False,
    },
    "history": {"history list": False, "history search hi": False},
    "help": {"help environment": False, "--help": False, "--version": False},
}
# It serves, until it is stopped.
WITHOUT = {"sandbox"}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Return the addresses to which a connection was made, as they are made, and names asked."""
    addresses: list[tuple[Any, ...]] = []
    connect, named = socket.socket.connect, socket.getaddrinfo

    def connecting(self: socket.socket, address: Any) -> None:
        addresses.append(tuple(address))
        connect(self, address)

    def naming(host: Any, port: Any, *more: Any, **further: Any) -> Any:
        addresses.append((host, port))
        return named(host, port, *more, **further)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", naming)
    return addresses


def test_every_command_is_watched() -> None:
    """A command that is added to the program has to be added here."""
    assert set(COMMANDS) == {*WAYS, *WITHOUT}


@pytest.mark.parametrize(
    ("line", "asks"), [item for name in COMMANDS if name in WAYS for item in WAYS[name].items()]
)
def test_nobody_else_is_contacted(
    line: str, asks: bool, run: Program, sandbox: Sandbox, called: list[tuple[Any, ...]]
) -> None:
    """No command looks up a name or opens a connection but the gateway's, and none without need."""
    run.at(sandbox).having(YOUROUTER_MODEL="sandbox/echo")(*shlex.split(line))

    gateway = urlsplit(sandbox.base_url)
    assert {(gateway.hostname, gateway.port)} >= {address[:2] for address in called}
    assert asks is bool(called)
