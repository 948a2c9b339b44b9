"""The ledger: what was ordered is known again, by whoever asks next."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.driver import FakeClock
from yourouter_cli.errors import ConfigProblem, UsageProblem
from yourouter_cli.services.video.ledger import Ledger, Usual
from yourouter_cli.services.video.part import Part
from yourouter_cli.services.video.task import Fault, Task

if TYPE_CHECKING:
    from pathlib import Path

ORDER = Task(id="", status="", model="m", prompt="a boat", profile="work", base_url="https://h")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the ledger is; it is not there until it is needed."""
    return tmp_path / "state" / "tasks.db"


@pytest.fixture
def warnings() -> list[str]:
    """Return what the user was warned of."""
    return []


@pytest.fixture
def ledger(path: Path, warnings: list[str]) -> Ledger:
    """Return a ledger."""
    return Ledger(path, clock=FakeClock(), warn=warnings.append)


def made(ledger: Ledger, name: str, **fields: Any) -> Task:
    """Write a task called *name* down, with *fields* as they were seen."""
    task = ledger.ordered(ledger.intend(ORDER), name)
    return ledger.seen(replace(task, **fields))


def test_reading_creates_nothing(ledger: Ledger, path: Path) -> None:
    """Who only looks leaves no file behind."""
    assert [] == ledger.tasks()
    assert None is ledger.find("cgt-1")
    assert None is ledger.usual("m")
    assert not path.parent.exists()


def test_the_file_is_private(ledger: Ledger, path: Path) -> None:
    """Prompts and signed links are for their owner alone."""
    ledger.intend(ORDER)

    assert 0o600 == path.stat().st_mode & 0o777
    assert 0o700 == path.parent.stat().st_mode & 0o777


def test_an_order_is_there_before_it_has_an_id(ledger: Ledger, path: Path) -> None:
    """Before the gateway answers, the order is known as `unknown`, under an id of ours."""
    intended = ledger.intend(ORDER)

    (found,) = Ledger(path, clock=FakeClock(), warn=print).tasks()
    assert intended == found
    assert ("unknown", True, "a boat") == (found.status, found.is_local, found.prompt)


def test_a_task_gets_its_id(ledger: Ledger) -> None:
    """The id of the gateway takes the place of ours."""
    intended = ledger.intend(ORDER)
    task = ledger.ordered(intended, "cgt-1")

    assert [task] == ledger.tasks()
    assert ("cgt-1", "queued", "a boat", "work") == (
        task.id,
        task.status,
        task.prompt,
        task.profile,
    )


def test_an_id_that_is_known_already(ledger: Ledger, warnings: list[str]) -> None:
    """A gateway may answer an order that it has seen before with the task it made then."""
    made(ledger, "cgt-1")
    again = ledger.ordered(ledger.intend(ORDER), "cgt-1")

    assert [again] == ledger.tasks()
    assert [] == warnings


def test_everything_seen_is_kept(ledger: Ledger) -> None:
    """What the gateway tells of a task is there for the next who asks."""
    made(ledger, "cgt-1")
    seen = Task(
        id="cgt-1",
        status="failed",
        created=1.5,
        updated=2.5,
        video_url="https://h/a?b",
        last_frame_url="https://h/c?d",
        usage={"total_tokens": 7},
        error=Fault(code="C", message="m"),
    )
    merged = ledger.seen(seen)

    assert [merged] == ledger.tasks()
    assert merged == replace(seen, model="m", prompt="a boat", profile="work", base_url="https://h")


def test_what_was_not_made_here_is_not_kept(ledger: Ledger) -> None:
    """The ledger is of the tasks made here."""
    made(ledger, "cgt-1")
    other = Task(id="cgt-2", status="running")

    assert other == ledger.seen(other)
    assert ["cgt-1"] == [task.id for task in ledger.tasks()]


def test_ids_may_be_shortened_while_unique(ledger: Ledger) -> None:
    """The beginning of an id is enough, unless several begin so; the whole id always is."""
    for name in ("cgt-1a", "cgt-1b", "cgt-2", "cgt-21", "cgt_%"):
        made(ledger, name)

    assert "cgt-1a" == getattr(ledger.find("cgt-1a"), "id", None)
    assert "cgt-2" == getattr(ledger.find("cgt-2"), "id", None)
    assert "cgt-21" == getattr(ledger.find("cgt-21"), "id", None)
    assert "cgt_%" == getattr(ledger.find("cgt_"), "id", None)
    assert None is ledger.find("CGT-1a")
    assert None is ledger.find("gt-1a")
    with pytest.raises(UsageProblem) as caught:
        ledger.find("cgt-1")
    assert "several tasks begin with `cgt-1`: `cgt-1a`, `cgt-1b`" == caught.value.message


