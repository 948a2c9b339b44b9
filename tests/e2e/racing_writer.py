"""Change the configuration fifty times, while others do the same; a program of its own.

Called with the path of a configuration and a name: sets a parameter of that name fifty times, and
one more parameter each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from yourouter_cli.settings.changes import Assignment, assign
from yourouter_cli.settings.store import Store

WRITES = 50


def main(path: Path, name: str) -> None:
    """Make the writes, as fast as the others let go."""
    store = Store(path)
    for number in range(WRITES):
        changes = [
            Assignment(("params", f"{name}_last"), number),
            Assignment(("params", f"{name}_{number}"), True),
        ]
        assign(store, None, {}, changes)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
