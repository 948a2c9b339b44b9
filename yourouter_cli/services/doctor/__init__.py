"""The doctor: what can be wrong between a profile and an answer, looked at layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yourouter_cli.checks import Check, Finding
from yourouter_cli.errors import AnswerIncomplete, ConfigProblem, RequestFailed, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from yourouter_cli.clock import Clock


class Step(NamedTuple):
    """One thing to look at: its name, how to find out, and what has to be in order before.

    `fix` gives the command for a failure that names none itself.
    """

    name: str
    find: Callable[[], Finding]
    needs: tuple[str, ...] = ()
    is_remote: bool = False
    fix: Callable[[], str] | None = None


def examine(
    steps: Sequence[Step], clock: Clock, *, offline: bool, begin: Callable[[str], None]
) -> Iterator[Check]:
    """Take the *steps* in order and yield what came of each.

    What needs a step that failed is skipped, and with *offline* all that leaves this machine.
    *begin* is called with the name of each step that is taken.
    """
    blocked: set[str] = set()
    for step in steps:
        missing = next((need for need in step.needs if need in blocked), None)
        if missing is not None:
            blocked.add(step.name)
            yield Check(name=step.name, status="skip", detail=f"it needs `{missing}`")
        elif offline and step.is_remote:
            yield Check(name=step.name, status="skip", detail="offline")
        else:
            begin(step.name)
            check = _taken(step, clock)
            if check.status == "fail":
                blocked.add(step.name)
            yield check


def _taken(step: Step, clock: Clock) -> Check:
    began = clock.monotonic()
    try:
        found = step.find()
    except (RequestFailed, AnswerIncomplete, ConfigProblem, UsageProblem) as error:
        fix = error.hints[0] if error.hints else step.fix and step.fix()
        found = Finding("fail", error.message, fix)
    passed = (clock.monotonic() - began) * 1000
    return Check(
        name=step.name,
        status=found.status,
        detail=found.detail,
        fix=found.fix,
        ms=round(passed if found.ms is None else found.ms, 1),
    )
