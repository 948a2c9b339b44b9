"""What every test may use: the program in a world of its own, and a gateway on loopback."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.driver import FakeClock, Program
from yourouter_cli.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The same examples in every run, so that a failure is the change's; HYPOTHESIS_PROFILE=long looks
# for new ones, ten times as many.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, max_examples=100)
settings.register_profile("long", database=None, deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# What was started in the background of a script ignores Ctrl-C, and so would all that is started by
# it; what is tested is a program in the foreground.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What the HTTP and TLS libraries would read from the environment of the test run.
_INHERITED = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


@pytest.fixture(autouse=True)
def _no_inherited_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower() in _INHERITED]:
        monkeypatch.delenv(name)


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system know no name at all, as without a network; asking a real one may take long."""
    known = socket.getaddrinfo

    def getaddrinfo(host: object, *more: Any, **named: Any) -> Any:
        if isinstance(host, str):
            if host.replace(".", "").isdigit() or ":" in host:
                return known(host, *more, **named)  # an address, no name
            host.encode("idna")  # an impossible name fails here, before anybody is asked
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return where the program keeps its files; the directory is not there until it is needed."""
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Program:
    """Return the program, fresh from the installation: no configuration and no key."""
    return Program({"YOUROUTER_HOME": str(home), "HOME": str(home.parent)})


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands still but for waiting."""
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[Sandbox]:
    """Yield a gateway on loopback that answers as its models' names say; its time is *clock*'s."""
    with Sandbox(clock=clock.now) as running:
        yield running


@pytest.fixture
def run_at(run: Program) -> Callable[[Sandbox | str], Program]:
    """Return the program set up for a gateway: `run_at(sandbox)("chat", "hi")`."""
    return run.at
