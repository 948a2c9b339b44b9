"""A report as JUnit XML, which CI systems show as tests.

The dialects of this format differ. What is written here fits the strict one of Ant's reports and
the one that Jenkins checks: the attributes both know, and no others.
"""

from __future__ import annotations

import re
from time import gmtime, strftime
from typing import TYPE_CHECKING

from yourouter_cli.render.sanitize import clean

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from yourouter_cli.checks import Check, Report

# What XML cannot hold even when escaped, and `clean` lets by.
_FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")


def junit_xml(report: Report) -> str:
    """Return *report* as a document with one test suite; warnings are in its `system-out`."""
    # Imported here because it costs 10 ms, and most checks are for a person to read.
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    checks = report.checks
    root = Element("testsuites")
    suite = SubElement(
        root,
        "testsuite",
        {
            "id": "0",
            "package": "yourouter",
            "name": report.name,
            "hostname": "localhost",  # whose machine it is concerns nobody who reads the report
            "timestamp": strftime("%Y-%m-%dT%H:%M:%S", gmtime(report.began)),
            "tests": str(len(checks)),
            "failures": str(len(report.failed)),
            "errors": "0",
            "skipped": str(sum(check.status == "skip" for check in checks)),
            "time": f"{report.seconds:.3f}",
        },
    )
    SubElement(suite, "properties")
    for check in checks:
        _add(suite, check, report.name)
    warnings = [check for check in checks if check.status == "warn"]
    SubElement(suite, "system-out").text = "".join(
        f"warn {_safe(check.name)}: {_safe(_words(check))}\n" for check in warnings
    )
    SubElement(suite, "system-err")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _add(suite: Element, check: Check, name: str) -> None:
    from xml.etree.ElementTree import SubElement  # imported by now

    # A token has no line breaks and no runs of blanks.
    title = " ".join(_safe(check.name).split())
    seconds = f"{(check.ms or 0) / 1000:.3f}"
    case = SubElement(
        suite, "testcase", {"classname": f"yourouter.{name}", "name": title, "time": seconds}
    )
    if check.status == "fail":
        attributes = {"type": "failure", "message": _safe(check.detail)}
        SubElement(case, "failure", attributes).text = _safe(_words(check))
    elif check.status == "skip":
        SubElement(case, "skipped", {"message": _safe(check.detail)})


def _words(check: Check) -> str:
    return f"{check.detail}\nfix: {check.fix}" if check.fix else check.detail


def _safe(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", clean(text))
