"""The commands by which the doctor would mend what a gateway failed at."""

from __future__ import annotations

from typing import Any, cast

import pytest

from yourouter_cli.errors import Failure, FailureKind
from yourouter_cli.services import catalog
from yourouter_cli.services.doctor.subject import Subject


@pytest.mark.parametrize(
    ("clock", "setting"),
    [
        ("connect", "connect_timeout"),
        ("first_byte", "first_byte_timeout"),
        ("idle", "idle_timeout"),
        ("total", "timeout"),
        (None, "first_byte_timeout"),
    ],
)
def test_the_clock_that_ran_out_is_the_one_to_be_set(clock: str | None, setting: str) -> None:
    """A limit that was too short is made longer, in the profile that was looked at."""
    subject = Subject(
        gateway=cast("Any", None),  # nobody is asked
        model="gpt-4o",
        fallback_models=(),
        embedding_model="e",
        dialect_name="openai",
        vendor="auto",
        key_fix="",
        catalog=catalog.load(),
        option=" -p work",
    )
    failure = Failure(kind=FailureKind.TIMEOUT, message="too late", clock=clock)

    assert f"yourouter config set -p work {setting} 300" == subject.fix(
        failure, "model", "gpt-4o", ()
    )
