"""Reports for machines: JUnit XML and TAP."""

from __future__ import annotations

import json

import pytest

from tests.junit import faults_of, parsed
from yourouter_cli.checks import Check, Report
from yourouter_cli.render.junit import junit_xml
from yourouter_cli.render.tap import tap_head, tap_point

NASTY = 'a <b> & "c" \x1b[2J\x00\x85 \ud800 \uffff ]]> #\\ 漢\n\tend'
CHECKS = (
    Check(name="good", status="ok", detail="fine", ms=12.3),
    Check(name="so so", status="warn", detail="old", fix="renew it", ms=1),
    Check(name="bad", status="fail", detail="broken", fix="mend it", ms=1500),
    Check(name="absent", status="skip", detail="offline"),
)


def report(*checks: Check) -> Report:
    """Return a report of *checks*."""
    return Report(name="models.check", checks=checks, began=1_700_000_000.25, seconds=2.5)


class TestJunit:
    @pytest.mark.parametrize(
        "checks",
        [
            CHECKS,
            (),
            tuple(
                Check(name=NASTY, status=status, detail=NASTY, fix=NASTY)
                for status in ("ok", "warn", "fail", "skip")
            ),
        ],
    )
    def test_fits_the_schema(self, checks: tuple[Check, ...]) -> None:
        """Whatever is in a report, it is XML that fits the common schema."""
        assert [] == faults_of(junit_xml(report(*checks)))

    def test_tells_everything(self) -> None:
        """Each check is a test case; failures and skips say why, warnings are in the output."""
        suite = parsed(junit_xml(report(*CHECKS)))[0]

        assert {
            "id": "0",
            "package": "yourouter",
            "name": "models.check",
            "hostname": "localhost",
            "timestamp": "2023-11-14T22:13:20",
            "tests": "4",
            "failures": "1",
            "errors": "0",
            "skipped": "1",
            "time": "2.500",
        } == suite.attrib
        cases = suite.findall("testcase")
        assert ["good", "so so", "bad", "absent"] == [case.get("name") for case in cases]
        assert ["0.012", "0.001", "1.500", "0.000"] == [case.get("time") for case in cases]
        failure, skipped = cases[2].find("failure"), cases[3].find("skipped")
        assert failure is not None
        assert skipped is not None
        assert ("broken", "broken\nfix: mend it") == (failure.get("message"), failure.text)
        assert "offline" == skipped.get("message")
        assert "warn so so: old\nfix: renew it\n" == suite.findtext("system-out")

    def test_the_test_sees_what_does_not_fit(self) -> None:
        """The schema of these tests refuses what the real one refuses."""
        document = junit_xml(report(*CHECKS))

        for before, after in (
            ('tests="4"', 'tests="many"'),
            ('timestamp="2023-11-14T22:13:20"', 'timestamp="2023-11-14T22:13:20Z"'),
            ("<properties />", ""),
            ('type="failure" ', ""),
            ('name="bad" ', ""),
            ("<system-err />", "<system-err /><system-err />"),
            ("<testsuites>", '<testsuites color="red">'),
        ):
            assert before in document
            assert [] != faults_of(document.replace(before, after)), after


class TestTap:
    def test_begins_with_version_and_plan(self) -> None:
        """The version comes first, then how many checks there will be."""
        assert "TAP version 14\n1..3\n" == tap_head(3)

    def test_points(self) -> None:
        """Each check is a point, with what is known of it as YAML."""
        points = [tap_point(number, check, {}) for number, check in enumerate(CHECKS, 1)]

        mend = '  fix: "mend it"\n  duration_ms: 1500\n'
        assert [
            'ok 1 - good\n  ---\n  message: "fine"\n  duration_ms: 12.3\n  ...\n',
            'ok 2 - so so\n  ---\n  message: "old"\n  fix: "renew it"\n  duration_ms: 1\n  ...\n',
            f'not ok 3 - bad\n  ---\n  message: "broken"\n{mend}  ...\n',
            "ok 4 - absent # SKIP offline\n",
        ] == points

    def test_details(self) -> None:
        """What is known besides goes into the block, what is not known does not."""
        check = Check(name="a", status="ok")

        assert 'ok 1 - a\n  ---\n  status: 200\n  spread: {"min": 1}\n  ...\n' == tap_point(
            1, check, {"status": 200, "id": None, "spread": {"min": 1}}
        )
        assert "ok 1 - a\n" == tap_point(1, check, {"id": None})

    def test_nothing_breaks_the_lines(self) -> None:
        """No text ends a line, begins a directive, or reaches the terminal as a command."""
        check = Check(name=NASTY, status="fail", detail=NASTY)
        lines = tap_point(1, check, {}).splitlines()

        assert 4 == len(lines)
        assert lines[0].startswith("not ok 1 - a <b> & ")
        assert lines[0].endswith(" \\#\\\\ 漢 end")
        assert "\x1b" not in lines[2]
        message = json.loads(lines[2].removeprefix("  message: "))
        assert message.endswith(" #\\ 漢 end")
