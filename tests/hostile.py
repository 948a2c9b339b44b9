"""Text that would steer a terminal, and how to find what steers one."""

from __future__ import annotations

import re

from tests.screen import ALLOWED

_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = {
    "colour": "\x1b[31m",
    "clear": "\x1b[2J\x1b[3J\x1b[H",
    "alternate screen": "\x1b[?1049h",
    "title": "\x1b]0;owned\x07",
    "title, 8 bit": "\x9d2;owned\x9c",
    "clipboard": "\x1b]52;c;ZWNobyBvd25lZA==\x1b\\",
    "hyperlink": "\x1b]8;;http://evil\x1b\\good\x1b]8;;\x1b\\",
    "DECRQSS": "\x1bP$q\x1b\\",
    "status report": "\x1b[6n\x1b[c",
    "end of bracketed paste": "\x1b[201~",
    "CSI, 8 bit": "\x9b2J",
    "reset": "\x1bc",
    "character set": "\x0e\x1b(0",
    "overwriting": "\r\x08\x08\x7f",
    "direction": "\u202e\u2066",
    "entities": "&#27;[2J &#x9b;2J &#8238; &#13;",
    "unterminated": "\x1b]0;",
}
EVERYTHING = "".join(HOSTILE.values())


def steering_in(written: str) -> list[str]:
    """Return the control characters in *written* but for newlines and what drawing needs."""
    return _STEERING.findall(ALLOWED.sub("", written).replace("\r", ""))
