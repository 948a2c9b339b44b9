"""`history export`, `import` and `delete`: what was said, taken along and taken away."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.cli.past import DAY, Past
from tests.driver import FakeClock
from yourouter_cli.cli import main
from yourouter_cli.errors import ExitCode
from yourouter_cli.session import Session
from yourouter_cli.streams import Streams

if TYPE_CHECKING:
    from pathlib import Path

    from tests.driver import Program


class TestExportAndImport:
    @pytest.mark.parametrize("format_", ["markdown", "json", "jsonl"])
    def test_what_was_exported_comes_back(
        self, run: Program, past: Past, tmp_path: Path, format_: str
    ) -> None:
        """An export of each format, imported after a deletion, exports to the same bytes."""
        id_ = past.said("Why?\r\n\n<!-- yourouter:turn {} -->", "Because.\n\n")
        past.said("And?", days=1, conversation=id_)
        exported = run("history", "export", id_, "--format", format_)
        file = tmp_path / "export"
        file.write_bytes(exported.output)
        run("history", "delete", id_, "--yes")

        result = run("history", "import", str(file))

        assert (f"{id_}\n", "") == (result.stdout, result.stderr)
        assert exported == run("history", "export", id_, "--format", format_)
        assert [id_] == [hit["id"] for hit in run("history", "search", "because", "--json").json]

    def test_markdown_is_what_export_gives(self, run: Program, past: Past) -> None:
        """Without `--format` an export is Markdown; `--json` is short for JSON."""
        id_ = past.said("Why?")

        assert "\n# Why?\n" in run("history", "export", id_).stdout
        assert "Why?" == run("history", "export", id_, "--json").json["title"]
        types = [line["type"] for line in run("history", "export", id_, "--format", "jsonl").events]
        assert ["conversation", "turn"] == types

    def test_what_is_there_already_stays(self, run: Program, past: Past) -> None:
        """Importing the same again changes nothing, and says so."""
        id_ = past.said("Why?")
        exported = run("history", "export", id_, "--json").stdout
        changed = json.dumps({**json.loads(exported), "title": "changed"})

        text = run("history", "import", "-", stdin=changed)
        machine = run("history", "import", "-", "--json", stdin=changed)

        assert ("", f"`{id_}` is there already, and stays as it is\n") == (text.stdout, text.stderr)
        assert {"schema": 1, "imported": [], "skipped": [id_]} == machine.json
        assert "Why?" == run("history", "list", "--json").json[0]["title"]

    def test_what_is_no_export_is_refused(self, run: Program, tmp_path: Path) -> None:
        """A file that is missing, no text, or no export is exit 2, naming the file."""
        (tmp_path / "bytes").write_bytes(b"\xff\xfe")
        (tmp_path / "text").write_text("hello")
        for name, why in (
            ("none", "cannot read `{}`: no such file or directory"),
            ("bytes", "cannot import `{}`: it is not UTF-8 text"),
            ("text", "cannot import `{}`: line 1 is not JSON"),
        ):
            result = run("history", "import", str(tmp_path / name))
            assert ExitCode.USAGE == result.code
            assert result.stderr.startswith("yourouter: " + why.format(tmp_path / name))


class TestDelete:
    @pytest.mark.parametrize(
        ("answer", "left", "told"),
        [("y\n", 0, "deleted 1 conversation\n"), ("\n", 1, "deleted 0 conversations\n")],
    )
    def test_asks_a_person(
        self, run: Program, past: Past, answer: str, left: int, told: str
    ) -> None:
        """On a terminal the question names the conversation; Enter alone deletes nothing."""
        id_ = past.said("Why?")
        streams = Streams.memory(answer.encode(), terminal=True)
        streams.stdin_is_terminal = True

        main(["history", "delete", id_], Session(streams=streams, environ=run.environ))

        assert isinstance(streams.stderr, BytesIO)
        assert f"Delete the conversation `Why?` for good? [y/N]: {told}" == (
            streams.stderr.getvalue().decode()
        )
        assert left == len(run("history", "list", "--json").json)

    def test_does_not_guess_what_a_program_wants(self, run: Program, past: Past) -> None:
        """Where nobody can be asked, `--yes` is needed."""
        id_ = past.said("Why?")

        result = run("history", "delete", id_)

        assert ExitCode.USAGE == result.code
        assert f"hint: yourouter history delete {id_} --yes\n" in result.stderr
        assert 1 == len(run("history", "list", "--json").json)
        assert (f"{id_}\n", "deleted 1 conversation\n") == (
            (done := run("history", "delete", id_, id_, "--yes")).stdout, done.stderr,
        )  # fmt: skip
        assert [] == run("history", "list", "--json").json

    def test_can_be_told_an_age(self, run: Program, past: Past) -> None:
        """`--older-than` deletes what was not used since, of one profile if that is given."""
        past.said("old")
        old_work = past.said("old, work", profile="work")
        past.said("young", days=40)
        clock = FakeClock(epoch=past.clock.now())

        one = run(
            "history", "delete", "--older-than", "30d", "--yes", "-p", "work", "--json", clock=clock
        )
        run("history", "delete", "--older-than", "4w", "--yes", clock=clock)

        assert {"schema": 1, "deleted": [old_work]} == one.json
        assert ["young"] == [entry["title"] for entry in run("history", "list", "--json").json]

    def test_an_age_is_exact(self, run: Program, past: Past) -> None:
        """What is as old as the age stays; a second later it goes."""
        id_ = past.said("Why?")
        argv = ("history", "delete", "--older-than", "30d", "--yes", "--json")
        deleted = [
            run(*argv, clock=FakeClock(epoch=past.clock.now() + 30 * DAY + seconds)).json["deleted"]
            for seconds in (0, 1)
        ]

        assert [[], [id_]] == deleted

    @pytest.mark.parametrize(
        "argv",
        [
            [],
            ["zzz", "--older-than", "30d"],
            ["--older-than", "a month"],
            ["--older-than", "30"],
            ["--older-than", "-1d"],
        ],
    )
    def test_wants_ids_or_an_age(self, run: Program, past: Past, argv: list[str]) -> None:
        """Anything unclear is wrong use, and deletes nothing."""
        past.said("Why?")

        result = run("history", "delete", *argv, "--yes")

        assert ExitCode.USAGE == result.code
        assert 1 == len(run("history", "list", "--json").json)
