"""The schema of JUnit XML, as Ant's reports have it, which is the strictest in use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_TOKEN = r"\S+( \S+)*"
_WHOLE = r"-?\d+"
_DECIMAL = r"-?\d+(\.\d+)?"
_ANY = r"[\s\S]*"
# Per element: its attributes with what they hold (`?` before those that may be absent), and the
# sequence of the elements in it.
_SCHEMA = {
    "testsuites": ({}, r"(testsuite )*"),
    "testsuite": (
        {
            "id": _WHOLE,
            "package": _TOKEN,
            "name": _TOKEN,
            "hostname": _TOKEN,
            "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
            "tests": _WHOLE,
            "failures": _WHOLE,
            "errors": _WHOLE,
            "?skipped": _WHOLE,
            "time": _DECIMAL,
        },
        r"properties (testcase )*system-out system-err ",
    ),
    "properties": ({}, r"(property )*"),
    "property": ({"name": _TOKEN, "value": _ANY}, ""),
    "testcase": (
        {"name": _TOKEN, "classname": _TOKEN, "time": _DECIMAL},
        r"(skipped |error |failure )?",
    ),
    "failure": ({"type": _ANY, "?message": _ANY}, ""),
    "error": ({"type": _ANY, "?message": _ANY}, ""),
    "skipped": ({"?message": _ANY}, ""),
    "system-out": ({}, ""),
    "system-err": ({}, ""),
}


def faults_of(document: str) -> list[str]:
    """Return where *document* does not fit the schema; nothing for one that does."""
    root = parsed(document)
    wrong = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    return [*wrong, *_faults(root)]


def parsed(document: str) -> Element:
    """Return the root element of *document*."""
    return ET.fromstring(document.encode())  # noqa: S314 - what this program wrote itself


def _faults(element: Element) -> Iterator[str]:
    if element.tag not in _SCHEMA:
        yield f"there is no element {element.tag}"
        return
    attributes, children = _SCHEMA[element.tag]
    known = {name.removeprefix("?"): pattern for name, pattern in attributes.items()}
    for name in attributes:
        if not name.startswith("?") and name not in element.attrib:
            yield f"{element.tag} has no {name}"
    for name, value in element.attrib.items():
        if name not in known:
            yield f"{element.tag} has a {name}"
        elif not re.fullmatch(known[name], value):
            yield f"{name} of {element.tag} is {value!r}"
    if not re.fullmatch(children, "".join(f"{child.tag} " for child in element)):
        yield f"{element.tag} holds {[child.tag for child in element]}"
    for child in element:
        yield from _faults(child)
