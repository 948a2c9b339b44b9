"""What the tests of gateways share."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.gateway.caller import Caller
from tests.gateway.sending import Builder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yourouter_cli.sandbox.server import Sandbox


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    """Return a client of the sandbox."""
    return Caller(sandbox)


@pytest.fixture
def build() -> Iterator[Builder]:
    """Yield what builds senders of batches, whose gateways are closed in the end."""
    with ExitStack() as stack:
        yield Builder(stack)