def test_tasks_are_newest_first_and_by_profile(ledger: Ledger) -> None:
    """A listing begins with the newest, and may be of one profile."""
    made(ledger, "cgt-1", created=3.0)
    made(ledger, "cgt-2", created=4.0)
    ledger.ordered(ledger.intend(replace(ORDER, profile="other")), "cgt-3")

    assert ["cgt-3", "cgt-2", "cgt-1"] == [task.id for task in ledger.tasks()]
    assert ["cgt-2", "cgt-1"] == [task.id for task in ledger.tasks("work")]


def test_how_long_a_model_usually_takes(ledger: Ledger) -> None:
    """The estimate is the median of the successes of the same model; failures say nothing."""
    for number, seconds in enumerate((10.0, 30.0, 500.0)):
        made(ledger, f"cgt-{number}", status="succeeded", created=100.0, updated=100 + seconds)
    made(ledger, "cgt-f", status="failed", created=100.0, updated=101.0)

    assert Usual(30.0, 3) == ledger.usual("m")
    assert None is ledger.usual("other")


def test_forgetting(ledger: Ledger) -> None:
    """What is struck off is gone."""
    made(ledger, "cgt-1")

    assert ledger.forget("cgt-1")
    assert not ledger.forget("cgt-1")
    assert [] == ledger.tasks()


def test_parts_of_files(ledger: Ledger, tmp_path: Path) -> None:
    """What is known of an unfinished file is kept by its path."""
    one = Part(task="cgt-1", what="video", etag='"a"', size=7)
    ledger.remember_part(tmp_path / "a.part", one)
    ledger.remember_part(tmp_path / "b.part", replace(one, size=8))
    ledger.remember_part(tmp_path / "b.part", None)

    assert one == ledger.part(tmp_path / "a.part")
    assert None is ledger.part(tmp_path / "b.part")


class TestTrouble:
    @pytest.fixture
    def damaged(self, path: Path) -> Path:
        """Put something in the place of the ledger that is no database."""
        path.parent.mkdir()
        path.write_bytes(b"this is no database, and was none" * 100)
        return path

    def test_no_order_without_the_ledger(self, ledger: Ledger, damaged: Path) -> None:
        """What cannot be written down is not ordered; it is said what to do."""
        with pytest.raises(ConfigProblem) as caught:
            ledger.intend(ORDER)

        assert (
            f"cannot use the ledger of tasks in `{damaged}`: file is not a database"
            == caught.value.message
        )
        assert (f"mv {damaged} {damaged}.damaged",) == caught.value.hints

    @pytest.mark.usefixtures("damaged")
    def test_a_paid_task_goes_on_without_the_ledger(
        self, ledger: Ledger, warnings: list[str]
    ) -> None:
        """A damaged ledger keeps nobody from a task that is paid for; it is said once."""
        seen = Task(id="cgt-1", status="succeeded")

        assert None is ledger.find("cgt-1")
        assert seen == ledger.seen(seen)
        assert None is ledger.usual("m")
        assert 1 == len(warnings)

    def test_a_later_version(self, ledger: Ledger, path: Path) -> None:
        """A ledger of a later version is left alone."""
        ledger.intend(ORDER)
        ledger.close()
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()

        with pytest.raises(ConfigProblem, match="written by a later version of yourouter"):
            ledger.tasks()

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_directory_that_cannot_be_written(self, ledger: Ledger, path: Path) -> None:
        """Without a place to write, nothing is ordered."""
        path.parent.mkdir(mode=0o500)
        with pytest.raises(ConfigProblem, match="permission denied"):
            ledger.intend(ORDER)

    def test_a_place_that_none_can_look_into(self, warnings: list[str], tmp_path: Path) -> None:
        """Where it cannot even be seen whether there is a ledger, it is said so as well."""
        ledger = Ledger(tmp_path / ("x" * 300), clock=FakeClock(), warn=warnings.append)
        with pytest.raises(ConfigProblem, match="file name too long"):
            ledger.tasks()

        assert None is ledger.find("cgt-1")
        assert ["file name too long"] == [words.rpartition(": ")[2] for words in warnings]

    def test_a_file_in_the_way(self, ledger: Ledger, path: Path) -> None:
        """A state directory that is a file is named in the error."""
        path.parent.write_text("in the way")
        with pytest.raises(ConfigProblem, match="cannot use the ledger"):
            ledger.intend(ORDER)
