"""What the tests of the sandbox share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gateway.caller import Caller

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    """Return a client of the sandbox."""
    return Caller(sandbox)
